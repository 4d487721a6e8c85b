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
        if self.own.get(item).is_none_or(|own| own.relays.contains_key(&relay)) {
            return;
        }
        let read = self.logs.get(&relay).and_then(|log| {
            let position = log.position(item)?;
            Some(Place { position, chain: log.chain(position)? })
        });
        match read {
            Some(place) => self.covered_at(conn, &BTreeSet::from([*item]), place),
            None => self.shelf(conn).into_iter().for_each(|shelf| shelf.prove = true),
        }
    }

    pub(super) fn plan_proof(&mut self, conn: ConnId, now: u64) {
        let Some(shelf) = self.shelf(conn).filter(|shelf| shelf.prove && shelf.fetch.is_none()) else { return };
        let Some(info) = shelf.list.iter().rev().find(|info| info.endorsed).copied() else { return };
        shelf.prove = false;
        self.fetch(conn, info, Purpose::Prove, now);
    }

    pub(super) fn note_covered(&mut self, conn: ConnId, info: &SnapshotInfo, bytes: &[u8]) {
        let Ok((author, text)) = self.unseal_snapshot(bytes, Some(info)) else { return };
        let Ok(opened) = self.read_inside(author, &text) else { return };
        let mut covered: BTreeSet<ItemId> = opened.whole.keys().copied().collect();
        for session in &opened.inside.sessions {
            covered.insert(session.opening);
            covered.extend(session.steps.iter().map(|step| step.item));
        }
        self.covered_at(conn, &covered, info.place);
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
