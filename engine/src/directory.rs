//! The workspaces on this device.

use plumbline_core::bridge::{BIN_DAYS, StorageTrouble, WorkspaceCard};
use plumbline_core::id::WorkspaceId;
use plumbline_core::time::Timestamp;

use crate::storage::{self, DirectoryStore};

/// The list, kept in memory and in storage. Without storage it lives as long as the tab.
#[derive(Default)]
pub struct Directory {
    store: Option<DirectoryStore>,
    cards: Vec<WorkspaceCard>,
}

impl Directory {
    /// Read the list, and let go of what has lain in the bin too long.
    ///
    /// # Errors
    /// When the browser offers no storage; the list then starts empty.
    pub async fn load(&mut self, now: Timestamp) -> Result<(), StorageTrouble> {
        if self.store.is_none() {
            self.store = Some(DirectoryStore::open().await?);
        }
        let Some(store) = &self.store else { return Ok(()) };
        // A record of a later version that this one cannot read stays where it is.
        self.cards = store.all().await?.iter().filter_map(|bytes| postcard::from_bytes(bytes).ok()).collect();
        let expired: Vec<WorkspaceId> = self
            .cards
            .iter()
            .filter(|card| card.deleted.is_some_and(|at| now.days_since(at) >= BIN_DAYS))
            .map(|card| card.id)
            .collect();
        for workspace in expired {
            // What cannot be let go of now is tried again next time; it must not keep the others from being opened.
            let _ = self.erase(workspace).await;
        }
        Ok(())
    }

    /// The list, last opened first.
    pub fn cards(&self) -> Vec<WorkspaceCard> {
        let mut cards = self.cards.clone();
        cards.sort_by_key(|card| std::cmp::Reverse((card.opened, card.id)));
        cards
    }

    /// One workspace's card.
    pub fn card(&self, workspace: WorkspaceId) -> Option<&WorkspaceCard> {
        self.cards.iter().find(|card| card.id == workspace)
    }

    /// Add or change a card.
    ///
    /// # Errors
    /// When the browser refuses; the list in memory has it all the same.
    pub async fn put(&mut self, card: WorkspaceCard) -> Result<(), StorageTrouble> {
        let (id, record) = (card.id, postcard::to_allocvec(&card));
        match self.cards.iter_mut().find(|other| other.id == id) {
            Some(known) if *known == card => return Ok(()),
            Some(known) => *known = card,
            None => self.cards.push(card),
        }
        match (&self.store, record) {
            (Some(store), Ok(record)) => store.put(id, Some(&record)).await,
            _ => Err(StorageTrouble::Unavailable),
        }
    }

    /// Remove a workspace and everything stored of it.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn erase(&mut self, workspace: WorkspaceId) -> Result<(), StorageTrouble> {
        storage::erase(workspace).await?;
        if let Some(store) = &self.store {
            store.put(workspace, None).await?;
        }
        self.cards.retain(|card| card.id != workspace);
        Ok(())
    }
}
