//! What a bystander feels while somebody else abuses the relay: another workspace at a steady rate, without and then with each kind of
//! assault, and the relay's memory. The assault is a process of its own that gives way to the others (`nice`): it stands for machines that are not this
//! one. All come from one address, so the limits by address are lifted: what is left has to hold by itself.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::assault::Assault;
use crate::crowd::{Outcome, each};
use crate::machine::{Kind, Server};
use crate::sealed::Gathered;

/// The bystanders, and what they write a second, together.
const BYSTANDERS: usize = 10;
const RATE: usize = 100;
/// How often each is measured, in turn with a quiet relay; the one in the middle counts.
const RUNS: usize = 3;
/// How much longer than usual 99 % of a bystander's items may take.
const RATIO: f64 = 2.0;
/// The most memory, in MB.
const MEMORY: f64 = 256.0;

/// Every assault, or one, for so long, in parts. Whether all kept within the bounds.
pub async fn lay(relay: &Kind, lasting: Duration, only: Option<Assault>) -> Result<bool> {
    println!("| assault | attempts | bystander's p99 ms, quiet | under assault | ratio | relay's most MB | |");
    println!("|---|---|---|---|---|---|---|");
    let mut good = true;
    for assault in Assault::ALL.into_iter().filter(|assault| only.is_none_or(|only| only == *assault)) {
        let (mut quiet, mut loud, mut attempts, mut most) = (Vec::new(), Vec::new(), 0, 0);
        let part = lasting.div_f64(RUNS as f64);
        for _ in 0..RUNS {
            quiet.push(p99(&bystand(&relay.start_limited()?, part).await?));
            let server = relay.start_limited()?;
            let attacker = Attacker::start(assault, &server)?;
            loud.push(p99(&bystand(&server, part).await?));
            attempts += attacker.stop()?;
            most = most.max(server.most_memory()?);
        }
        let [quiet, loud] = [quiet, loud].map(middle);
        let (ratio, most) = (loud / quiet, most as f64 / 1024.0);
        let holds = ratio <= RATIO && most <= MEMORY && attempts > 0;
        good &= holds;
        let verdict = if holds { "ok" } else { "TOO MUCH" };
        let name = assault.name();
        println!("| {name} | {attempts} | {quiet:.1} | {loud:.1} | {ratio:.2} | {most:.0} | {verdict} |");
    }
    Ok(good)
}

/// A room at a time, for so many rounds: everybody comes, works and leaves. Whether the memory stays where it is.
pub async fn soak(relay: &Kind, rounds: usize, lasting: Duration) -> Result<bool> {
    let server = relay.start_limited()?;
    println!("| minute | relay's MB | p99 ms |\n|---|---|---|");
    let start = tokio::time::Instant::now();
    let mut points = Vec::new();
    for _ in 0..rounds {
        let crowd =
            Gathered::gather(&server.address, 5 * BYSTANDERS).await?.ready(each(2 * RATE, lasting, 5 * BYSTANDERS));
        let outcome = crowd.work(lasting, &server).await?;
        let (minute, memory) = (start.elapsed().as_secs_f64() / 60.0, server.memory()? as f64 / 1024.0);
        println!("| {minute:.1} | {memory:.1} | {:.1} |", p99(&outcome));
        points.push((minute / 60.0, memory));
    }
    // Rooms are put away a minute after everybody left: the first half is the way up.
    let late = &points[points.len() / 2..];
    let (slope, mean) = line(late);
    let hourly = slope / mean * 100.0;
    let long = late.last().zip(late.first()).is_some_and(|(last, first)| last.0 - first.0 >= 1.0);
    println!("\n{mean:.1} MB in the second half, {hourly:+.1} % an hour");
    if !long {
        println!("Too short for a verdict on the slope, which wants an hour at least.");
    }
    Ok(!long || hourly < 1.0)
}

async fn bystand(server: &Server, lasting: Duration) -> Result<Outcome> {
    let crowd = Gathered::gather(&server.address, BYSTANDERS).await?.ready(each(RATE, lasting, BYSTANDERS));
    crowd.work(lasting, server).await
}

/// The assault in a process of its own.
struct Attacker {
    child: Child,
    attempts: Arc<AtomicU64>,
}

impl Attacker {
    /// Returns when it is in position.
    fn start(assault: Assault, server: &Server) -> Result<Self> {
        let mut child = Command::new("nice")
            .args(["-n", "19"])
            .arg(std::env::current_exe()?)
            .args(["assault", assault.name(), &server.address])
            .stdout(Stdio::piped())
            // Its hands lose connections all the time, and say so.
            .stderr(Stdio::null())
            .spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("piped")?).lines();
        let attempts = Arc::new(AtomicU64::new(0));
        let attacker = Self { child, attempts: attempts.clone() };
        lines.next().context("it gets into position")??;
        std::thread::spawn(move || {
            for count in lines.map_while(Result::ok).filter_map(|line| line.parse().ok()) {
                attempts.store(count, Ordering::Relaxed);
            }
        });
        Ok(attacker)
    }

    /// How often it tried.
    fn stop(mut self) -> Result<u64> {
        // One that ended early would measure nothing.
        anyhow::ensure!(self.child.try_wait()?.is_none(), "the assault ended by itself");
        Ok(self.attempts.load(Ordering::Relaxed))
    }
}

impl Drop for Attacker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn p99(outcome: &Outcome) -> f64 {
    outcome.p99.as_secs_f64() * 1e3
}

fn middle(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

/// The slope of the line of least squares, and the mean.
fn line(points: &[(f64, f64)]) -> (f64, f64) {
    let count = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let (over, under) = points.iter().fold((0.0, 0.0), |(over, under), point| {
        let off = point.0 - x;
        (over + off * (point.1 - y), under + off * off)
    });
    (if under > 0.0 { over / under } else { 0.0 }, y)
}
