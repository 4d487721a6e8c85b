//! The relay says of something written here that a snapshot covers it: it had it, and its word for that was lost on the way. It
//! cannot say any more where it was; so it is believed only if it was read in the log, or is in the snapshot.

use std::collections::BTreeSet;

use plumbline_wire::frame::SnapshotInfo;
use plumbline_wire::id::ItemId;
use plumbline_wire::statement::Place;

use super::super::{ConnId, Peer, Write};
use super::Purpose;

impl Peer {
    pub(in super::super) fn is_covered(&mut self, conn: ConnId, item: &ItemId) {
        let Some(relay) = self.relay_of(conn).and_then(|relay| relay.relay) else { return };
        // Of two at one place the relay may have had the other one.
        let known = self.own.get(item).is_none_or(|own| own.relays.contains_key(&relay));
        if known || self.graph.is_forked(item) {
            return;
        }
        let read = self.logs.get(&relay).and_then(|log| {
            let position = log.position(item)?;
            Some(Place { position, chain: log.chain(position)? })
        });
        match read {
            Some(place) => self.covered_at(conn, &BTreeSet::from([*item]), place),
            None => self.shelf(conn).into_iter().for_each(|shelf| shelf.prove.extend([*item])),
        }
    }

    pub(super) fn plan_proof(&mut self, conn: ConnId, now: u64) {
        let Some(shelf) = self.shelf(conn).filter(|shelf| !shelf.prove.is_empty() && shelf.fetch.is_none()) else {
            return;
        };
        let Some(info) = shelf.list.iter().rev().find(|info| info.endorsed).copied() else { return };
        self.fetch(conn, info, Purpose::Prove, now);
    }

    pub(super) fn note_covered(&mut self, conn: ConnId, info: &SnapshotInfo, bytes: &[u8]) {
        // Looked at once: what is not in it is not shown by it, and without its key nothing is.
        let unsealed = self.unseal_snapshot(bytes, Some(info));
        let opened = unsealed.as_ref().ok().and_then(|(author, text)| self.read_inside(*author, text).ok());
        let Some(opened) = opened else { return self.forget_proof(conn) };
        let mut covered: BTreeSet<ItemId> = opened.whole.keys().copied().collect();
        for session in &opened.inside.sessions {
            covered.insert(session.opening);
            covered.extend(session.steps.iter().map(|step| step.item));
        }
        // A snapshot covers more than this relay's log: only what the relay itself says it covers.
        let said = self.shelf(conn).map(|shelf| std::mem::take(&mut shelf.prove)).unwrap_or_default();
        covered.retain(|item| said.contains(item));
        self.covered_at(conn, &covered, info.place);
    }

    pub(super) fn forget_proof(&mut self, conn: ConnId) {
        self.shelf(conn).into_iter().for_each(|shelf| shelf.prove.clear());
    }

    fn covered_at(&mut self, conn: ConnId, covered: &BTreeSet<ItemId>, place: Place) {
        let Some(relay) = self.relay_of(conn).and_then(|relay| relay.relay) else { return };
        let new = |(item, own): (&ItemId, &super::super::Own)| {
            (covered.contains(item) && !own.relays.contains_key(&relay)).then_some(*item)
        };
        for item in self.own.iter().filter_map(new).collect::<Vec<_>>() {
            if let Some(own) = self.own.get_mut(&item) {
                own.relays.insert(relay, place);
            }
            self.storage.put(Write::Receipt { relay, item, place: Some(place) });
            self.say_receipt(&item);
        }
    }
}
