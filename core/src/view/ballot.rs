//! The ballot one leader is filling in. Never holds what anybody ranked.

use serde::{Deserialize, Serialize};

use super::{Person, PriorityRef};
use crate::id::RoundId;
use crate::time::Timestamp;

/// An empty ballot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BallotView {
    /// Which round.
    pub round: RoundId,
    /// What the team calls it.
    pub label: String,
    /// How many are to be ranked.
    pub top: u8,
    /// Whose ballot.
    pub person: Person,
    /// The candidates in an order drawn for this leader, so that the order of the list does not steer the team.
    pub candidates: Vec<PriorityRef>,
    /// When an earlier ballot was cast that this one would replace.
    pub cast: Option<Timestamp>,
    /// Whether the round still takes ballots from this leader.
    pub open: bool,
    /// Others who are still to cast, for handing the laptop over.
    pub waiting: Vec<Person>,
}
