//! Beginning: a workspace is shared from now on, or was before and its peer reads back what it had.

use plumbline_core::bridge::sharing::SharingProblem;
use plumbline_core::bridge::{Failure, StorageTrouble};
use plumbline_replica::Link;

use crate::open::Open;
use crate::platform::{self, relay};
use crate::shared::{Shared, ToStore};
use crate::storage::sharing::SharingWrites;

impl Open {
    /// Read back what the peer had stored, and reach the relay. Takes a moment with a long history, so it comes after the
    /// first views.
    ///
    /// # Errors
    /// When the browser fails to read.
    pub async fn read_back(&mut self) -> Result<(), StorageTrouble> {
        let (Some(shared), Some(store)) = (self.shared.clone(), self.store.clone()) else { return Ok(()) };
        if shared.is_ready() {
            return Ok(());
        }
        let (stored, last) = store.stored().await?;
        let links = store.links().await?;
        self.seen_items = last;
        let strays = shared.read_back(&stored, links, &self.document);
        if !strays.is_empty() {
            // What no envelope holds never reached anybody and never will: it is set aside, not deleted.
            store.keep_aside(&strays).await?;
        }
        shared.run();
        self.take_in();
        self.queue.run();
        shared.reach();
        Ok(())
    }

    /// Let the others know who sits at this device before they write anything on it: rounds want somebody else's device for
    /// the second key. Whether that had still to be said.
    pub fn introduce(&mut self) -> bool {
        let Some(shared) = self.shared.clone() else { return false };
        if !shared.is_ready() || !shared.may_write() || shared.is_introduced(&self.document) {
            return false;
        }
        let before = self.document.heads();
        self.document.introduce(platform::now()) && self.keep(&before, None, None).is_ok()
    }

    /// Store something beside what the peer stores.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn store_sharing(&self, writes: SharingWrites<'_>) -> Result<(), Failure> {
        let store = self.store.clone().ok_or(Failure::NotStored(StorageTrouble::Unavailable))?;
        store.write(&[], None, writes, true).await.map_err(Failure::NotStored)
    }

    /// Share the workspace from now on, through a relay. It keeps its name and everything in it.
    ///
    /// # Errors
    /// When the relay does not take it, something in it is too large, or storage refuses; nothing changed then.
    pub async fn share(&mut self, relay: String) -> Result<(), Failure> {
        if self.shared.is_some() {
            return Err(Failure::Sharing(SharingProblem::Already));
        }
        let store = self.store.clone().ok_or(Failure::NotStored(StorageTrouble::Unavailable))?;
        if !self.queue.is_empty() {
            return Err(Failure::NotStored(StorageTrouble::Failed));
        }
        let found = Link::found(&mut self.document, platform::wall(), platform::monotonic(), platform::key_seed());
        let shared = Shared::new(found.map_err(Failure::Sharing)?, relay.clone());
        let identity = shared.identity();
        let begun = async {
            relay::found(&relay, identity.genesis()).await.map_err(|why| Failure::Sharing(SharingProblem::Way(why)))?;
            shared.run();
            let first = shared.take_to_store();
            let writes = first.as_ref().map_or_else(SharingWrites::default, ToStore::writes);
            let beginning = Some((&identity, relay.as_str()));
            store.write(&[], None, SharingWrites { beginning, ..writes }, true).await.map_err(Failure::NotStored)?;
            if let Some(first) = &first {
                shared.stored(first);
            }
            Ok(())
        };
        if let Err(failure) = begun.await {
            self.document.begin_session(platform::actor());
            return Err(failure);
        }
        self.forget_undo();
        self.queue.share(shared.clone());
        self.shared = Some(shared.clone());
        self.queue.run();
        shared.reach();
        self.queue.tell_tabs();
        Ok(())
    }
}
