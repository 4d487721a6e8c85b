//! View models: plain values, one per page, built from the snapshot and drawn as they are. Pages have no arithmetic.

use serde::{Deserialize, Serialize};

use crate::id::{LeaderId, PriorityId, RoundId};

pub mod ballot;
pub mod conflicts;
pub mod packed;
pub mod priorities;
pub mod results;
pub mod round;
pub mod rounds;
pub mod settings;
pub mod shell;
pub mod stack;
pub mod team;
pub mod today;

pub use ballot::BallotView;
pub use conflicts::{ClaimView, ConflictView, ConflictsView, FieldName};
pub use packed::{Packed, Readable};
pub use priorities::{PrioritiesView, PriorityRow};
pub use results::{Bump, BumpLine, LateBallot, ResultsView};
pub use round::{AskedRow, Closing, CustodianView, OpenRoundView, RoundView, SealingView};
pub use rounds::{AgreementSummary, RoundState, RoundSummary, RoundsView, TrendPoint};
pub use settings::SettingsView;
pub use shell::ShellView;
pub use stack::{Placement, SignatureRow, SignatureState, StackRow, StackView};
pub use team::{LeaderRow, TeamView};
pub use today::{Headline, Need, NeedKind, Setup, TodayView};

#[cfg(feature = "document")]
mod build;
#[cfg(feature = "document")]
pub use build::{Context, Custody, Figures, NamedRound, SealCheck, build, named_round};

/// Which view a page wants to be kept up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ViewKey {
    /// Around every page.
    Shell,
    /// Home.
    Today,
    /// Leaders.
    Team,
    /// The candidate list.
    Priorities,
    /// The history of rounds.
    Rounds,
    /// One round: open, or its results.
    Round(RoundId),
    /// The ballot one leader is filling in.
    Ballot(RoundId, LeaderId),
    /// The agreed stack of a closed round.
    Stack(RoundId),
    /// Values written at the same time, to settle.
    Conflicts,
    /// Workspace settings.
    Settings,
}

/// A view model. `Missing` when the round or leader asked for is not there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "each variant holds the view of the ViewKey of the same name")]
pub enum View {
    Shell(ShellView),
    Today(TodayView),
    Team(TeamView),
    Priorities(PrioritiesView),
    Rounds(RoundsView),
    Round(Box<RoundView>),
    Ballot(BallotView),
    Stack(StackView),
    Conflicts(ConflictsView),
    Settings(SettingsView),
    Missing,
}

/// A leader as pages show them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Which leader.
    pub id: LeaderId,
    /// Full name.
    pub name: String,
    /// CEO, CFO, …; may be empty.
    pub role: String,
    /// One or two letters.
    pub initials: String,
    /// Index of the person's colour, 0 to 7, steady while the team grows.
    pub colour: u8,
}

/// A priority as pages show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriorityRef {
    /// Which priority.
    pub id: PriorityId,
    /// A few words.
    pub title: String,
    /// One line; may be empty.
    pub description: String,
}

/// A round as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundRef {
    /// Which round.
    pub id: RoundId,
    /// What the team calls it.
    pub label: String,
}
