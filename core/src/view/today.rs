//! Home: what needs someone, oldest first, and where the team stands.

use serde::{Deserialize, Serialize};

use super::rounds::AgreementSummary;
use super::{Person, RoundRef};
use crate::time::Timestamp;

/// The home page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TodayView {
    /// Steps that are left before a first round can be held; `None` once a round has been closed.
    pub setup: Option<Setup>,
    /// What waits for someone, oldest first.
    pub needs: Vec<Need>,
    /// Where the last closed round left the team; `None` before the first.
    pub headline: Option<Headline>,
}

/// The way to a first revealed round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setup {
    /// Leaders in the team.
    pub leaders: u32,
    /// Leaders a round needs.
    pub leaders_needed: u32,
    /// Candidate priorities.
    pub priorities: u32,
    /// Candidates a round needs.
    pub priorities_needed: u32,
    /// The open round, if there is one.
    pub open: Option<RoundRef>,
}

/// Something that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// What, and where to go.
    pub kind: NeedKind,
    /// For whom; `None` when it is for the whole team.
    pub person: Option<Person>,
    /// Since when it waits.
    pub since: Timestamp,
}

/// Kinds of [`Need`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum NeedKind {
    /// A leader is asked and has not cast a ballot.
    CastBallot(RoundRef),
    /// Every leader asked has cast: the round can be revealed.
    Reveal(RoundRef),
    /// A leader has not signed the agreed stack.
    SignStack(RoundRef),
    /// A leader signed, and the stack has changed since.
    SignAgain(RoundRef),
    /// Values written at the same time wait for a decision.
    Settle {
        /// How many.
        conflicts: u32,
    },
    /// The last alignment exercise lies too far back.
    HoldRound {
        /// Days since the last reveal.
        days: i64,
    },
}

/// The last round in three figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Headline {
    /// Which round.
    pub round: RoundRef,
    /// When it was revealed.
    pub revealed: Timestamp,
    /// How far the leaders agreed; `None` when it could not be computed.
    pub agreement: Option<AgreementSummary>,
    /// Mean pairwise correlation of the round before, to compare.
    pub before: Option<f64>,
    /// Titles of the most contested priorities, most contested first, three at most.
    pub contested: Vec<String>,
    /// The leader farthest from the rest.
    pub farthest: Option<Person>,
    /// Leaders who signed the agreed stack as it stands.
    pub signed: u32,
    /// Leaders who are to sign.
    pub to_sign: u32,
    /// The agreed stack down to the line, best first.
    pub stack: Vec<String>,
}
