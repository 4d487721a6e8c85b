//! Clients, relays, and what is between them.

use std::collections::BTreeMap;

use plumbline_sync::peer::{Effect, Identity, Peer, Side, random};
use plumbline_sync::seal::{self, Random};
use plumbline_sync::wire::keyring::record::Role;
use rand::Rng as _;

use super::client::{Changes, Client};
use super::host::Host;

/// Wall clock at the beginning: 2026.
pub const WALL: u64 = 1_780_000_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Client(usize),
    Host(usize),
}

#[derive(Debug)]
enum Event {
    Frame { conn: u64, to: End, bytes: Vec<u8> },
    Stored { client: usize, run: u64, ticket: u64, fails: bool },
    Commit { host: usize, fails: bool },
    Wake { client: usize },
    Compacted { client: usize, run: u64, ticket: u64, document: Vec<u8> },
}

/// How bad it is, in thousandths.
#[derive(Debug, Clone, Copy, Default)]
pub struct Trouble {
    pub drop: u64,
    pub twice: u64,
    pub late: u64,
    pub flip: u64,
    pub store_fails: u64,
    pub commit_fails: u64,
}

pub struct World {
    pub now: u64,
    pub random: Random,
    pub clients: Vec<Client>,
    pub hosts: Vec<Host>,
    pub conns: BTreeMap<u64, (End, End)>,
    pub trouble: Trouble,
    /// Groups of ends that cannot reach each other: number of the group of each client.
    pub groups: Vec<u64>,
    /// How many frames were sent to relays.
    pub to_relays: usize,
    /// How many bad snapshots were handed in.
    pub spoilt: usize,
    /// The first frames that were sent.
    pub seen: Vec<Vec<u8>>,
    events: BTreeMap<(u64, u64), Event>,
    last: u64,
    /// When the last frame sent over a connection towards an end arrives, so that order is kept.
    order: BTreeMap<(u64, bool), u64>,
}

impl World {
    pub fn new(seed: u64, clients: usize, hosts: usize) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_be_bytes());
        let mut random = random(bytes);
        let mut founder = Peer::found([1; 16], WALL, Box::new(Changes), seal::draw(&mut random)).unwrap();
        let genesis = founder.identity().genesis().clone();
        let mut list = vec![Client::new(founder.identity().clone())];
        for number in 1..clients {
            let role = match number {
                1 => Role::Admin,
                2 if clients > 3 => Role::Reader,
                _ => Role::Writer,
            };
            let link = founder.grant(role, None, Vec::new(), WALL, 0).unwrap();
            let skew = (random.next_u64() % 631_000_000_000) as i64 - 315_500_000_000;
            let at = WALL.saturating_add_signed(skew);
            let identity = Identity::join(link, genesis.bytes(), at, &mut random).unwrap();
            let mut client = Client::new(identity);
            (client.skew, client.writes) = (skew, role != Role::Reader);
            list.push(client);
        }
        list[0].begin(founder);
        let hosts = (0..hosts).map(|_| Host::new(seal::draw(&mut random), genesis.clone())).collect();
        let groups = vec![0; clients];
        let (conns, events, order) = Default::default();
        let trouble = Trouble::default();
        let seen = Vec::new();
        let mut world = Self {
            now: 0,
            to_relays: 0,
            spoilt: 0,
            seen,
            random,
            clients: list,
            hosts,
            conns,
            trouble,
            groups,
            events,
            last: 0,
            order,
        };
        world.settle(0);
        for client in 1..clients {
            world.start(client);
        }
        world
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        if limit == 0 { 0 } else { self.random.next_u64() % limit }
    }

    pub fn happens(&mut self, thousandths: u64) -> bool {
        thousandths > 0 && self.below(1000) < thousandths
    }

    pub fn wall(&self, client: usize) -> u64 {
        (WALL + self.now).saturating_add_signed(self.clients[client].skew)
    }

    fn at(&mut self, time: u64, event: Event) {
        self.last += 1;
        self.events.insert((time, self.last), event);
    }

    pub fn start(&mut self, client: usize) {
        let seed = seal::draw(&mut self.random);
        self.clients[client].start(seed);
        self.settle(client);
    }

    pub fn crash(&mut self, client: usize) {
        // The disk may have been faster than its answer.
        let committed = self.happens(500);
        let dying = &mut self.clients[client];
        dying.peer = None;
        if let Some((_, writes)) = dying.store.take().filter(|_| committed) {
            dying.disk.commit(&writes);
        }
        self.drop_all(End::Client(client));
        let client = &mut self.clients[client];
        client.peer = None;
        client.store = None;
    }

    pub fn drop_all(&mut self, end: End) {
        let gone: Vec<u64> =
            self.conns.iter().filter(|(_, (a, b))| *a == end || *b == end).map(|(conn, _)| *conn).collect();
        for conn in gone {
            self.cut(conn);
        }
    }

    pub fn cut(&mut self, conn: u64) {
        let Some((a, b)) = self.conns.remove(&conn) else { return };
        for end in [a, b] {
            match end {
                End::Client(client) => {
                    let now = self.now;
                    if let Some(peer) = &mut self.clients[client].peer {
                        peer.closed(conn, now);
                        self.settle(client);
                    }
                }
                End::Host(host) => drop(self.hosts[host].guests.remove(&conn)),
            }
        }
    }

    pub fn connected(&self, a: End, b: End) -> bool {
        self.conns.values().any(|pair| *pair == (a, b) || *pair == (b, a))
    }

    /// The connection that a client opened.
    pub fn conn_of(&self, client: usize, other: End) -> Option<u64> {
        self.conns.iter().find(|(_, pair)| **pair == (End::Client(client), other)).map(|(conn, _)| *conn)
    }

    pub fn connect(&mut self, client: usize, other: End) {
        if self.connected(End::Client(client), other) || self.clients[client].peer.is_none() {
            return;
        }
        self.last += 1;
        let (conn, now) = (self.last, self.now);
        match other {
            End::Host(host) => {
                self.conns.insert(conn, (End::Client(client), other));
                let challenge = seal::draw(&mut self.random);
                let pinned = Some(self.hosts[host].verify_key());
                if let Some(peer) = &mut self.clients[client].peer {
                    peer.opened(conn, Side::Relay { pinned }, now);
                }
                let frame = self.hosts[host].connect(conn, challenge);
                self.send(conn, End::Client(client), frame);
                self.settle(client);
            }
            End::Client(second) => {
                if self.clients[second].peer.is_none() || self.groups[client] != self.groups[second] {
                    return;
                }
                self.conns.insert(conn, (End::Client(client), other));
                for end in [client, second] {
                    if let Some(peer) = &mut self.clients[end].peer {
                        peer.opened(conn, Side::Member, now);
                    }
                }
                self.settle(client);
                self.settle(second);
            }
        }
    }

    fn send(&mut self, conn: u64, to: End, mut bytes: Vec<u8>) {
        self.to_relays += usize::from(matches!(to, End::Host(_)));
        if self.seen.len() < 500 {
            self.seen.push(bytes.clone());
        }
        if self.happens(self.trouble.drop) {
            return;
        }
        if self.happens(self.trouble.flip) {
            let bit = self.below(bytes.len() as u64 * 8) as usize;
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        let mut time = self.now + 5 + self.below(40);
        if !self.happens(self.trouble.late) {
            let forth = matches!(self.conns.get(&conn), Some((_, end)) if *end == to);
            let order = self.order.entry((conn, forth)).or_default();
            time = time.max(*order);
            *order = time;
        } else {
            time += self.below(2000);
        }
        if self.happens(self.trouble.twice) {
            let again = time + self.below(500);
            self.at(again, Event::Frame { conn, to, bytes: bytes.clone() });
        }
        self.at(time, Event::Frame { conn, to, bytes });
    }

    /// Puts a frame on its way that nobody's peer sent.
    pub fn inject(&mut self, conn: u64, to: End, bytes: Vec<u8>) {
        let time = self.now + 20;
        self.at(time, Event::Frame { conn, to, bytes });
    }

    /// Does what a client's peer asks for.
    pub fn settle(&mut self, client: usize) {
        let Some(peer) = &mut self.clients[client].peer else { return };
        let effects = peer.drain();
        for effect in effects {
            self.clients[client].follow(&effect);
            match effect {
                Effect::Receipt { item, receipt, .. } => {
                    let acknowledged = self.hosts.iter().filter(|host| host.ever.contains(&item)).count();
                    assert!(receipt.relays <= acknowledged, "said to be on a relay that never had it");
                }
                Effect::Store { ticket, writes, .. } => {
                    assert!(self.clients[client].store.is_none(), "two transactions at once");
                    self.clients[client].store = Some((ticket, writes));
                    let (time, fails) = (self.now + 1 + self.below(30), self.happens(self.trouble.store_fails));
                    let run = self.clients[client].run;
                    self.at(time, Event::Stored { client, run, ticket, fails });
                }
                Effect::Compact { ticket } => {
                    let Some(peer) = &self.clients[client].peer else { continue };
                    let Some(covered) = peer.covered(ticket) else { continue };
                    let document = covered.into_iter().flat_map(|delivery| delivery.payload).collect();
                    let (time, run) = (self.now + 1 + self.below(300), self.clients[client].run);
                    self.at(time, Event::Compacted { client, run, ticket, document });
                }
                Effect::Send { conn, mut frame } => {
                    self.check_leaves(client, &frame);
                    self.spoil(client, &mut frame);
                    self.check_endorses(client, conn, &frame);
                    if let Some((a, b)) = self.conns.get(&conn).copied() {
                        let to = if a == End::Client(client) { b } else { a };
                        self.send(conn, to, frame);
                    }
                }
                Effect::Close { conn, .. } => self.cut(conn),
                _ => {}
            }
        }
        if let Some(at) = self.clients[client].peer.as_ref().and_then(Peer::wake) {
            let time = at.max(self.now + 1);
            if self.clients[client].wake_at.is_none_or(|before| time < before) {
                self.clients[client].wake_at = Some(time);
                self.at(time, Event::Wake { client });
            }
        }
    }

    /// Runs until `end`, or until nothing happens any more.
    pub fn run(&mut self, end: u64) {
        while let Some((&(time, number), _)) = self.events.first_key_value() {
            if time > end {
                break;
            }
            let Some(event) = self.events.remove(&(time, number)) else { break };
            self.now = self.now.max(time);
            self.happen(event);
        }
        self.now = end;
    }

    fn happen(&mut self, event: Event) {
        let now = self.now;
        match event {
            Event::Frame { conn, to, bytes } => {
                if !self.conns.contains_key(&conn) {
                    return;
                }
                match to {
                    End::Client(client) => {
                        let expected = self.expect(client, conn, &bytes);
                        if let Some(peer) = &mut self.clients[client].peer {
                            peer.frame(conn, &bytes, now);
                            self.settle(client);
                            self.check_expected(client, conn, expected);
                        }
                    }
                    End::Host(host) => {
                        let answers = self.hosts[host].frame(conn, &bytes, WALL + now);
                        self.answer(host, answers);
                        if self.hosts[host].has_pending() && !self.hosts[host].committing {
                            self.hosts[host].committing = true;
                            let (time, fails) = (now + 1 + self.below(30), self.happens(self.trouble.commit_fails));
                            self.at(time, Event::Commit { host, fails });
                        }
                    }
                }
            }
            Event::Stored { client, run, ticket, fails } => {
                if self.clients[client].run != run {
                    return;
                }
                if self.clients[client].store.as_ref().is_none_or(|(flying, _)| *flying != ticket) {
                    return;
                }
                let Some((_, writes)) = self.clients[client].store.take() else { return };
                if !fails {
                    self.clients[client].disk.commit(&writes);
                }
                let Some(peer) = &mut self.clients[client].peer else { return };
                if fails {
                    peer.store_failed(ticket, now)
                } else {
                    peer.stored(ticket, now)
                }
                self.settle(client);
            }
            Event::Commit { host, fails } => {
                if self.hosts[host].committing {
                    let answers = self.hosts[host].commit(fails);
                    self.answer(host, answers);
                }
            }
            Event::Compacted { client, run, ticket, document } => {
                if self.clients[client].run != run {
                    return;
                }
                if let Some(peer) = &mut self.clients[client].peer {
                    peer.compacted(ticket, &document, now);
                    self.settle(client);
                }
            }
            Event::Wake { client } => {
                if self.clients[client].wake_at.is_some_and(|at| at <= now) {
                    self.clients[client].wake_at = None;
                }
                let due = self.clients[client].peer.as_ref().and_then(Peer::wake).is_some_and(|at| at <= now);
                if let (true, Some(peer)) = (due, &mut self.clients[client].peer) {
                    peer.tick(now);
                }
                self.settle(client);
            }
        }
    }

    fn answer(&mut self, host: usize, answers: Vec<(u64, Vec<u8>)>) {
        for (conn, frame) in answers {
            if let Some((end, _)) = self.conns.get(&conn).copied() {
                debug_assert_ne!(end, End::Host(host));
                self.send(conn, end, frame);
            }
        }
    }
}
