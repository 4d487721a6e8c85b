//! The candidate list.

use serde::{Deserialize, Serialize};

use super::{PriorityRef, RoundRef};

/// What the team might put first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PrioritiesView {
    /// On the list, in the order they were added.
    pub current: Vec<PriorityRow>,
    /// Taken off the list, latest first.
    pub retired: Vec<PriorityRow>,
    /// How many a round needs.
    pub needed: u32,
    /// The open round, whose candidates are fixed.
    pub open: Option<RoundRef>,
    /// The last closed round, which the figures of the rows come from.
    pub last: Option<RoundRef>,
}

/// One candidate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PriorityRow {
    /// Which.
    pub priority: PriorityRef,
    /// Place in the agreed stack of the last closed round, from 1; `None` when it was not ranked.
    pub place: Option<u32>,
    /// In how many stacks of the last closed round it stood; `None` when it was not a candidate.
    pub stacks: Option<u32>,
    /// Whether a ballot of any round ranks it.
    pub in_use: bool,
    /// Whether its words hold two values written at the same time.
    pub in_conflict: bool,
}
