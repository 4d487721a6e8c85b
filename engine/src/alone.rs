//! What stands for the peer in an engine without one: there never is one, and the compiler leaves out all that would speak to it.

use plumbline_core::bridge::Failure;
use plumbline_core::bridge::sharing::{Presence, Sharing};
use plumbline_core::document::Document;

use crate::storage::WorkspaceStore;
use crate::storage::sharing::SharingWrites;

/// Never there.
#[derive(Clone)]
pub enum Shared {}

/// What the peer wants stored in one transaction: never there.
#[derive(Clone)]
pub enum ToStore {}

/// What came of bringing the document up to date.
pub struct Applied {
    pub chunks: Vec<Vec<u8>>,
    pub replaced: bool,
    pub changed: bool,
}

impl ToStore {
    pub const fn own(&self) -> bool {
        match *self {}
    }

    pub const fn writes(&self) -> SharingWrites<'_> {
        match *self {}
    }
}

#[allow(clippy::unused_self, reason = "there is none")]
impl Shared {
    pub async fn stored_in(store: &WorkspaceStore, _: &mut Document) -> Result<Option<Self>, Failure> {
        match store.is_shared().await {
            Ok(false) => Ok(None),
            Ok(true) => Err(Failure::NeedsPeer),
            Err(trouble) => Err(Failure::NotStored(trouble)),
        }
    }

    pub const fn is_ready(&self) -> bool {
        match *self {}
    }

    pub const fn may_write(&self) -> bool {
        match *self {}
    }

    pub const fn wrote(&self, _: &[u8]) -> Result<(), Failure> {
        match *self {}
    }

    pub const fn take_back(&self, _: &mut Document) -> Applied {
        match *self {}
    }

    pub const fn renew(&self, _: &mut Document) {
        match *self {}
    }

    pub const fn renew_if_lost(&self, _: &mut Document) -> bool {
        match *self {}
    }

    pub const fn apply(&self, _: &mut Document) -> Option<Applied> {
        match *self {}
    }

    pub const fn has_to_store(&self) -> bool {
        match *self {}
    }

    pub const fn take_to_store(&self) -> Option<ToStore> {
        match *self {}
    }

    pub const fn seal(&self) -> Option<ToStore> {
        match *self {}
    }

    pub const fn stored(&self, _: &ToStore) {
        match *self {}
    }

    pub async fn catch_up(&self, _: &WorkspaceStore, _: f64) -> Option<f64> {
        match *self {}
    }

    pub const fn news(&self, _: &Document) -> Option<Sharing> {
        match *self {}
    }

    pub const fn tell_again(&self) {
        match *self {}
    }

    pub const fn show(&self, _: Presence) {
        match *self {}
    }

    pub const fn close(&self) {
        match *self {}
    }
}
