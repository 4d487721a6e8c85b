//! What a relay must be able to keep. Two implementations: [`sqlite`], one file of one relay, and [`postgres`], which several
//! relays may share.
//!
//! Everything blocks: rooms reach it through [`crate::shelf`] and [`crate::writer`], which have threads for that.

pub mod postgres;
mod replay;
pub mod sqlite;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use plumbline_wire::genesis::Genesis;
use plumbline_wire::id::{Chain, ItemId, WorkspaceId};
use plumbline_wire::room::{Quota, Room};
use plumbline_wire::statement::Place;

pub use replay::{Replay, follow};

/// Why the store did not do what it was asked for. Nothing was changed, but for what [`StoreError::Lost`] says.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No room left, no permission, a failing disk: the words are the system's.
    #[error("storage: {0}")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database cannot be reached, or the connection broke. If that was during a commit, nobody knows yet whether it is
    /// stored: the next look at the log says.
    #[error("the database cannot be reached: {0}")]
    Lost(String),
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
    pub after: End,
    /// What is to be stored.
    pub what: What,
}

/// How far a workspace's log and its keeping are: a change is made to what somebody knows, and not to something newer, nor to
/// another log of the same length (a backup was put back, and others have written since).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// The last place.
    pub place: Place,
    /// How many [`What::Keep`] there were; counted only where several relays may write.
    pub keeps: u64,
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is durable.
    Stored,
    /// The log did not end where the change begins: nothing of it is stored.
    Moved,
}

/// A workspace as it was stored.
#[derive(Debug)]
pub struct Loaded {
    /// Its room.
    pub room: Room,
    /// The name of every item that is stored.
    pub names: Vec<ItemId>,
    /// How far its keeping is.
    pub keeps: u64,
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
    /// How far the keeping was when this was read.
    pub keeps: u64,
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

    /// A workspace as it was stored.
    ///
    /// # Errors
    /// When the store cannot be read or is damaged.
    fn load(&self, workspace: &WorkspaceId, quota: Quota) -> Result<Option<Loaded>, StoreError>;

    /// Stores all changes in one transaction, but for those whose log does not end where they begin. There is at most one for
    /// each workspace.
    ///
    /// # Errors
    /// When one of them could not be stored: then none is.
    fn commit(&self, changes: &[Change]) -> Result<Vec<Fate>, StoreError>;

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

    /// Whether other processes may write to it.
    fn is_shared(&self) -> bool;

    /// How far these workspaces are, in any order; those that are not there are left out.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn ends(&self, workspaces: &[WorkspaceId]) -> Result<Vec<(WorkspaceId, End)>, StoreError>;

    /// Tries whether something can be stored, without storing anything.
    ///
    /// # Errors
    /// When nothing can.
    fn probe(&self) -> Result<(), StoreError>;

    /// Tidies up before the end of the process.
    fn close(&self);
}
