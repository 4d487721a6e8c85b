//! The workspaces on this device.
//!
//! Every change reads what stands in storage, changes that, and writes it back in one transaction: what another tab did
//! meanwhile stays done.

use plumbline_core::bridge::{StorageTrouble, WorkspaceCard};
use plumbline_core::id::WorkspaceId;

use crate::storage::{self, Change, DirectoryStore, WorkspaceStore};

/// The list, kept in memory and in storage. Without storage it lives as long as the tab.
#[derive(Default)]
pub struct Directory {
    store: Option<DirectoryStore>,
    cards: Vec<WorkspaceCard>,
}

impl Directory {
    /// Read the list, and finish what another tab began to erase and did not get done with.
    ///
    /// # Errors
    /// When the browser offers no storage; the list then starts empty.
    pub async fn load(&mut self) -> Result<(), StorageTrouble> {
        if self.store.is_none() {
            self.store = Some(DirectoryStore::open().await?);
        }
        let Some(store) = &self.store else { return Ok(()) };
        // A record of a later version that this one cannot read stays where it is.
        self.cards = store.all().await?.iter().filter_map(|bytes| read(bytes)).collect();
        for (workspace, up_to) in store.erasures().await? {
            // What cannot be let go of now is tried again next time; it must not keep the others from being opened.
            let _ = empty(store, workspace, up_to).await;
        }
        Ok(())
    }

    /// The list, last opened first.
    #[must_use]
    pub fn cards(&self) -> Vec<WorkspaceCard> {
        let mut cards = self.cards.clone();
        cards.sort_by_key(|card| std::cmp::Reverse((card.opened, card.id)));
        cards
    }

    /// One workspace's card.
    #[must_use]
    pub fn card(&self, workspace: WorkspaceId) -> Option<&WorkspaceCard> {
        self.cards.iter().find(|card| card.id == workspace)
    }

    /// Change a card, or add one where there is none (`None`); what `change` does not touch stays as other tabs left it. When
    /// `change` gives `None`, nothing is written.
    ///
    /// # Errors
    /// When the browser refuses; the list in memory has it all the same.
    pub async fn change(
        &mut self,
        workspace: WorkspaceId,
        change: impl Fn(Option<WorkspaceCard>) -> Option<WorkspaceCard>,
    ) -> Result<(), StorageTrouble> {
        let mut outcome = None;
        let stored = match &self.store {
            Some(store) => {
                let result = store.change(workspace, |record| {
                    let before = record.and_then(read);
                    let after = change(before.clone());
                    let written = after.as_ref().filter(|after| before.as_ref() != Some(after));
                    let record = written.and_then(|card| postcard::to_allocvec(card).ok());
                    outcome = Some(after.or(before));
                    record.map_or(Change::Keep, Change::Put)
                });
                result.await
            }
            None => Err(StorageTrouble::Unavailable),
        };
        // A transaction that failed says nothing of what stands there: then what is known here is changed.
        let card = match outcome {
            Some(card) => card,
            None => {
                let known = self.card(workspace).cloned();
                change(known.clone()).or(known)
            }
        };
        self.cards.retain(|other| other.id != workspace);
        self.cards.extend(card);
        stored
    }

    /// Remove a workspace from the bin, and everything stored of it. `false` when it is not in the bin any more.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn erase(&mut self, workspace: WorkspaceId) -> Result<bool, StorageTrouble> {
        let Some(store) = &self.store else { return Err(StorageTrouble::Unavailable) };
        // Only what is there now: the same workspace may be brought in again from a file before this is done.
        let up_to = WorkspaceStore::open(workspace).await?.last_number().await?;
        let (mut in_bin, mut left) = (false, None);
        let taken_out = store.change(workspace, |record| {
            let card = record.and_then(read);
            in_bin = card.as_ref().is_some_and(|card| card.deleted.is_some());
            left = card.filter(|_| !in_bin);
            if in_bin { Change::Erase(up_to) } else { Change::Keep }
        });
        taken_out.await?;
        self.cards.retain(|card| card.id != workspace);
        self.cards.extend(left);
        if in_bin {
            empty(store, workspace, up_to).await?;
        }
        Ok(in_bin)
    }
}

async fn empty(store: &DirectoryStore, workspace: WorkspaceId, up_to: f64) -> Result<(), StorageTrouble> {
    storage::erase(workspace, up_to).await?;
    store.erased(workspace).await
}

fn read(record: &[u8]) -> Option<WorkspaceCard> {
    postcard::from_bytes(record).ok()
}
