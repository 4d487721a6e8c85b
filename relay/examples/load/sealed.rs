//! Members of a workspace at our relay.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use plumbline_wire::frame::Frame;
use plumbline_wire::id::ItemId;
use plumbline_wire::link::Link;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

use crate::client::{Client, message};
use crate::crowd::{BODY, Crowd, Ear, Heard, Member, Source};
use crate::team::{Author, Team};

/// Members who have written nothing yet.
pub struct Gathered {
    team: Team,
    members: Vec<(Client, Author)>,
}

struct Sealed {
    writers: HashMap<[u8; 16], usize>,
    names: HashMap<ItemId, Source>,
}

/// Whether the workspace is new.
pub async fn found(address: &str, team: &Team) -> Result<bool> {
    let mut stream = tokio::net::TcpStream::connect(address).await?;
    let head =
        format!("POST /w/{} HTTP/1.1\r\nHost: x\r\nContent-Length: 157\r\nConnection: close\r\n\r\n", team.workspace());
    stream.write_all(&[head.as_bytes(), team.genesis.bytes()].concat()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    ensure!(answer.contains(" 201 ") || answer.contains(" 200 "), "{answer}");
    Ok(answer.contains(" 201 "))
}

impl Gathered {
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
        Ok(Self { team, members })
    }

    /// With so many items each, signed.
    pub fn ready(mut self, each: usize) -> Crowd {
        let mut sealed = Sealed { writers: HashMap::new(), names: HashMap::new() };
        for (writer, (_, author)) in self.members.iter_mut().enumerate() {
            (0..each).for_each(|_| drop(author.write(BODY)));
            sealed.writers.insert(author.session.0, writer);
            let names = author.log[1..].iter().enumerate();
            sealed.names.extend(names.map(|(number, item)| (ItemId::of(item), (writer, number))));
        }
        let members = self.members.into_iter().map(|(client, author)| {
            let frame = |item: &Vec<u8>| Message::Binary(Frame::Append { items: vec![item] }.encode().into());
            Member { socket: client.socket, items: author.log[1..].iter().map(frame).collect() }
        });
        Crowd { members: members.collect(), ear: Arc::new(sealed) }
    }

    /// How long somebody who has nothing waits for `count` items, from asking to the last one.
    pub async fn catch_up(mut self, address: &str, count: usize) -> Result<Duration> {
        let (writer, author) = self.members.first_mut().context("somebody")?;
        (0..count).for_each(|_| drop(author.write(BODY)));
        // What may be under way is bounded: a backlog is handed over in parts.
        for part in author.log[1..].chunks(500) {
            writer.store(part).await;
        }
        let mut reader = Client::join(address, self.team.workspace(), &self.team.device(3, 3)).await;
        let (start, mut left) = (Instant::now(), usize::try_from(reader.head.position)?);
        ensure!(left > count, "only {left} are there");
        reader.subscribe(0).await;
        while left > 0 {
            let bytes = message(&mut reader.socket).await.map_err(|code| anyhow::anyhow!("closed: {code}"))?;
            if let Ok(Frame::Push { items, .. }) = Frame::parse(&bytes) {
                left = left.saturating_sub(items.len());
            }
        }
        Ok(start.elapsed())
    }
}

impl Ear for Sealed {
    fn hear(&self, bytes: &[u8], look: bool) -> Option<Heard> {
        let mut heard = Heard::default();
        match bytes.first() {
            // A push: place, number of items, items.
            Some(8) => {
                heard.items = usize::from(u16::from_be_bytes([*bytes.get(41)?, *bytes.get(42)?]));
                if look {
                    let Ok(Frame::Push { items, .. }) = Frame::parse(bytes) else { return None };
                    for item in items {
                        let session: [u8; 16] = item.get(54..70)?.try_into().ok()?;
                        let number = u64::from_be_bytes(item.get(70..78)?.try_into().ok()?);
                        let number = usize::try_from(number).ok()?.checked_sub(1)?;
                        heard.sources.push((*self.writers.get(&session)?, number));
                    }
                }
            }
            Some(6) => {
                heard.acks = 1;
                if look {
                    let item = ItemId(bytes.get(1..33)?.try_into().ok()?);
                    heard.acked = Some(*self.names.get(&item)?);
                }
            }
            _ => return None,
        }
        Some(heard)
    }
}
