//! What members bring: judged one by one, stored together.

use bytes::Bytes;
use plumbline_wire::frame::Frame;
use plumbline_wire::id::ItemId;
use plumbline_wire::refusal::Refusal;
use plumbline_wire::room::Judgement;
use plumbline_wire::statement::Place;
use tokio::time::Instant;

use super::MemberId;
use super::actor::{Actor, Flight, Outcome, Waiting, beginning};
use super::member::Outgoing;
use crate::bus::Word;
use crate::clock;
use crate::limits;
use crate::store::{Change, StoreError, Stored, What};

/// Items after which other tasks of this thread have a turn. A signature takes about 40 µs.
pub(super) const TURN: usize = 32;

impl Actor {
    pub(super) async fn append(&mut self, by: MemberId, items: Vec<Bytes>) {
        let mut refused = Vec::new();
        for (number, bytes) in items.into_iter().enumerate() {
            if number % TURN == TURN - 1 {
                tokio::task::yield_now().await;
            }
            let item = ItemId::of(&bytes);
            if let Some(waiting) = self.waiting.get_mut(&item) {
                if !waiting.members.contains(&by) {
                    waiting.members.push(by);
                }
                continue;
            }
            let judged = match self.known(&item).await {
                Ok(known) => self.judge(&bytes, known, by),
                Err(_) => Err(Refusal::Storage),
            };
            match judged {
                Ok(Some(place)) => self.acknowledge(by, item, place),
                Ok(None) => {}
                Err(refusal) => refused.push((item, refusal)),
            }
        }
        self.refuse(by, &refused);
    }

    /// Where an item stands already.
    async fn known(&self, item: &ItemId) -> Result<Option<Place>, StoreError> {
        if !self.names.contains(&beginning(item)) {
            return Ok(None);
        }
        if let Some(place) = self.tail.find(item) {
            return Ok(Some(place));
        }
        let (workspace, item) = (self.workspace, *item);
        self.relay.shelf.with(move |store| store.find(&workspace, &item)).await
    }

    /// The place of what is known; nothing for what has entered.
    fn judge(&mut self, bytes: &Bytes, known: Option<Place>, by: MemberId) -> Result<Option<Place>, Refusal> {
        let caller = self.members.get(&by).ok_or(Refusal::Removed)?.caller.clone();
        match self.room.judge(bytes, known, &caller, clock::now())? {
            Judgement::Known(place) => Ok(Some(place)),
            Judgement::Fresh(admission) => {
                let (item, place) = (admission.item, admission.place);
                self.room.enter(*admission);
                self.names.insert(beginning(&item));
                self.waiting.insert(item, Waiting { place, members: vec![by], caller });
                self.pending_bytes += bytes.len();
                // A copy: a slice would keep the whole message that it came in, for as long as the tail does.
                self.pending.push(Stored { item, place, bytes: Bytes::copy_from_slice(bytes) });
                Ok(None)
            }
        }
    }

    pub(super) fn acknowledge(&mut self, member: MemberId, item: ItemId, place: Place) {
        if let Some(member) = self.members.get_mut(&member) {
            member.acks.push((item, place));
            self.news = true;
        }
    }

    pub(super) fn refuse(&mut self, member: MemberId, refused: &[(ItemId, Refusal)]) {
        if refused.is_empty() {
            return;
        }
        let frames = refused.iter().map(|&(item, refusal)| {
            self.relay.metrics.refuse(refusal);
            let wait = if refusal == Refusal::Storage { limits::STORAGE_WAIT } else { 0 };
            Bytes::from(Frame::Nack { item, refusal, wait }.encode())
        });
        let frames = Outgoing::Frames(frames.collect());
        self.send(member, frames);
    }

    pub(super) fn send(&mut self, to: MemberId, outgoing: Outgoing) {
        let size = outgoing.size();
        if let Some(member) = self.members.get(&to)
            && !member.line.send(outgoing, size)
        {
            self.relay.metrics.slow.inc();
            self.leave(to);
        }
    }

    /// Hands what entered to the writer, unless something is with it already (then the next will be larger), or others are
    /// given their turn.
    pub(super) async fn submit(&mut self) {
        if Instant::now() >= self.turn {
            self.hand_over().await;
        }
    }

    /// The same, without regard to others.
    pub(super) async fn hand_over(&mut self) {
        if self.pending.is_empty() || self.flight.is_some() {
            return;
        }
        // With nothing on its way, what is durable ends where this begins.
        let after = self.end();
        let items = std::mem::take(&mut self.pending);
        self.pending_bytes = 0;
        let change = Change { workspace: self.workspace, after, what: What::Append(items.clone()) };
        let receipt = self.relay.writer.store(change).await;
        self.flight = Some(Flight { items, receipt });
    }

    /// The writer has answered.
    pub(super) async fn landed(&mut self, result: Result<(), StoreError>) -> Outcome {
        let items = self.flight.take().map(|flight| flight.items).unwrap_or_default();
        match result {
            Ok(()) => {}
            Err(StoreError::Moved) if self.stored.is_some() => return self.overtaken(items).await,
            Err(error) => return self.failed(&error).await,
        }
        let metrics = self.relay.metrics.clone();
        metrics.items.inc_by(items.len() as u64);
        if let Some(room) = &mut self.stored {
            for stored in &items {
                let place = room.replay(&stored.bytes);
                if place != Ok(stored.place) {
                    // Judged before and judged again: the two cannot differ.
                    return Err(self.over(&StoreError::Damaged(format!("position {}", stored.place.position))));
                }
            }
            if Instant::now() < self.rivals {
                self.turn = Instant::now() + limits::TURN;
            }
        }
        let mut records = false;
        for stored in items {
            metrics.bytes.inc_by(stored.bytes.len() as u64);
            records |= self.durable(stored);
        }
        self.relay.bus.tell(&self.workspace, &Word::Grown(self.end()));
        // Before anything is told: whoever was just removed is not told.
        if records {
            self.sweep();
        }
        Ok(())
    }
}
