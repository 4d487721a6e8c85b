//! A load for a relay, to measure it: `cargo xtask bench relay` builds both for speed and runs this.
//!
//! Every client of a room is a reader and a writer, on this machine, over real sockets; items are made beforehand. What is
//! reported is the most that was delivered within the bound on waiting, and how long an item takes in a quiet room.

mod assault;
#[allow(dead_code, reason = "shared with the tests, which use all of it")]
#[path = "../../tests/relay/client.rs"]
mod client;
mod compare;
mod crowd;
mod machine;
mod sealed;
mod siege;
#[allow(dead_code, reason = "shared with the tests, which use all of it")]
#[path = "../../tests/relay/team.rs"]
mod team;
mod yjs;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};

use machine::Kind;

/// Clients in one room.
const CROWDS: [usize; 3] = [10, 50, 200];
/// Items a second, all writers together.
const RATES: [usize; 9] = [100, 500, 1_000, 2_000, 4_000, 8_000, 12_000, 16_000, 24_000];
/// How long each rate is kept up.
const LASTING: Duration = Duration::from_secs(3);
/// The bound on the 99th percentile.
const BOUND: Duration = Duration::from_millis(100);
/// Idle members, for their memory.
const IDLE: usize = 2_000;

#[tokio::main]
async fn main() -> Result<()> {
    let relay = Kind::Relay(built()?);
    let mut words = std::env::args().skip(1).peekable();
    let mode = words.next_if(|word| word.chars().all(char::is_alphabetic));
    // `load against NODE SCRIPT`: beside Hocuspocus.
    if mode.as_deref() == Some("against") {
        let mut path = || words.next().map(PathBuf::from).context("`load against NODE SCRIPT`");
        return compare::run(&relay, &Kind::Hocuspocus(path()?, path()?)).await;
    }
    let mut number = |what: &'static str| words.next().context(what)?.parse::<u64>().context(what);
    match mode.as_deref() {
        // `load siege SECONDS [NAME]`: what a bystander feels, so long for each assault or for one.
        Some("siege") => {
            let lasting = Duration::from_secs(number("seconds")?);
            let only = words.next().map(|name| assault::Assault::parse(&name)).transpose()?;
            return verdict(siege::lay(&relay, lasting, only).await?);
        }
        // `load soak ROUNDS SECONDS`: so many rooms, so long each.
        Some("soak") => {
            let rounds = usize::try_from(number("rounds")?)?;
            return verdict(siege::soak(&relay, rounds, Duration::from_secs(number("seconds")?)).await?);
        }
        // `load assault NAME ADDRESS`: for `siege`.
        Some("assault") => {
            let (name, address) = (words.next().context("a name")?, words.next().context("an address")?);
            return assault::run(assault::Assault::parse(&name)?, &address).await;
        }
        _ => {}
    }
    // `load 200 500`: one crowd at one rate.
    let chosen: Vec<usize> = words.map(|word| word.parse()).collect::<Result<_, _>>()?;
    let wanted = |at: usize, value: usize| chosen.get(at).is_none_or(|chosen| *chosen == value);
    println!(
        "| clients | items/s in | delivered/s | p50 ms | p99 ms | ack p99 ms | frames/s out | CPU µs per delivered | cores |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for count in CROWDS.into_iter().filter(|count| wanted(0, *count)) {
        for rate in RATES.into_iter().filter(|rate| wanted(1, *rate)) {
            let outcome = compare::at(&relay, count, rate).await?;
            println!("| {count} | {}", outcome.row());
            if outcome.p99 > BOUND {
                break;
            }
        }
    }
    if !chosen.is_empty() {
        return Ok(());
    }
    let (each, all) = compare::idle(&relay).await?;
    println!("\n{IDLE} idle members: {each:.1} KB each, {all:.1} MB in all");
    Ok(())
}

fn verdict(good: bool) -> Result<()> {
    anyhow::ensure!(good, "beyond the bounds");
    Ok(())
}

/// The relay that was built with this.
fn built() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let profile = own.parent().and_then(std::path::Path::parent).context("target/<profile>/examples/load")?;
    Ok(profile.join("plumbline-relay"))
}
