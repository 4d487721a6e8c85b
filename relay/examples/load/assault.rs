//! Ways to be a nuisance to a relay, each until its process is ended.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use futures_util::SinkExt;
use plumbline_wire::frame::Frame;
use plumbline_wire::link::Link;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Message;

use crate::client::{Client, hello, message, open};
use crate::sealed::found;
use crate::team::{Device, Team};

/// What somebody does to a relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assault {
    /// Pages of other sites that open sockets.
    OtherSites,
    /// Connections that are opened and left, again and again.
    Storm,
    /// Requests that come a byte a second.
    Trickle,
    /// Frames that are too large, empty, or nothing.
    Bombs,
    /// A member who writes as fast as they can, whatever they are told.
    Flood,
    /// A thousand members who ask for everything and read nothing, while another writes.
    SlowReaders,
}

/// How many do so at once.
const HANDS: usize = 16;
/// How many sockets are held.
const SOCKETS: usize = 1_000;
/// What lets the bystanders' machine breathe: each hand tries a hundred times a second at most.
const PAUSE: Duration = Duration::from_millis(10);
/// A workspace that no bystander has.
const NONCE: u8 = 251;

impl Assault {
    pub const ALL: [Self; 6] =
        [Self::OtherSites, Self::Storm, Self::Trickle, Self::Bombs, Self::Flood, Self::SlowReaders];

    pub fn name(self) -> &'static str {
        match self {
            Self::OtherSites => "other-sites",
            Self::Storm => "storm",
            Self::Trickle => "trickle",
            Self::Bombs => "bombs",
            Self::Flood => "flood",
            Self::SlowReaders => "slow-readers",
        }
    }

    pub fn parse(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|assault| assault.name() == name).with_context(|| format!("no assault {name}"))
    }
}

/// Does it, and prints a line when it has begun and the number of attempts from then on.
pub async fn run(assault: Assault, address: &str) -> Result<()> {
    let target = Target { address: address.to_owned(), team: Arc::new(Team::new(NONCE)), attempts: Arc::default() };
    found(address, &target.team).await?;
    let mut admin = Client::join(address, target.team.workspace(), &target.team.device(1, 1)).await;
    admin.store(&target.team.records).await;
    let sockets = match assault {
        Assault::Trickle => SOCKETS / 2,
        Assault::SlowReaders => SOCKETS,
        _ => 0,
    };
    let mut held = Vec::new();
    if assault == Assault::SlowReaders {
        for number in 0..sockets {
            let mut socket = open(address, &target.team.workspace(), None).await?;
            hello(&mut socket, &target.device(3, number), None).await;
            message(&mut socket).await.map_err(|code| anyhow::anyhow!("closed: {code}"))?;
            socket.send(Message::Binary(Frame::Subscribe { since: 0 }.encode().into())).await?;
            held.push(socket);
        }
    }
    for number in 0..sockets.max(HANDS) {
        let target = target.clone();
        match assault {
            Assault::OtherSites => drop(tokio::spawn(target.visit(Some("https://elsewhere.example")))),
            Assault::Storm => drop(tokio::spawn(target.visit(None))),
            Assault::Trickle => drop(tokio::spawn(target.trickle())),
            Assault::Bombs => drop(tokio::spawn(target.bomb(number))),
            Assault::Flood if number < 4 => drop(tokio::spawn(target.flood(number))),
            Assault::SlowReaders if number == 0 => drop(tokio::spawn(target.flood(SOCKETS))),
            Assault::Flood | Assault::SlowReaders => {}
        }
    }
    println!("in position");
    loop {
        println!("{}", target.attempts.load(Ordering::Relaxed) + held.len() as u64);
        sleep(Duration::from_millis(200)).await;
    }
}

#[derive(Clone)]
struct Target {
    address: String,
    team: Arc<Team>,
    attempts: Arc<AtomicU64>,
}

impl Target {
    /// A member by the link with this seed.
    fn device(&self, link: u8, number: usize) -> Device {
        let mut seed = [201; 32];
        seed[..8].copy_from_slice(&(number as u64).to_be_bytes());
        self.team.device_of(link, Link::founding_secrets(&seed))
    }

    fn tried(&self) {
        self.attempts.fetch_add(1, Ordering::Relaxed);
    }

    /// Opens and leaves.
    async fn visit(self, origin: Option<&'static str>) {
        loop {
            drop(open(&self.address, &self.team.workspace(), origin).await);
            self.tried();
            sleep(PAUSE).await;
        }
    }

    /// A request that takes for ever, and the next one.
    async fn trickle(self) {
        let head = format!("GET /w/{} HTTP/1.1\r\nHost: x\r\nCookie: {}", self.team.workspace(), "x".repeat(8_000));
        loop {
            self.tried();
            let Ok(mut stream) = TcpStream::connect(&self.address).await else {
                sleep(PAUSE).await;
                continue;
            };
            for byte in head.bytes() {
                let closed = async { matches!(stream.read(&mut [0; 64]).await, Ok(0) | Err(_)) };
                if tokio::time::timeout(Duration::from_secs(1), closed).await == Ok(true)
                    || stream.write_all(&[byte]).await.is_err()
                {
                    break;
                }
            }
        }
    }

    /// Half of them are members.
    async fn bomb(self, number: usize) {
        let large = vec![0; 1 << 20];
        let bombs: [Vec<u8>; 5] = [
            [&[5][..], &large].concat(),
            vec![5, 255, 255, 0],
            Vec::new(),
            [&[14][..], &large].concat(),
            vec![2; 4_000],
        ];
        let member = number.is_multiple_of(2).then(|| self.device(2, number));
        for bomb in bombs.into_iter().cycle() {
            // A task of its own: what the tests' client takes for granted ends that, not this.
            drop(tokio::spawn(self.clone().throw(member.clone(), bomb)).await);
            self.tried();
            sleep(PAUSE).await;
        }
    }

    async fn throw(self, member: Option<Device>, bomb: Vec<u8>) {
        let Ok(mut socket) = open(&self.address, &self.team.workspace(), None).await else { return };
        if let Some(device) = member {
            hello(&mut socket, &device, None).await;
            let _ = message(&mut socket).await;
        }
        let _ = socket.send(Message::Binary(bomb.into())).await;
    }

    /// Items as fast as the network takes them, and again when it was sent away.
    async fn flood(self, number: usize) {
        let device = self.device(2, number);
        let mut author = device.author();
        (0..2_000).for_each(|_| drop(author.write(2_000)));
        loop {
            let (address, workspace, device) = (self.address.clone(), self.team.workspace(), device.clone());
            let joining = tokio::spawn(async move { Client::try_join(&address, workspace, &device).await });
            if let Ok(Ok(client)) = joining.await {
                let (mut sink, mut stream) = futures_util::StreamExt::split(client.socket);
                let reading =
                    tokio::spawn(
                        async move { while let Some(Ok(_)) = futures_util::StreamExt::next(&mut stream).await {} },
                    );
                for item in &author.log {
                    let frame = Frame::Append { items: vec![item] }.encode();
                    if sink.send(Message::Binary(frame.into())).await.is_err() {
                        break;
                    }
                    self.tried();
                }
                reading.abort();
            }
            sleep(PAUSE).await;
        }
    }
}
