//! A room: one task per workspace, which judges what enters its log, hands it to the writer, and tells the members when it is
//! durable. Where relays share a store, each may have a room of the same workspace (`room/neighbours.rs`).

mod actor;
mod append;
mod fanout;
mod join;
mod member;
mod neighbours;
mod snapshots;
mod tail;

pub use actor::{held, run};
pub use member::{Line, LineEnd, Outgoing};

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use plumbline_wire::frame::SnapshotInfo;
use plumbline_wire::id::ItemId;
use plumbline_wire::key::{SIGNATURE, VerifyKey};
use plumbline_wire::keyring::Standing;
use plumbline_wire::mark::Mark;
use plumbline_wire::refusal::Refusal;
use plumbline_wire::statement::Place;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use crate::bucket::Allowance;
use crate::store::End;

/// One connection of a member to a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MemberId(pub u64);

/// What a room is asked to do.
#[derive(Debug)]
pub enum Command {
    /// Let somebody in.
    Join(Box<Join>),
    /// Somebody has gone.
    Leave(MemberId),
    /// Somebody holds the log up to `at` and wants what is new.
    Live {
        /// Who.
        member: MemberId,
        /// The last position they hold.
        at: u64,
        /// The answer.
        reply: oneshot::Sender<Live>,
    },
    /// Items for the log.
    Append {
        /// Who brings them.
        member: MemberId,
        /// Whole items.
        items: Vec<Bytes>,
    },
    /// Presence, for everybody.
    Ephemeral {
        /// Whose.
        member: MemberId,
        /// The envelope.
        envelope: Bytes,
    },
    /// Signalling, for one device.
    Signal {
        /// Whose.
        member: MemberId,
        /// For whom.
        device: VerifyKey,
        /// The envelope.
        envelope: Bytes,
    },
    /// What does the log hold?
    Have {
        /// The keyring that they say they have, when they ask.
        theirs: Option<[u8; 32]>,
        /// Who asks.
        member: MemberId,
        /// The answer; none for whoever may not read.
        reply: oneshot::Sender<Option<Holdings>>,
    },
    /// A snapshot, for keeping.
    Snapshot {
        /// Who brings it.
        member: MemberId,
        /// The envelope.
        envelope: Bytes,
        /// Held until it is stored.
        bulk: Option<OwnedSemaphorePermit>,
    },
    /// The store says how far the log is: others may have written.
    Stored(End),
    /// A second device vouches for a snapshot.
    Endorse {
        /// Who.
        member: MemberId,
        /// The envelope.
        envelope: Bytes,
    },
}

/// Somebody wants in.
#[derive(Debug)]
pub struct Join {
    /// Their certificate.
    pub certificate: Bytes,
    /// Their proof.
    pub proof: [u8; SIGNATURE],
    /// The challenge that it answers.
    pub challenge: [u8; 32],
    /// The way back to them.
    pub line: Line,
    /// The answer.
    pub reply: oneshot::Sender<Result<Joined, JoinProblem>>,
}

/// Somebody is in.
#[derive(Debug)]
pub struct Joined {
    /// Their name here.
    pub member: MemberId,
    /// How they stand.
    pub standing: Standing,
    /// Where the log begins.
    pub base: Place,
    /// Where it ends, durably.
    pub head: Place,
    /// The snapshots that are kept.
    pub snapshots: Vec<SnapshotInfo>,
    /// What their device may send.
    pub allowance: Arc<Mutex<Allowance>>,
}

/// Why somebody is not in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinProblem {
    /// The room says no.
    Refused(Refusal),
    /// Too many are in.
    Busy,
}

/// The answer to whoever wants what is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Live {
    /// From now on they are told.
    Now,
    /// Read up to here from the store first.
    Behind(u64),
    /// They may not read.
    Refused(Refusal),
}

/// What the log holds.
#[derive(Debug)]
pub struct Holdings {
    /// Names of all records.
    pub records: Vec<ItemId>,
    /// The records themselves, for whoever asks and has others: the log that they are in may begin later.
    pub bytes: Vec<Vec<u8>>,
    /// The snapshots that are kept, for whoever asks.
    pub snapshots: Vec<SnapshotInfo>,
    /// The last of every session.
    pub marks: Vec<Mark>,
}
