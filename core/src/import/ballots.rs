//! Ballots from a spreadsheet or a form tool: CSV, one row per leader (places, priorities, or the whole list in a cell) or one
//! row per choice.

#[cfg(feature = "document")]
mod columns;
#[cfg(feature = "document")]
mod judge;
mod problem;
#[cfg(feature = "document")]
mod read;
#[cfg(feature = "document")]
mod rows;

use serde::{Deserialize, Serialize};

#[cfg(feature = "document")]
pub(super) use columns::guess;
pub use problem::{Problem, ProblemKind, Severity, Unusable};
#[cfg(feature = "document")]
pub use read::{headers, read_ballots};

/// Largest file read, in bytes.
pub const MOST_BYTES: usize = 5_000_000;
/// Most rows read, blank ones not counted.
pub const MOST_ROWS: usize = 10_000;
/// Most columns read.
pub const MOST_COLUMNS: usize = 200;
/// Most different priorities one file may hold.
pub const MOST_PRIORITIES: usize = 200;
/// Longest leader or priority name, in characters.
pub const LONGEST_NAME: usize = 300;
/// Most problems listed one by one; the others are counted in [`BallotSheet::more_problems`].
pub const MOST_PROBLEMS: usize = 1_000;

/// How the file lays its ballots out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// One row per leader, one column per place: `leader,1,2,3,4,5`.
    Wide,
    /// One row per choice: `leader,priority,rank`.
    Long,
    /// One row per leader, the whole ballot in one cell: `Hire a CFO;Cut churn;Open an API;`.
    List,
    /// One row per leader, one column per priority, with its rank in the cell.
    Grid,
}

/// Which column holds what, counted from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Columns {
    /// One row per leader.
    Wide {
        /// The leader's name.
        leader: usize,
        /// The priorities chosen, best place first.
        places: Vec<usize>,
    },
    /// One row per choice.
    Long {
        /// The leader's name.
        leader: usize,
        /// The priority's name.
        priority: usize,
        /// Its place on the ballot, 1 being the best.
        rank: usize,
    },
    /// One row per leader, the ballot in one cell.
    List {
        /// The leader's name.
        leader: usize,
        /// The priorities with semicolons between them, best first.
        list: usize,
    },
    /// One row per leader, one column per priority.
    Grid {
        /// The leader's name.
        leader: usize,
        /// The columns whose headers name the priorities and whose cells hold the ranks.
        priorities: Vec<usize>,
    },
}

impl Columns {
    /// The layout these columns belong to.
    #[must_use]
    pub fn form(&self) -> Form {
        match self {
            Self::Wide { .. } => Form::Wide,
            Self::Long { .. } => Form::Long,
            Self::List { .. } => Form::List,
            Self::Grid { .. } => Form::Grid,
        }
    }

    /// The column that names the leader.
    #[must_use]
    pub fn leader(&self) -> usize {
        match self {
            Self::Wide { leader, .. }
            | Self::Long { leader, .. }
            | Self::List { leader, .. }
            | Self::Grid { leader, .. } => *leader,
        }
    }

    /// Every column used, the leader's first.
    #[must_use]
    pub fn all(&self) -> Vec<usize> {
        match self {
            Self::Wide { leader, places: more } | Self::Grid { leader, priorities: more } => {
                std::iter::once(*leader).chain(more.iter().copied()).collect()
            }
            Self::Long { leader, priority, rank } => vec![*leader, *priority, *rank],
            Self::List { leader, list } => vec![*leader, *list],
        }
    }
}

/// What is known before reading. The default knows nothing and takes everything from the file.
#[derive(Debug, Clone, Default)]
pub struct Known<'a> {
    /// The team. Empty: whoever the file names.
    pub leaders: &'a [String],
    /// The priorities of the round. Empty: whatever the file names.
    pub candidates: &'a [String],
    /// How many places a ballot has. `None`: as many as the longest one fills.
    pub top: Option<usize>,
    /// Refuse ballots with fewer or more than `top` places, rather than counting what they say with a warning.
    pub exact: bool,
    /// Take priorities that are not known as new ones, rather than refusing the ballots that name them.
    pub new_priorities: bool,
    /// Which column holds what. `None`: guessed from the header.
    pub columns: Option<Columns>,
    /// Spellings settled by a person: the file's name, and the known name it stands for.
    pub same_as: &'a [(String, String)],
}

/// The ballots of a file, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BallotSheet {
    /// The layout found or told.
    pub form: Form,
    /// The columns found or told.
    pub columns: Columns,
    /// How many places a ballot has: told, or those of the longest ballot.
    pub top: usize,
    /// Every priority: the known ones in their order, then those taken from the file in order of appearance.
    pub candidates: Vec<String>,
    /// The ballots that count, in the order of the file.
    pub ballots: Vec<SheetBallot>,
    /// Names the file uses that are not known (none when nothing was known beforehand).
    pub unknown: Unknown,
    /// What is wrong, by row.
    pub problems: Vec<Problem>,
    /// Problems beyond [`MOST_PROBLEMS`] that are not listed.
    pub more_problems: usize,
}

/// One leader's ballot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetBallot {
    /// The leader, spelt as known, or as in the file when not known.
    pub leader: String,
    /// Indexes into [`BallotSheet::candidates`], best first, each at most once, never empty.
    pub ranking: Vec<usize>,
    /// The row it starts at, as a spreadsheet counts.
    pub row: usize,
}

/// Names that are in the file but not known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unknown {
    /// Leaders who are not in the team. Their ballots are in the sheet: add them, match them, or leave them out.
    pub leaders: Vec<UnknownName>,
    /// Priorities that are not in the round. Unless new ones are taken, ballots that name one do not count.
    pub priorities: Vec<UnknownName>,
}

/// A name that is not known, once however often the file uses it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownName {
    /// As the file spells it first.
    pub name: String,
    /// The row it is first used in.
    pub row: usize,
    /// The known name it is probably a misspelling of.
    pub suggestion: Option<String>,
}

/// The first rows of a file, for choosing columns by eye.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Headers {
    /// What separates the cells.
    pub delimiter: char,
    /// The header's row, as a spreadsheet counts.
    pub header_row: usize,
    /// The header's cells.
    pub header: Vec<String>,
    /// The first rows below it, each as wide as the file wrote it.
    pub rows: Vec<Vec<String>>,
    /// The columns the reader would choose by itself.
    pub columns: Option<Columns>,
}
