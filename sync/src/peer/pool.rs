//! What came too early: its signature holds, what it follows is not here. Bounded, so that nobody can fill a device with ends
//! of threads; whoever brought most gives way first, so a flood pushes out itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use plumbline_wire::id::ItemId;
use plumbline_wire::key::VerifyKey;

/// Items that may wait.
pub(super) const ITEMS: usize = 4096;
/// Bytes of them.
pub(super) const BYTES: usize = 16 * 1024 * 1024;

/// Items that wait.
#[derive(Default)]
pub(super) struct Pool {
    parked: BTreeMap<ItemId, Parked>,
    needed: BTreeMap<ItemId, BTreeSet<ItemId>>,
    sources: BTreeMap<VerifyKey, Source>,
    bytes: usize,
    next: u64,
}

#[derive(Default)]
struct Source {
    bytes: usize,
    order: BTreeMap<u64, ItemId>,
}

struct Parked {
    bytes: Arc<[u8]>,
    needs: ItemId,
    source: VerifyKey,
    number: u64,
}

impl Pool {
    pub fn contains(&self, item: &ItemId) -> bool {
        self.parked.contains_key(item)
    }

    pub fn len(&self) -> usize {
        self.parked.len()
    }

    /// Keeps an item until `needs` comes. Returns what is given up for it, which may be the item itself.
    pub fn park(&mut self, item: ItemId, bytes: Arc<[u8]>, needs: ItemId, source: VerifyKey) -> Vec<ItemId> {
        if self.parked.contains_key(&item) {
            return Vec::new();
        }
        let number = self.next;
        self.next += 1;
        self.bytes += bytes.len();
        let from = self.sources.entry(source).or_default();
        from.bytes += bytes.len();
        from.order.insert(number, item);
        self.needed.entry(needs).or_default().insert(item);
        self.parked.insert(item, Parked { bytes, needs, source, number });
        let mut dropped = Vec::new();
        while self.parked.len() > ITEMS || self.bytes > BYTES {
            let by_bytes = self.bytes > BYTES;
            let weight = |source: &&Source| if by_bytes { source.bytes } else { source.order.len() };
            let most = self.sources.values().max_by_key(weight);
            let Some((_, &oldest)) = most.and_then(|source| source.order.first_key_value()) else { break };
            self.take(&oldest);
            dropped.push(oldest);
        }
        dropped
    }

    /// What waited for this one, in the order in which it came.
    pub fn release(&mut self, needed: &ItemId) -> Vec<(ItemId, Arc<[u8]>, VerifyKey)> {
        let waiting = self.needed.remove(needed).unwrap_or_default();
        let mut released: Vec<_> = waiting.into_iter().filter_map(|item| Some((item, self.take(&item)?))).collect();
        released.sort_by_key(|(_, parked)| parked.number);
        released.into_iter().map(|(item, parked)| (item, parked.bytes, parked.source)).collect()
    }

    /// What is waited for and is not waiting itself.
    pub fn missing(&self) -> impl Iterator<Item = &ItemId> {
        self.needed.keys().filter(|item| !self.parked.contains_key(*item))
    }

    fn take(&mut self, item: &ItemId) -> Option<Parked> {
        let parked = self.parked.remove(item)?;
        self.bytes -= parked.bytes.len();
        if let Some(source) = self.sources.get_mut(&parked.source) {
            source.bytes -= parked.bytes.len();
            source.order.remove(&parked.number);
            if source.order.is_empty() {
                self.sources.remove(&parked.source);
            }
        }
        if let Some(waiting) = self.needed.get_mut(&parked.needs) {
            waiting.remove(item);
            if waiting.is_empty() {
                self.needed.remove(&parked.needs);
            }
        }
        Some(parked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u32) -> ItemId {
        ItemId::of(&number.to_be_bytes())
    }

    #[test]
    fn a_flood_pushes_out_itself() {
        let (honest, flood) = (VerifyKey([1; 32]), VerifyKey([2; 32]));
        let mut pool = Pool::default();
        for number in 0..10 {
            assert!(pool.park(id(number), Arc::from([0; 100]), id(99), honest).is_empty());
        }
        for number in 0..2 * ITEMS as u32 {
            pool.park(id(100 + number), Arc::from([0; 10]), id(98), flood);
        }
        for number in 0..100 {
            pool.park(id(1_000_000 + number), Arc::from(vec![0; BYTES / 4]), id(97), flood);
        }
        assert!(pool.len() <= ITEMS && pool.bytes <= BYTES);
        assert_eq!(pool.release(&id(99)).len(), 10);
        assert_eq!(pool.missing().collect::<Vec<_>>().len(), 1);
    }
}
