//! What a relay is to be given: sent in the order in which it came here, again until it is acknowledged, not again when the
//! relay says that nothing will change its mind.

use std::collections::{BTreeMap, BTreeSet};

use plumbline_wire::envelope::Envelope;
use plumbline_wire::frame::{Frame, batches, keyring_digest};
use plumbline_wire::id::{ItemId, SessionId};
use plumbline_wire::key::VerifyKey;
use plumbline_wire::keyring::Standing;
use plumbline_wire::mark::Mark;
use plumbline_wire::refusal::Refusal;

use super::conn::{Conn, Outgoing, RelayConn};
use super::{ConnId, Effect, Peer};

/// Others' items are brought to a relay only when their author did not do so within this time, in milliseconds.
const FOR_OTHERS: u64 = 5_000;
/// An item that is not answered is sent again after this time, doubled with each attempt.
const UNANSWERED: u64 = 10_000;
/// Attempts over one connection.
const ATTEMPTS: u32 = 10;
/// Attempts when it stands behind something that was signed twice.
const ATTEMPTS_FORKED: u32 = 3;
/// Items under way to one relay. What is new waits until half of them were answered: one more for each answer would be a message for
/// each item, and a relay lets a device send so many messages a second.
const WINDOW: usize = 1024;

impl RelayConn {
    pub fn may_give(&self) -> bool {
        matches!(self.standing, Some(Standing::Member(_) | Standing::Removed))
    }

    /// What may be under way now, in order: what was sent and is not answered, and what is new if there is room.
    fn window(&self) -> impl Iterator<Item = (&u64, &Outgoing)> {
        let sent = |outgoing: &Outgoing| outgoing.attempts > 0;
        let room = self.outbox.values().take(WINDOW).filter(|outgoing| sent(outgoing)).count() <= WINDOW / 2;
        self.outbox.iter().take(WINDOW).filter(move |(_, outgoing)| room || sent(outgoing))
    }

    /// When something is to be sent next.
    pub fn due(&self) -> Option<u64> {
        self.window().map(|(_, outgoing)| outgoing.due).min().filter(|_| self.may_give())
    }

    fn put(&mut self, number: u64, item: ItemId, due: u64) {
        let entry = self.outbox.entry(number).or_insert(Outgoing { item, due, attempts: 0 });
        entry.due = entry.due.min(due);
    }
}

impl Peer {
    /// Items became durable here, or came from the pool: they go to everybody who lacks them.
    pub(super) fn announce(&mut self, items: &[ItemId], now: u64) {
        let own = |item: &ItemId| self.own.contains_key(item) || self.is_own_record(item);
        let mut items: Vec<(u64, ItemId, bool)> =
            items.iter().filter_map(|item| Some((*self.numbers.get(item)?, *item, own(item)))).collect();
        items.sort_unstable();
        for conn in self.conns.values_mut() {
            let Conn::Relay(relay) = conn else { continue };
            let log = relay.relay.as_ref().and_then(|key| self.logs.get(key));
            for (number, item, mine) in &items {
                let known = log.is_some_and(|log| log.items.contains(item));
                if relay.may_give() && !known && (*mine || relay.standing != Some(Standing::Removed)) {
                    relay.put(*number, *item, if *mine { now } else { now + FOR_OTHERS });
                }
            }
        }
        self.members_given(&items);
    }

    fn is_own_record(&self, item: &ItemId) -> bool {
        let link = self.identity.certificate().link;
        self.keyring.record(item).is_some_and(|record| record.signer == link)
    }

    /// Puts everything into the outbox that the relay does not say it has; before it says anything, what this device wrote.
    pub(super) fn offer(&mut self, conn: ConnId, has: Option<(&[u8; 32], &[Mark])>, now: u64) {
        let Some(Conn::Relay(relay)) = self.conns.get(&conn) else { return };
        let Some(key) = relay.relay.filter(|_| relay.may_give()) else { return };
        let removed = relay.standing == Some(Standing::Removed);
        let mut items: Vec<ItemId> =
            self.own.iter().filter(|(_, own)| !own.relays.contains_key(&key)).map(|(item, _)| *item).collect();
        if let Some((digest, marks)) = has.filter(|_| !removed) {
            let mut theirs: BTreeMap<SessionId, Vec<Mark>> = BTreeMap::new();
            for mark in marks {
                theirs.entry(mark.session).or_default().push(*mark);
            }
            items.extend(self.graph.lacking(&theirs));
            let records: Vec<ItemId> = self.keyring.records().map(|record| record.id()).collect();
            if keyring_digest(&records) != *digest {
                items.extend(records);
            }
        }
        let log = self.logs.get(&key);
        let seen = |item: &ItemId| log.is_some_and(|log| log.items.contains(item));
        items.retain(|item| self.storage.has(item) && (self.own.contains_key(item) || !seen(item)));
        let numbered: Vec<(u64, ItemId)> =
            items.into_iter().filter_map(|item| Some((*self.numbers.get(&item)?, item))).collect();
        if let Some(Conn::Relay(relay)) = self.conns.get_mut(&conn) {
            for (number, item) in numbered {
                relay.put(number, item, now);
            }
        }
    }

    /// Sends what is due, to every relay.
    pub(super) fn pump(&mut self, now: u64) {
        let due: Vec<ConnId> = self.conns.keys().copied().collect();
        for conn in due {
            self.pump_to(conn, now);
        }
    }

    fn pump_to(&mut self, conn: ConnId, now: u64) {
        if let Some(Conn::Relay(relay)) = self.conns.get_mut(&conn)
            && relay.offer_at.is_some_and(|at| now >= at)
        {
            relay.offer_at = None;
            // It does not say what it has: everything that was not seen in its log is offered.
            self.offer(conn, Some((&[0; 32], &[])), now);
        }
        let Some(Conn::Relay(relay)) = self.conns.get_mut(&conn) else { return };
        if !relay.may_give() {
            return;
        }
        let due: Vec<u64> =
            relay.window().filter(|(_, outgoing)| outgoing.due <= now).map(|(number, _)| *number).collect();
        let mut items = Vec::new();
        for number in due {
            let Some(outgoing) = relay.outbox.get_mut(&number) else { continue };
            outgoing.due = now + (UNANSWERED << outgoing.attempts.min(4));
            outgoing.attempts += 1;
            items.push(outgoing.item);
        }
        relay.outbox.retain(|_, outgoing| outgoing.attempts <= ATTEMPTS);
        let bytes: Vec<_> = items.iter().filter_map(|item| self.item(item)).collect();
        for items in batches(&bytes) {
            self.effects.push(Effect::Send { conn, frame: Frame::Append { items }.encode() });
        }
    }

    /// A relay did not take something.
    pub(super) fn not_taken(&mut self, conn: ConnId, item: ItemId, refusal: Refusal, wait: u32, now: u64) {
        let Some(&number) = self.numbers.get(&item) else { return };
        let Some(Conn::Relay(relay)) = self.conns.get_mut(&conn) else { return };
        let Some(key) = relay.relay else { return };
        let Some(outgoing) = relay.outbox.get_mut(&number) else { return };
        // A relay keeps a few of what was signed twice and has no place for what follows: it is offered again with its next list.
        let forked = refusal == Refusal::Gap && self.graph.is_forked(&item);
        if refusal.may_pass() && outgoing.attempts < if forked { ATTEMPTS_FORKED } else { ATTEMPTS } {
            let pause = (500_u64 << outgoing.attempts.min(7)).max(u64::from(wait));
            outgoing.due = now.saturating_add(pause);
            if matches!(refusal, Refusal::Gap | Refusal::Epoch) {
                self.send_before(conn, &key, &item, now);
            }
            return;
        }
        relay.outbox.remove(&number);
        if refusal == Refusal::Covered {
            self.is_covered(conn, &item);
        }
        if !refusal.may_pass() && refusal != Refusal::Covered && self.own.contains_key(&item) {
            self.effects.push(Effect::NotTaken { relay: key, item, refusal });
        }
    }

    /// The relay lacks what an item builds on.
    fn send_before(&mut self, conn: ConnId, relay: &VerifyKey, item: &ItemId, now: u64) {
        let Some(bytes) = self.item(item) else { return };
        let mut before: BTreeSet<ItemId> = self.keyring.records().map(|record| record.id()).collect();
        if let Ok(envelope) = Envelope::parse(&bytes) {
            before.extend(self.graph.before(&envelope.id()));
        }
        let seen = self.logs.get(relay).map(|log| &log.items);
        before.retain(|item| self.storage.has(item) && seen.is_none_or(|seen| !seen.contains(item)));
        let Some(Conn::Relay(relay)) = self.conns.get_mut(&conn) else { return };
        for item in before {
            if let Some(number) = self.numbers.get(&item) {
                relay.put(*number, item, now);
            }
        }
    }
}
