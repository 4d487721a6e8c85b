//! What people can do. An [`Intent`] is plain data; applying it to the document gives one change or a [`Refusal`].

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::id::{LeaderId, PriorityId, RoundId};
use crate::seal::{Bytes32, CountedBallot, Half, Sealing};
use crate::time::Timestamp;

pub mod limits;
mod refusal;

#[cfg(feature = "document")]
mod apply;
#[cfg(feature = "document")]
mod round;
#[cfg(feature = "document")]
mod sealed;
#[cfg(feature = "document")]
mod stack;
#[cfg(feature = "document")]
mod team;

#[cfg(feature = "document")]
pub use apply::{Applied, UndoStep, apply, redo, undo};
pub use refusal::Refusal;
#[cfg(feature = "document")]
pub(crate) use round::{is_open, takes_ballots};
#[cfg(feature = "document")]
pub use sealed::check_ballot;
#[cfg(feature = "document")]
pub(crate) use stack::{agreed_order, consensus_indexes, places_of_claims};

/// One thing a person does. Identifiers of new things are drawn by the caller, so the same intent sent twice does it once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Intent {
    /// Give the workspace another name.
    RenameWorkspace {
        /// The new name.
        name: String,
    },
    /// How many priorities a ballot ranks in rounds opened from now on.
    SetTop {
        /// 3 to 10.
        top: u8,
    },
    /// Add a leader to the team.
    AddLeader {
        /// Drawn by the caller.
        leader: LeaderId,
        /// Who and where.
        details: LeaderDetails,
    },
    /// Change what is recorded of a leader; only fields that differ are written.
    EditLeader {
        /// Whom.
        leader: LeaderId,
        /// All fields as they should be.
        details: LeaderDetails,
    },
    /// Take back a leader added by mistake. Refused once they have cast a ballot: then they leave, with a date.
    RemoveLeader {
        /// Whom.
        leader: LeaderId,
    },
    /// Add a candidate to the priority list.
    AddPriority {
        /// Drawn by the caller.
        priority: PriorityId,
        /// A few words.
        title: String,
        /// One line; may be empty.
        description: String,
    },
    /// Change the words of a priority.
    EditPriority {
        /// Which.
        priority: PriorityId,
        /// A few words.
        title: String,
        /// One line; may be empty.
        description: String,
    },
    /// Take a priority off the list for coming rounds (`true`), or put it back (`false`). Past rounds keep it.
    RetirePriority {
        /// Which.
        priority: PriorityId,
        /// Whether it is off the list.
        retired: bool,
    },
    /// Open a round: from here on each leader may cast a ballot.
    OpenRound {
        /// Drawn by the caller.
        round: RoundId,
        /// What the team calls it, say "Q3 2026".
        label: String,
        /// How many priorities each ballot ranks.
        top: u8,
        /// What is ranked.
        candidates: Vec<PriorityId>,
        /// Who is asked.
        leaders: Vec<LeaderId>,
        /// In a shared workspace: seal the ballots so that neither of two custodians could look alone.
        strong: bool,
        /// In a shared workspace: the device that is to hold a key besides this one. `None`: whichever comes first by rule.
        second: Option<Bytes32>,
    },
    /// Ask one more leader (`true`), or no longer wait for one (`false`), in an open round.
    AskLeader {
        /// The open round.
        round: RoundId,
        /// Whom.
        leader: LeaderId,
        /// Whether a ballot is expected.
        asked: bool,
    },
    /// Cast a ballot, or replace one's earlier ballot, while the round is open.
    CastBallot {
        /// The open round.
        round: RoundId,
        /// Whose ballot it is.
        leader: LeaderId,
        /// Exactly as many as the round asks for, best first, no repeats.
        ranking: Vec<PriorityId>,
    },
    /// Close the round and reveal the ballots. Cannot be taken back.
    CloseRound {
        /// The open round.
        round: RoundId,
    },
    /// Open a round of sealed ballots. Made of [`Intent::OpenRound`] by whoever holds the keys.
    OpenSealed(Box<SealedOpening>),
    /// Give the second key of a strong round, by its second custodian.
    GiveBallotKey {
        /// The open round.
        round: RoundId,
        /// The public key.
        key: Bytes32,
    },
    /// Cast a sealed ballot, or replace one's earlier one. Made of [`Intent::CastBallot`].
    CastSealed {
        /// The open round.
        round: RoundId,
        /// Whose ballot it is.
        leader: LeaderId,
        /// The ballot.
        sealed: Vec<u8>,
    },
    /// The first of two custodians closes a strong round: says which ballots count and publishes one of the two secrets.
    BeginClose {
        /// The open round.
        round: RoundId,
        /// Which secret.
        half: Half,
        /// The secret.
        secret: Bytes32,
        /// The ballots that count.
        names: Vec<(LeaderId, Bytes32)>,
    },
    /// Close a round of sealed ballots. Made of [`Intent::CloseRound`] by a custodian.
    CloseSealed(Box<SealedClose>),
    /// Call an open round off; its ballots are never shown.
    CancelRound {
        /// The open round.
        round: RoundId,
    },
    /// Move a priority within the agreed stack of a closed round.
    MoveInStack {
        /// The closed round.
        round: RoundId,
        /// What moves.
        priority: PriorityId,
        /// What it comes to stand right below; `None` for the top.
        below: Option<PriorityId>,
    },
    /// Sign the agreed stack as it stands.
    SignStack {
        /// The closed round.
        round: RoundId,
        /// Who signs.
        leader: LeaderId,
        /// The stack they saw; refused if it has changed meanwhile.
        stack: Vec<PriorityId>,
    },
    /// Take a signature back.
    WithdrawSignature {
        /// The closed round.
        round: RoundId,
        /// Whose.
        leader: LeaderId,
    },
    /// Decide between values that were written at the same time.
    Settle {
        /// Where the two values stand.
        field: FieldPath,
        /// The value that is to hold.
        value: FieldValue,
    },
    /// Bring in a round held outside Plumbline, already closed, in one step.
    ImportRound(Box<ImportedRound>),
}

/// A round of sealed ballots, to be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedOpening {
    /// Drawn by the caller.
    pub round: RoundId,
    /// What the team calls it.
    pub label: String,
    /// How many priorities each ballot ranks.
    pub top: u8,
    /// What is ranked.
    pub candidates: Vec<PriorityId>,
    /// Who is asked.
    pub leaders: Vec<LeaderId>,
    /// The key and who holds it.
    pub sealing: Sealing,
    /// The secret of a simple round, sealed to the second custodian, if there is one.
    pub escrow: Option<Vec<u8>>,
}

/// What closes a round of sealed ballots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedClose {
    /// The open round.
    pub round: RoundId,
    /// The ballots that count, opened.
    pub counted: Vec<CountedBallot>,
    /// Which secret is published; of a simple round the first.
    pub half: Half,
    /// The secret.
    pub secret: Bytes32,
}

/// What is recorded of a leader.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LeaderDetails {
    /// As the team calls them; unique within the team.
    pub name: String,
    /// CEO, CFO, …; may be empty.
    pub role: String,
    /// May be empty.
    pub department: String,
    /// First day in the team, if known.
    pub joined: Option<NaiveDate>,
    /// Last day in the team; `None` while they are in it.
    pub left: Option<NaiveDate>,
}

/// A round that was held on paper or in a spreadsheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedRound {
    /// Drawn by the caller.
    pub round: RoundId,
    /// What the team calls it.
    pub label: String,
    /// How many priorities each ballot ranked.
    pub top: u8,
    /// When it was held.
    pub held: Timestamp,
    /// Leaders the workspace does not know yet, with drawn identifiers.
    pub new_leaders: Vec<(LeaderId, String)>,
    /// Priorities the workspace does not know yet, with drawn identifiers.
    pub new_priorities: Vec<(PriorityId, String)>,
    /// What was ranked: known and new.
    pub candidates: Vec<PriorityId>,
    /// Who ranked what, best first.
    pub ballots: Vec<(LeaderId, Vec<PriorityId>)>,
}

/// Where a single value stands in the document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FieldPath(
    /// Keys from the document's root to the value.
    pub Vec<String>,
);

/// A single value as the document holds it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FieldValue {
    /// Nothing there.
    Absent,
    /// Words, dates, lists of identifiers.
    Text(String),
    /// Moments and counts.
    Number(i64),
    /// Yes or no.
    Flag(bool),
}

/// What was done, for the words on the undo button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doing {
    /// What kind of thing.
    pub kind: DoingKind,
    /// What it was done to, in the user's own words ("Hire CFO").
    pub subject: String,
    /// Further detail, such as the place it moved to; may be empty.
    pub detail: String,
}

/// The kinds of [`Doing`]. Closing a round, casting a ballot and settling a conflict are missing: none is undone from a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names of the intents, in the past tense")]
pub enum DoingKind {
    RenamedWorkspace,
    ChangedTop,
    AddedLeader,
    EditedLeader,
    RemovedLeader,
    AddedPriority,
    EditedPriority,
    RetiredPriority,
    RevivedPriority,
    OpenedRound,
    AskedLeader,
    ExcusedLeader,
    CancelledRound,
    MovedInStack,
    SignedStack,
    WithdrewSignature,
    ImportedRound,
}
