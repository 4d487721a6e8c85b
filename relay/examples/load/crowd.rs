//! A room full of people, whatever they speak.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use futures_util::{SinkExt, StreamExt};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_tungstenite::tungstenite::Message;

use crate::client::Socket;
use crate::machine::Server;

/// Clients that look at every item; the others only count.
const OBSERVERS: usize = 5;
/// Nobody is silent for so long: what is missing then does not come.
const PATIENCE: Duration = Duration::from_secs(100);
/// Body of an item: a small batch of changes, padded.
pub const BODY: usize = 272;

/// Who wrote an item, and which of theirs it was, from 0.
pub type Source = (usize, usize);

/// What a message from the server holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// How many items.
    pub items: usize,
    /// Whose they are, if that was asked.
    pub sources: Vec<Source>,
    /// How many items of the reader's own are acknowledged.
    pub acks: usize,
    /// Which they are, if that was asked and is said. Else they are the next ones.
    pub acked: Option<Source>,
}

/// How the members of a crowd understand their server.
pub trait Ear: Send + Sync {
    /// Nothing: what should not have come. Most clients only count, for this machine runs them all.
    fn hear(&self, bytes: &[u8], look: bool) -> Option<Heard>;
}

/// Somebody connected, with what they are going to write.
pub struct Member {
    pub socket: Socket,
    pub items: Vec<Message>,
}

/// Members of one room, all subscribed, with the same number of items each.
pub struct Crowd {
    pub members: Vec<Member>,
    pub ear: Arc<dyn Ear>,
}

/// What came out.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    pub sent: f64,
    pub delivered: f64,
    frames: f64,
    pub p50: Duration,
    /// The bound is on this one.
    pub p99: Duration,
    ack: Duration,
    /// Microseconds of the server's per item delivered.
    pub cpu: f64,
    cores: f64,
}

/// Shared by all tasks: when an item was sent, by writer and number, in nanoseconds after the start.
struct Notes {
    start: Instant,
    sent: Vec<Vec<AtomicU64>>,
    items: AtomicU64,
    frames: AtomicU64,
    ear: Arc<dyn Ear>,
}

/// When and how often somebody writes.
struct Turn {
    writer: usize,
    first: Duration,
    pause: Duration,
    /// Items of everybody.
    expected: usize,
}

#[derive(Default)]
struct Seen {
    waits: Vec<u64>,
    acks: Vec<u64>,
}

/// How many items each of `count` members writes.
pub fn each(rate: usize, lasting: Duration, count: usize) -> usize {
    (rate as f64 * lasting.as_secs_f64() / count as f64).ceil() as usize
}

impl Crowd {
    /// Everybody writes what they have, evenly over the time, and reads what all write.
    pub async fn work(self, lasting: Duration, server: &Server) -> Result<Outcome> {
        let count = self.members.len();
        let each = self.members.first().map_or(0, |member| member.items.len());
        sleep(Duration::from_millis(300)).await;
        let notes = Arc::new(Notes {
            start: Instant::now(),
            sent: self.members.iter().map(|_| (0..each).map(|_| AtomicU64::new(0)).collect()).collect(),
            items: AtomicU64::new(0),
            frames: AtomicU64::new(0),
            ear: self.ear,
        });
        let (cpu, expected) = (server.cpu()?, count * each);
        let pause = lasting.div_f64(each as f64);
        let mut tasks = Vec::new();
        for (writer, member) in self.members.into_iter().enumerate() {
            let first = pause.mul_f64(writer as f64 / count as f64);
            tasks.push(tokio::spawn(take_part(member, Turn { writer, first, pause, expected }, notes.clone())));
        }
        let mut seen = Seen::default();
        for task in tasks {
            let part = task.await?.context("a connection ended early, was silent, or said what was not expected")?;
            seen.waits.extend(part.waits);
            seen.acks.extend(part.acks);
        }
        let time = notes.start.elapsed().as_secs_f64();
        let cpu = (server.cpu()? - cpu).as_secs_f64();
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

async fn take_part(member: Member, turn: Turn, notes: Arc<Notes>) -> Option<Seen> {
    let Turn { writer, first, pause, expected } = turn;
    let (mut sink, mut stream) = member.socket.split();
    let (mine, clock) = (member.items.len(), notes.clone());
    let writing = tokio::spawn(async move {
        for (number, item) in member.items.into_iter().enumerate() {
            sleep_until(clock.start + first + pause.mul_f64(number as f64)).await;
            clock.sent[writer][number].store(clock.now(), Ordering::Relaxed);
            if sink.send(item).await.is_err() {
                break;
            }
        }
        sink
    });
    let look = writer < OBSERVERS;
    let (mut seen, mut got, mut acked) = (Seen::default(), 0, 0);
    while got < expected || acked < mine {
        let Ok(Some(Ok(message))) = timeout(PATIENCE, stream.next()).await else { return None };
        let Message::Binary(bytes) = message else { continue };
        notes.frames.fetch_add(1, Ordering::Relaxed);
        let heard = notes.ear.hear(&bytes, look)?;
        got += heard.items;
        notes.items.fetch_add(heard.items as u64, Ordering::Relaxed);
        for source in heard.sources {
            seen.waits.push(notes.since(source)?);
        }
        if look {
            for number in acked..acked + heard.acks {
                seen.acks.push(notes.since(heard.acked.unwrap_or((writer, number)))?);
            }
        }
        acked += heard.acks;
    }
    drop(writing.await);
    Some(seen)
}

impl Notes {
    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// How long ago this was sent.
    fn since(&self, (writer, number): Source) -> Option<u64> {
        let sent = self.sent.get(writer)?.get(number)?.load(Ordering::Relaxed);
        Some(self.now().saturating_sub(sent))
    }
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
