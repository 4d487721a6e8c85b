//! Snapshots, so that a log need not be read from its beginning, nor kept from it: who makes one, who vouches for it, who reads it.
//!
//! A relay cannot look inside. It prunes what two endorsed snapshots cover, so everything rests on nobody endorsing what they
//! did not check against what they hold themselves.

use std::collections::{BTreeMap, BTreeSet};

use plumbline_wire::frame::{Frame, SnapshotInfo, keyring_digest};
use plumbline_wire::id::ItemId;
use plumbline_wire::key::VerifyKey;
use plumbline_wire::keyring::Standing;
use plumbline_wire::keyring::record::Role;
use plumbline_wire::refusal::Refusal;
use rand::Rng as _;

use super::conn::{Conn, RelayConn};
use super::{ConnId, Effect, Peer};

mod check;
mod endorse;
mod make;
mod open;
mod prove;
mod read;

use make::Making;

/// Milliseconds that a snapshot which was asked for may take.
const FETCH: u64 = 60_000;
/// Milliseconds after which something small is asked again.
const AGAIN: u64 = 10_000;
/// How often.
const ATTEMPTS: u32 = 4;
/// Snapshots that are remembered as looked at. A relay lists sixteen at most; more means that it invents them.
const JUDGED: usize = 256;

/// When snapshots are made. The time is drawn anew by each device, so that of many one or two begin and the others see theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Items in the log since the newest snapshot.
    pub items: u64,
    /// Bytes of them, as far as they were read in this run.
    pub bytes: u64,
    /// Milliseconds within which everybody begins who could. Endorsing takes a third of it.
    pub pause: u64,
}

impl Default for Policy {
    fn default() -> Self {
        // A thousand envelopes are half a megabyte at least and a third of a second of a joiner's time; a busy team writes them in a
        // day or two. Two megabytes are what a whole year's snapshot takes. In ten minutes of fifty devices the first begins after
        // twelve seconds on average, and a snapshot is made and listed within a few.
        Self { items: 1000, bytes: 2 * 1024 * 1024, pause: 600_000 }
    }
}

/// What is kept about snapshots, over all relays.
#[derive(Default)]
pub(super) struct Keeping {
    policy: Option<Policy>,
    making: Option<Making>,
    last: u64,
    /// Made here, endorsed, or found bad: not looked at again.
    judged: BTreeSet<ItemId>,
    /// Of these, the bad ones: they do not stand for a snapshot.
    bad: BTreeSet<ItemId>,
    /// Not endorsed yet because something was missing: how often it was looked at.
    looked: BTreeMap<ItemId, u32>,
    /// Read or stored here.
    held: BTreeSet<ItemId>,
    /// Who made the last one that was read.
    author: Option<VerifyKey>,
}

/// What goes on with one relay.
#[derive(Default)]
pub(super) struct Shelf {
    /// What it says it keeps, newest last; whether it said so.
    list: Vec<SnapshotInfo>,
    listed: bool,
    /// The log begins after this device's place: until a snapshot was read, or none can be.
    reading: Option<Reading>,
    fetch: Option<Fetch>,
    /// When one is to be made, or vouched for.
    make_at: Option<u64>,
    endorse_at: Option<u64>,
    /// Asked what it holds, so that nothing is left out of what is made.
    audit: bool,
    /// Something written here is said to be covered, and nothing shows it.
    prove: BTreeSet<ItemId>,
    /// What this device vouched for, and is not listed as endorsed yet: when it is said again.
    vouched: Option<(ItemId, Vec<u8>, u64, u32)>,
}

#[derive(Default)]
struct Reading {
    tried: BTreeSet<ItemId>,
    /// When records and list are asked for again.
    ask_at: u64,
    asked: u32,
}

struct Fetch {
    info: SnapshotInfo,
    due: u64,
    attempts: u32,
    purpose: Purpose,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Read,
    Endorse,
    /// To see whether what the relay says it covers is in it.
    Prove,
}

impl Shelf {
    /// Whether the log is read only after a snapshot.
    pub const fn is_reading(&self) -> bool {
        self.reading.is_some()
    }

    /// How far the newest goes of those that are not among these.
    fn newest(&self, bad: &BTreeSet<ItemId>) -> u64 {
        let sound = self.list.iter().filter(|info| !bad.contains(&info.item));
        sound.map(|info| info.place.position).max().unwrap_or(0)
    }

    pub fn wake(&self) -> Option<u64> {
        let fetch = self.fetch.as_ref().map(|fetch| fetch.due);
        let reading = self.reading.as_ref().filter(|_| fetch.is_none()).map(|reading| reading.ask_at);
        let vouched = self.vouched.as_ref().map(|(_, _, due, _)| *due);
        [fetch, reading, vouched, self.make_at, self.endorse_at].into_iter().flatten().min()
    }
}

impl Peer {
    /// Whether this device makes snapshots and vouches for others'; off until this is called. It reads them in any case.
    pub const fn keep_snapshots(&mut self, policy: Option<Policy>) {
        self.keeping.policy = policy;
    }

    fn shelf(&mut self, conn: ConnId) -> Option<&mut Shelf> {
        match self.conns.get_mut(&conn) {
            Some(Conn::Relay(relay)) => Some(&mut relay.shelf),
            _ => None,
        }
    }

    fn relay_of(&self, conn: ConnId) -> Option<&RelayConn> {
        match self.conns.get(&conn) {
            Some(Conn::Relay(relay)) => Some(relay),
            _ => None,
        }
    }

    /// A time within the pause that everybody draws from.
    fn draw_pause(&mut self, pause: u64) -> u64 {
        self.random.next_u64() % pause.max(1)
    }

    fn may_vouch(&self) -> bool {
        matches!(self.standing(), Standing::Member(Role::Writer | Role::Admin))
    }

    /// Asks what the relay holds; it answers with records too, if it has others, and with its list of snapshots.
    fn ask_what_it_holds(&mut self, conn: ConnId) {
        let records: Vec<ItemId> = self.keyring.records().map(|record| record.id()).collect();
        let frame = Frame::Have { keyring: keyring_digest(&records), marks: Vec::new(), more: false }.encode();
        self.effects.push(Effect::Send { conn, frame });
    }

    /// The relay's list of snapshots.
    pub(super) fn relay_lists(&mut self, conn: ConnId, mut list: Vec<SnapshotInfo>, now: u64) {
        list.sort_by_key(|info| info.place.position);
        let Some(relay) = self.relay_of(conn).filter(|relay| matches!(relay.standing, Some(Standing::Member(_))))
        else {
            return;
        };
        let grown = list.last().map_or(0, |info| info.place.position) > relay.shelf.newest(&self.keeping.bad);
        let key = relay.relay;
        let Some(shelf) = self.shelf(conn) else { return };
        (shelf.list, shelf.listed) = (list, true);
        if grown {
            shelf.make_at = None;
        }
        let endorsed = |item: &ItemId| shelf.list.iter().all(|info| info.item != *item || info.endorsed);
        if shelf.vouched.as_ref().is_some_and(|(item, ..)| endorsed(item)) {
            shelf.vouched = None;
        }
        if let Some(log) = key.and_then(|key| self.logs.get_mut(&key)).filter(|_| grown) {
            log.bytes = 0;
        }
        self.advance_reading(conn, now);
    }

    /// A snapshot came.
    pub(super) fn relay_hands_over(&mut self, conn: ConnId, bytes: &[u8], now: u64) {
        let Some(shelf) = self.shelf(conn) else { return };
        let asked = |fetch: &mut Fetch| fetch.info.item == ItemId::of(bytes);
        let Some(fetch) = shelf.fetch.take_if(asked) else { return };
        match fetch.purpose {
            Purpose::Read => self.read_snapshot(conn, &fetch.info, bytes, now),
            Purpose::Endorse => self.look_at_snapshot(conn, &fetch.info, bytes, now),
            Purpose::Prove => self.note_covered(conn, &fetch.info, bytes),
        }
    }

    /// It does not hand one over. Whether the refusal was about that.
    pub(super) fn relay_keeps_back(
        &mut self,
        conn: ConnId,
        item: ItemId,
        refusal: Refusal,
        wait: u32,
        now: u64,
    ) -> bool {
        let Some(shelf) = self.shelf(conn) else { return false };
        if let Some(fetch) = shelf.fetch.as_mut().filter(|fetch| fetch.info.item == item) {
            if refusal.may_pass() {
                fetch.due = now.saturating_add(u64::from(wait).max(1000));
                return true;
            }
            shelf.fetch = None;
            shelf.prove.clear();
            if let Some(reading) = &mut shelf.reading {
                reading.tried.insert(item);
            }
            self.advance_reading(conn, now);
            return true;
        }
        // What this device vouched for is gone, or others were first.
        shelf.vouched.take_if(|(_, bytes, ..)| ItemId::of(bytes) == item && !refusal.may_pass()).is_some()
    }

    /// Does what is due with every relay.
    pub(super) fn tend_snapshots(&mut self, now: u64) {
        if self.keeping.making.as_ref().is_some_and(|making| now >= making.until) {
            self.keeping.making = None;
        }
        let relays: Vec<ConnId> =
            self.conns.iter().filter(|(_, conn)| matches!(conn, Conn::Relay(_))).map(|(conn, _)| *conn).collect();
        for conn in relays {
            self.fetch_again(conn, now);
            self.advance_reading(conn, now);
            self.vouch_again(conn, now);
            self.plan_proof(conn, now);
            self.plan_making(conn, now);
            self.plan_endorsing(conn, now);
        }
    }

    fn fetch(&mut self, conn: ConnId, info: SnapshotInfo, purpose: Purpose, now: u64) {
        if let Some(shelf) = self.shelf(conn) {
            shelf.fetch = Some(Fetch { info, due: now, attempts: 0, purpose });
        }
        self.fetch_again(conn, now);
    }

    fn fetch_again(&mut self, conn: ConnId, now: u64) {
        let Some(shelf) = self.shelf(conn) else { return };
        let Some(fetch) = shelf.fetch.as_mut().filter(|fetch| now >= fetch.due) else { return };
        fetch.attempts += 1;
        if fetch.attempts > ATTEMPTS {
            let item = fetch.info.item;
            shelf.fetch = None;
            shelf.prove.clear();
            if let Some(reading) = &mut shelf.reading {
                reading.tried.insert(item);
            }
            return;
        }
        fetch.due = now + FETCH;
        let frame = Frame::GetSnapshot { item: fetch.info.item }.encode();
        self.effects.push(Effect::Send { conn, frame });
    }

    pub(super) const fn snapshot_author(&self) -> Option<VerifyKey> {
        self.keeping.author
    }

    fn judged(&mut self, item: ItemId) {
        if self.keeping.judged.len() >= JUDGED {
            self.keeping.judged.pop_first();
            self.keeping.bad.clear();
        }
        self.keeping.looked.remove(&item);
        self.keeping.judged.insert(item);
    }
}
