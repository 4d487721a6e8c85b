//! The relay's judgement: any member sends anything at all. The log that results is a chain, a restarted relay reads it to the
//! same state, and what is refused leaves no trace.

use std::sync::LazyLock;

use plumbline_wire::envelope::{Envelope, Header, Kind};
use plumbline_wire::frame::Frame;
use plumbline_wire::id::{Chain, ItemId, SessionId};
use plumbline_wire::key::VerifyKey;
use plumbline_wire::mark::Mark;
use plumbline_wire::room::{Caller, Judgement, Quota, Room};
use plumbline_wire::statement::{Place, prove};

use super::keyring;
use crate::draw::Draw;
use crate::people::{self, JOINED, team};

const HOST: VerifyKey = VerifyKey([8; 32]);
/// Small, so that they are reached.
const QUOTA: Quota = Quota { workspace: 40_000, removed: 1_200 };

#[derive(Clone)]
struct Desk {
    room: Room,
    quota: Quota,
    /// The store: every item with its place, but those that were pruned.
    log: Vec<(Vec<u8>, Place)>,
    pruned: bool,
    callers: Vec<Option<Caller>>,
    /// Ends of sessions as their authors know them, and what else may be built on.
    tips: Vec<(usize, SessionId, u64, ItemId)>,
    now: u64,
}

/// Plays an input from a room with the team's keyring.
pub fn run(input: &[u8]) {
    drop(play(input));
}

/// As [`run`]; returns the room at the end.
#[must_use]
pub fn play(input: &[u8]) -> Room {
    finish(steps(beginning().clone(), input))
}

/// The room with the team's records, and everybody greeted. Made once: checking signatures is what takes long.
fn beginning() -> &'static Desk {
    static BEGINNING: LazyLock<Desk> = LazyLock::new(|| {
        let team = team();
        let mut room = Room::new(team.genesis.clone(), QUOTA);
        let mut log = Vec::new();
        for record in &team.records {
            let place = room.replay(record.bytes()).expect("the founder's");
            log.push((record.bytes().to_vec(), place));
        }
        Desk::new(room, QUOTA, log)
    });
    &BEGINNING
}

/// Plays on with a room that came from elsewhere; its store is not at hand, so it is not compared.
pub fn go_on(room: Room, quota: Quota, input: &[u8]) {
    steps(Desk::new(room, quota, Vec::new()), input);
}

fn finish(mut desk: Desk) -> Room {
    // A restart.
    let mut again = beginning().room.clone();
    if desk.pruned {
        again = Room::restore(&desk.room.summary(), QUOTA).expect("its own summary");
    } else {
        for (bytes, place) in &desk.log[team().records.len()..] {
            assert_eq!(again.replay(bytes), Ok(*place), "what was let in is let in again");
        }
        // Snapshots are stored beside the log.
        desk.room = without_snapshots(&desk.room);
    }
    assert_eq!(again.summary(), desk.room.summary(), "a restarted relay knows the same");
    again
}

/// Snapshots are at the end of the summary: two bytes for their number, then 141 each.
fn without_snapshots(room: &Room) -> Room {
    let mut summary = room.summary();
    let count = room.snapshots().len();
    summary.truncate(summary.len() - 2 - count * 141);
    summary.extend([0, 0]);
    Room::restore(&summary, QUOTA).expect("shortened as it is written")
}

fn steps(mut desk: Desk, input: &[u8]) -> Desk {
    let mut draw = Draw::new(input);
    for _ in 0..40 {
        if draw.is_empty() {
            break;
        }
        desk.step(&mut draw);
        let room = &desk.room;
        assert!(room.base().position <= room.head().position);
        assert!(desk.log.is_empty() || room.bytes() <= desk.quota.workspace);
        let marks = room.marks();
        assert!(marks.windows(2).all(|pair| pair[0] < pair[1]), "a list of marks can be sent");
    }
    desk
}

impl Desk {
    fn new(room: Room, quota: Quota, log: Vec<(Vec<u8>, Place)>) -> Self {
        let callers = vec![None; people::COUNT];
        let mut desk = Self { room, quota, log, pruned: false, callers, tips: Vec::new(), now: JOINED };
        (0..people::COUNT).for_each(|who| desk.greet(who, 1));
        desk
    }

    fn greet(&mut self, who: usize, challenge: u8) {
        let team = team();
        let (certificate, device) = (&team.certificates[who], &team.devices[who]);
        let proof = prove(&device.signing, certificate, &HOST, &[1; 32]);
        let greeted = self.room.greet(certificate.bytes(), &proof, &HOST, &[challenge; 32], self.now);
        assert!(greeted.is_err() || challenge == 1, "a proof for another challenge");
        self.callers[who] = greeted.ok();
    }

    fn step(&mut self, draw: &mut Draw<'_>) {
        let team = team();
        let who = draw.below(people::COUNT);
        match draw.byte() % 16 {
            0 => {
                if let Some(record) = keyring::record(draw, self.room.keyring()) {
                    self.append(record.bytes(), who);
                }
            }
            1 | 2 => {
                let (session, bytes) = team.open(who, draw.byte() % 4);
                if self.append(&bytes, who) {
                    self.tips.push((who, session, 0, ItemId::of(&bytes)));
                }
            }
            3..=6 => self.changes(draw, who),
            7 => self.append_raw(draw.some(600), who),
            8 => {
                // Something of before, damaged, and perhaps signed anew.
                let Some((bytes, _)) = draw.of(&self.log) else { return };
                let mut bytes = bytes.clone();
                draw.damage(&mut bytes);
                if draw.once_in(2) && bytes.len() > 64 {
                    bytes.truncate(bytes.len() - 64);
                    let by = if bytes.starts_with(b"PLkr") { &team.links[who] } else { &team.devices[who] };
                    by.signing.sign_tail(&mut bytes);
                }
                self.append(&bytes, who);
            }
            9 => {
                // A retry.
                if let Some((bytes, place)) = draw.of(&self.log).cloned() {
                    self.retry(&bytes, place, who);
                }
            }
            10 => self.passing(draw, who),
            11 => self.snapshot(draw, who),
            12 => self.endorse(draw, who),
            13 => self.now = self.now.saturating_add(draw.number()),
            14 => self.greet(who, draw.byte() % 2),
            _ => self.frame(draw.some(600), who),
        }
    }

    fn changes(&mut self, draw: &mut Draw<'_>, who: usize) {
        let team = team();
        let anybodys = draw.once_in(8);
        let tips: Vec<_> = self.tips.iter().filter(|tip| tip.0 == who || anybodys).rev().copied().collect();
        let Some((_, session, seq, tip)) = draw.of(&tips).copied() else { return };
        let honest = !draw.once_in(4);
        let seq = if honest { seq.saturating_add(1) } else { draw.number() };
        let prev = if honest || draw.once_in(2) { tip.0 } else { [draw.byte(); 32] };
        let key = draw.below(2);
        let mut header: Header = team.header(Kind::Changes, who, session, seq, prev, key);
        if draw.once_in(8) {
            header.epoch = draw.number() as u32;
        }
        header.nonce[0] = draw.byte();
        let text = draw.some(300).to_vec();
        let Some(bytes) = team.seal(&header, key, who, &text) else { return };
        if self.append(&bytes, who) {
            self.tips.push((who, session, seq, ItemId::of(&bytes)));
        }
    }

    fn append(&mut self, bytes: &[u8], who: usize) -> bool {
        let Some(caller) = self.callers[who].clone() else { return false };
        let known = self.log.iter().find(|(stored, _)| stored == bytes).map(|(_, place)| *place);
        let before = self.room.head();
        let marks = self.room.marks();
        match self.room.judge(bytes, known, &caller, self.now) {
            Ok(Judgement::Fresh(admission)) => {
                let place = admission.place;
                assert_eq!(place, before.then(&ItemId::of(bytes)), "one further");
                assert_eq!(known, None);
                self.room.enter(*admission);
                assert_eq!(self.room.head(), place);
                self.check_place(bytes, &marks);
                self.log.push((bytes.to_vec(), place));
                true
            }
            Ok(Judgement::Known(place)) => {
                assert_eq!(Some(place), known);
                false
            }
            Err(_) => false,
        }
    }

    /// An envelope that went in is its session's next, or proof of another at its place.
    fn check_place(&self, bytes: &[u8], before: &[Mark]) {
        let Ok(envelope) = Envelope::parse(bytes) else { return };
        let header = envelope.header;
        let of = |marks: &[Mark]| marks.iter().find(|mark| mark.session == header.session).copied();
        let Some(last) = of(before) else { return assert_eq!(header.seq, 0, "a session begins with its opening") };
        assert!(header.seq <= last.seq + 1, "something is missing before it");
        let now = of(&self.room.marks()).expect("a session stays");
        let next = header.seq == last.seq + 1 && header.prev == last.item.0;
        assert_eq!(now, if next { envelope.mark() } else { last });
    }

    fn append_raw(&mut self, bytes: &[u8], who: usize) {
        assert!(!self.append(bytes, who) || self.log.len() > 1, "a signature by chance");
    }

    fn retry(&mut self, bytes: &[u8], place: Place, who: usize) {
        let Some(caller) = self.callers[who].clone() else { return };
        assert_eq!(self.room.judge(bytes, Some(place), &caller, self.now), Ok(Judgement::Known(place)));
    }

    fn passing(&mut self, draw: &mut Draw<'_>, who: usize) {
        let Some(caller) = self.callers[who].clone() else { return };
        let author = if draw.once_in(3) { draw.below(people::COUNT) } else { who };
        let kind = *draw.of(&[Kind::Ephemeral, Kind::Signal, Kind::Changes]).unwrap_or(&Kind::Signal);
        let header = team().header(kind, author, SessionId([draw.byte(); 16]), draw.number(), [0; 32], 1);
        let Some(mut bytes) = team().seal(&header, 1, author, draw.some(100)) else { return };
        let damaged = draw.once_in(3);
        if damaged {
            draw.damage(&mut bytes);
        }
        if self.room.pass_on(&bytes, &caller, self.now).is_ok() {
            assert!(author == who && kind != Kind::Changes, "somebody else's, or not to be passed on");
        }
    }

    fn snapshot(&mut self, draw: &mut Draw<'_>, who: usize) {
        let Some(caller) = self.callers[who].clone() else { return };
        let Some(place) = draw.of(&self.log).map(|(_, place)| *place) else { return };
        let mut header = team().header(Kind::Snapshot, who, SessionId([1; 16]), place.position, place.chain.0, 1);
        if draw.once_in(4) {
            header.prev = [draw.byte(); 32];
        }
        let Some(bytes) = team().seal(&header, 1, who, draw.some(40)) else { return };
        let chain = self.log.iter().find(|(_, known)| known.position == header.seq).map(|(_, known)| known.chain);
        if let Ok(admission) = self.room.judge_snapshot(&bytes, chain, &caller, self.now) {
            assert_eq!(chain.map(|Chain(chain)| chain), Some(header.prev));
            self.room.enter_snapshot(admission);
            assert!(self.room.snapshots().len() <= 3, "few are kept");
        }
    }

    fn endorse(&mut self, draw: &mut Draw<'_>, who: usize) {
        let Some(caller) = self.callers[who].clone() else { return };
        let Some(info) = draw.of(&self.room.snapshots()).copied() else { return };
        let (certificate, signing) = (&team().certificates[who], &team().devices[who].signing);
        let place = if draw.once_in(4) { self.room.head() } else { info.place };
        let Ok(bytes) = Header::endorse(certificate, SessionId([1; 16]), &info.item, &place, signing) else { return };
        let Ok(endorsement) = self.room.judge_endorsement(&bytes, &caller, self.now) else { return };
        assert_eq!(place, info.place);
        let prune = self.room.enter_endorsement(&endorsement);
        if let Some(to) = prune.to {
            let gone: Vec<Vec<u8>> = self
                .log
                .iter()
                .filter(|(_, place)| place.position <= to.position)
                .map(|(bytes, _)| bytes.clone())
                .collect();
            self.room.prune(to, gone.iter().map(Vec::as_slice));
            self.log.retain(|(_, place)| place.position > to.position);
            self.pruned = true;
        }
    }

    /// As the relay's connection hands frames on.
    fn frame(&mut self, bytes: &[u8], who: usize) {
        let Some(caller) = self.callers[who].clone() else { return };
        match Frame::parse(bytes) {
            Ok(Frame::Append { items }) => items.iter().for_each(|item| self.append_raw(item, who)),
            Ok(Frame::Ephemeral { envelope } | Frame::Signal { envelope, .. }) => {
                let _ = self.room.pass_on(envelope, &caller, self.now);
            }
            Ok(Frame::Snapshot { envelope }) => {
                let _ = self.room.judge_snapshot(envelope, Some(self.room.head().chain), &caller, self.now);
            }
            Ok(Frame::Endorse { envelope }) => {
                let _ = self.room.judge_endorsement(envelope, &caller, self.now);
            }
            Ok(Frame::Hello { certificate, proof, challenge }) => {
                let _ = self.room.greet(certificate, &proof, &HOST, &challenge, self.now);
            }
            _ => {}
        }
    }
}

/// Sessions that are written in, a removal, snapshots, an equivocation.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let open = |who: u8| vec![who, 1, 0];
    let change = |who: u8, nonce: u8| vec![who, 3, 0, 0, 0, 1, 0, nonce, 0, 5, b'h', b'e', b'l', b'l', b'o'];
    let revoke = |whom: u8| vec![1, 0, 1, 4, whom, 2, 0, 1];
    let snapshot = |who: u8| vec![who, 11, 9, 0, 3, 1, 2, 3];
    let endorse = |who: u8| vec![who, 12, 0, 0];
    // Right behind another one, and with one left out.
    let beside = vec![3, 3, 0, 0, 3, 1, 0, 9, 0, 0, 5, 0, 1, 7];
    let after_a_gap = vec![3, 3, 0, 0, 3, 2, 1, 0, 0, 7, 0, 0];
    vec![
        [open(3), beside, open(1), after_a_gap].concat(),
        [open(3), change(3, 1), open(1), change(1, 2), change(3, 3)].concat(),
        [open(3), change(3, 1), revoke(3), change(3, 2), change(3, 3), open(4)].concat(),
        [open(3), change(3, 1), snapshot(3), endorse(1), change(3, 2), snapshot(1), endorse(3)].concat(),
        [open(3), open(3), change(3, 1), change(3, 2), vec![3, 9, 4], vec![3, 8, 5, 2, 1, 7, 0]].concat(),
    ]
}
