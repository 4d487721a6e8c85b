//! What is to be durable, one transaction after the other. So what is stored is always a beginning of what happened: nothing
//! is ever stored without what it builds on, and nothing leaves before it is stored.

use std::collections::BTreeSet;

use plumbline_wire::id::ItemId;

use super::effect::{Ticket, Write};

/// Wait before a transaction that failed is tried again, in milliseconds; doubled each time, up to [`MOST`].
const LEAST: u64 = 250;
const MOST: u64 = 30_000;

#[derive(Default)]
pub(super) struct Storage {
    last: Ticket,
    flight: Option<(Ticket, Vec<Write>)>,
    queue: Vec<Write>,
    retry_at: Option<u64>,
    failures: u32,
    unstored: BTreeSet<ItemId>,
}

impl Storage {
    pub fn put(&mut self, write: Write) {
        match &write {
            Write::Item { item, .. } => drop(self.unstored.insert(*item)),
            // Not stored yet: then there is nothing to forget, and nothing is kept for it.
            Write::Forget { item } => {
                let queued = |write: &Write| matches!(write, Write::Item { item: queued, .. } if queued == item);
                if let Some(at) = self.queue.iter().position(queued) {
                    self.queue.remove(at);
                    self.unstored.remove(item);
                    return;
                }
            }
            // Only the last one counts.
            Write::Log { relay, .. } => {
                let relay = *relay;
                self.queue.retain(|queued| !matches!(queued, Write::Log { relay: other, .. } if *other == relay));
            }
            _ => {}
        }
        self.queue.push(write);
    }

    /// Whether an item is durable, or never was to be.
    pub fn has(&self, item: &ItemId) -> bool {
        !self.unstored.contains(item)
    }

    /// How many writes wait, or are under way.
    pub fn len(&self) -> usize {
        self.queue.len() + self.flight.as_ref().map_or(0, |(_, writes)| writes.len())
    }

    /// Whether everything is durable.
    pub fn is_idle(&self) -> bool {
        self.flight.is_none() && self.queue.is_empty()
    }

    /// The next transaction, if one is due.
    pub fn start(&mut self, now: u64) -> Option<(Ticket, Vec<Write>)> {
        if self.flight.is_some() || self.queue.is_empty() || self.retry_at.is_some_and(|at| now < at) {
            return None;
        }
        self.last += 1;
        let writes = std::mem::take(&mut self.queue);
        self.flight = Some((self.last, writes.clone()));
        Some((self.last, writes))
    }

    /// A transaction is durable: the items in it, in order. Nothing for a ticket that is not under way.
    pub fn commit(&mut self, ticket: Ticket) -> Option<Vec<ItemId>> {
        let (_, writes) = self.flight.take_if(|(flying, _)| *flying == ticket)?;
        (self.failures, self.retry_at) = (0, None);
        let items: Vec<ItemId> = writes
            .iter()
            .filter_map(|write| match write {
                Write::Item { item, .. } => Some(*item),
                _ => None,
            })
            .collect();
        for item in &items {
            self.unstored.remove(item);
        }
        Some(items)
    }

    /// A transaction failed: it is tried again, with what came meanwhile.
    pub fn fail(&mut self, ticket: Ticket, now: u64) -> bool {
        let Some((_, mut writes)) = self.flight.take_if(|(flying, _)| *flying == ticket) else { return false };
        writes.append(&mut self.queue);
        self.queue = writes;
        self.retry_at = Some(now.saturating_add((LEAST << self.failures.min(10)).min(MOST)));
        self.failures += 1;
        true
    }

    pub fn wake(&self) -> Option<u64> {
        self.retry_at.filter(|_| self.flight.is_none() && !self.queue.is_empty())
    }
}
