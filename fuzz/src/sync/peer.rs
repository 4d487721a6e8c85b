//! A whole peer, with anybody at the other ends: relays that lie, members and strangers who send anything, a disk that fails.
//! Whatever comes, it keeps its promises: nothing leaves that is no frame or that is for members only, the disk holds what was
//! said to be durable, and a restart comes to the same verdicts.

use std::collections::{BTreeMap, BTreeSet};

use plumbline_sync::graph::Verdict;
use plumbline_sync::inspect::{Inspect, Span, Unfit};
use plumbline_sync::peer::{ConnId, Effect, Peer, Side, Stored, Ticket, Write};
use plumbline_wire::frame::Frame;
use plumbline_wire::id::ItemId;
use plumbline_wire::item::Item;
use plumbline_wire::limits;
use plumbline_wire::mark::Mark;

use super::identity;
use crate::draw::Draw;
use crate::people::{self, team};
use crate::wire::keyring::sum;

mod disk;
mod frames;
pub mod items;

use disk::Disk;
use items::Made;

/// Payloads here: changes are numbers of two bytes.
pub struct Numbers;

impl Inspect for Numbers {
    fn inspect(&self, _: &[u8; 16], _: bool, payload: &[u8]) -> Result<Span, Unfit> {
        let (numbers, []) = payload.as_chunks::<2>() else { return Err(Unfit::Unreadable) };
        let numbers: Vec<u64> = numbers.iter().map(|number| u16::from_be_bytes(*number).into()).collect();
        let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else { return Ok(Span::Empty) };
        if numbers.windows(2).any(|pair| pair[0] + 1 != pair[1]) {
            return Err(Unfit::Sequence);
        }
        Ok(Span::Changes { first: *first, last: *last })
    }
}

/// Who is at the other end of a connection, and what the harness knows of the conversation.
struct Line {
    conn: ConnId,
    side: Side,
    /// The relay's number, or the member's.
    who: usize,
    /// What the peer wants signed.
    challenge: Option<[u8; 32]>,
    /// Whether somebody proved to be a member.
    proved: bool,
}

struct Scene {
    peer: Peer,
    number: usize,
    now: u64,
    last_conn: ConnId,
    lines: Vec<Line>,
    flight: Option<(Ticket, Vec<Write>)>,
    disk: Disk,
    made: Made,
    /// Relays' logs, by number.
    logs: [Vec<Vec<u8>>; 3],
    /// What the peer gave to relays.
    given: Vec<Vec<u8>>,
    document: BTreeSet<ItemId>,
    written: u16,
    lost: bool,
}

/// Plays an input.
pub fn run(input: &[u8]) {
    let mut draw = Draw::new(input);
    let mut scene = Scene::new(draw.below(identity::WHO.len()));
    for _ in 0..48 {
        if draw.is_empty() {
            break;
        }
        scene.step(&mut draw);
        scene.effects();
    }
    scene.end();
}

impl Scene {
    fn new(number: usize) -> Self {
        let mut disk = Disk::default();
        team().records.iter().for_each(|record| disk.put(record.bytes()));
        let peer = Peer::restore(identity::of(number).clone(), &disk.stored(), Box::new(Numbers), [3; 32]);
        let mut scene = Self {
            peer,
            number,
            now: 1_000,
            last_conn: 0,
            lines: Vec::new(),
            flight: None,
            disk,
            made: Made::default(),
            logs: Default::default(),
            given: Vec::new(),
            document: BTreeSet::new(),
            written: 0,
            lost: false,
        };
        scene.effects();
        scene
    }

    fn step(&mut self, draw: &mut Draw<'_>) {
        match draw.byte() % 24 {
            0 | 1 => self.open(draw),
            2 => {
                let at = draw.below(self.lines.len().max(1));
                if at < self.lines.len() {
                    let line = self.lines.remove(at);
                    self.peer.closed(line.conn, self.now);
                }
            }
            3 => {
                self.now = self.now.saturating_add(draw.number() % 70_000);
                if draw.once_in(2) {
                    self.now = self.now.max(self.peer.wake().unwrap_or(0).min(self.now + 70_000));
                }
                self.peer.tick(self.now);
            }
            4 | 5 => self.stored(),
            6 => {
                if let Some((ticket, _)) = self.flight.take() {
                    self.peer.store_failed(ticket, self.now);
                }
            }
            7 | 8 => self.write(draw),
            9 => self.peer.flush(self.now),
            10 => drop(self.peer.show_presence(draw.some(40))),
            11 => drop(self.peer.signal(team().devices[draw.below(people::COUNT)].keys().verify, draw.some(40))),
            12 => self.decide(draw),
            13 | 14 => {
                let keyring = self.peer.keyring().clone();
                drop(items::make(draw, &mut self.made, &keyring));
            }
            15 => {
                let ticket = draw.number();
                if self.flight.as_ref().is_none_or(|(flying, _)| *flying != ticket) {
                    self.peer.stored(ticket, self.now);
                }
            }
            _ => self.frame(draw),
        }
    }

    fn open(&mut self, draw: &mut Draw<'_>) {
        let who = draw.below(people::COUNT);
        let side = match draw.byte() % 4 {
            0 => Side::Bare,
            1 => Side::Member,
            _ => {
                let key = people::relay(who as u8).verify_key();
                Side::Relay { pinned: draw.once_in(2).then_some(key) }
            }
        };
        self.last_conn += 1;
        let conn = self.last_conn;
        self.lines.push(Line { conn, side, who, challenge: None, proved: side == Side::Bare });
        self.peer.opened(conn, side, self.now);
    }

    fn stored(&mut self) {
        if let Some((ticket, writes)) = self.flight.take() {
            self.disk.commit(&writes);
            self.peer.stored(ticket, self.now);
        }
    }

    fn write(&mut self, draw: &mut Draw<'_>) {
        let count = 1 + draw.below(3) as u16;
        let next = self.written.wrapping_add(1);
        let payload: Vec<u8> = if draw.once_in(6) {
            draw.some(12).to_vec()
        } else {
            (0..count).flat_map(|step| next.wrapping_add(step).to_be_bytes()).collect()
        };
        if self.lost && draw.once_in(2) {
            self.peer.renew_session(self.now);
            (self.lost, self.written) = (false, 0);
            return;
        }
        if self.peer.write(&payload, self.now).is_ok() {
            let last = payload.last_chunk::<2>().expect("an empty payload is no change");
            self.written = u16::from_be_bytes(*last);
        }
    }

    fn decide(&mut self, draw: &mut Draw<'_>) {
        use plumbline_wire::keyring::record::{Role, Target};
        let team = team();
        let who = draw.below(people::COUNT);
        let records = self.peer.keyring().records().count();
        let (at, now) = (5_000, self.now);
        let done = match draw.byte() % 5 {
            0 => self.peer.grant(Role::Reader, None, Vec::new(), at, now).is_ok(),
            1 => self.peer.revoke(Target::Link(team.links[who].keys().verify), at, now).is_ok(),
            2 => self.peer.revoke(Target::Device(team.devices[who].keys().verify), at, now).is_ok(),
            3 => self.peer.rotate_key(at, now).is_ok(),
            _ => self.peer.adopt(self.peer.set_aside(), at, now).is_ok(),
        };
        assert!(done || self.peer.keyring().records().count() == records, "a refusal leaves no trace");
        assert!(!done || self.number == 0, "only an administrator decides");
    }

    /// Does what the peer asks for, and looks at it.
    fn effects(&mut self) {
        let mut bytes = 0;
        for effect in self.peer.drain() {
            match effect {
                Effect::Store { ticket, writes, .. } => {
                    assert!(self.flight.is_none(), "one transaction at a time");
                    for write in &writes {
                        if let Write::Item { item, bytes } = write {
                            assert_eq!(ItemId::of(bytes), *item);
                            assert!(Item::parse(bytes).is_ok());
                        }
                    }
                    self.flight = Some((ticket, writes));
                }
                Effect::Send { conn, frame } => {
                    bytes += frame.len();
                    self.sent(conn, &frame);
                }
                Effect::Close { conn, .. } => self.lines.retain(|line| line.conn != conn),
                Effect::Deliver(all) => {
                    for delivery in all {
                        assert!(self.document.insert(delivery.mark.item), "delivered twice");
                        assert_eq!(self.peer.graph().verdict(&delivery.mark.item), Some(Verdict::Accepted));
                    }
                }
                Effect::Rebuild(all) => {
                    let whole: Vec<ItemId> = all.iter().map(|delivery| delivery.mark.item).collect();
                    self.document = whole.iter().copied().collect();
                    assert_eq!(self.document.len(), whole.len());
                }
                Effect::SessionLost => self.lost = true,
                Effect::Presence { device, .. } | Effect::Signal { device, .. } => {
                    assert!(!self.peer.keyring().is_removed(&device));
                }
                _ => {}
            }
        }
        assert!(bytes < 1 << 20, "{bytes} bytes for one event");
    }

    fn sent(&mut self, conn: ConnId, frame: &[u8]) {
        assert!(frame.len() <= limits::FRAME);
        let frame = Frame::parse(frame).expect("what is sent is a frame");
        let line = self.lines.iter_mut().find(|line| line.conn == conn).expect("an open connection");
        match frame {
            Frame::Challenge { challenge, .. } => line.challenge = Some(challenge),
            Frame::Hello { challenge, .. } => {
                if matches!(line.side, Side::Relay { .. }) {
                    line.challenge = Some(challenge);
                }
            }
            Frame::Append { items } => {
                assert!(matches!(line.side, Side::Relay { .. }) && line.proved, "only to a relay that let us in");
                for item in items {
                    assert!(self.disk.has(&ItemId::of(item)), "nothing leaves before it is durable");
                    self.given.push(item.to_vec());
                }
            }
            Frame::Items { items } => {
                assert!(line.proved, "items are for members");
                assert!(items.iter().all(|item| self.disk.has(&ItemId::of(item))));
            }
            Frame::Have { marks, .. } => {
                assert!(line.proved, "what is held is for members to know");
                assert!(marks.iter().all(|mark| self.disk.has(&mark.item)), "nothing is listed before it is durable");
            }
            Frame::Ephemeral { .. } | Frame::Signal { .. } => assert!(line.proved),
            Frame::Subscribe { .. } => {}
            other => panic!("not a member's to say: {other:?}"),
        }
    }

    /// The disk does what was asked of it, and the device starts again.
    fn end(&mut self) {
        self.peer.flush(self.now);
        self.effects();
        for _ in 0..8 {
            self.stored();
            self.effects();
            self.now += 40_000;
            self.peer.tick(self.now);
            self.effects();
        }
        assert!(self.flight.is_none(), "it comes to rest");
        let held = self.peer.graph().len() + self.peer.keyring().records().count() + self.peer.parked();
        assert_eq!(self.disk.len(), held, "the disk holds what the peer holds, and nothing else");
        self.check_rules();
        let stored: Stored = self.disk.stored();
        let mut again = Peer::restore(identity::of(self.number).clone(), &stored, Box::new(Numbers), [4; 32]);
        assert_eq!(sum(again.keyring()), sum(self.peer.keyring()), "a restart knows the same keyring");
        let verdicts = |peer: &Peer| peer.graph().verdicts().collect::<BTreeMap<Mark, Verdict>>();
        assert_eq!(verdicts(&again), verdicts(&self.peer), "a restart judges the same");
        assert_eq!(again.parked(), self.peer.parked());
        drop(again.drain());
    }
}

impl Scene {
    /// The rules of counting that need no bookkeeping, written down a second time.
    fn check_rules(&self) {
        let graph = self.peer.graph();
        let counts = |item: &ItemId| graph.verdict(item) == Some(Verdict::Accepted);
        let mut places = BTreeSet::new();
        for item in graph.accepted() {
            let header = graph.header(item).expect("it is held");
            assert!(places.insert((header.session, header.seq)), "two count at one place");
            assert!(header.seq == 0 || counts(&ItemId(header.prev)), "what it follows does not count");
            let dependencies = graph.opened(item).map_or(&[][..], |(dependencies, _)| dependencies);
            assert!(dependencies.iter().all(|mark| counts(&mark.item)), "what it builds on does not count");
        }
    }
}

/// Greetings on all kinds of connections, a conversation each, and an equivocation.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    frames::seeds()
}
