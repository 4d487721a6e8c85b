//! Snapshots, and what may go because of them. Rare, so each waits until everything before it is stored.

use bytes::Bytes;
use plumbline_wire::envelope::Envelope;
use plumbline_wire::frame::Frame;
use plumbline_wire::id::ItemId;
use plumbline_wire::refusal::Refusal;
use plumbline_wire::statement::Place;

use super::MemberId;
use super::actor::{Actor, Outcome};
use super::member::Outgoing;
use crate::clock;
use crate::store::{Change, Keep, StoreError, What};

/// Bytes of items looked at in one go before they are deleted.
const PAGE: usize = 4 * 1024 * 1024;

impl Actor {
    pub(super) async fn snapshot(&mut self, by: MemberId, bytes: Bytes) -> Outcome {
        self.settle().await?;
        let item = ItemId::of(&bytes);
        let Ok(covers) = Envelope::parse(&bytes)
            .map_err(Refusal::from)
            .and_then(|envelope| envelope.covers().ok_or(Refusal::Malformed))
        else {
            self.refuse(by, &[(item, Refusal::Malformed)]);
            return Ok(());
        };
        // A retry, because the answer was lost.
        if self.room.snapshots().iter().any(|held| held.item == item) {
            self.acknowledge(by, item, covers);
            return Ok(());
        }
        let workspace = self.workspace;
        let chain = self.relay.shelf.with(move |store| store.chain(&workspace, covers.position)).await;
        let Some(member) = self.members.get(&by) else { return Ok(()) };
        let judged = match chain {
            Ok(chain) => self.room.judge_snapshot(&bytes, chain, &member.caller, clock::now()),
            Err(_) => Err(Refusal::Storage),
        };
        let admission = match judged {
            Ok(admission) => admission,
            Err(refusal) => {
                self.refuse(by, &[(item, refusal)]);
                return Ok(());
            }
        };
        let drop = self.room.enter_snapshot(admission);
        let keep = Keep { snapshot: Some((item, bytes)), drop, prune: None, summary: self.room.summary() };
        self.keep(by, item, covers, keep).await
    }

    pub(super) async fn endorse(&mut self, by: MemberId, bytes: &Bytes) -> Outcome {
        self.settle().await?;
        let item = ItemId::of(bytes);
        let Some(member) = self.members.get(&by) else { return Ok(()) };
        let judged = self.room.judge_endorsement(bytes, &member.caller, clock::now());
        let (endorsement, covers) = match judged {
            Ok(endorsement) => {
                let held = self.room.snapshots().into_iter().find(|held| held.item == endorsement.snapshot);
                (endorsement, held.map_or(self.tail.end(), |held| held.place))
            }
            Err(refusal) => {
                self.refuse(by, &[(item, refusal)]);
                return Ok(());
            }
        };
        let prune = self.room.enter_endorsement(&endorsement);
        if let Some(to) = prune.to
            && let Err(error) = self.forget(to).await
        {
            self.refuse(by, &[(item, Refusal::Storage)]);
            return self.failed(&error).await;
        }
        let keep = Keep { snapshot: None, drop: prune.drop, prune: prune.to, summary: self.room.summary() };
        self.keep(by, item, covers, keep).await
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
    async fn keep(&mut self, by: MemberId, item: ItemId, covers: Place, keep: Keep) -> Outcome {
        let after = self.tail.end().position;
        let change = Change { workspace: self.workspace, after, what: What::Keep(keep) };
        let receipt = self.relay.writer.store(change).await;
        let result = receipt.await.unwrap_or_else(|gone| Err(StoreError::Failed(Box::new(gone))));
        if let Err(error) = result {
            self.refuse(by, &[(item, Refusal::Storage)]);
            return self.failed(&error).await;
        }
        self.acknowledge(by, item, covers);
        let frame: Bytes = Frame::Snapshots { snapshots: self.room.snapshots() }.encode().into();
        let readers = self.members.iter().filter(|(_, member)| member.caller.may_read());
        let readers: Vec<MemberId> = readers.map(|(id, _)| *id).collect();
        for member in readers {
            self.send(member, Outgoing::Frames([frame.clone()].into()));
        }
        Ok(())
    }
}
