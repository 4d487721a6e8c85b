//! The conversation with a relay: who it is, how far its log goes, reading it, giving to it. A relay is believed nothing that it
//! did not sign, and everything it signs is held against what it signed before.

use std::sync::Arc;

use plumbline_wire::frame::Frame;
use plumbline_wire::genesis::Genesis;
use plumbline_wire::id::ItemId;
use plumbline_wire::item::Item;
use plumbline_wire::key::{SIGNATURE, VerifyKey};
use plumbline_wire::keyring::Standing;
use plumbline_wire::mark::Mark;
use plumbline_wire::refusal::Refusal;
use plumbline_wire::statement::{self, Place};

use super::conn::{Conn, RelayConn};
use super::log::{Log, Word};
use super::{CloseReason, ConnId, Effect, Peer, Warning, Write};
use crate::body::relay_tag;
use crate::seal;

/// Milliseconds for the greeting.
const GREETING: u64 = 20_000;
/// Milliseconds that a relay may take to say what it has, after the greeting.
const HAVE: u64 = 3_000;
/// Milliseconds between two requests for the same part of the log.
const AGAIN: u64 = 3_000;
/// Milliseconds between two lists of what it has. It says so once after the greeting.
const LISTEN: u64 = 10_000;
/// Sessions that a relay may list; beyond it only wants memory.
const MARKS: usize = plumbline_wire::limits::SESSIONS;

impl Conn {
    /// `idle`: whether everything is durable, so that it can be told what is held.
    pub(super) fn wake(&self, idle: bool) -> Option<u64> {
        match self {
            Self::Member(member) => [member.deadline, member.have_at.filter(|_| idle)].into_iter().flatten().min(),
            Self::Relay(relay) => {
                [relay.deadline, relay.offer_at, relay.due(), relay.shelf.wake()].into_iter().flatten().min()
            }
        }
    }
}

impl Peer {
    pub(super) fn relay_opened(&mut self, conn: ConnId, pinned: Option<VerifyKey>, now: u64) {
        let relay = RelayConn {
            pinned,
            relay: None,
            challenge: seal::draw(&mut self.random),
            deadline: Some(now + GREETING),
            standing: None,
            base: Place::start(&self.workspace()),
            head: 0,
            marks: Vec::new(),
            offer_at: None,
            listen_at: 0,
            ask_after: 0,
            reread: false,
            outbox: Default::default(),
            shelf: Default::default(),
        };
        self.conns.insert(conn, Conn::Relay(Box::new(relay)));
    }

    fn relay_conn(&mut self, conn: ConnId) -> Option<&mut RelayConn> {
        match self.conns.get_mut(&conn) {
            Some(Conn::Relay(relay)) => Some(relay),
            _ => None,
        }
    }

    pub(super) fn relay_frame(&mut self, conn: ConnId, bytes: &[u8], now: u64) {
        let Ok(frame) = Frame::parse(bytes) else { return self.close(conn, CloseReason::Malformed) };
        match frame {
            Frame::Challenge { host, challenge, genesis } => self.relay_challenge(conn, host, challenge, genesis),
            Frame::Welcome { standing, base, head, signature } => {
                self.relay_welcome(conn, standing, base, head, &signature, now);
            }
            Frame::Nack { item, refusal, .. } if item == ItemId::default() => self.relay_refuses(conn, refusal),
            Frame::Nack { item, refusal, wait } if self.relay_keeps_back(conn, item, refusal, wait, now) => {}
            Frame::Nack { item, refusal, wait } => self.not_taken(conn, item, refusal, wait, now),
            Frame::Ack { item, place, signature } => self.relay_ack(conn, item, place, &signature, now),
            Frame::Push { after, items } => self.relay_push(conn, after, &items, now),
            Frame::Have { keyring, marks, more } => self.relay_have(conn, &keyring, &marks, more, now),
            Frame::Ephemeral { envelope } => self.hear_presence(envelope),
            Frame::Signal { device, envelope } => self.hear_signal(&device, envelope),
            Frame::Items { items } => self.relay_records(conn, &items),
            Frame::Snapshots { snapshots } => self.relay_lists(conn, snapshots, now),
            Frame::Snapshot { envelope } => self.relay_hands_over(conn, envelope, now),
            _ => self.close(conn, CloseReason::Malformed),
        }
    }

    fn relay_challenge(&mut self, conn: ConnId, host: VerifyKey, challenge: [u8; 32], genesis: &[u8]) {
        let workspace = self.workspace();
        if Genesis::parse_for(&workspace, genesis).is_err() {
            return self.close(conn, CloseReason::Workspace);
        }
        // A proof for a member is not for a relay to pass on.
        if self.graph.certificates().any(|certificate| certificate.device.verify == host) {
            return self.close(conn, CloseReason::Identity);
        }
        let Some(relay) = self.relay_conn(conn) else { return };
        if relay.pinned.or(relay.relay).is_some_and(|pinned| pinned != host) {
            self.warn(Warning::RelayKey { relay: host });
            return self.close(conn, CloseReason::Identity);
        }
        relay.relay = Some(host);
        let own = relay.challenge;
        let certificate = self.identity.certificate();
        let proof = statement::prove(&self.identity.device().signing, certificate, &host, &challenge);
        let frame = Frame::Hello { certificate: certificate.bytes(), proof, challenge: own }.encode();
        self.effects.push(Effect::Send { conn, frame });
    }

    fn relay_refuses(&mut self, conn: ConnId, refusal: Refusal) {
        let Some(relay) = self.relay_conn(conn) else { return };
        if let Some(key) = relay.relay.filter(|_| relay.standing.is_none()) {
            self.effects.push(Effect::Relay { conn, relay: key, standing: Err(refusal) });
        }
        self.close(conn, CloseReason::Refused(refusal));
    }

    fn relay_welcome(
        &mut self,
        conn: ConnId,
        standing: Standing,
        base: Place,
        head: Place,
        signature: &[u8; SIGNATURE],
        now: u64,
    ) {
        let workspace = self.workspace();
        let Some(relay) = self.relay_conn(conn).filter(|relay| relay.standing.is_none()) else { return };
        let Some(key) = relay.relay else { return self.close(conn, CloseReason::Malformed) };
        if base.position > head.position {
            return self.close(conn, CloseReason::Malformed);
        }
        if statement::check_head(&key, &workspace, &relay.challenge, &head, signature).is_err() {
            self.warn(Warning::BadWord { relay: key });
            return self.close(conn, CloseReason::Identity);
        }
        (relay.standing, relay.deadline) = (Some(standing), None);
        (relay.base, relay.head) = (base, head.position);
        relay.offer_at = matches!(standing, Standing::Member(_)).then_some(now + HAVE);
        self.effects.push(Effect::Relay { conn, relay: key, standing: Ok(standing) });
        if !self.check_log(key, &head) {
            return self.close(conn, CloseReason::Log);
        }
        self.offer(conn, None, now);
        if self.has_to_read(conn) {
            self.begin_reading(conn, now);
        } else if matches!(standing, Standing::Member(_)) {
            self.subscribe(conn, now);
        }
    }

    /// Records that are in the log before the place where it begins.
    fn relay_records(&mut self, conn: ConnId, items: &[&[u8]]) {
        let Some(relay) = self.relay_conn(conn).filter(|relay| matches!(relay.standing, Some(Standing::Member(_))))
        else {
            return;
        };
        let Some(key) = relay.relay else { return };
        let records = items.iter().filter(|bytes| matches!(Item::parse(bytes), Ok(Item::Record(_))));
        self.take_items(records.map(|bytes| Arc::from(*bytes)).collect::<Vec<Arc<[u8]>>>(), key);
    }

    /// Holds the end of a relay's log against what is known of it. Whether to go on.
    fn check_log(&mut self, relay: VerifyKey, head: &Place) -> bool {
        let workspace = self.workspace();
        let log = self.logs.entry(relay).or_insert_with(|| Log::new(Place::start(&workspace)));
        let witness = log.witnessed.filter(|(position, _)| *position > head.position);
        let shorter = head.position < log.signed.max(log.place.position);
        let read = log.chain(head.position);
        if shorter {
            // A log that is shorter is one thing, another log is the other.
            if head.position >= log.place.position && read.is_none_or(|chain| chain == head.chain) {
                log.signed = head.position;
            } else if read == Some(head.chain) {
                log.cut(*head);
            } else {
                log.reset(&workspace);
            }
            let place = log.place;
            log.claim(head, None);
            self.take_back(&relay, head.position);
            self.storage.put(Write::Log { relay, place });
            self.warn(Warning::RolledBack { relay });
        } else {
            match log.claim(head, None) {
                Word::Fits => {}
                Word::Differs(None) => {
                    self.forked(relay);
                    return false;
                }
                // A member's word against the relay's: a member who lies must not make it look like another log.
                Word::Differs(Some(device)) => self.warn(Warning::Disputed { relay, device }),
            }
        }
        if let Some((_, device)) = witness {
            self.warn(Warning::Disputed { relay, device });
        }
        true
    }

    /// A relay's log is another one than it was: what was known of it is forgotten, and its words about items with it.
    fn forked(&mut self, relay: VerifyKey) {
        let workspace = self.workspace();
        if let Some(log) = self.logs.get_mut(&relay) {
            log.reset(&workspace);
            self.storage.put(Write::Log { relay, place: Place::start(&workspace) });
        }
        self.take_back(&relay, 0);
        self.warn(Warning::Forked { relay });
    }

    /// What a relay said about places after `position` no longer holds.
    fn take_back(&mut self, relay: &VerifyKey, position: u64) {
        let gone = |own: &super::Own| own.relays.get(relay).is_some_and(|place| place.position > position);
        let items: Vec<ItemId> = self.own.iter().filter(|(_, own)| gone(own)).map(|(item, _)| *item).collect();
        for item in items {
            if let Some(own) = self.own.get_mut(&item) {
                own.relays.remove(relay);
            }
            self.storage.put(Write::Receipt { relay: *relay, item, place: None });
            self.say_receipt(&item);
        }
    }

    pub(super) fn subscribe(&mut self, conn: ConnId, now: u64) {
        // Not before a snapshot: what comes would only wait for it.
        let Some(relay) = self.relay_conn(conn).filter(|relay| !relay.shelf.is_reading()) else { return };
        relay.ask_after = now + AGAIN;
        let Some(key) = relay.relay else { return };
        let Some(log) = self.logs.get(&key) else { return };
        let frame = Frame::Subscribe { since: log.place.position }.encode();
        self.effects.push(Effect::Send { conn, frame });
    }

    fn relay_push(&mut self, conn: ConnId, after: Place, items: &[&[u8]], now: u64) {
        let Some(relay) = self.relay_conn(conn).filter(|relay| matches!(relay.standing, Some(Standing::Member(_))))
        else {
            return;
        };
        let (Some(key), base, ask_after) = (relay.relay, relay.base, relay.ask_after) else { return };
        relay.head = relay.head.max(after.position.saturating_add(items.len() as u64));
        let Some(log) = self.logs.get_mut(&key) else { return };
        if after.position > log.place.position {
            if after != base || log.place.position >= base.position {
                // A part was lost on the way: it is asked for, not guessed.
                if now >= ask_after {
                    self.subscribe(conn, now);
                }
                return;
            }
            log.jump(base);
        }
        let mut word = match log.chain(after.position) {
            Some(chain) if chain != after.chain => Word::Differs(None),
            _ => Word::Fits,
        };
        // Read before: what overlaps is passed over.
        let skip = usize::try_from(log.place.position - after.position).unwrap_or(usize::MAX);
        let mut disputed = None;
        let mut read_now = Vec::new();
        let mut new: Vec<Arc<[u8]>> = Vec::new();
        for bytes in items.iter().skip(skip) {
            if word != Word::Fits {
                break;
            }
            let item = ItemId::of(bytes);
            match log.read(&item) {
                Word::Differs(Some(device)) => disputed = Some(device),
                read => word = read,
            }
            log.bytes += bytes.len() as u64;
            read_now.push(item);
            new.push(Arc::from(*bytes));
        }
        log.read_at = now;
        if let Some(device) = disputed {
            self.warn(Warning::Disputed { relay: key, device });
        }
        // Items stand for themselves, whatever their place is worth.
        self.take_items(new, key);
        // Only of what is held: a relay could name junk for ever.
        let read = read_now.len();
        read_now.retain(|item| self.holds(item));
        if let Some(log) = self.logs.get_mut(&key) {
            log.holes |= read_now.len() < read;
            log.items.extend(read_now);
        }
        if word != Word::Fits {
            self.forked(key);
            return self.close(conn, CloseReason::Log);
        }
        if let Some(log) = self.logs.get(&key) {
            let place = log.place;
            self.storage.put(Write::Log { relay: key, place });
            if let Some(Conn::Relay(relay)) = self.conns.get_mut(&conn) {
                let items = &log.items;
                relay
                    .outbox
                    .retain(|_, outgoing| self.own.contains_key(&outgoing.item) || !items.contains(&outgoing.item));
            }
        }
    }

    fn relay_ack(&mut self, conn: ConnId, item: ItemId, place: Place, signature: &[u8; SIGNATURE], now: u64) {
        let workspace = self.workspace();
        let number = self.numbers.get(&item).copied();
        let Some(relay) = self.relay_conn(conn).filter(|relay| relay.standing.is_some()) else { return };
        let Some(key) = relay.relay else { return };
        if statement::check_place(&key, &workspace, &item, &place, signature).is_err() {
            self.warn(Warning::BadWord { relay: key });
            return self.close(conn, CloseReason::Identity);
        }
        if let Some(number) = number {
            relay.outbox.remove(&number);
        }
        relay.head = relay.head.max(place.position);
        let may_read = matches!(relay.standing, Some(Standing::Member(_)));
        let (base, ask_after) = (relay.base, relay.ask_after);
        let Some(log) = self.logs.get_mut(&key) else { return };
        let word = log.claim(&place, None);
        if word == Word::Differs(None) {
            self.forked(key);
            return self.close(conn, CloseReason::Log);
        }
        if self.numbers.contains_key(&item) {
            log.items.insert(item);
        }
        let behind = log.place.position < place.position && base.position <= log.place.position;
        if let Word::Differs(Some(device)) = word {
            self.warn(Warning::Disputed { relay: key, device });
        }
        if let Some(own) = self.own.get_mut(&item)
            && own.relays.insert(key, place).is_none()
        {
            self.storage.put(Write::Receipt { relay: key, item, place: Some(place) });
            self.say_receipt(&item);
        }
        if behind && may_read && now >= ask_after {
            self.subscribe(conn, now);
        }
    }

    fn relay_have(&mut self, conn: ConnId, digest: &[u8; 32], marks: &[Mark], more: bool, now: u64) {
        let Some(relay) = self.relay_conn(conn).filter(|relay| relay.standing.is_some()) else { return };
        relay.marks.extend_from_slice(marks);
        if relay.marks.len() > MARKS {
            return self.close(conn, CloseReason::Malformed);
        }
        if more {
            return;
        }
        relay.offer_at = None;
        let marks = std::mem::take(&mut relay.marks);
        self.audited(conn, &marks, now);
        let Some(relay) = self.relay_conn(conn) else { return };
        if now < std::mem::replace(&mut relay.listen_at, now.saturating_add(LISTEN)) {
            return;
        }
        let reread = relay.reread;
        let key = relay.relay;
        self.offer(conn, Some((digest, &marks)), now);
        // It has something that was read past here and given up: its log is read again, once.
        let missed = |mark: &Mark| self.graph.header(&mark.item).is_none() && !self.pool.contains(&mark.item);
        let caught_up = self.conns.get(&conn).is_some_and(|conn| self.is_caught_up(conn));
        if !reread && caught_up && marks.iter().any(missed) {
            let workspace = self.workspace();
            if let Some(log) = key.and_then(|key| self.logs.get_mut(&key)) {
                log.read_again(&workspace);
            }
            if let Some(relay) = self.relay_conn(conn) {
                relay.reread = true;
            }
            if self.has_to_read(conn) {
                self.begin_reading(conn, now);
            } else {
                self.subscribe(conn, now);
            }
        }
    }

    /// Whether a relay that is connected has told everything it spoke of.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.conns.values().any(|conn| self.is_caught_up(conn))
    }

    /// Whether a relay and this device have nothing left for each other: what it spoke of was read and is durable, and what it
    /// lacked it has, or refused for good, or did not answer for a long time. Not before it said what it has.
    #[must_use]
    pub fn is_done(&self, conn: ConnId) -> bool {
        let Some(Conn::Relay(relay)) = self.conns.get(&conn) else { return false };
        let told = relay.standing.is_some() && relay.offer_at.is_none();
        let read = !matches!(relay.standing, Some(Standing::Member(_)))
            || self.conns.get(&conn).is_some_and(|conn| self.is_caught_up(conn));
        told && read && relay.outbox.is_empty() && self.storage.is_idle() && self.pen.wake().is_none()
    }

    /// Whether a relay's log was read to the end that it spoke of.
    pub(super) fn is_caught_up(&self, conn: &Conn) -> bool {
        let Conn::Relay(relay) = conn else { return false };
        let log = relay.relay.as_ref().and_then(|key| self.logs.get(key));
        matches!(relay.standing, Some(Standing::Member(_)))
            && !relay.shelf.is_reading()
            && log.is_some_and(|log| log.place.position >= relay.head)
    }

    /// What the author of an envelope saw of a relay's log.
    pub(super) fn hear_witness(&mut self, item: &ItemId) {
        let Some((_, Some(witness))) = self.graph.opened(item) else { return };
        let Some(device) = self.graph.header(item).map(|header| header.device) else { return };
        if device == self.device() {
            return;
        }
        let relay = self.logs.keys().find(|relay| relay_tag(relay) == witness.relay).copied();
        let Some(relay) = relay else { return };
        let log = self.logs.get_mut(&relay);
        if let Some(Word::Differs(by)) = log.map(|log| log.claim(&witness.place, Some(device))) {
            self.warn(Warning::Disputed { relay, device: by.unwrap_or(device) });
        }
    }
}
