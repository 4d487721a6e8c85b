//! Members of a document at Hocuspocus, in its own frames and with real updates of Yjs: each client adds to an array of its own making.
//! An item is a piece of bytes as large as the body of one of ours; there is nothing to sign.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::SinkExt;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

use crate::client::{Socket, message};
use crate::crowd::{BODY, Crowd, Ear, Heard, Member};

const DOCUMENT: &str = "room";
/// Clients are numbered from here: as many digits as theirs have, which are drawn at random.
const FIRST_CLIENT: u64 = 1_000_000_000;

/// Kinds of messages of Hocuspocus.
mod kind {
    pub const SYNC: u64 = 0;
    pub const AWARENESS: u64 = 1;
    pub const AUTH: u64 = 2;
    pub const SYNC_REPLY: u64 = 4;
    pub const SYNC_STATUS: u64 = 8;
}

/// Kinds of messages of y-protocols, inside of `SYNC`.
mod step {
    pub const STATE: u64 = 0;
    pub const MISSING: u64 = 1;
    pub const UPDATE: u64 = 2;
}

struct Yjs;

/// Numbers of seven bits a byte, and what has such a length before it.
#[derive(Default)]
struct Writer(Vec<u8>);

impl Writer {
    fn number(mut self, mut value: u64) -> Self {
        while value > 0x7f {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
        self
    }

    fn byte(mut self, byte: u8) -> Self {
        self.0.push(byte);
        self
    }

    fn bytes(self, bytes: &[u8]) -> Self {
        let mut writer = self.number(bytes.len() as u64);
        writer.0.extend(bytes);
        writer
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<u64> {
        let mut value = 0;
        for place in (0..63).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << place;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }
}

fn frame(kind: u64) -> Writer {
    Writer::default().bytes(DOCUMENT.as_bytes()).number(kind)
}

/// An update of Yjs (version 1): one item of a client.
fn update(client: u64, clock: u64) -> Vec<u8> {
    const BINARY: u8 = 3;
    const AFTER: u8 = 0x80;
    let body: Vec<u8> = (0..BODY).map(|at| (at as u64 * 31 + clock * 7 + client) as u8).collect();
    let head = Writer::default().number(1).number(1).number(client).number(clock);
    let item = if let Some(last) = clock.checked_sub(1) {
        head.byte(BINARY | AFTER).number(client).number(last)
    } else {
        head.byte(BINARY).number(1).bytes(b"items")
    };
    item.bytes(&body).number(0).0
}

/// The clients and clocks of the items of an update.
fn items(update: &[u8]) -> Option<Vec<(u64, u64)>> {
    let (mut reader, mut found) = (Reader(update), Vec::new());
    for _ in 0..reader.number()? {
        let (count, client, mut clock) = (reader.number()?, reader.number()?, reader.number()?);
        for _ in 0..count {
            let info = reader.byte()?;
            match info & 0x1f {
                // A place that is left out.
                10 => clock += reader.number()?,
                3 => {
                    for side in [0x80, 0x40] {
                        if info & side != 0 {
                            reader.number()?;
                            reader.number()?;
                        }
                    }
                    if info & 0xc0 == 0 {
                        reader.number()?;
                        reader.bytes()?;
                    }
                    reader.bytes()?;
                    found.push((client, clock));
                    clock += 1;
                }
                _ => return None,
            }
        }
    }
    Some(found)
}

/// Connects and has everything that is there; says how long that took from asking to the last byte.
async fn join(address: &str) -> Result<(Socket, usize, Duration)> {
    let (mut socket, _) = tokio_tungstenite::connect_async_with_config(format!("ws://{address}/"), None, true).await?;
    let mut send = async |frame: Writer| socket.send(Message::Binary(frame.0.into())).await;
    send(frame(kind::AUTH).number(0).bytes(b"token").bytes(b"4.7.0")).await?;
    let start = Instant::now();
    // It asks for the state first; the empty one is a single zero.
    send(frame(kind::SYNC).number(step::STATE).bytes(&[0])).await?;
    let mut missing = None;
    let mut asked = false;
    while missing.is_none() || !asked {
        let bytes = message(&mut socket).await.map_err(|code| anyhow::anyhow!("closed: {code}"))?;
        let mut reader = Reader(&bytes);
        reader.bytes().context("a document")?;
        match reader.number() {
            Some(kind::SYNC | kind::SYNC_REPLY) => match reader.number() {
                Some(step::MISSING) => {
                    let update = reader.bytes().context("an update")?;
                    missing = Some((items(update).context("items")?.len(), start.elapsed()));
                }
                Some(step::STATE) => asked = true,
                _ => {}
            },
            Some(kind::AUTH | kind::AWARENESS) => {}
            other => bail!("{other:?}"),
        }
    }
    // It asks what we have that it has not: nothing.
    socket.send(Message::Binary(frame(kind::SYNC).number(step::MISSING).bytes(&[0, 0]).0.into())).await?;
    let bytes = message(&mut socket).await.map_err(|code| anyhow::anyhow!("closed: {code}"))?;
    anyhow::ensure!(Yjs.hear(&bytes, false).is_some_and(|heard| heard.acks == 1), "{bytes:?}");
    let (count, time) = missing.context("an answer")?;
    Ok((socket, count, time))
}

/// Members with so many items each.
pub async fn gather(address: &str, count: usize, each: usize) -> Result<Crowd> {
    let mut members = Vec::new();
    for number in 0..count {
        let client = FIRST_CLIENT + number as u64;
        let send = |clock| {
            let frame = frame(kind::SYNC).number(step::UPDATE).bytes(&update(client, clock));
            Message::Binary(frame.0.into())
        };
        members.push(Member { socket: join(address).await?.0, items: (0..each as u64).map(send).collect() });
    }
    Ok(Crowd { members, ear: Arc::new(Yjs) })
}

/// How long somebody who has nothing waits for `count` items, from asking to the last one.
pub async fn catch_up(address: &str, count: usize) -> Result<Duration> {
    let mut crowd = gather(address, 1, count).await?;
    let mut writer = crowd.members.pop().context("somebody")?;
    for part in writer.items.chunks(500) {
        for item in part {
            writer.socket.send(item.clone()).await?;
        }
        let mut left = part.len();
        while left > 0 {
            let bytes = message(&mut writer.socket).await.map_err(|code| anyhow::anyhow!("closed: {code}"))?;
            left = left.saturating_sub(Yjs.hear(&bytes, false).context("an answer")?.acks);
        }
    }
    let (_, found, time) = join(address).await?;
    anyhow::ensure!(found == count, "{found} of {count} are there");
    Ok(time)
}

impl Ear for Yjs {
    fn hear(&self, bytes: &[u8], look: bool) -> Option<Heard> {
        let mut reader = Reader(bytes);
        let mut heard = Heard::default();
        reader.bytes()?;
        match reader.number()? {
            kind::SYNC if reader.number()? == step::UPDATE => {
                let items = items(reader.bytes()?)?;
                heard.items = items.len();
                if look {
                    let source = |(client, clock): (u64, u64)| {
                        Some((usize::try_from(client.checked_sub(FIRST_CLIENT)?).ok()?, usize::try_from(clock).ok()?))
                    };
                    heard.sources = items.into_iter().map(source).collect::<Option<_>>()?;
                }
            }
            kind::SYNC_STATUS if reader.number()? == 1 => heard.acks = 1,
            kind::AWARENESS => {}
            _ => return None,
        }
        Some(heard)
    }
}
