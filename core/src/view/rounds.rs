//! The history of rounds and the trend over them.

use serde::{Deserialize, Serialize};

use super::RoundRef;
use crate::analysis::Verdict;
use crate::id::RoundId;
use crate::time::Timestamp;

/// All rounds of the priority stack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoundsView {
    /// Open rounds; one, or more when copies that were apart each opened one.
    pub open: Vec<RoundSummary>,
    /// Revealed rounds, latest first.
    pub closed: Vec<RoundSummary>,
    /// Rounds that were called off, latest first.
    pub cancelled: Vec<RoundSummary>,
    /// Agreement over the revealed rounds, earliest first.
    pub trend: Vec<TrendPoint>,
    /// Leaders in the team now.
    pub leaders: Vec<super::Person>,
    /// Candidates on the list now.
    pub candidates: Vec<super::PriorityRef>,
    /// How many a ballot ranks, by the workspace's settings.
    pub top: u8,
    /// Leaders a round needs.
    pub leaders_needed: u32,
    /// Candidates a round needs with `top`.
    pub candidates_needed: u32,
    /// A name for the next round that is not taken, such as "Q4 2026".
    pub suggested_label: String,
}

/// One round in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoundSummary {
    /// Which.
    pub id: RoundId,
    /// What the team calls it.
    pub label: String,
    /// Open, revealed or called off.
    pub state: RoundState,
    /// When it was opened.
    pub opened: Timestamp,
    /// When it was revealed or called off.
    pub ended: Option<Timestamp>,
    /// Leaders asked.
    pub asked: u32,
    /// Ballots in.
    pub cast: u32,
    /// How many a ballot ranks.
    pub top: u8,
    /// How many candidates it has.
    pub candidates: u32,
    /// How far the leaders agreed; `None` while open or when it could not be computed.
    pub agreement: Option<AgreementSummary>,
    /// Leaders who signed the agreed stack as it stands.
    pub signed: u32,
    /// Leaders who are to sign.
    pub to_sign: u32,
    /// Whether it was brought in from a spreadsheet.
    pub imported: bool,
}

/// Where a round stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RoundState {
    /// Ballots may be cast and revised.
    Open,
    /// Closed; ballots are shown.
    Revealed,
    /// Called off; ballots are never shown.
    Cancelled,
}

/// The agreement of a round in brief. Correlations run from below 0 to 1; 0 is what chance alone would give on average.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AgreementSummary {
    /// Mean pairwise Spearman correlation of the ballots.
    pub mean_correlation: f64,
    /// The same figure that chance alone stays under 95 times in 100.
    pub chance: f64,
    /// Kendall's W, 0 to 1.
    pub kendall_w: f64,
    /// In a word.
    pub verdict: Verdict,
}

/// One round in the trend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrendPoint {
    /// Which round.
    pub round: RoundRef,
    /// When it was revealed.
    pub at: Timestamp,
    /// How far the leaders agreed.
    pub agreement: AgreementSummary,
}
