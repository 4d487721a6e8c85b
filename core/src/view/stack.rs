//! The agreed stack: what the team settles on after the reveal, and who stands behind it.

use serde::{Deserialize, Serialize};

use super::{Person, PriorityRef};
use crate::id::{PriorityId, RoundId};
use crate::time::Timestamp;

/// The agreed stack of a revealed round.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StackView {
    /// Which round.
    pub round: RoundId,
    /// What the team calls it.
    pub label: String,
    /// How many places count; the rest stands below the line.
    pub top: u8,
    /// All candidates of the round, in the agreed order.
    pub rows: Vec<StackRow>,
    /// The identifiers above the line, as a leader signs them.
    pub to_sign: Vec<PriorityId>,
    /// One row per leader in the team.
    pub signatures: Vec<SignatureRow>,
    /// Whether every leader in the team has signed the stack as it stands.
    pub settled: bool,
}

/// One place of the agreed stack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StackRow {
    /// Which priority.
    pub priority: PriorityRef,
    /// Place from 1.
    pub place: u32,
    /// Place in the consensus of the ballots, from 1.
    pub consensus: Option<u32>,
    /// In how many ballots it stands.
    pub stacks: u32,
    /// Whether it is among the most contested.
    pub contested: bool,
    /// Two leaders moved it at the same time: where each put it. Empty when undisputed.
    pub placements: Vec<Placement>,
}

/// Where someone put a priority while someone else put it elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Placement {
    /// Who, in words.
    pub author: String,
    /// When.
    pub at: Timestamp,
    /// The place it would have, from 1.
    pub place: u32,
    /// How to settle for this one: the field and value of [`crate::intent::Intent::Settle`].
    pub settle: (crate::intent::FieldPath, crate::intent::FieldValue),
}

/// One leader's signature.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignatureRow {
    /// Who.
    pub person: Person,
    /// Whether, and for what.
    pub state: SignatureState,
}

/// Whether a leader stands behind the stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SignatureState {
    /// Not signed.
    Unsigned,
    /// Signed the stack as it stands.
    Signed(Timestamp),
    /// Signed a stack that has been changed since.
    SignedEarlier(Timestamp),
}
