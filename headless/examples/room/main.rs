//! A room full of members who work on one agreed stack at once: `cargo xtask bench room` builds it and the relay for speed and
//! runs it.
//!
//! Every member is a whole device (document, keys, verdicts) with a socket of its own to a relay that is a process of its own,
//! all on this machine. Their stores are in memory: fifty devices on one disk would measure the disk. What is reported is how
//! long it takes until an edit is in the document of each other member, and what the relay needs for it.

mod crowd;
#[expect(dead_code, reason = "the load of the relay measures more, and other servers")]
#[path = "../../../relay/examples/load/machine.rs"]
mod machine;
mod member;
mod team;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crowd::{Plan, Report};
use machine::Kind;

fn main() -> Result<()> {
    let plan = plan()?;
    let program = built()?;
    println!("{}", Report::HEAD);
    let relay = Kind::Relay(program).start()?;
    println!("{}", crowd::run(&plan, &relay)?.row());
    Ok(())
}

/// `room [peers] [edits a second of each] [seconds]`.
fn plan() -> Result<Plan> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, default: f64| -> Result<f64> {
        words.get(at).map_or(Ok(default), |word| word.parse().with_context(|| format!("`{word}` is no number")))
    };
    let (members, rate, seconds) = (number(0, 50.0)?, number(1, 0.5)?, number(2, 20.0)?);
    if !(2.0..=200.0).contains(&members) || rate <= 0.0 || seconds < 1.0 {
        bail!("2 to 200 members (a team has no more leaders), some edits, and a second at least");
    }
    let each = ((rate * seconds).ceil() as usize).max(1);
    Ok(Plan { members: members as usize, each, lasting: Duration::from_secs_f64(seconds) })
}

/// The relay that was built with this.
fn built() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let profile = own.parent().and_then(Path::parent).context("target/<profile>/examples/room")?;
    Ok(profile.join("plumbline-relay"))
}
