//! The open workspace and its peer: reading back, taking in what comes, beginning to be shared.

use plumbline_core::bridge::sharing::SharingProblem;
use plumbline_core::bridge::{Failure, Push, StorageTrouble};
use plumbline_replica::Link;

use super::Open;
use crate::platform::{self, relay};
use crate::shared::Shared;
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

    /// Take in what the peer has for the document. Whether it says something else now.
    pub fn take_in(&mut self) -> bool {
        let Some(shared) = self.shared.clone() else { return false };
        let mut changed = false;
        while let Some(applied) = shared.apply(&mut self.document) {
            changed |= applied.changed;
            if applied.replaced {
                self.replace_stored(applied.chunks);
                self.forget_undo();
            } else {
                self.chunks += applied.chunks.len();
                // One record for all that came at once.
                self.queue.push_others(applied.chunks.concat());
            }
        }
        if shared.renew_if_lost(&mut self.document) {
            self.forget_undo();
        }
        if shared.has_to_store() {
            self.queue.run();
        }
        changed |= self.give_keys();
        changed
    }

    /// Whether everything is on disk, here and at the peer.
    pub fn is_settled(&self) -> bool {
        self.queue.is_settled()
    }

    /// Whether another tab has begun to share the workspace.
    pub async fn is_shared_in_storage(&self) -> bool {
        let Some(store) = &self.store else { return false };
        matches!(store.sharing().await, Ok(Some(_)))
    }

    /// Store something beside what the peer stores.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn store_sharing(&self, writes: SharingWrites<'_>) -> Result<(), Failure> {
        let store = self.store.clone().ok_or(Failure::NotStored(StorageTrouble::Unavailable))?;
        store.write(&[], None, writes, true).await.map_err(Failure::NotStored)
    }

    /// Put the document as it is now in place of what is stored of it.
    pub(super) fn replace_stored(&mut self, chunks: Vec<Vec<u8>>) {
        self.queue.replace(chunks.concat());
        self.chunks = 1;
    }

    /// Say how the workspace is shared, if that is news.
    pub fn tell_sharing(&self) {
        if let Some(shared) = &self.shared
            && let Some(sharing) = shared.news(&self.document)
        {
            self.outlet.push(Push::Sharing(self.id, Some(sharing)));
        }
    }

    /// Say how the workspace is shared, or that it is not.
    pub fn tell_sharing_anew(&self) {
        match &self.shared {
            Some(shared) => {
                shared.tell_again();
                self.tell_sharing();
            }
            None => self.outlet.push(Push::Sharing(self.id, None)),
        }
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
            let writes = first.as_ref().map_or(&[][..], |first| &first.writes);
            let beginning = Some((&identity, relay.as_str()));
            store
                .write(&[], None, SharingWrites { beginning, writes, ..SharingWrites::default() }, true)
                .await
                .map_err(Failure::NotStored)?;
            if let Some(first) = first {
                shared.stored(first.ticket);
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
