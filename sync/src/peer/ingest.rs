//! What comes in, from anywhere: checked, kept, judged, delivered.

use std::sync::Arc;

use plumbline_wire::envelope::{Envelope, Kind};
use plumbline_wire::id::ItemId;
use plumbline_wire::item::Item;
use plumbline_wire::key::VerifyKey;
use plumbline_wire::keyring::record::Record;
use plumbline_wire::keyring::{Permission, RecordProblem, Taken};

use super::{Delivery, Effect, Peer, Warning, Write};
use crate::graph::{Change, Filled, Fit, Verdict};

impl Peer {
    /// Takes items that `source` sent, in any order.
    pub(super) fn take_items(&mut self, items: impl IntoIterator<Item = Arc<[u8]>>, source: VerifyKey) {
        let mut envelopes = Vec::new();
        let mut records = Vec::new();
        let mut snapshots = Vec::new();
        for bytes in items {
            match Item::parse(&bytes) {
                Err(_) if self.restoring && is_snapshot(&bytes) => snapshots.push(bytes),
                Ok(Item::Record(record)) => records.push((record, source)),
                Ok(Item::Envelope(_)) => envelopes.push((bytes, source)),
                Err(_) => self.warn(Warning::Unsound { from: source }),
            }
        }
        // Records first: one judging anew for all of them.
        if self.take_records(records) {
            self.keyring_changed(&mut envelopes);
        }
        // What is stored whole takes the place of what they say of it.
        for bytes in snapshots {
            let _ = self.take_snapshot(&bytes, None);
        }
        self.take_envelopes(envelopes);
    }

    pub(super) fn take_envelopes(&mut self, mut envelopes: Vec<(Arc<[u8]>, VerifyKey)>) {
        // Released ones go before what came after them.
        envelopes.reverse();
        while let Some((bytes, source)) = envelopes.pop() {
            if let Some(id) = self.take_envelope(&bytes, source) {
                let released = self.pool.release(&id);
                envelopes.extend(released.into_iter().rev().map(|(_, bytes, source)| (bytes, source)));
            }
        }
        // Once for all that arrived in a session that was signed twice.
        if self.graph.is_due() {
            let (graph, judge) = self.judge();
            let change = graph.settle_all(judge);
            self.follow(&change, None);
        }
    }

    fn take_records(&mut self, mut records: Vec<(Record, VerifyKey)>) -> bool {
        let mut changed = false;
        records.reverse();
        while let Some((record, source)) = records.pop() {
            let id = record.id();
            let bytes: Arc<[u8]> = Arc::from(record.bytes());
            let absent = record.parents.iter().find(|parent| self.keyring.record(parent).is_none()).copied();
            if record.verify().is_err() {
                self.give_up(&id);
                self.warn(Warning::Unsound { from: source });
                continue;
            }
            match self.keyring.take(record) {
                Ok(Taken::Counts | Taken::Void) => {
                    changed = true;
                    self.arrived(id, bytes);
                    let released = self.pool.release(&id);
                    records.extend(
                        released
                            .into_iter()
                            .rev()
                            .filter_map(|(_, bytes, source)| Record::parse(&bytes).ok().map(|record| (record, source))),
                    );
                }
                Ok(Taken::Known) => {}
                Err(RecordProblem::Full) => self.give_up(&id),
                Err(RecordProblem::Gap) => {
                    if let Some(needs) = absent {
                        self.park(id, bytes, needs, source);
                    }
                }
                Err(_) => {
                    self.give_up(&id);
                    self.warn(Warning::Unsound { from: source });
                }
            }
        }
        changed
    }

    /// After records were taken: keys, verdicts, and openings whose link is granted now.
    fn keyring_changed(&mut self, envelopes: &mut Vec<(Arc<[u8]>, VerifyKey)>) {
        let change = if self.gather_keys() {
            let (graph, judge) = self.judge();
            graph.unlock(judge)
        } else {
            let (graph, judge) = self.judge();
            graph.settle_all(judge)
        };
        self.follow(&change, None);
        let links: Vec<ItemId> = self.keyring.links().map(|link| ItemId(link.keys.verify.0)).collect();
        let released = links.iter().flat_map(|link| self.pool.release(link)).collect::<Vec<_>>();
        envelopes.splice(0..0, released.into_iter().map(|(_, bytes, source)| (bytes, source)));
        self.members_changed();
        self.effects.push(Effect::KeyringChanged);
    }

    /// Whether there are new keys.
    fn gather_keys(&mut self) -> bool {
        let before: Vec<_> = self.vault.iter().map(|(name, _)| *name).collect();
        let own = [self.identity.opened(), self.identity.device()];
        if !self.vault.gather(&self.keyring, &own) {
            return false;
        }
        let new = self.vault.iter().filter(|(name, _)| !before.contains(name));
        for (name, key) in new.collect::<Vec<_>>() {
            self.storage.put(Write::Key { key: *name, secret: key.secret().clone() });
        }
        true
    }

    /// Returns the name of what was taken and was not here before.
    pub(super) fn take_envelope(&mut self, bytes: &Arc<[u8]>, source: VerifyKey) -> Option<ItemId> {
        let envelope = Envelope::parse(bytes).ok()?;
        let id = envelope.id();
        if self.graph.is_stub(&id) {
            self.fill(&envelope, bytes);
            return None;
        }
        if self.numbers.contains_key(&id) || self.pool.contains(&id) {
            return None;
        }
        // What this device stored it checked before; the seal shows damage.
        let sound = self.restoring || envelope.verify().is_ok();
        if envelope.header.workspace != self.workspace() || !sound {
            self.warn(Warning::Unsound { from: source });
            return None;
        }
        let mut opening = None;
        if envelope.header.kind == Kind::Open {
            let Ok(certificate) = envelope.certificate() else {
                self.warn(Warning::Unsound { from: source });
                return None;
            };
            // Kept apart until a record lets them write: else anybody could fill this device with sessions.
            let permission = self.keyring.permission(&certificate, &envelope.header.session, 0, |_| true);
            if matches!(permission, Permission::Refused(_)) {
                self.park(id, Arc::clone(bytes), ItemId(certificate.link.0), source);
                return None;
            }
            opening = Some(certificate);
        }
        match self.graph.fit(&envelope, &id) {
            Fit::Known => return None,
            Fit::After(prev) => {
                self.park(id, Arc::clone(bytes), prev, source);
                return None;
            }
            Fit::Foreign => {
                self.give_up(&id);
                self.warn(Warning::Unsound { from: source });
                return None;
            }
            Fit::Fits => {}
        }
        let (graph, judge) = self.judge();
        let change = graph.put(&envelope, opening, judge);
        self.arrived(id, Arc::clone(bytes));
        self.follow(&change, None);
        Some(id)
    }

    /// The envelope itself comes after a snapshot spoke of it.
    fn fill(&mut self, envelope: &Envelope<'_>, bytes: &Arc<[u8]>) {
        if !self.restoring && envelope.verify().is_err() {
            return;
        }
        let (graph, judge) = self.judge();
        let filled = graph.fill(envelope, judge);
        let id = envelope.id();
        if filled != Filled::No && !self.restoring && self.graph.bytes(&id).is_some() {
            self.storage.put(Write::Item { item: id, bytes: Arc::clone(bytes) });
        }
        if let (Filled::Differs, Some(device)) = (filled, self.snapshot_author()) {
            self.warn(Warning::BadSnapshot { device });
        }
    }

    /// Gives an item the number of its arrival.
    pub(super) fn numbered(&mut self, item: ItemId) {
        let number = self.arrivals.last_key_value().map_or(0, |(last, _)| last + 1);
        self.arrivals.insert(number, item);
        self.numbers.insert(item, number);
    }

    pub(super) fn arrived(&mut self, item: ItemId, bytes: Arc<[u8]>) {
        self.numbered(item);
        // What was parked before is stored already, or about to be.
        let parked = self.was_parked.remove(&item);
        if self.restoring {
        } else if !parked {
            self.storage.put(Write::Item { item, bytes });
        } else if self.storage.has(&item) {
            self.released.push(item);
        }
    }

    /// Forgets something that waited and turned out to be nothing: what is on the disk for it would stay for ever.
    fn give_up(&mut self, item: &ItemId) {
        if self.was_parked.remove(item) {
            self.storage.put(Write::Forget { item: *item });
        }
    }

    /// Whether an item was taken or waits.
    pub(super) fn holds(&self, item: &ItemId) -> bool {
        self.numbers.contains_key(item) || self.pool.contains(item)
    }

    fn park(&mut self, item: ItemId, bytes: Arc<[u8]>, needs: ItemId, source: VerifyKey) {
        if self.pool.contains(&item) {
            return;
        }
        let again = self.was_parked.contains(&item);
        if !self.restoring && !again {
            self.storage.put(Write::Item { item, bytes: Arc::clone(&bytes) });
        }
        self.was_parked.insert(item);
        for dropped in self.pool.park(item, bytes, needs, source) {
            self.was_parked.remove(&dropped);
            self.storage.put(Write::Forget { item: dropped });
        }
    }

    /// Says what a change of verdicts amounts to. `written`: what was just written here, which the document has already.
    pub(super) fn follow(&mut self, change: &Change, written: Option<&ItemId>) {
        if let Some(mark) = change.equivocation
            && let Some(device) = self.graph.header(&mark.item).map(|header| header.device)
        {
            self.warn(Warning::Equivocation { device, session: mark.session, seq: mark.seq });
        }
        for (id, verdict) in &change.judged {
            if self.said.insert(*id, *verdict) != Some(*verdict) {
                self.say_verdict(id, *verdict);
            }
        }
        for id in &change.accepted {
            if self.said.remove(id).is_some() {
                self.say_verdict(id, Verdict::Accepted);
            }
            self.hear_witness(id);
        }
        if self.rebuilding {
        } else if change.retracted {
            // What is still unsealed was written on top of what is gone: it goes after it, and is held with it.
            self.rebuilding = true;
            self.seal_batch();
            self.rebuilding = false;
            let all = self.deliveries();
            self.effects.push(Effect::Rebuild(all));
        } else {
            let new: Vec<Delivery> = change
                .accepted
                .iter()
                .filter(|id| Some(*id) != written)
                .filter_map(|id| self.delivery(id))
                .filter(|delivery| !delivery.payload.is_empty())
                .collect();
            if let Some(Effect::Deliver(before)) = self.effects.last_mut() {
                before.extend(new);
            } else if !new.is_empty() {
                self.effects.push(Effect::Deliver(new));
            }
        }
        self.check_session();
    }

    fn say_verdict(&mut self, id: &ItemId, verdict: Verdict) {
        if let Some(header) = self.graph.header(id) {
            let mark = plumbline_wire::mark::Mark { session: header.session, seq: header.seq, item: *id };
            self.effects.push(Effect::Verdict { mark, device: header.device, verdict });
        }
    }

    /// The payload of an envelope that can be opened.
    #[must_use]
    pub fn delivery(&self, id: &ItemId) -> Option<Delivery> {
        let header = self.graph.header(id)?;
        let mark = plumbline_wire::mark::Mark { session: header.session, seq: header.seq, item: *id };
        let payload = self.graph.payload(id, &self.vault)?;
        Some(Delivery { mark, device: header.device, payload })
    }
}

fn is_snapshot(bytes: &[u8]) -> bool {
    Envelope::parse(bytes).is_ok_and(|envelope| envelope.header.kind == Kind::Snapshot)
}
