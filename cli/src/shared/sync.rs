//! `plumbline sync`: everything to the relay, and everything from it.

use std::time::Duration;

use plumbline_headless::address::Address;
use plumbline_headless::exchange::{Goal, Terms};

use super::problem::Problem;
use super::progress::Progress;
use super::{Member, PATIENCE, Where, seconds};
use crate::failure::Failure;

/// What `sync` can be told.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
What comes is stored before it is told, and what was written here is stored before it is sent: the command may be \
stopped or killed at any moment, and nothing is lost.

Exit status: 0 when both sides have everything, or --follow was stopped; 2 with the reason otherwise.")]
pub struct Arguments {
    #[command(flatten)]
    place: Where,
    /// Exchange until both sides have everything, then end; this is the default
    #[arg(long, conflicts_with = "follow")]
    once: bool,
    /// Stay until Ctrl+C, and come again by itself when the relay was away
    #[arg(long)]
    follow: bool,
    /// Give up after so many seconds; with --follow, end then [default: when the relay has said nothing for 30]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
    /// Another relay from now on
    #[arg(long, value_name = "URL")]
    relay: Option<String>,
    /// Take the relay as it is, though it does not have the key it had. Only when whoever runs it says that it was set up anew
    #[arg(long)]
    accept_new_relay: bool,
    /// Print one JSON object for each thing that happens
    #[arg(long)]
    json: bool,
}

/// Exchanges, and tells what happens as it happens.
pub fn run(arguments: &Arguments) -> Result<String, Failure> {
    let mut member = Member::open(&arguments.place.dir)?;
    if let Some(relay) = &arguments.relay {
        let address: Address = relay.parse().map_err(|_| Problem::Address { text: relay.clone() })?;
        let set = member.device.store_mut().set_relay(&address.to_string());
        member.stored(set)?;
        member.address = address;
    }
    let (goal, patience) = if arguments.follow { (Goal::Staying, None) } else { (Goal::Everything, Some(PATIENCE)) };
    let terms = Terms {
        address: member.address.clone(),
        goal,
        limit: arguments.timeout,
        patience,
        // Another relay has another key.
        any_relay: arguments.accept_new_relay || arguments.relay.is_some(),
    };
    let mut progress = Progress::new(arguments.json, member.address.to_string());
    match member.exchange(&terms, &mut |news| progress.hear(&news)) {
        // It was to end then.
        Err(Problem::Late { waiting: 0, .. }) if arguments.follow => {}
        result => result?,
    }
    if progress.not_taken > 0 {
        return Err(Problem::NotTaken { count: progress.not_taken }.into());
    }
    Ok(String::new())
}
