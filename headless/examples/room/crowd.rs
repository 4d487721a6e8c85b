//! Everybody, on as many threads as there are cores.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;
use plumbline_headless::Device;
use plumbline_headless::address::Address;
use plumbline_headless::clock;
use plumbline_headless::device::Founded;
use plumbline_headless::exchange::{Goal, Terms, exchange};
use plumbline_headless::replica::sync::peer::{Identity, random};
use plumbline_headless::replica::sync::wire::keyring::record::Role;
use plumbline_headless::replica::sync::wire::link::Link;
use plumbline_headless::store::{About, Store};

use crate::machine::Server;
use crate::member::{Member, Notes, Seen};
use crate::team::Team;

/// What is to be done.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub members: usize,
    /// Edits of each.
    pub each: usize,
    pub lasting: Duration,
}

/// What came out.
pub struct Report {
    plan: Plan,
    waits: Vec<Duration>,
    confirmed: Vec<Duration>,
    settled: Duration,
    bytes: (usize, usize),
    envelopes: (usize, usize),
    /// Of the relay, while people edited and until all was quiet: processor time, and for how long.
    cpu: (Duration, Duration),
    /// Resident, in KB: empty, with all members, at the end.
    memory: (u64, u64, u64),
}

/// A link for everybody, and the workspace's beginning.
type Way = (Link, Vec<u8>);

pub fn run(plan: &Plan, relay: &Server) -> Result<Report> {
    let address: Address = format!("http://{}", relay.address).parse()?;
    let notes = Notes::new(plan.members);
    let empty = relay.memory()?;
    let (team, document) = Team::new(plan.members)?;
    // What is not to be shared between threads is made in them: each thread has its own members.
    let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get).min(plan.members);
    let (way, ways): (Vec<mpsc::Sender<Way>>, Vec<mpsc::Receiver<Way>>) = (1..threads).map(|_| mpsc::channel()).unzip();
    let mut ways: Vec<Option<mpsc::Receiver<Way>>> = std::iter::once(None).chain(ways.into_iter().map(Some)).collect();
    let mut founding = Some((document, way));
    let (seen, cpu, memory) = thread::scope(|scope| -> Result<_> {
        let mut working = Vec::new();
        for (first, way) in ways.iter_mut().enumerate() {
            let (notes, team, address, founding) = (&notes, &team, &address, founding.take());
            let way = way.take();
            working.push(scope.spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                runtime.block_on(async {
                    let mut devices = Vec::new();
                    let (link, genesis) = match founding {
                        Some((document, others)) => {
                            let (device, way) = found(document, address).await?;
                            for other in others {
                                other.send(way.clone()).ok().context("a thread ended")?;
                            }
                            devices.push(device);
                            way
                        }
                        None => way.context("one")?.recv()?,
                    };
                    for _ in (first..plan.members).step_by(threads).skip(devices.len()) {
                        let at = clock::wall();
                        let identity = Identity::join(link.clone(), &genesis, at, &mut random(clock::draw()))?;
                        devices.push(Device::open(identity, Store::in_memory()?)?);
                    }
                    let members = devices.into_iter().enumerate().map(|(place, device)| {
                        let number = first + place * threads;
                        Member { number, device, team: team.clone(), plan: *plan, notes }.take_part(address)
                    });
                    try_join_all(members).await
                })
            }));
        }
        let watch = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (cpu, memory) = watch.block_on(async {
            notes.joined.wait().await;
            let (joined, start, before) = (relay.memory()?, tokio::time::Instant::now(), relay.cpu()?);
            notes.quiet.wait().await;
            anyhow::Ok(((relay.cpu()? - before, start.elapsed()), (empty, joined, relay.memory()?)))
        })?;
        let mut seen: Vec<Seen> = Vec::new();
        for thread in working {
            seen.extend(thread.join().map_err(|_| anyhow::anyhow!("a thread panicked"))??);
        }
        Ok((seen, cpu, memory))
    })?;
    let first = seen.first().context("members")?;
    ensure!(seen.iter().all(|other| other.fingerprint == first.fingerprint), "they do not agree in the end");
    let mut waits: Vec<Duration> = seen.iter().flat_map(|seen| seen.waits.iter().copied()).collect();
    let mut confirmed: Vec<Duration> = seen.iter().flat_map(|seen| seen.confirmed.iter().copied()).collect();
    waits.sort_unstable();
    confirmed.sort_unstable();
    Ok(Report {
        plan: *plan,
        waits,
        confirmed,
        settled: seen.iter().map(|seen| seen.settled).max().unwrap_or_default(),
        bytes: seen.iter().fold((0, 0), |(got, gave), seen| (got + seen.bytes.0, gave + seen.bytes.1)),
        envelopes: first.envelopes,
        cpu,
        memory,
    })
}

/// The founder, with everything on the relay, and a link that lets everybody write.
async fn found(document: plumbline_core::document::Document, address: &Address) -> Result<(Device, Way)> {
    let founded = Founded::of(document).map_err(|problem| anyhow::anyhow!("{problem:?}"))?;
    let mut store = Store::in_memory()?;
    let about = About { identity: founded.identity().clone(), relay: address.to_string(), name: String::new() };
    store.begin(&about, &founded.writes)?;
    let mut device = founded.device(store);
    let granted = device.grant(Role::Writer, None, "Everybody")?;
    let link = granted.map_err(|problem| anyhow::anyhow!("{problem:?}"))?;
    let patience = Some(Duration::from_secs(30));
    let terms = Terms { address: address.clone(), goal: Goal::Everything, limit: None, patience, any_relay: false };
    exchange(&mut device, &terms, &mut |_| {}).await?;
    Ok((device, (link, about.identity.genesis().bytes().to_vec())))
}

impl Report {
    pub const HEAD: &str = "\
| members | edits/s | seen p50 ms | p90 | p99 | most | confirmed p50 ms | p99 | quiet until all equal, ms | relay CPU ms per edit | cores \
| relay memory MB | KB per member | envelopes | bytes each | KB/s in per member | out |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|";

    pub fn row(&self) -> String {
        let ms = |wait: Duration| wait.as_secs_f64() * 1e3;
        let at = |waits: &[Duration], part: f64| {
            let place = ((waits.len() as f64 * part) as usize).min(waits.len().saturating_sub(1));
            ms(waits.get(place).copied().unwrap_or_default())
        };
        let members = self.plan.members as f64;
        let edits = self.waits.len() as f64 / (members - 1.0);
        let (cpu, time) = (self.cpu.0, self.cpu.1.as_secs_f64());
        let per_member = |bytes: usize| bytes as f64 / 1024.0 / members / time;
        let (empty, joined, end) = self.memory;
        format!(
            "| {members} | {:.1} | {:.0} | {:.0} | {:.0} | {:.0} | {:.0} | {:.0} | {:.0} | {:.2} | {:.2} | {:.1} | {:.0} | {} | {:.0} | {:.1} | {:.2} |",
            edits / self.plan.lasting.as_secs_f64(),
            at(&self.waits, 0.5),
            at(&self.waits, 0.9),
            at(&self.waits, 0.99),
            at(&self.waits, 1.0),
            at(&self.confirmed, 0.5),
            at(&self.confirmed, 0.99),
            ms(self.settled),
            ms(cpu) / edits,
            cpu.as_secs_f64() / time,
            end as f64 / 1024.0,
            joined.saturating_sub(empty) as f64 / members,
            self.envelopes.0,
            self.envelopes.1 as f64 / self.envelopes.0.max(1) as f64,
            per_member(self.bytes.0),
            per_member(self.bytes.1),
        )
    }
}
