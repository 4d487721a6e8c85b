//! What the others say: frames that are right at that point, nearly right, or anything.

use plumbline_sync::peer::Side;
use plumbline_wire::envelope::Kind;
use plumbline_wire::frame::Frame;
use plumbline_wire::id::{Chain, ItemId, SessionId};
use plumbline_wire::keyring::Standing;
use plumbline_wire::keyring::record::Role;
use plumbline_wire::mark::Mark;
use plumbline_wire::refusal::Refusal;
use plumbline_wire::statement::{Place, prove, sign_head, sign_place};

use super::Scene;
use crate::draw::Draw;
use crate::people::{self, team};

const STANDINGS: [Standing; 5] = [
    Standing::Member(Role::Writer),
    Standing::Member(Role::Reader),
    Standing::Removed,
    Standing::Unknown,
    Standing::Expired,
];

impl Scene {
    /// One frame over one of the connections.
    pub(super) fn frame(&mut self, draw: &mut Draw<'_>) {
        let at = draw.below(self.lines.len().max(1));
        let Some(line) = self.lines.get(at) else { return };
        let (conn, side, who) = (line.conn, line.side, line.who);
        let kind = draw.byte() % 16;
        if kind == 0 {
            let raw = draw.some(300);
            self.peer.frame(conn, raw, self.now);
            return;
        }
        if kind == 13 {
            return self.flood(draw, conn, matches!(side, Side::Relay { .. }));
        }
        let Some(mut bytes) = self.said(draw, at, kind) else { return };
        if draw.once_in(8) {
            draw.damage(&mut bytes);
        }
        if kind == 2 {
            // Proved, if the peer takes it: it judges by its own keyring whether that makes a member. Not every byte is signed.
            if let Some(line) = self.lines.get_mut(at) {
                line.proved = match side {
                    Side::Relay { .. } => true,
                    _ => who != people::COUNT - 1,
                };
            }
        }
        self.peer.frame(conn, &bytes, self.now);
    }

    fn said(&mut self, draw: &mut Draw<'_>, at: usize, kind: u8) -> Option<Vec<u8>> {
        let line = self.lines.get(at)?;
        let (who, challenge) = (line.who, line.challenge);
        let is_relay = matches!(line.side, Side::Relay { .. });
        let team = team();
        let relay = people::relay(who as u8);
        Some(match kind {
            1 => {
                let host = if is_relay { relay.verify_key() } else { team.devices[who].keys().verify };
                Frame::Challenge { host, challenge: [9; 32], genesis: team.genesis.bytes() }.encode()
            }
            2 if is_relay => {
                let head = if draw.once_in(4) { self.drawn(draw) } else { self.place(who, usize::MAX) };
                let base = if draw.once_in(8) { self.drawn(draw) } else { Place::start(&team.workspace) };
                let signature = sign_head(&relay, &team.workspace, &challenge?, &head);
                let standing = *draw.of(&STANDINGS)?;
                Frame::Welcome { standing, base, head, signature }.encode()
            }
            2 => {
                let certificate = &team.certificates[who];
                let host = self.peer.device();
                let proof = prove(&team.devices[who].signing, certificate, &host, &challenge?);
                Frame::Hello { certificate: certificate.bytes(), proof, challenge: [9; 32] }.encode()
            }
            3..=5 => self.items(draw, who, is_relay),
            6 => self.ack(draw, who)?,
            7 => {
                let item = ItemId::of(draw.of(&self.given)?);
                let item = if draw.once_in(6) { ItemId::default() } else { item };
                Frame::Nack { item, refusal: *draw.of(Refusal::ALL)?, wait: draw.number() as u32 }.encode()
            }
            8 | 9 => {
                let mut marks: Vec<Mark> = self.peer.graph().marks();
                marks.extend(self.made.tips.iter().map(|(_, mark, _)| *mark));
                marks.retain(|_| !draw.once_in(3));
                if draw.once_in(3) {
                    marks.push(Mark { session: SessionId(draw.array()), seq: draw.number(), item: ItemId([1; 32]) });
                }
                marks.sort_unstable();
                marks.dedup();
                Frame::Have { keyring: [draw.byte(); 32], marks, more: draw.once_in(4) }.encode()
            }
            10 | 11 => {
                let (kind, author) = (draw.byte(), draw.below(people::COUNT));
                let passed = if kind % 2 == 0 { Kind::Ephemeral } else { Kind::Signal };
                let key = draw.below(2);
                let header = team.header(passed, author, SessionId([draw.byte(); 16]), draw.number(), [0; 32], key);
                let envelope = team.seal(&header, key, author, draw.some(60))?;
                if kind % 2 == 0 {
                    Frame::Ephemeral { envelope: &envelope }.encode()
                } else {
                    let device = team.devices[draw.below(people::COUNT)].keys().verify;
                    Frame::Signal { device, envelope: &envelope }.encode()
                }
            }
            12 => Frame::Snapshots { snapshots: Vec::new() }.encode(),
            _ => self.items(draw, who, is_relay),
        })
    }

    /// Some of what was made, or of what the peer has itself, or junk.
    fn items(&mut self, draw: &mut Draw<'_>, who: usize, is_relay: bool) -> Vec<u8> {
        let mut items: Vec<Vec<u8>> = Vec::new();
        for _ in 0..=draw.below(4) {
            let item = match draw.byte() % 6 {
                0 => draw.some(30).to_vec(),
                1 => draw.of(&self.given).cloned().unwrap_or_default(),
                // The latest first.
                _ => {
                    let back = draw.below(self.made.items.len());
                    self.made.items.iter().rev().nth(back).cloned().unwrap_or_default()
                }
            };
            items.push(item);
        }
        if !is_relay {
            return Frame::Items { items: items.iter().map(Vec::as_slice).collect() }.encode();
        }
        let log = &mut self.logs[who % 3];
        let before = log.len();
        if !draw.once_in(6) {
            log.extend(items.iter().cloned());
        }
        let from = if draw.once_in(3) { draw.below(before + 1) } else { before };
        let mut after = self.place(who, from);
        if draw.once_in(8) {
            after = self.drawn(draw);
        }
        let log = &self.logs[who % 3];
        let items = log[from..].iter().map(Vec::as_slice).collect();
        Frame::Push { after, items }.encode()
    }

    /// The same kind of junk again and again: nothing is kept of it but a warning.
    fn flood(&mut self, draw: &mut Draw<'_>, conn: u64, is_relay: bool) {
        let kind = draw.byte();
        let mut weight = 0;
        for round in 0..4_u8 {
            let junk: Vec<[u8; 3]> = (0..50).map(|number| [kind, round, number]).collect();
            let items: Vec<&[u8]> = junk.iter().map(<[u8; 3]>::as_slice).collect();
            let bytes = if is_relay {
                let after = self.peer.relays().next().map_or(Place::start(&team().workspace), |(_, place)| place);
                Frame::Push { after, items }.encode()
            } else {
                Frame::Items { items }.encode()
            };
            self.peer.frame(conn, &bytes, self.now);
            self.effects();
            if round == 0 {
                weight = self.peer.weight();
            }
            // A connection may have been closed, and a transaction begun.
            assert!(self.peer.weight() <= weight + 2, "{} from {weight}", self.peer.weight());
        }
    }

    fn ack(&mut self, draw: &mut Draw<'_>, who: usize) -> Option<Vec<u8>> {
        let bytes = draw.of(&self.given)?.clone();
        let item = ItemId::of(&bytes);
        let log = &mut self.logs[who % 3];
        let at = log.iter().position(|logged| *logged == bytes).unwrap_or_else(|| {
            log.push(bytes);
            log.len() - 1
        });
        let place = if draw.once_in(8) { self.drawn(draw) } else { self.place(who, at + 1) };
        let word = if draw.once_in(8) { draw.number() as u8 } else { who as u8 };
        let signature = sign_place(&people::relay(word), &team().workspace, &item, &place);
        Some(Frame::Ack { item, place, signature }.encode())
    }

    /// Behind so many items of a relay's log.
    fn place(&self, who: usize, count: usize) -> Place {
        let start = Place::start(&team().workspace);
        self.logs[who % 3].iter().take(count).fold(start, |place, bytes| place.then(&ItemId::of(bytes)))
    }

    fn drawn(&self, draw: &mut Draw<'_>) -> Place {
        Place { position: draw.number(), chain: Chain([draw.byte(); 32]) }
    }
}

/// Greetings on all kinds of connections, a conversation each, and an equivocation.
pub(super) fn seeds() -> Vec<Vec<u8>> {
    let relay = vec![0, 0, 2, 1];
    let member = |who: u8| vec![0, who, 1];
    let bare = vec![0, 1, 0];
    let greet = vec![16, 0, 1, 0, 16, 0, 2, 0, 0, 0, 0];
    let write = vec![7, 1, 0, 9, 4];
    let session = |who: u8| vec![13, 1, who, 0, 13, 4, 0, 0, 0, 0, 2, 0, 0, 0, 0];
    let hand = vec![16, 0, 3, 1, 2, 1, 2, 0, 0, 0];
    let have = vec![16, 0, 8, 0, 0, 0, 0, 0];
    let ack = vec![16, 0, 6, 0, 0, 0, 0];
    let opens = |who: u8| vec![13, 1, who, 0];
    let poison = vec![13, 4, 0, 0, 1, 3, 1, 9, 0, 0, 0, 0];
    let on_it = vec![13, 4, 2, 0, 1, 0, 1, 1, 0, 0, 0, 0];
    let foreign = vec![13, 4, 0, 3, 0, 2, 1, 0, 1, 0, 0, 0, 0];
    let all_four = vec![16, 0, 3, 3, 2, 3, 2, 2, 2, 1, 2, 0, 0];
    let hand_one = |back: u8| vec![16, 0, 3, 0, 2, back, 0];
    vec![
        [vec![1], relay.clone(), greet.clone(), write.clone(), have.clone(), ack.clone(), session(1), hand.clone()]
            .concat(),
        [
            vec![1],
            member(1),
            greet.clone(),
            session(1),
            hand.clone(),
            vec![4],
            have.clone(),
            write.clone(),
            vec![4, 3, 255],
        ]
        .concat(),
        [
            vec![0],
            bare.clone(),
            session(1),
            session(1),
            hand.clone(),
            vec![4],
            vec![12, 1, 1, 4],
            write.clone(),
            vec![4],
        ]
        .concat(),
        // Something on top of what does not open as changes, and something in another's session that comes too early.
        [vec![1], bare.clone(), opens(1), opens(2), poison, on_it, all_four, vec![4]].concat(),
        [vec![1], bare.clone(), opens(1), foreign, hand_one(0), vec![4], hand_one(1), vec![4]].concat(),
        // Somebody whose link nobody granted, somebody whose link was for others, and one who may only read.
        [vec![1], member(6), greet.clone(), write.clone(), vec![4], have.clone(), vec![3, 250]].concat(),
        [vec![1], member(5), greet.clone(), write.clone(), vec![4], have.clone()].concat(),
        [vec![0], member(4), greet.clone(), session(4), hand.clone(), vec![4], have, vec![4]].concat(),
        [vec![2], relay, greet, session(3), hand, vec![6, 3, 200, 4], ack].concat(),
    ]
}
