//! `plumbline link`: links for others, made and closed.

use std::time::Duration;

use clap::ValueEnum;
use plumbline_headless::clock;
use plumbline_headless::replica::sync::wire::key::VerifyKey;
use plumbline_headless::replica::sync::wire::keyring::record;

use super::problem::Problem;
use super::{Member, Where, seconds, tell};
use crate::failure::Failure;

const HOUR: u64 = 60 * 60 * 1000;

/// What `link` can be told.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The link goes to standard output, everything else to standard error. It is kept nowhere else: whoever loses it needs a \
new one (but for the founding link, which --founding shows). It works once the relay has heard of it, which is when this command has ended with exit status 0.

Closing a link removes every device that joined by it; what they had read, they have read.")]
#[command(group = clap::ArgGroup::new("what").required(true).args(["role", "close", "founding"]))]
pub struct Arguments {
    #[command(flatten)]
    place: Where,
    /// What whoever opens the link may do
    #[arg(long, value_enum)]
    role: Option<RoleWord>,
    /// Until when devices may join by it: 12h, 7d or 4w from now [default: no end]
    #[arg(long, value_name = "TIME", value_parser = span, requires = "role")]
    expires: Option<u64>,
    /// What the link is called, say "For Ben"; members see it, the relay does not
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    name: String,
    /// Close the link of this name instead of making one
    #[arg(long, value_name = "NAME", conflicts_with_all = ["expires", "name"])]
    close: Option<String>,
    /// Show the founding link again, on the device that founded the workspace or joined by that link
    #[arg(long)]
    founding: bool,
    /// Give up after so many seconds [default: when the relay has said nothing for 30]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
}

/// What a link allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RoleWord {
    /// Look
    Reader,
    /// Look and change
    Writer,
    /// Also make and close links
    Admin,
}

fn span(text: &str) -> Result<u64, String> {
    let unit = text.chars().next_back().and_then(|unit| match unit {
        'h' => Some(HOUR),
        'd' => Some(24 * HOUR),
        'w' => Some(7 * 24 * HOUR),
        _ => None,
    });
    let read = unit.and_then(|unit| text[..text.len() - 1].parse::<u64>().ok()?.checked_mul(unit));
    // A hundred years: whoever means for ever leaves it out.
    let allowed = read.filter(|span| (1..=876_000 * HOUR).contains(span));
    allowed.ok_or_else(|| "must be a number of hours, days or weeks, as 12h, 7d or 4w".to_owned())
}

/// Makes or closes a link, with the relay's latest word on who may do so.
pub fn run(arguments: &Arguments) -> Result<String, Failure> {
    let mut member = Member::open(&arguments.place.dir)?;
    if arguments.founding {
        let peer = member.device.link().peer();
        if !peer.is_founder() {
            return Err(Problem::NotFounder.into());
        }
        return Ok(format!("{}/#{}\n", member.address, *peer.identity().link().fragment()));
    }
    let terms = member.terms(arguments.timeout);
    // Others may have made or closed links meanwhile: decisions build on the latest.
    member.exchange(&terms, &mut |_| {})?;
    if let Some(name) = &arguments.close {
        let link = find(&member, name)?;
        let closed = member.device.close_link(link);
        member.stored(closed)?.map_err(Problem::Sharing)?;
        member.exchange(&terms, &mut |_| {})?;
        tell("The link is closed, and the others have a new key.");
        return Ok(String::new());
    }
    let role = match arguments.role {
        Some(RoleWord::Admin) => record::Role::Admin,
        Some(RoleWord::Writer) => record::Role::Writer,
        _ => record::Role::Reader,
    };
    let expires = arguments.expires.map(|span| clock::wall().saturating_add(span));
    let made = member.device.grant(role, expires, arguments.name.trim());
    let link = member.stored(made)?.map_err(Problem::Sharing)?;
    let line = format!("{}/#{}\n", member.address, *link.fragment());
    if let Err(problem) = member.exchange(&terms, &mut |_| {}) {
        crate::print(&line)?;
        return Err(Problem::NotHanded { reason: problem.to_string() }.into());
    }
    Ok(line)
}

/// The one open link of this name.
fn find(member: &Member, name: &str) -> Result<VerifyKey, Problem> {
    let peer = member.device.link().peer();
    let called = |link: &_| peer.label(link).is_some_and(|label| label == name.trim());
    let mut found = peer.keyring().links().filter(|link| !link.revoked && called(link)).map(|link| link.keys.verify);
    match (found.next(), found.next()) {
        (Some(link), None) => Ok(link),
        (None, _) => Err(Problem::Name { what: "open link is", name: name.to_owned(), found: "no" }),
        (Some(_), Some(_)) => Err(Problem::Name { what: "links are", name: name.to_owned(), found: "several" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_time() {
        assert_eq!(span("12h"), Ok(12 * HOUR));
        assert_eq!(span("7d"), Ok(7 * 24 * HOUR));
        assert_eq!(span("4w"), Ok(28 * 24 * HOUR));
        for text in ["", "7", "d", "0d", "-1d", "7 d", "7é", "99999999999999999w"] {
            assert!(span(text).is_err(), "{text}");
        }
    }
}
