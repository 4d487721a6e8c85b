//! A room full of people.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures_util::{SinkExt, StreamExt};
use plumbline_wire::frame::Frame;
use plumbline_wire::id::ItemId;
use plumbline_wire::link::Link;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_tungstenite::tungstenite::Message;

use crate::client::{Client, Socket};
use crate::machine::Relay;
use crate::team::{Author, Team};

/// Clients that look at every item; the others only count.
const OBSERVERS: usize = 5;
/// Body of an item: a small batch of changes, padded.
const BODY: usize = 272;

/// Members of one workspace, all subscribed.
pub struct Crowd {
    members: Vec<(Client, Author)>,
}

/// What came out.
pub struct Outcome {
    sent: f64,
    delivered: f64,
    frames: f64,
    p50: Duration,
    /// The bound is on this one.
    pub p99: Duration,
    ack: Duration,
    cpu: f64,
    cores: f64,
}

/// Shared by all tasks: when an item was sent, by writer and number, in nanoseconds after the start.
struct Notes {
    start: Instant,
    sent: Vec<Vec<AtomicU64>>,
    writers: HashMap<[u8; 16], usize>,
    names: HashMap<ItemId, (usize, usize)>,
    items: AtomicU64,
    frames: AtomicU64,
}

#[derive(Default)]
struct Seen {
    waits: Vec<u64>,
    acks: Vec<u64>,
}

/// Whether the workspace is new.
async fn found(address: &str, team: &Team) -> Result<bool> {
    let mut stream = tokio::net::TcpStream::connect(address).await?;
    let head =
        format!("POST /w/{} HTTP/1.1\r\nHost: x\r\nContent-Length: 157\r\nConnection: close\r\n\r\n", team.workspace());
    stream.write_all(&[head.as_bytes(), team.genesis.bytes()].concat()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    ensure!(answer.contains(" 201 ") || answer.contains(" 200 "), "{answer}");
    Ok(answer.contains(" 201 "))
}

impl Crowd {
    pub async fn gather(address: &str, count: usize) -> Result<Self> {
        // A database outlives a run (PLUMBLINE_STORE): the first workspace that is not there yet.
        let mut teams = (0..=u8::MAX).map(Team::new);
        let team = loop {
            let team = teams.next().context("the database is full of workspaces of earlier runs")?;
            if found(address, &team).await? {
                break team;
            }
        };
        let mut admin = Client::join(address, team.workspace(), &team.device(1, 1)).await;
        admin.store(&team.records).await;
        let mut members = Vec::new();
        for number in 0..count {
            let mut seed = [200; 32];
            seed[..8].copy_from_slice(&(number as u64).to_be_bytes());
            let device = team.device_of(2, Link::founding_secrets(&seed));
            let mut client = Client::join(address, team.workspace(), &device).await;
            let author = device.author();
            // An idle crowd has not written; the room knows no more than 2,000 devices.
            if count <= 1_000 {
                client.store(&author.log).await;
            }
            members.push((client, author));
        }
        for (client, _) in &mut members {
            let since = client.head.position + count as u64 + 10;
            client.subscribe(since).await;
        }
        Ok(Self { members })
    }

    /// Everybody writes, `rate` items a second together, and reads what all write.
    pub async fn work(mut self, rate: usize, lasting: Duration, relay: &Relay) -> Result<Outcome> {
        let count = self.members.len();
        let each = (rate as f64 * lasting.as_secs_f64() / count as f64).ceil() as usize;
        for (_, author) in &mut self.members {
            (0..each).for_each(|_| drop(author.write(BODY)));
        }
        let mut names = HashMap::new();
        for (writer, (_, author)) in self.members.iter().enumerate() {
            names.extend(author.log.iter().enumerate().map(|(number, item)| (ItemId::of(item), (writer, number))));
        }
        sleep(Duration::from_millis(300)).await;
        let notes = Arc::new(Notes {
            start: Instant::now(),
            sent: self.members.iter().map(|_| (0..=each).map(|_| AtomicU64::new(0)).collect()).collect(),
            writers: self.members.iter().enumerate().map(|(at, (_, author))| (author.session.0, at)).collect(),
            names,
            items: AtomicU64::new(0),
            frames: AtomicU64::new(0),
        });
        let (cpu, expected) = (relay.cpu()?, count * each);
        let mut tasks = Vec::new();
        for (writer, (client, author)) in self.members.into_iter().enumerate() {
            let pause = lasting.div_f64(each as f64);
            let first = pause.mul_f64(writer as f64 / count as f64);
            tasks.push(tokio::spawn(take_part(
                client.socket,
                author.log,
                writer,
                first,
                pause,
                expected,
                notes.clone(),
            )));
        }
        let mut seen = Seen::default();
        for task in tasks {
            let part = task.await?.context("a connection ended early")?;
            seen.waits.extend(part.waits);
            seen.acks.extend(part.acks);
        }
        let time = notes.start.elapsed().as_secs_f64();
        let cpu = (relay.cpu()? - cpu).as_secs_f64();
        let items = notes.items.load(Ordering::Relaxed) as f64;
        Ok(Outcome {
            sent: expected as f64 / time,
            delivered: items / time,
            frames: notes.frames.load(Ordering::Relaxed) as f64 / time,
            p50: percentile(&mut seen.waits, 0.5),
            p99: percentile(&mut seen.waits, 0.99),
            ack: percentile(&mut seen.acks, 0.99),
            cpu: cpu * 1e6 / items,
            cores: cpu / time,
        })
    }
}

async fn take_part(
    socket: Socket,
    items: Vec<Vec<u8>>,
    writer: usize,
    first: Duration,
    pause: Duration,
    expected: usize,
    notes: Arc<Notes>,
) -> Option<Seen> {
    let (mut sink, mut stream) = socket.split();
    let frames: Vec<Message> =
        items[1..].iter().map(|item| Message::Binary(Frame::Append { items: vec![item] }.encode().into())).collect();
    let (mine, clock) = (frames.len(), notes.clone());
    let writing = tokio::spawn(async move {
        for (number, frame) in frames.into_iter().enumerate() {
            sleep_until(clock.start + first + pause.mul_f64(number as f64)).await;
            clock.sent[writer][number + 1].store(nanoseconds(&clock), Ordering::Relaxed);
            if sink.send(frame).await.is_err() {
                break;
            }
        }
        sink
    });
    let (mut seen, mut got, mut acked) = (Seen::default(), 0, 0);
    while got < expected || acked < mine {
        let Some(Ok(message)) = stream.next().await else { return None };
        let Message::Binary(bytes) = message else { continue };
        notes.frames.fetch_add(1, Ordering::Relaxed);
        match bytes.first() {
            // A push: place, number of items, items. Most clients only count, for this machine runs them all.
            Some(8) => {
                let count = usize::from(u16::from_be_bytes([*bytes.get(41)?, *bytes.get(42)?]));
                got += count;
                notes.items.fetch_add(count as u64, Ordering::Relaxed);
                if writer < OBSERVERS {
                    let now = nanoseconds(&notes);
                    let Ok(Frame::Push { items, .. }) = Frame::parse(&bytes) else { return None };
                    for item in items {
                        let session: [u8; 16] = item.get(54..70)?.try_into().ok()?;
                        let number = u64::from_be_bytes(item.get(70..78)?.try_into().ok()?);
                        let from = *notes.writers.get(&session)?;
                        let sent = notes.sent[from].get(number as usize)?.load(Ordering::Relaxed);
                        seen.waits.push(now.saturating_sub(sent));
                    }
                }
            }
            Some(6) => {
                acked += 1;
                if writer < OBSERVERS {
                    let item = ItemId(bytes.get(1..33)?.try_into().ok()?);
                    let (from, number) = *notes.names.get(&item)?;
                    let sent = notes.sent[from][number].load(Ordering::Relaxed);
                    seen.acks.push(nanoseconds(&notes).saturating_sub(sent));
                }
            }
            _ => return None,
        }
    }
    drop(writing.await);
    Some(seen)
}

fn nanoseconds(notes: &Notes) -> u64 {
    u64::try_from(notes.start.elapsed().as_nanos()).unwrap_or(u64::MAX)
}

fn percentile(waits: &mut [u64], part: f64) -> Duration {
    waits.sort_unstable();
    let at = ((waits.len() as f64 * part) as usize).min(waits.len().saturating_sub(1));
    Duration::from_nanos(waits.get(at).copied().unwrap_or_default())
}

impl Outcome {
    pub fn row(&self) -> String {
        let ms = |wait: Duration| wait.as_secs_f64() * 1e3;
        format!(
            "{:.0} | {:.0} | {:.1} | {:.1} | {:.1} | {:.0} | {:.2} | {:.2} |",
            self.sent,
            self.delivered,
            ms(self.p50),
            ms(self.p99),
            ms(self.ack),
            self.frames,
            self.cpu,
            self.cores
        )
    }
}
