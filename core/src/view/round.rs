//! One round.

use serde::{Deserialize, Serialize};

use super::{Person, PriorityRef, ResultsView, RoundSummary};
use crate::id::RoundId;
use crate::time::Timestamp;

/// One round: who has cast while it is open, everything after the reveal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(clippy::large_enum_variant, reason = "one per page")]
pub enum RoundView {
    /// Ballots may be cast.
    Open(OpenRoundView),
    /// Revealed.
    Revealed(ResultsView),
    /// Called off.
    Cancelled(RoundSummary),
}

/// An open round: who has cast, never what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenRoundView {
    /// Which.
    pub id: RoundId,
    /// What the team calls it.
    pub label: String,
    /// How many a ballot ranks.
    pub top: u8,
    /// When it was opened.
    pub opened: Timestamp,
    /// What is ranked.
    pub candidates: Vec<PriorityRef>,
    /// Who is asked, in order of name.
    pub asked: Vec<AskedRow>,
    /// Leaders of the team who are not asked.
    pub not_asked: Vec<Person>,
    /// Ballots in.
    pub cast: u32,
    /// Whether there are ballots enough to compare.
    pub can_reveal: bool,
    /// Whether everyone asked has cast.
    pub complete: bool,
}

/// A leader asked in a round.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AskedRow {
    /// Who.
    pub person: Person,
    /// When they last cast or revised their ballot; `None` while they have not.
    pub cast: Option<Timestamp>,
}
