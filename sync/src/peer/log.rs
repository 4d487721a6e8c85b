//! What is known of one relay's log: how far it was read, and every word about it, the relay's own and members', to be held
//! against what is read later. A relay can hide things only by telling different logs apart for ever, and one word from
//! somebody who saw the other log ends that.

use std::collections::{BTreeMap, BTreeSet};

use plumbline_wire::id::{Chain, ItemId, WorkspaceId};
use plumbline_wire::key::VerifyKey;
use plumbline_wire::statement::Place;

/// Words that are kept about places not read yet.
const CLAIMS: usize = 1024;
/// Fingerprints that are kept of places that were read, the latest. A relay that lies can make its log as long as it likes; what is
/// said of places longer ago is compared at the end of the log only.
const PLACES: usize = 65_536;

pub(super) struct Log {
    pub place: Place,
    /// Fingerprints of what was read in this run.
    chains: BTreeMap<u64, Chain>,
    /// What was read in this run, at which place; and the other way round.
    order: BTreeMap<u64, ItemId>,
    positions: BTreeMap<ItemId, u64>,
    /// Bytes of it since the newest snapshot.
    pub bytes: u64,
    /// Whether something that was read could not be taken.
    pub holes: bool,
    /// Seen in the log in this run, or acknowledged; and held here.
    pub items: BTreeSet<ItemId>,
    /// Words about places further on: the relay's own, or a member's.
    claims: BTreeMap<u64, (Chain, Option<VerifyKey>)>,
    /// When it was last read.
    pub read_at: u64,
    /// The furthest place that the relay ever signed.
    pub signed: u64,
    /// The furthest place that members say they saw, and one of them.
    pub witnessed: Option<(u64, VerifyKey)>,
}

/// What a word about a place amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// It fits, or cannot be checked yet.
    Fits,
    /// It does not fit what was read. Whose word: `None` for the relay's.
    Differs(Option<VerifyKey>),
}

impl Log {
    pub fn new(place: Place) -> Self {
        let chains = BTreeMap::from([(place.position, place.chain)]);
        let (items, claims, order, positions) = Default::default();
        let (bytes, holes) = (0, false);
        let signed = place.position;
        Self { place, chains, order, positions, bytes, holes, items, claims, read_at: 0, signed, witnessed: None }
    }

    /// Begins anew: what was read is no longer what there is.
    pub fn reset(&mut self, workspace: &WorkspaceId) {
        let witnessed = self.witnessed;
        *self = Self::new(Place::start(workspace));
        self.witnessed = witnessed;
    }

    /// Begins to read again what was read: nothing that was said about it is forgotten.
    pub fn read_again(&mut self, workspace: &WorkspaceId) {
        self.place = Place::start(workspace);
        self.claims.extend(self.chains.iter().map(|(position, chain)| (*position, (*chain, None))));
        while self.claims.len() > PLACES {
            self.claims.pop_first();
        }
        self.chains = BTreeMap::from([(0, self.place.chain)]);
        self.forget_order();
    }

    fn forget_order(&mut self) {
        self.order.clear();
        self.positions.clear();
        (self.bytes, self.holes) = (0, false);
    }

    /// What was read in this run behind a place.
    pub fn after(&self, position: u64) -> impl Iterator<Item = ItemId> + '_ {
        self.order.range(position.saturating_add(1)..).map(|(_, item)| *item)
    }

    /// Where something was read in this run.
    pub fn position(&self, item: &ItemId) -> Option<u64> {
        self.positions.get(item).copied()
    }

    /// The relay went back to this place of what was read.
    pub fn cut(&mut self, place: Place) {
        self.chains.split_off(&place.position.saturating_add(1));
        self.chains.insert(place.position, place.chain);
        self.claims.clear();
        self.items.clear();
        self.forget_order();
        (self.place, self.signed) = (place, place.position);
    }

    pub fn chain(&self, position: u64) -> Option<Chain> {
        self.chains.get(&position).copied()
    }

    /// Takes the log up at a place that was not read to: what is before it was pruned.
    pub fn jump(&mut self, place: Place) {
        self.place = place;
        self.chains.insert(place.position, place.chain);
    }

    /// One item further.
    pub fn read(&mut self, item: &ItemId) -> Word {
        self.place = self.place.then(item);
        self.chains.insert(self.place.position, self.place.chain);
        if self.chains.len() > PLACES {
            self.chains.pop_first();
        }
        self.order.insert(self.place.position, *item);
        self.positions.insert(*item, self.place.position);
        if self.order.len() > PLACES
            && let Some((_, item)) = self.order.pop_first()
        {
            self.positions.remove(&item);
        }
        match self.claims.remove(&self.place.position) {
            Some((chain, by)) if chain != self.place.chain => Word::Differs(by),
            _ => Word::Fits,
        }
    }

    /// A word about a place: `by` a member, or the relay itself.
    pub fn claim(&mut self, place: &Place, by: Option<VerifyKey>) -> Word {
        match by {
            None => self.signed = self.signed.max(place.position),
            Some(device) if self.witnessed.is_none_or(|(position, _)| position < place.position) => {
                self.witnessed = Some((place.position, device));
            }
            Some(_) => {}
        }
        if let Some(chain) = self.chain(place.position) {
            return if chain == place.chain { Word::Fits } else { Word::Differs(by) };
        }
        if place.position < self.place.position {
            return Word::Fits;
        }
        match self.claims.get(&place.position) {
            // The relay's own word is worth more than a member's, who may be lying.
            Some((chain, before)) if *chain != place.chain => {
                let (worse, keep_new) = if by.is_none() && before.is_some() { (*before, true) } else { (by, false) };
                if keep_new {
                    self.claims.insert(place.position, (place.chain, None));
                }
                return Word::Differs(worse);
            }
            Some(_) => {}
            None => drop(self.claims.insert(place.position, (place.chain, by))),
        }
        if self.claims.len() > CLAIMS {
            self.claims.pop_last();
        }
        Word::Fits
    }
}
