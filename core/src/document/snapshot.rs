//! Everything the document says, as plain values by section.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::Register;
use crate::id::{LeaderId, PriorityId, RoundId, WorkspaceId};
use crate::seal::{Bytes32, Half, Sealing};
use crate::time::Timestamp;
use crate::view::RoundState;

/// The document as plain values. Equal on every replica that holds the same changes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// What holds for the whole workspace.
    pub workspace: WorkspaceRecord,
    /// Leaders, removed ones included.
    pub leaders: BTreeMap<LeaderId, LeaderRecord>,
    /// Priorities, removed ones included.
    pub priorities: BTreeMap<PriorityId, PriorityRecord>,
    /// Rounds, removed ones included.
    pub rounds: BTreeMap<RoundId, RoundRecord>,
    /// Who wrote: one record per session (a tab's or device's run of edits).
    pub sessions: BTreeMap<String, SessionRecord>,
    /// Highest schema step in the document; above [`super::SCHEMA`] when a newer version wrote it.
    pub schema: u32,
}

/// What holds for the whole workspace.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkspaceRecord {
    /// Which workspace; `None` in a document that lost its identity.
    pub id: Option<WorkspaceId>,
    /// Its name.
    pub name: Register<String>,
    /// How many a ballot ranks in rounds opened from now on.
    pub top: Register<i64>,
    /// Whether it is the made-up sample team.
    pub sample: bool,
    /// When it was made.
    pub created: Timestamp,
}

/// One leader.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LeaderRecord {
    /// Full name.
    pub name: Register<String>,
    /// CEO, CFO, …
    pub role: Register<String>,
    /// Department.
    pub department: Register<String>,
    /// First day in the team.
    pub joined: Register<Option<NaiveDate>>,
    /// Last day in the team.
    pub left: Register<Option<NaiveDate>>,
    /// Added by mistake and taken back.
    pub removed: bool,
    /// When the record was made.
    pub created: Timestamp,
}

/// One priority.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PriorityRecord {
    /// A few words.
    pub title: Register<String>,
    /// One line.
    pub description: Register<String>,
    /// Off the list for coming rounds.
    pub retired: Register<bool>,
    /// Added by mistake and taken back.
    pub removed: bool,
    /// When the record was made.
    pub created: Timestamp,
}

/// One round of ranking.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoundRecord {
    /// What the team calls it.
    pub label: Register<String>,
    /// How many a ballot ranks.
    pub top: u8,
    /// When it was opened.
    pub opened: Timestamp,
    /// When it was closed and revealed.
    pub revealed: Option<Timestamp>,
    /// When it was called off.
    pub cancelled: Option<Timestamp>,
    /// Brought in from a spreadsheet.
    pub imported: bool,
    /// Brought in by mistake and taken back.
    pub removed: bool,
    /// What is ranked, in the order the round was opened with.
    pub candidates: Vec<PriorityId>,
    /// Who is asked (`true`) or no longer waited for (`false`); see [`RoundRecord::asks`].
    pub asked: BTreeMap<LeaderId, Register<bool>>,
    /// The latest ballot of each leader, whether counted or not. Never to leave the engine before the reveal.
    pub ballots: BTreeMap<LeaderId, Ballot>,
    /// The rankings that count: copied at the close and never changed after.
    pub counted: BTreeMap<LeaderId, Vec<PriorityId>>,
    /// Position keys of the agreed stack; candidates without one stand at the end.
    pub order: BTreeMap<PriorityId, Register<String>>,
    /// Signatures under the agreed stack, earliest first: more than one when a leader signed on two devices at the same time.
    pub signed: BTreeMap<LeaderId, Vec<Signature>>,
    /// How its ballots are sealed; `None` in a round of a workspace that was not shared.
    pub sealing: Option<SealingRecord>,
}

impl RoundRecord {
    /// Where the round stands. A reveal counts above calling off: when two people did both while apart, what was shown stays
    /// shown.
    #[must_use]
    pub const fn state(&self) -> RoundState {
        match (self.revealed, self.cancelled) {
            (Some(_), _) => RoundState::Revealed,
            (None, Some(_)) => RoundState::Cancelled,
            (None, None) => RoundState::Open,
        }
    }

    /// Whether a leader is asked. Where one person asked and another excused them at the same time, the question stands until
    /// it is settled: a ballot too many can be left out, one that was not taken cannot be brought back.
    #[must_use]
    pub fn asks(&self, leader: &LeaderId) -> bool {
        self.asked.get(leader).is_some_and(|asked| asked.value || asked.claims.iter().any(|claim| claim.value))
    }

    /// Everyone who is asked.
    pub fn asked(&self) -> impl Iterator<Item = LeaderId> {
        self.asked.keys().copied().filter(|leader| self.asks(leader))
    }
}

/// A ballot.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ballot {
    /// When it was cast or last revised.
    pub cast: Timestamp,
    /// Best first; empty when it is sealed.
    pub ranking: Vec<PriorityId>,
    /// The sealed ballot, in a round of sealed ballots.
    pub sealed: Option<SealedBallot>,
}

/// A ballot that nobody can read before its round is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedBallot {
    /// As it was sealed.
    pub bytes: Vec<u8>,
    /// SHA-256 of the bytes.
    pub name: Bytes32,
    /// The session that wrote it: says on which device it was cast.
    pub session: String,
}

/// How a round's ballots are sealed, and what was published at its close.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealingRecord {
    /// The key and who holds it.
    pub sealing: Sealing,
    /// The session that wrote it: has to be of the first custodian's device.
    pub session: String,
    /// The secret of a simple round, sealed to its second custodian.
    pub escrow: Option<Vec<u8>>,
    /// The second custodian's public key in a strong round, and the session that wrote it: has to be of their device.
    pub second_key: Option<(Bytes32, String)>,
    /// When the first of two custodians began to close a strong round. No ballot is taken after.
    pub closing: Option<Timestamp>,
    /// The published secret of the key.
    pub secret: Option<Bytes32>,
    /// The published secret of the second key.
    pub second_secret: Option<Bytes32>,
    /// The names of the ballots that count; several of one leader when two custodians closed the round while apart.
    pub names: BTreeMap<LeaderId, BTreeSet<Bytes32>>,
    /// The sessions that wrote `closing`: have to be of custodians' devices, as the next.
    pub begun_in: Vec<String>,
    /// The sessions that wrote when the round was revealed: of a strong one not of the device that began.
    pub revealed_in: Vec<String>,
}

/// A round as whoever closed it had it before them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AtClose {
    /// Each leader's sealed ballots.
    pub ballots: BTreeMap<LeaderId, Vec<SealedBallot>>,
    /// The names that were to count.
    pub names: BTreeMap<LeaderId, BTreeSet<Bytes32>>,
}

impl SealingRecord {
    /// Which key a device holds, by its place among the custodians.
    #[must_use]
    pub fn half_of(&self, device: &Bytes32) -> Option<Half> {
        match self.sealing.custodians.iter().position(|custodian| custodian.device == *device)? {
            0 => Some(Half::First),
            _ => Some(Half::Second),
        }
    }

    /// A published secret.
    #[must_use]
    pub const fn secret_of(&self, half: Half) -> Option<Bytes32> {
        match half {
            Half::First => self.secret,
            Half::Second => self.second_secret,
        }
    }

    /// Whether ballots can be sealed: both keys of a strong round are there.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        !self.sealing.strong || self.second_key.is_some()
    }
}

/// A leader's signature under an agreed stack.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signature {
    /// When.
    pub at: Timestamp,
    /// The stack as it was signed, best first.
    pub stack: Vec<PriorityId>,
}

/// One run of edits from one tab.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SessionRecord {
    /// The leader the device belongs to; `None` when it is shared.
    pub leader: Option<LeaderId>,
}
