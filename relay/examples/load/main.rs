//! A load for a relay, to measure it: `cargo xtask bench relay` builds both for speed and runs this.
//!
//! Every client of a room is a reader and a writer, on this machine, over real sockets; items are signed beforehand. What is
//! reported is the most that was delivered within the bound on waiting, and how long an item takes in a quiet room.

#[allow(dead_code, reason = "shared with the tests, which use all of it")]
#[path = "../../tests/relay/client.rs"]
mod client;
mod crowd;
mod machine;
#[allow(dead_code, reason = "shared with the tests, which use all of it")]
#[path = "../../tests/relay/team.rs"]
mod team;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};

use crowd::{Crowd, Outcome};
use machine::Relay;

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
    let program = built()?;
    // `load 200 500`: one crowd at one rate.
    let chosen: Vec<usize> = std::env::args().skip(1).map(|word| word.parse()).collect::<Result<_, _>>()?;
    let wanted = |at: usize, value: usize| chosen.get(at).is_none_or(|chosen| *chosen == value);
    println!(
        "| clients | items/s in | delivered/s | p50 ms | p99 ms | ack p99 ms | frames/s out | CPU µs per delivered | cores |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for count in CROWDS.into_iter().filter(|count| wanted(0, *count)) {
        for rate in RATES.into_iter().filter(|rate| wanted(1, *rate)) {
            let outcome = at(&program, count, rate).await?;
            println!("| {count} | {}", outcome.row());
            if outcome.p99 > BOUND {
                break;
            }
        }
    }
    if !chosen.is_empty() {
        return Ok(());
    }
    let relay = Relay::start(&program)?;
    let before = relay.memory()?;
    let crowd = Crowd::gather(&relay.address, IDLE).await?;
    let after = relay.memory()?;
    println!(
        "\n{IDLE} idle members: {:.1} KB each, {:.1} MB in all",
        (after - before) as f64 / IDLE as f64,
        after as f64 / 1024.0
    );
    drop(crowd);
    Ok(())
}

/// The relay that was built with this.
fn built() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let profile = own.parent().and_then(std::path::Path::parent).context("target/<profile>/examples/load")?;
    Ok(profile.join("plumbline-relay"))
}

/// A relay of its own for each figure, so that none pays for the one before.
async fn at(program: &std::path::Path, count: usize, rate: usize) -> Result<Outcome> {
    let relay = Relay::start(program)?;
    let crowd = Crowd::gather(&relay.address, count).await?;
    crowd.work(rate, LASTING, &relay).await
}
