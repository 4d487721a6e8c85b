//! The members' own state machine, over a real relay.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use plumbline_sync::inspect::{Inspect, Span, Unfit};
use plumbline_sync::peer::{ConnId, Effect, Identity, Peer, Side, random};
use plumbline_wire::id::{SessionId, WorkspaceId};
use plumbline_wire::keyring::record::Role;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::Message;

use super::client::{Socket, open};
use super::process::Relay;
use super::web::ask;

const CONN: ConnId = 1;

/// A change: actor16, number8, value8.
struct Changes;

fn change(session: &SessionId, number: u64, value: u64) -> Vec<u8> {
    [&session.0[..], &number.to_be_bytes(), &value.to_be_bytes()].concat()
}

impl Inspect for Changes {
    fn inspect(&self, _: &[u8; 16], _: bool, payload: &[u8]) -> Result<Span, Unfit> {
        let number = |at: usize| payload[at..].first_chunk::<8>().map(|bytes| u64::from_be_bytes(*bytes));
        match (payload.len() / 32, payload.len() % 32) {
            (0, 0) => Ok(Span::Empty),
            (count, 0) => Ok(Span::Changes {
                first: number(16).ok_or(Unfit::Unreadable)?,
                last: number((count - 1) * 32 + 16).ok_or(Unfit::Unreadable)?,
            }),
            _ => Err(Unfit::Unreadable),
        }
    }
}

/// A peer with a disk that never fails.
struct Driver {
    peer: Peer,
    socket: Option<Socket>,
    start: Instant,
    next: u64,
    shared: usize,
}

impl Driver {
    fn new(peer: Peer) -> Self {
        Self { peer, socket: None, start: Instant::now(), next: 1, shared: 0 }
    }

    fn now(&self) -> u64 {
        self.start.elapsed().as_millis() as u64
    }

    async fn connect(&mut self, address: &str, workspace: &WorkspaceId) {
        self.socket = Some(open(address, workspace, None).await.expect("a socket"));
        let now = self.now();
        self.peer.opened(CONN, Side::Relay { pinned: None }, now);
    }

    fn write(&mut self, value: u64) {
        let (session, now) = (self.peer.session(), self.now());
        self.peer.write(&change(&session, self.next, value), now).expect("a writer");
        self.next += 1;
    }

    /// Lets it work until `done`.
    async fn until(&mut self, mut done: impl FnMut(&Self) -> bool) {
        loop {
            loop {
                let effects = self.peer.drain();
                if effects.is_empty() {
                    break;
                }
                for effect in effects {
                    match effect {
                        Effect::Store { ticket, .. } => {
                            let now = self.now();
                            self.peer.stored(ticket, now);
                        }
                        Effect::Send { frame, .. } => {
                            let socket = self.socket.as_mut().expect("connected");
                            socket.send(Message::Binary(frame.into())).await.expect("sent");
                        }
                        Effect::Receipt { receipt, .. } if receipt.relays > 0 => self.shared += 1,
                        Effect::Close { reason, .. } => panic!("{reason:?}"),
                        Effect::Warning(warning) => panic!("{warning:?}"),
                        Effect::NotTaken { refusal, .. } => panic!("{refusal:?}"),
                        _ => {}
                    }
                }
            }
            if done(self) {
                return;
            }
            let Some(socket) = self.socket.as_mut() else { return };
            match timeout(Duration::from_millis(20), socket.next()).await {
                Ok(Some(Ok(Message::Binary(bytes)))) => {
                    let now = self.now();
                    self.peer.frame(CONN, &bytes, now);
                }
                Ok(Some(Ok(_))) => {}
                Ok(other) => panic!("{other:?}"),
                Err(_) => {
                    let now = self.now();
                    self.peer.tick(now);
                }
            }
        }
    }

    fn values(&self) -> Vec<u64> {
        let payloads = self.peer.deliveries();
        let changes = payloads.iter().flat_map(|delivery| delivery.payload.chunks_exact(32));
        let mut values: Vec<u64> =
            changes.filter_map(|change| change.last_chunk().map(|bytes| u64::from_be_bytes(*bytes))).collect();
        values.sort_unstable();
        values
    }
}

#[tokio::test]
async fn two_peers_meet_over_a_relay() {
    let data = tempfile::tempdir().expect("a place to write");
    let mut relay = Relay::start(data.path(), &[]);
    let mut founder = Driver::new(Peer::found([1; 16], 1, Box::new(Changes), [5; 32]).expect("founded"));
    let genesis = founder.peer.keyring().genesis().clone();
    let workspace = genesis.workspace();
    let answer = ask(&relay.address, &format!("POST /w/{workspace} HTTP/1.1"), genesis.bytes());
    assert!(answer.contains(" 201 "), "{answer}");
    let link = founder.peer.grant(Role::Writer, None, Vec::new(), 1, 0).expect("an administrator");
    let identity = Identity::join(link, genesis.bytes(), 2, &mut random([6; 32])).expect("the link's workspace");
    let mut ana = Driver::new(Peer::new(identity, Box::new(Changes), [7; 32]));
    founder.connect(&relay.address, &workspace).await;
    for value in 0..20 {
        founder.write(value);
    }
    founder.until(|driver| driver.shared > 0).await;
    ana.connect(&relay.address, &workspace).await;
    ana.until(|driver| driver.values().len() == 20).await;
    for value in 20..40 {
        ana.write(value);
    }
    ana.until(|driver| driver.shared > 0).await;
    founder.until(|driver| driver.values().len() == 40).await;

    // The relay is killed; both come again, and what was written meanwhile gets through.
    relay.kill();
    for driver in [&mut founder, &mut ana] {
        let now = driver.now();
        (driver.socket, driver.shared) = (None, 0);
        driver.peer.closed(CONN, now);
    }
    founder.write(40);
    relay = Relay::start(data.path(), &[]);
    founder.connect(&relay.address, &workspace).await;
    founder.until(|driver| driver.shared > 0).await;
    ana.connect(&relay.address, &workspace).await;
    ana.until(|driver| driver.values().len() == 41).await;
    assert_eq!(founder.values(), (0..41).collect::<Vec<_>>());
    assert_eq!(ana.values(), founder.values());
}
