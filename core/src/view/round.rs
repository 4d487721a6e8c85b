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
    /// How ballots are sealed; `None` when they are not.
    pub sealing: Option<SealingView>,
}

/// Who could open the ballots of a round, and who can close it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealingView {
    /// Whether ballots are sealed twice, so that neither custodian could look alone.
    pub strong: bool,
    /// Who holds a key: whoever opened the round first.
    pub custodians: Vec<CustodianView>,
    /// Whether ballots cannot be cast yet, because the second custodian's device has not given its key.
    pub awaits_key: bool,
    /// Who can close the round.
    pub closing: Closing,
}

/// A device that holds a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustodianView {
    /// The leaders who wrote on it, in order of name.
    pub people: Vec<Person>,
    /// Whether it is this one.
    pub own: bool,
}

/// Who can close a round of sealed ballots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Closing {
    /// This device.
    Here,
    /// This device and the other custodian's, one after the other; neither has begun.
    Both,
    /// The other custodian's device: this one has done its part.
    Other,
    /// Custodians' devices only, and this is none.
    Elsewhere,
    /// Custodians' devices only, and one of them has begun.
    Begun,
}

/// A leader asked in a round.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AskedRow {
    /// Who.
    pub person: Person,
    /// When they last cast or revised their ballot; `None` while they have not.
    pub cast: Option<Timestamp>,
}
