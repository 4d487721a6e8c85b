//! Other relays over the same store: a room of the same workspace may be open in each, and all of them write.
//!
//! Which of them is first, the store decides: a batch that was judged for another end of the log is not stored. Then, and when
//! somebody says so, and when a member comes, the room reads by position what others stored, and judges again what waits. What
//! others stored is durable when it can be read, so members are told of it, and whoever waits for the same item gets its place.

use std::mem;

use plumbline_wire::envelope::Envelope;
use plumbline_wire::refusal::Refusal;
use plumbline_wire::room::Judgement;
use tokio::time::Instant;

use super::actor::{Actor, Outcome, Over, Waiting, beginning, load};
use super::append::TURN;
use crate::store::{Page, StoreError, Stored, follow};
use crate::{clock, limits};

impl Actor {
    /// Looks for what others wrote, if there may be something. What is with the writer is waited for: it tells, too.
    pub(super) async fn look(&mut self) -> Outcome {
        if self.flight.is_some() || !mem::take(&mut self.behind) || self.members.is_empty() {
            return Ok(());
        }
        self.caught_up().await.map(drop)
    }

    /// Brings the room up to date. `false` if the store does not answer.
    pub(super) async fn refresh(&mut self) -> Result<bool, Over> {
        if self.stored.is_none() {
            return Ok(true);
        }
        self.settle().await?;
        self.caught_up().await
    }

    async fn caught_up(&mut self) -> Result<bool, Over> {
        match self.catch_up().await {
            Ok(()) => Ok(true),
            Err(error @ (StoreError::Lost(_) | StoreError::Failed(_))) => {
                tracing::debug!(%error, "the store cannot be asked what is new");
                Ok(false)
            }
            // Not the log that it was: a backup was put back, or another server took over that had not heard everything.
            Err(error) => Err(self.over(&error)),
        }
    }

    /// Somebody else was first. Everything is judged again behind what they wrote.
    pub(super) async fn overtaken(&mut self, mut items: Vec<Stored>) -> Outcome {
        self.relay.metrics.conflicts.inc();
        items.append(&mut self.pending);
        self.pending = items;
        match self.catch_up().await {
            Ok(()) => Ok(()),
            Err(error @ (StoreError::Lost(_) | StoreError::Failed(_))) => self.failed(&error).await,
            Err(error) => Err(self.over(&error)),
        }
    }

    /// Takes in what others stored. Nothing is with the writer meanwhile.
    async fn catch_up(&mut self) -> Result<(), StoreError> {
        // With nothing judged ahead of the store the two rooms are one, and stay so.
        let level = self.room.head() == self.tail.end();
        loop {
            let page = self.read(self.tail.end().position).await?;
            if page.keeps != self.keeps {
                return self.load_again().await;
            }
            if page.after != self.tail.end() {
                return Err(StoreError::Moved);
            }
            if let Some(room) = &mut self.stored {
                follow(room, &page)?;
            }
            if page.items.is_empty() {
                break;
            }
            if level {
                follow(&mut self.room, &page)?;
            }
            self.take_over(page.items);
        }
        if !level {
            self.judge_again().await;
        }
        Ok(())
    }

    /// The summary changed, and with it what may enter. Rare: a snapshot came, or the log was pruned.
    async fn load_again(&mut self) -> Result<(), StoreError> {
        let loaded = load(&self.relay, self.workspace).await?;
        let (head, mut at) = (loaded.room.head(), self.tail.end());
        let mut missed = Vec::new();
        // Members are told what is between, unless it is gone already: then they come again.
        while at.position < head.position {
            let page = self.read(at.position).await?;
            if page.after != at || page.items.is_empty() {
                return Err(StoreError::Moved);
            }
            missed.extend(page.items.into_iter().filter(|stored| stored.place.position <= head.position));
            at = missed.last().map_or(at, |last: &Stored| last.place);
        }
        if at != head {
            return Err(StoreError::Moved);
        }
        self.names = loaded.names.iter().map(beginning).collect();
        (self.stored, self.keeps) = (Some(loaded.room), loaded.keeps);
        self.take_over(missed);
        self.judge_again().await;
        self.announce();
        Ok(())
    }

    async fn read(&self, after: u64) -> Result<Page, StoreError> {
        let workspace = self.workspace;
        self.relay.shelf.with(move |store| store.read(&workspace, after, limits::CATCH_UP)).await
    }

    /// What others stored is told like what was stored here.
    fn take_over(&mut self, items: Vec<Stored>) {
        if items.is_empty() {
            return;
        }
        self.relay.metrics.elsewhere.inc_by(items.len() as u64);
        self.rivals = Instant::now() + limits::RIVALS;
        let mut records = false;
        for stored in items {
            self.names.insert(beginning(&stored.item));
            records |= self.durable(stored);
        }
        if records {
            self.sweep_stored();
        }
    }

    /// Something is durable: whoever waits for it is told so, and everybody will be told of it. Returns whether it is a record.
    pub(super) fn durable(&mut self, stored: Stored) -> bool {
        if let Some(waiting) = self.waiting.remove(&stored.item) {
            for member in waiting.members {
                self.acknowledge(member, stored.item, stored.place);
            }
        }
        let record = Envelope::parse(&stored.bytes).is_err();
        self.tail.push(stored);
        self.news = true;
        record
    }

    /// Judges again what waits, behind what is stored now.
    async fn judge_again(&mut self) {
        if let Some(stored) = &self.stored {
            self.room = stored.clone();
        }
        self.pending_bytes = 0;
        let now = clock::now();
        for (number, stored) in mem::take(&mut self.pending).into_iter().enumerate() {
            if number % TURN == TURN - 1 {
                tokio::task::yield_now().await;
            }
            // Others stored the same item, and its members know.
            let Some(waiting) = self.waiting.get_mut(&stored.item) else { continue };
            match self.room.judge(&stored.bytes, None, &waiting.caller, now) {
                Ok(Judgement::Fresh(admission)) => {
                    waiting.place = admission.place;
                    self.pending.push(Stored { place: admission.place, ..stored.clone() });
                    self.pending_bytes += stored.bytes.len();
                    self.names.insert(beginning(&stored.item));
                    self.room.enter(*admission);
                }
                Ok(Judgement::Known(_)) => {}
                Err(refusal) => self.turn_down(&stored, refusal),
            }
        }
    }

    fn turn_down(&mut self, stored: &Stored, refusal: Refusal) {
        let members = self.waiting.remove(&stored.item).map(|Waiting { members, .. }| members);
        for member in members.unwrap_or_default() {
            self.refuse(member, &[(stored.item, refusal)]);
        }
    }

    /// [`Actor::sweep`] by what is stored: the room that judges is not there yet.
    fn sweep_stored(&mut self) {
        if let Some(stored) = self.stored.clone() {
            let ahead = mem::replace(&mut self.room, stored);
            self.sweep();
            self.room = ahead;
        }
    }
}
