//! Vouching for what another device made: only for what is all here, and is the same.
//!
//! Three things can be wrong with a snapshot: it says something else of an envelope than the envelope does; its document is another
//! one; or it leaves something out that the log is pruned of for it. Each is looked for among what this device holds itself.

use std::collections::BTreeSet;

use plumbline_wire::envelope::Header;
use plumbline_wire::frame::{Frame, SnapshotInfo};
use plumbline_wire::id::ItemId;
use plumbline_wire::keyring::record::KeyName;
use plumbline_wire::mark::Mark;

use super::super::{ConnId, Effect, Peer, Warning};
use super::open::{Opened, Unusable, mark_of};
use super::{AGAIN, ATTEMPTS, Purpose};
use crate::graph::Verdict;
use crate::inspect::Span;
use crate::snapshot::Step;

/// What came of looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Same,
    /// Something is not here, or not judged alike yet.
    NotYet,
    Wrong,
}

impl Peer {
    /// Draws a time for the newest that nobody vouched for, and asks for it then.
    pub(super) fn plan_endorsing(&mut self, conn: ConnId, now: u64) {
        let Some(policy) = self.keeping.policy else { return };
        let (may, judged) = (self.may_vouch() && self.graph.has_opened(&self.device()), &self.keeping.judged);
        let Some(relay) = self.relay_of(conn) else { return };
        let Some(log) = relay.relay.as_ref().and_then(|key| self.logs.get(key)) else { return };
        let shelf = &relay.shelf;
        let open = |info: &&SnapshotInfo| {
            !info.endorsed && !judged.contains(&info.item) && info.place.position <= log.place.position
        };
        let wanted = shelf.list.iter().rev().find(open).copied();
        let (wanted, due, busy) = (wanted.filter(|_| may), shelf.endorse_at, shelf.fetch.is_some());
        let next = match (wanted, due) {
            (None, _) => None,
            (Some(_), None) => Some(now + self.draw_pause(policy.pause / 3)),
            (Some(_), Some(at)) if now < at => Some(at),
            (Some(_), Some(_)) if busy => Some(now + AGAIN),
            (Some(info), Some(_)) => {
                self.fetch(conn, info, Purpose::Endorse, now);
                Some(now + AGAIN)
            }
        };
        if let Some(shelf) = self.shelf(conn) {
            shelf.endorse_at = next;
        }
    }

    pub(super) fn look_at_snapshot(&mut self, conn: ConnId, info: &SnapshotInfo, bytes: &[u8], now: u64) {
        let unsealed = self.unseal_snapshot(bytes, Some(info));
        let opened = match &unsealed {
            Ok((author, _)) if *author == self.device() => return self.judged(info.item),
            Ok((author, text)) => self.read_inside(*author, text),
            Err(problem) => Err(*problem),
        };
        let (found, author) = match opened {
            Ok(opened) => (self.hold_against(conn, info, &opened), Some(opened.author)),
            Err(Unusable::Locked) => (Found::NotYet, None),
            Err(Unusable::Wrong(author)) => (Found::Wrong, author),
        };
        match found {
            Found::Same => self.vouch(conn, info, now),
            Found::NotYet => {
                let looked = self.keeping.looked.entry(info.item).or_default();
                *looked += 1;
                if *looked > ATTEMPTS {
                    self.judged(info.item);
                }
            }
            Found::Wrong => {
                self.judged(info.item);
                self.keeping.bad.insert(info.item);
                if let Some(device) = author {
                    self.warn(Warning::BadSnapshot { device });
                }
            }
        }
    }

    fn hold_against(&self, conn: ConnId, info: &SnapshotInfo, opened: &Opened<'_>) -> Found {
        let Some(key) = self.relay_of(conn).and_then(|relay| relay.relay) else { return Found::NotYet };
        let Some(log) = self.logs.get(&key) else { return Found::NotYet };
        if log.chain(info.place.position).is_some_and(|chain| chain != info.place.chain) {
            return Found::Wrong;
        }
        if log.holes || log.items.iter().any(|item| self.pool.contains(item)) || !self.storage.is_idle() {
            return Found::NotYet;
        }
        let mut covered: BTreeSet<ItemId> = opened.whole.keys().copied().collect();
        let mut payloads = Vec::new();
        let mut all = Found::Same;
        for session in &opened.inside.sessions {
            let certificate = &opened.inside.certificates[session.certificate as usize];
            for (seq, item) in
                (0..).zip(std::iter::once(&session.opening).chain(session.steps.iter().map(|step| &step.item)))
            {
                covered.insert(*item);
                let (Some(verdict), Some(told)) = (self.graph.verdict(item), self.graph.told(item)) else {
                    all = Found::NotYet;
                    continue;
                };
                if verdict != Verdict::Accepted {
                    all = Found::NotYet;
                    continue;
                }
                let step = usize::try_from(seq).ok().and_then(|seq: usize| session.steps.get(seq.checked_sub(1)?));
                let same_certificate =
                    self.graph.certificate(item).is_some_and(|own| own.bytes() == certificate.bytes());
                let mark = Mark { session: session.session, seq, item: *item };
                if !same_certificate || !same(opened, &mark, step, told) {
                    return Found::Wrong;
                }
                payloads.extend(self.graph.payload(item, &self.vault));
            }
        }
        // What is in it whole speaks for itself; but what nobody else has is only bulk.
        if all == Found::NotYet || opened.whole.keys().any(|item| !self.holds(item)) {
            return Found::NotYet;
        }
        if !self.holds_exactly(opened.inside.document, &payloads) {
            return Found::Wrong;
        }
        self.nothing_left_out(&covered, info, log)
    }

    /// Everything that is here is covered, but for what is known to come later in the log, and what was written here and
    /// is not in the log.
    fn nothing_left_out(&self, covered: &BTreeSet<ItemId>, info: &SnapshotInfo, log: &super::super::log::Log) -> Found {
        let later: BTreeSet<ItemId> = log.after(info.place.position).collect();
        let mut found = Found::Same;
        for (mark, _) in self.graph.verdicts() {
            let item = mark.item;
            if covered.contains(&item) || later.contains(&item) {
                continue;
            }
            if log.position(&item).is_some() {
                // It was read before that place.
                return Found::Wrong;
            }
            let new = self.numbers.get(&item).is_some_and(|number| *number >= self.restored);
            let unsent = self.own.get(&item).is_some_and(|own| own.relays.is_empty()) && !log.items.contains(&item);
            if !(new && unsent) {
                found = Found::NotYet;
            }
        }
        found
    }

    fn vouch(&mut self, conn: ConnId, info: &SnapshotInfo, now: u64) {
        self.judged(info.item);
        let (certificate, signing) = (self.identity.certificate(), &self.identity.device().signing);
        let Ok(envelope) = Header::endorse(certificate, self.pen.session, &info.item, &info.place, signing) else {
            return;
        };
        if let Some(shelf) = self.shelf(conn) {
            shelf.vouched = Some((info.item, envelope, now, 0));
        }
        self.vouch_again(conn, now);
    }

    pub(super) fn vouch_again(&mut self, conn: ConnId, now: u64) {
        let Some(shelf) = self.shelf(conn) else { return };
        let Some((_, envelope, due, attempts)) = shelf.vouched.as_mut().filter(|(_, _, due, _)| now >= *due) else {
            return;
        };
        (*due, *attempts) = (now + AGAIN, *attempts + 1);
        let frame = Frame::Endorse { envelope }.encode();
        if *attempts > ATTEMPTS {
            shelf.vouched = None;
        } else {
            self.effects.push(Effect::Send { conn, frame });
        }
    }
}

/// Whether a snapshot says of an envelope what it says itself.
fn same(opened: &Opened<'_>, mark: &Mark, step: Option<&Step>, told: (Header, &[Mark], Span)) -> bool {
    let (header, dependencies, span) = told;
    if header.session != mark.session || header.seq != mark.seq {
        return false;
    }
    let Some(step) = step else { return mark.seq == 0 };
    if step.key == Step::WHOLE {
        return opened.whole.contains_key(&step.item);
    }
    let key = opened.inside.keys[step.key as usize];
    let changes = match span {
        Span::Empty => 0,
        Span::Changes { first, last } => last - first + 1,
    };
    let named = step.dependencies.iter().map(|on| mark_of(&opened.inside, *on));
    key == KeyName { epoch: header.epoch, commitment: header.commitment }
        && u64::from(step.changes) == changes
        && step.dependencies.len() == dependencies.len()
        && named.zip(dependencies).all(|(said, is)| said == Some(*is))
}
