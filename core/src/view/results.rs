//! What the reveal shows.

use serde::{Deserialize, Serialize};

use super::{Person, PriorityRef, RoundRef};
use crate::analysis::Analysis;
use crate::id::RoundId;
use crate::time::Timestamp;

/// A revealed round. Indexes in `analysis` count into `leaders` and `candidates`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResultsView {
    /// Which round.
    pub id: RoundId,
    /// What the team calls it.
    pub label: String,
    /// When it was opened.
    pub opened: Timestamp,
    /// When it was revealed.
    pub revealed: Timestamp,
    /// How many a ballot ranked.
    pub top: u8,
    /// Whose ballots count, in order of name.
    pub leaders: Vec<Person>,
    /// What was ranked, in the order of the consensus.
    pub candidates: Vec<PriorityRef>,
    /// The figures; `None` when the ballots do not allow any (see `problem`).
    pub analysis: Option<Analysis>,
    /// Why there are no figures, in plain words.
    pub problem: Option<String>,
    /// Ranks for the heat map, one row per candidate, one column per leader; `None` where unranked.
    pub ranks: Vec<Vec<Option<u8>>>,
    /// Places over the rounds.
    pub bump: Bump,
    /// Ballots that arrived after the reveal: kept, not counted.
    pub late: Vec<LateBallot>,
    /// Leaders whose counted ranking is not what their sealed ballot says: whoever closed the round counted something else.
    pub counted_unverified: Vec<Person>,
    /// Leaders whose sealed ballot was in time and sound, and was not counted.
    pub left_out: Vec<Person>,
    /// Leaders whose sealed ballot was in time and could not be opened.
    pub unreadable: Vec<Person>,
    /// Leaders who were asked and whose ballot does not count.
    pub missing: Vec<Person>,
    /// Mean pairwise correlation of the round before this one.
    pub before: Option<f64>,
    /// Whether it was brought in from a spreadsheet.
    pub imported: bool,
    /// Leaders who signed the agreed stack as it stands.
    pub signed: u32,
    /// Leaders who are to sign.
    pub to_sign: u32,
}

/// A ballot that arrived after the reveal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LateBallot {
    /// Whose.
    pub person: Person,
    /// When it was cast.
    pub cast: Timestamp,
}

/// Bump chart: the consensus place of each priority, round by round, up to this one.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Bump {
    /// Earliest first; ends with the round shown.
    pub rounds: Vec<RoundRef>,
    /// One line per priority of the round shown, in the order of its consensus.
    pub lines: Vec<BumpLine>,
}

/// One priority over the rounds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BumpLine {
    /// Which.
    pub priority: PriorityRef,
    /// Consensus place from 1 in each round of [`Bump::rounds`]; `None` where it was not a candidate.
    pub places: Vec<Option<u32>>,
}
