//! `plumbline join`: from a link to a folder with everything in it.

use std::io::{self, BufRead};
use std::path::PathBuf;
use std::time::Duration;

use plumbline_core::bridge::sharing::Standing;
use plumbline_headless::Device;
use plumbline_headless::address::Address;
use plumbline_headless::exchange::Gone;
use plumbline_headless::folder::Folder;
use plumbline_headless::joining;
use plumbline_headless::replica::sync::wire::link::Link;
use plumbline_headless::store::About;
use zeroize::Zeroizing;

use super::problem::Problem;
use super::{Member, PATIENCE, Where, progress, runtime, seconds};
use crate::failure::Failure;
use crate::input::called;
use crate::inspect;

/// What `join` can be told.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A link on the command line can be seen by everybody on this machine while the command runs (in the list of processes), \
and stays in the shell's history. With - it is read from standard input instead:

  plumbline join - --dir team < link.txt

What --dir holds afterwards is as secret as the link. Exit status: 0 when everything is here, 2 otherwise.")]
pub struct Arguments {
    /// The whole link, https://…/#w1.…; - reads it from standard input, which keeps it out of the list of processes
    #[arg(value_name = "LINK")]
    link: String,
    #[command(flatten)]
    place: Where,
    /// The relay, if it is not where the link leads
    #[arg(long, value_name = "URL")]
    relay: Option<String>,
    /// What to call this device in messages, say "Ana's server". Others see the name of the link
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    name: String,
    /// Give up after so many seconds [default: when the relay has said nothing for 30]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
}

/// Joins, receives everything, and says what it is.
pub fn run(arguments: &Arguments) -> Result<String, Failure> {
    let text = text(&arguments.link)?;
    let link: Link = text.parse().map_err(Problem::Link)?;
    let address = address(&text, arguments.relay.as_deref())?;
    let mut member = join(link, address, arguments)?;
    let terms = member.terms(arguments.timeout);
    let received = member.exchange(&terms, &mut |_| {});
    if let Err(Problem::Gone { gone, .. }) = &received
        && matches!(gone, Gone::Removed | Gone::Expired | Gone::UnknownLink | Gone::Refused)
    {
        let (address, gone) = (member.address.to_string(), gone.clone());
        let Member { device, folder, .. } = member;
        drop(device);
        folder.undo();
        return Err(Problem::NotJoined { address, gone }.into());
    }
    received?;
    let standing = member.device.link().standing();
    let document = member.document()?;
    let who = if member.name.is_empty() { "This device".into() } else { called(&member.name) };
    let next = match standing {
        Standing::Member(_) => format!("plumbline sync --dir {} brings it up to date again.", member.called()),
        _ => String::new(),
    };
    Ok(format!("{who} has joined as {}.\n{next}\n\n{}", progress::standing_words(standing), inspect::report(document)))
}

fn text(link: &str) -> Result<Zeroizing<String>, Failure> {
    if link != "-" {
        return Ok(Zeroizing::new(link.to_owned()));
    }
    let mut line = Zeroizing::new(String::new());
    let read = io::stdin().lock().read_line(&mut line);
    read.map_err(|error| Failure::Read { name: called("-"), error })?;
    Ok(line)
}

fn address(link: &str, relay: Option<&str>) -> Result<Address, Problem> {
    if let Some(relay) = relay {
        return relay.parse().map_err(|_| Problem::Address { text: relay.to_owned() });
    }
    let origin = Address::of_link(link).ok_or(Problem::NoAddress)?;
    // The link is not repeated: it would stand in logs.
    origin.map_err(|_| Problem::NoAddress)
}

fn join(link: Link, address: Address, arguments: &Arguments) -> Result<Member, Problem> {
    let path: PathBuf = arguments.place.dir.clone();
    let in_folder = |problem| Problem::Folder { folder: called(&path.to_string_lossy()), problem };
    Folder::is_free(&path).map_err(in_folder)?;
    let limit = arguments.timeout.unwrap_or(PATIENCE);
    let asked = runtime()?.block_on(async { tokio::time::timeout(limit, joining::identity(link, &address)).await });
    let identity = match asked {
        Ok(Ok(identity)) => identity,
        Ok(Err(gone)) => return Err(Problem::Gone { address: address.to_string(), gone }),
        Err(_) => return Err(Problem::Late { address: address.to_string(), waiting: 0 }),
    };
    let about = About { identity: identity.clone(), relay: address.to_string(), name: arguments.name.clone() };
    let (folder, store) = Folder::create(&path, &about, &[]).map_err(in_folder)?;
    let device = Device::open(identity, store).map_err(|error| in_folder(error.into()))?;
    Ok(Member { device, folder, path: path.clone(), address, name: about.name })
}
