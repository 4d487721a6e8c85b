//! Snapshots, and what may go because of them. Rare, so each waits until everything before it is stored.

use bytes::Bytes;
use plumbline_wire::envelope::Envelope;
use plumbline_wire::frame::Frame;
use plumbline_wire::id::ItemId;
use plumbline_wire::refusal::Refusal;
use plumbline_wire::statement::Place;

use super::MemberId;
use super::actor::{Actor, Outcome, Over};
use super::member::Outgoing;
use crate::bus::Word;
use crate::store::{Change, Keep, StoreError, What};
use crate::{clock, limits};

/// Bytes of items looked at in one go before they are deleted.
const PAGE: usize = 4 * 1024 * 1024;

/// What became of something that is to be kept.
enum Kept {
    /// It is answered, one way or the other.
    Answered,
    /// Others wrote meanwhile.
    Overtaken,
}

impl Actor {
    pub(super) async fn snapshot(&mut self, by: MemberId, bytes: Bytes) -> Outcome {
        for _ in 0..limits::KEEP_TRIES {
            if matches!(self.try_snapshot(by, &bytes).await?, Kept::Answered) {
                return Ok(());
            }
        }
        self.refuse(by, &[(ItemId::of(&bytes), Refusal::Storage)]);
        Ok(())
    }

    pub(super) async fn endorse(&mut self, by: MemberId, bytes: &Bytes) -> Outcome {
        for _ in 0..limits::KEEP_TRIES {
            if matches!(self.try_endorse(by, bytes).await?, Kept::Answered) {
                return Ok(());
            }
        }
        self.refuse(by, &[(ItemId::of(bytes), Refusal::Storage)]);
        Ok(())
    }

    async fn try_snapshot(&mut self, by: MemberId, bytes: &Bytes) -> Result<Kept, Over> {
        self.settle().await?;
        let item = ItemId::of(bytes);
        if !self.refresh().await? {
            return Ok(self.decline(by, item, Refusal::Storage));
        }
        let Ok(covers) = Envelope::parse(bytes)
            .map_err(Refusal::from)
            .and_then(|envelope| envelope.covers().ok_or(Refusal::Malformed))
        else {
            return Ok(self.decline(by, item, Refusal::Malformed));
        };
        // A retry, because the answer was lost.
        if self.room.snapshots().iter().any(|held| held.item == item) {
            self.acknowledge(by, item, covers);
            return Ok(Kept::Answered);
        }
        let workspace = self.workspace;
        let chain = self.relay.shelf.with(move |store| store.chain(&workspace, covers.position)).await;
        let Some(member) = self.members.get(&by) else { return Ok(Kept::Answered) };
        let judged = match chain {
            Ok(chain) => self.room.judge_snapshot(bytes, chain, &member.caller, clock::now()),
            Err(_) => Err(Refusal::Storage),
        };
        let admission = match judged {
            Ok(admission) => admission,
            Err(refusal) => return Ok(self.decline(by, item, refusal)),
        };
        let drop = self.room.enter_snapshot(admission);
        let keep = Keep { snapshot: Some((item, bytes.clone())), drop, prune: None, summary: self.room.summary() };
        self.keep(by, item, covers, keep).await
    }

    async fn try_endorse(&mut self, by: MemberId, bytes: &Bytes) -> Result<Kept, Over> {
        self.settle().await?;
        let item = ItemId::of(bytes);
        if !self.refresh().await? {
            return Ok(self.decline(by, item, Refusal::Storage));
        }
        let Some(member) = self.members.get(&by) else { return Ok(Kept::Answered) };
        let judged = self.room.judge_endorsement(bytes, &member.caller, clock::now());
        let (endorsement, covers) = match judged {
            Ok(endorsement) => {
                let held = self.room.snapshots().into_iter().find(|held| held.item == endorsement.snapshot);
                (endorsement, held.map_or(self.tail.end(), |held| held.place))
            }
            Err(refusal) => return Ok(self.decline(by, item, refusal)),
        };
        let prune = self.room.enter_endorsement(&endorsement);
        if let Some(to) = prune.to
            && let Err(error) = self.forget(to).await
        {
            self.refuse(by, &[(item, Refusal::Storage)]);
            return self.failed(&error).await.map(|()| Kept::Answered);
        }
        let keep = Keep { snapshot: None, drop: prune.drop, prune: prune.to, summary: self.room.summary() };
        self.keep(by, item, covers, keep).await
    }

    fn decline(&mut self, by: MemberId, item: ItemId, refusal: Refusal) -> Kept {
        self.refuse(by, &[(item, refusal)]);
        Kept::Answered
    }

    /// Lets the room forget its items up to `to`.
    async fn forget(&mut self, to: Place) -> Result<(), StoreError> {
        let mut at = self.room.base().position;
        while at < to.position {
            let workspace = self.workspace;
            let page = self.relay.shelf.with(move |store| store.read(&workspace, at, PAGE)).await?;
            let gone: Vec<&[u8]> = page
                .items
                .iter()
                .take_while(|stored| stored.place.position <= to.position)
                .map(|stored| &stored.bytes[..])
                .collect();
            if gone.is_empty() {
                return Err(StoreError::Damaged("items are missing".to_owned()));
            }
            at += gone.len() as u64;
            self.room.prune(to, gone);
        }
        Ok(())
    }

    /// Has it stored, answers, and tells everybody which snapshots there are now.
    async fn keep(&mut self, by: MemberId, item: ItemId, covers: Place, keep: Keep) -> Result<Kept, Over> {
        let change = Change { workspace: self.workspace, after: self.end(), what: What::Keep(keep) };
        let receipt = self.relay.writer.store(change).await;
        match receipt.await.unwrap_or_else(|gone| Err(StoreError::Failed(Box::new(gone)))) {
            Ok(()) => {}
            Err(StoreError::Moved) if let Some(stored) = &self.stored => {
                self.room = stored.clone();
                self.relay.metrics.conflicts.inc();
                return Ok(Kept::Overtaken);
            }
            Err(error) => {
                self.refuse(by, &[(item, Refusal::Storage)]);
                return self.failed(&error).await.map(|()| Kept::Answered);
            }
        }
        if self.stored.is_some() {
            (self.stored, self.keeps) = (Some(self.room.clone()), self.keeps + 1);
            self.relay.bus.tell(&self.workspace, &Word::Grown(self.end()));
        }
        self.acknowledge(by, item, covers);
        self.announce();
        Ok(Kept::Answered)
    }

    /// Tells all who read which snapshots there are.
    pub(super) fn announce(&mut self) {
        let frame: Bytes = Frame::Snapshots { snapshots: self.room.snapshots() }.encode().into();
        let readers = self.members.iter().filter(|(_, member)| member.caller.may_read());
        let readers: Vec<MemberId> = readers.map(|(id, _)| *id).collect();
        for member in readers {
            self.send(member, Outgoing::Frames([frame.clone()].into()));
        }
    }
}
