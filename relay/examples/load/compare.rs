//! Our relay and another server in turn, the same load on both, on the same machine, minutes apart. What is reported are ratios: the figures
//! themselves are the machine's.
//!
//! It is not the same work: ours checks a signature and makes one for each item, and has it on a disk before anybody is told; the other merges
//! every item into a document in memory. What a member gets is the same: everybody's items, and a word for each of their own.

use std::time::Duration;

use anyhow::Result;

use crate::crowd::{Crowd, Outcome, each};
use crate::machine::{Kind, Server};
use crate::sealed::Gathered;
use crate::{BOUND, CROWDS, IDLE, LASTING, yjs};

/// Items a second, all writers together, at which waiting and processor time are compared.
const STEADY: [usize; 2] = [100, 1_000];
/// Runs of each, of which the one in the middle counts.
const RUNS: usize = 3;
/// Where the search for the most begins, and how often the step is halved.
const LEAST: usize = 500;
const HALVINGS: usize = 3;
/// Nobody's most is looked for above this.
const CEILING: usize = 64_000;
/// Changes that somebody new has to get.
const BACKLOG: usize = 10_000;

/// Both, and prints what came out.
pub async fn run(ours: &Kind, theirs: &Kind) -> Result<()> {
    let both = [ours, theirs];
    println!("\nThe same rate for both, the median of {RUNS} runs\n");
    println!(
        "| clients | items/s | p50 ms, ours / theirs | ratio | p99 ms | CPU µs per delivered, ours / theirs | ratio |"
    );
    println!("|---|---|---|---|---|---|---|");
    for count in CROWDS {
        for rate in STEADY {
            let mut runs = [Vec::new(), Vec::new()];
            for _ in 0..RUNS {
                for (kind, runs) in both.iter().zip(&mut runs) {
                    runs.push(at(kind, count, rate).await?);
                }
            }
            let [us, them] = runs;
            let p50 = [&us, &them].map(|runs| median(runs, |run| ms(run.p50)));
            let p99 = [&us, &them].map(|runs| median(runs, |run| ms(run.p99)));
            let cpu = [&us, &them].map(|runs| median(runs, |run| run.cpu));
            println!(
                "| {count} | {rate} | {:.1} / {:.1} | {:.2} | {:.1} / {:.1} | {:.1} / {:.1} | {:.2} |",
                p50[0],
                p50[1],
                p50[0] / p50[1],
                p99[0],
                p99[1],
                cpu[0],
                cpu[1],
                cpu[0] / cpu[1]
            );
        }
    }
    println!("\nThe most with 99 % of the items waiting less than {} ms\n", BOUND.as_millis());
    println!(
        "| clients | delivered/s, ours / theirs | ratio | p50 ms, each at its most | CPU µs per delivered, each at its most | ratio |"
    );
    println!("|---|---|---|---|---|---|");
    for count in CROWDS {
        let (us, them) = (most(ours, count).await?, most(theirs, count).await?);
        println!(
            "| {count} | {:.0} / {:.0} | {:.2} | {:.1} / {:.1} | {:.1} / {:.1} | {:.2} |",
            us.delivered,
            them.delivered,
            us.delivered / them.delivered,
            ms(us.p50),
            ms(them.p50),
            us.cpu,
            them.cpu,
            us.cpu / them.cpu
        );
    }
    println!("\n| | ours | theirs | ratio |\n|---|---|---|---|");
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..RUNS {
        for (kind, times) in both.iter().zip(&mut times) {
            times.push(catch_up(kind).await?);
        }
    }
    let [us, them] = times.map(|times| median(&times, |time| ms(*time)));
    println!("| {BACKLOG} changes to somebody who has none, ms | {us:.1} | {them:.1} | {:.2} |", us / them);
    let (us, them) = (idle(ours).await?, idle(theirs).await?);
    let row = |name, us: f64, them: f64| println!("| {name} | {us:.1} | {them:.1} | {:.2} |", us / them);
    row("an idle connection, KB", us.0, them.0);
    row(&format!("{IDLE} idle connections and the server, MB"), us.1, them.1);
    Ok(())
}

/// A server of its own for each figure, so that none pays for the one before.
pub async fn at(kind: &Kind, count: usize, rate: usize) -> Result<Outcome> {
    let server = kind.start()?;
    let each = each(rate, LASTING, count);
    let crowd: Crowd = match kind {
        Kind::Relay(_) => Gathered::gather(&server.address, count).await?.ready(each),
        Kind::Hocuspocus(..) => yjs::gather(&server.address, count, each).await?,
    };
    crowd.work(LASTING, &server).await
}

/// Doubled until it is too much, then between the last two. What counts is what was delivered, not what was asked for.
async fn most(kind: &Kind, count: usize) -> Result<Outcome> {
    let (mut good, mut best, mut step) = (0, Outcome::default(), LEAST);
    let mut try_it = async |rate: usize| -> Result<bool> {
        let outcome = at(kind, count, rate).await?;
        let holds = outcome.p99 <= BOUND;
        if holds && outcome.delivered > best.delivered {
            best = outcome;
        }
        Ok(holds)
    };
    while good + step <= CEILING && try_it(good + step).await? {
        good += step;
        step = good;
    }
    for _ in 0..HALVINGS {
        step /= 2;
        if try_it(good + step).await? {
            good += step;
        }
    }
    eprintln!("{}, {count} clients: {}", kind.name(), best.row());
    Ok(best)
}

async fn catch_up(kind: &Kind) -> Result<Duration> {
    let server = kind.start()?;
    match kind {
        Kind::Relay(_) => Gathered::gather(&server.address, 1).await?.catch_up(&server.address, BACKLOG).await,
        Kind::Hocuspocus(..) => yjs::catch_up(&server.address, BACKLOG).await,
    }
}

/// KB for each connection, MB in all.
pub async fn idle(kind: &Kind) -> Result<(f64, f64)> {
    let server = kind.start()?;
    let before = server.memory()?;
    let after = match kind {
        Kind::Relay(_) => {
            let _crowd = Gathered::gather(&server.address, IDLE).await?;
            settled(&server).await?
        }
        Kind::Hocuspocus(..) => {
            let _crowd = yjs::gather(&server.address, IDLE, 0).await?;
            settled(&server).await?
        }
    };
    Ok(((after - before) as f64 / IDLE as f64, after as f64 / 1024.0))
}

/// After what was only needed for letting them in.
async fn settled(server: &Server) -> Result<u64> {
    tokio::time::sleep(Duration::from_secs(5)).await;
    server.memory()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn median<T>(runs: &[T], figure: impl Fn(&T) -> f64) -> f64 {
    let mut figures: Vec<f64> = runs.iter().map(figure).collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}
