//! The open workspace and its peer: taking in what comes, saying how it is shared.

use plumbline_core::bridge::Push;

use super::Open;

#[cfg(feature = "sharing")]
mod beginning;

impl Open {
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
        changed
    }

    /// Whether everything is on disk, here and at the peer.
    pub fn is_settled(&self) -> bool {
        self.queue.is_settled()
    }

    /// Whether another tab has begun to share the workspace.
    pub async fn is_shared_in_storage(&self) -> bool {
        let Some(store) = &self.store else { return false };
        matches!(store.is_shared().await, Ok(true))
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
}
