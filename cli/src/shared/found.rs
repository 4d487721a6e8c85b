//! `plumbline found`: from a workspace file to a shared workspace.

use std::time::Duration;

use plumbline_core::file::{self, MOST_MEGABYTES};
use plumbline_headless::address::Address;
use plumbline_headless::clock;
use plumbline_headless::device::Founded;
use plumbline_headless::dial::{self, Unreached};
use plumbline_headless::folder::Folder;
use plumbline_headless::store::About;

use super::problem::Problem;
use super::{Member, Where, runtime, seconds, tell};
use crate::failure::Failure;
use crate::guarded::guarded;
use crate::input::{called, read};

/// What `found` can be told.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The founding link goes to standard output, everything else to standard error. Whoever has that link can do everything, \
for ever: keep it for recovery, where only you can read it, and give others links made by plumbline link.

The file stays as it is, and is not kept up to date. Exit status: 0 when the relay has everything, 2 otherwise.")]
pub struct Arguments {
    /// The workspace file; - reads standard input
    #[arg(value_name = "WORKSPACE-FILE")]
    file: String,
    #[command(flatten)]
    place: Where,
    /// The relay's address
    #[arg(long, value_name = "URL")]
    relay: String,
    /// What to call this device in messages
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    name: String,
    /// Give up after so many seconds [default: when the relay has said nothing for 30]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
}

/// Shares the workspace of a file and gives the founding link.
pub fn run(arguments: &Arguments) -> Result<String, Failure> {
    let path = &arguments.place.dir;
    let in_folder = |problem| Problem::Folder { folder: called(&path.to_string_lossy()), problem };
    let address: Address = arguments.relay.parse().map_err(|_| Problem::Address { text: arguments.relay.clone() })?;
    Folder::is_free(path).map_err(in_folder)?;
    let bytes = read(&arguments.file, MOST_MEGABYTES as usize * 1_000_000)?;
    let document = guarded(move || file::read(&bytes, clock::draw()))
        .map_err(|reason| Failure::Workspace { name: called(&arguments.file), reason: reason.to_string() })?;
    let founded = Founded::of(document).map_err(Problem::Sharing)?;
    // Asked before anything is made. That it does not know the workspace is what a relay should say.
    match runtime()?.block_on(dial::who_answers(&address)) {
        Unreached::Workspace => {}
        unreached => return Err(Problem::Gone { address: address.to_string(), gone: unreached.into() }.into()),
    }
    let about =
        About { identity: founded.identity().clone(), relay: address.to_string(), name: arguments.name.clone() };
    let link = format!("{address}/#{}", *about.identity.link().fragment());
    let (folder, store) = Folder::create(path, &about, &founded.writes).map_err(in_folder)?;
    let device = founded.device(store);
    let mut member = Member { device, folder, path: path.clone(), address, name: about.name };
    let terms = member.terms(arguments.timeout);
    match member.exchange(&terms, &mut |_| {}) {
        Ok(()) => tell(&format!(
            "The workspace is shared. Fingerprint {}. The founding link, for recovery:",
            member.document()?.fingerprint()
        )),
        Err(problem) => {
            // The workspace exists from here on, so its founder has to have the link.
            crate::print(&format!("{link}\n"))?;
            return Err(Problem::NotHanded { reason: problem.to_string() }.into());
        }
    }
    Ok(format!("{link}\n"))
}
