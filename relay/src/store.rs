//! What a relay must be able to keep. One implementation: [`sqlite`].
//!
//! Everything blocks: rooms reach it through [`crate::shelf`] and [`crate::writer`], which have threads for that.

pub mod sqlite;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use plumbline_wire::genesis::Genesis;
use plumbline_wire::id::{Chain, ItemId, WorkspaceId};
use plumbline_wire::room::{Quota, Room};
use plumbline_wire::statement::Place;

/// Why the store did not do what it was asked for. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No room left, no permission, a failing disk: the words are the system's.
    #[error("storage: {0}")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The log does not end where this change begins: somebody else wrote, or an earlier change failed.
    #[error("the log ends elsewhere")]
    Moved,
    /// What is stored cannot be what was stored.
    #[error("damaged: {0}")]
    Damaged(String),
}

/// An item at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its name.
    pub item: ItemId,
    /// Its place.
    pub place: Place,
    /// Its bytes.
    pub bytes: Bytes,
}

/// A change to one workspace.
#[derive(Debug, Clone)]
pub struct Change {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// Where its log ends before.
    pub after: u64,
    /// What is to be stored.
    pub what: What,
}

/// What a change stores.
#[derive(Debug, Clone)]
pub enum What {
    /// Items at the end of the log, in order.
    Append(Vec<Stored>),
    /// What the relay keeps besides the log, and what may go.
    Keep(Keep),
}

/// Snapshots that come and go, items that go, and the summary of the room that stands for them.
#[derive(Debug, Clone, Default)]
pub struct Keep {
    /// A new snapshot.
    pub snapshot: Option<(ItemId, Bytes)>,
    /// Snapshots that go.
    pub drop: Vec<ItemId>,
    /// Items up to here go.
    pub prune: Option<Place>,
    /// [`Room::summary`], of the room at the end of the log.
    pub summary: Vec<u8>,
}

/// Part of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The place before the first item.
    pub after: Place,
    /// The items, one position each.
    pub items: Vec<Stored>,
}

/// Keeps workspaces. What a call has said is stored survives the loss of power.
pub trait Store: Send + Sync + 'static {
    /// Founds a workspace; `false` if it was there already.
    ///
    /// # Errors
    /// When it could not be stored.
    fn found(&self, genesis: &Genesis) -> Result<bool, StoreError>;

    /// The beginning of a workspace.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn genesis(&self, workspace: &WorkspaceId) -> Result<Option<Vec<u8>>, StoreError>;

    /// The room of a workspace as it was stored, and the name of every item that is stored.
    ///
    /// # Errors
    /// When the store cannot be read or is damaged.
    fn load(&self, workspace: &WorkspaceId, quota: Quota) -> Result<Option<(Room, Vec<ItemId>)>, StoreError>;

    /// Stores all changes, or none.
    ///
    /// # Errors
    /// When one of them could not be stored.
    fn commit(&self, changes: &[Change]) -> Result<(), StoreError>;

    /// Where an item stands.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn find(&self, workspace: &WorkspaceId, item: &ItemId) -> Result<Option<Place>, StoreError>;

    /// The items after a position, as many as fit `bytes`, at least one if there is one. What was pruned is passed over.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn read(&self, workspace: &WorkspaceId, after: u64, bytes: usize) -> Result<Page, StoreError>;

    /// The log's fingerprint at a position.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn chain(&self, workspace: &WorkspaceId, position: u64) -> Result<Option<Chain>, StoreError>;

    /// A snapshot.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn snapshot(&self, workspace: &WorkspaceId, item: &ItemId) -> Result<Option<Vec<u8>>, StoreError>;

    /// Tidies up before the end of the process.
    fn close(&self);
}
