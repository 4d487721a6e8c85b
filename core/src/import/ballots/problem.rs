//! What can be wrong with a sheet of ballots, in plain words with a next step.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{LONGEST_NAME, MOST_COLUMNS, MOST_PRIORITIES, MOST_ROWS};

/// Whether a problem costs a ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Severity {
    /// The ballot is not counted.
    Error,
    /// The ballot is counted as the message says.
    Warning,
}

/// Something wrong at one place of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The row as a spreadsheet shows it: the first row of the file is 1, blank rows count.
    pub row: usize,
    /// The column, counted from 0, when one cell is to blame.
    pub column: Option<usize>,
    /// What is wrong.
    pub kind: ProblemKind,
    /// Whether the ballot still counts.
    pub severity: Severity,
}

impl Problem {
    /// Where it is, as a spreadsheet names cells ("D4"), or `None` when the whole row is meant.
    #[must_use]
    pub fn cell(&self) -> Option<String> {
        self.column.map(|column| format!("{}{}", column_letters(column), self.row))
    }
}

/// A column's letters in a spreadsheet: 0 is A, 25 is Z, 26 is AA.
fn column_letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.cell() {
            Some(cell) => write!(f, "Row {}, cell {cell}: {}", self.row, self.kind),
            None => write!(f, "Row {}: {}", self.row, self.kind),
        }
    }
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProblemKind {
    /// The bytes were not Unicode and were read as Windows-1252.
    GuessedEncoding,
    /// A ballot without a leader.
    NoLeader,
    /// A leader without a single choice.
    EmptyBallot {
        /// Whose ballot.
        leader: String,
        /// Where the same leader has another ballot, which counts.
        counted_row: Option<usize>,
    },
    /// A second ballot of one leader: this one counts.
    LeaderTwice {
        /// Whose ballot.
        leader: String,
        /// Where the ballot that no longer counts starts.
        earlier_row: usize,
    },
    /// The leader is not in the team.
    UnknownLeader {
        /// As the file spells it.
        name: String,
        /// The team member probably meant.
        suggestion: Option<String>,
    },
    /// The priority is not in the round.
    UnknownPriority {
        /// As the file spells it.
        name: String,
        /// The priority probably meant.
        suggestion: Option<String>,
        /// Whether it was taken as a new one.
        taken: bool,
    },
    /// Two spellings that are counted apart, though they look like one name.
    LooksLike {
        /// The spelling used here.
        name: String,
        /// The spelling used before.
        other: String,
    },
    /// The ballot names a priority at two places.
    PriorityTwice {
        /// The priority.
        priority: String,
        /// The two places.
        places: (usize, usize),
    },
    /// The same choice written twice, word for word.
    RepeatedChoice {
        /// The priority.
        priority: String,
    },
    /// Two priorities share a place.
    Tie {
        /// The place.
        rank: usize,
        /// The priority there first.
        first: String,
        /// The other priority.
        second: String,
    },
    /// A place is empty though a later one is filled.
    SkippedPlace {
        /// The first empty place.
        place: usize,
    },
    /// The ballot fills more places than there are.
    TooMany {
        /// Places filled.
        found: usize,
        /// Places there are.
        top: usize,
        /// Whether the first `top` were counted.
        counted: bool,
    },
    /// The ballot fills fewer places than there are.
    TooFew {
        /// Places filled.
        found: usize,
        /// Places there are.
        top: usize,
        /// Whether it was counted with the rest as equal.
        counted: bool,
    },
    /// The rank is not a whole number.
    RankNotANumber {
        /// The cell.
        text: String,
    },
    /// The rank is below 1 or above the number of priorities.
    RankOutOfRange {
        /// The cell.
        text: String,
        /// The last place there can be.
        highest: usize,
    },
    /// A rank without a priority.
    NoPriority {
        /// The rank.
        text: String,
    },
    /// The row has cells beyond the header, so they have probably slipped.
    ExtraCells {
        /// Cells in the row.
        found: usize,
        /// Cells in the header.
        expected: usize,
    },
    /// A name longer than any name is.
    CellTooLong {
        /// Its length in characters.
        length: usize,
    },
    /// A quotation mark is opened and never closed, so the cell swallows what follows.
    UnclosedQuote,
    /// The header once more, in the middle of the file.
    RepeatedHeader,
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GuessedEncoding => f.write_str(
                "the file is not in Unicode and was read as Windows-1252. If accented letters look wrong, save it again as \"CSV UTF-8\".",
            ),
            Self::NoLeader => f.write_str(
                "no leader is named, so this row is not counted. Write the name in (merged cells: in every row).",
            ),
            Self::EmptyBallot { leader, counted_row: None } => {
                write!(f, "{leader} has ranked nothing, so there is no ballot to count.")
            }
            Self::EmptyBallot { leader, counted_row: Some(row) } => {
                write!(f, "{leader} has ranked nothing here. The ballot in row {row} counts.")
            }
            Self::LeaderTwice { leader, earlier_row } => write!(
                f,
                "{leader} already has a ballot in row {earlier_row}. The last one counts: row {earlier_row} is left out. If these are two people, make their names differ."
            ),
            Self::UnknownLeader { name, suggestion: Some(known) } => {
                write!(f, "\"{name}\" is not in the team. Is this {known}?")
            }
            Self::UnknownLeader { name, suggestion: None } => {
                write!(f, "\"{name}\" is not in the team. Add them, or match the name to a leader.")
            }
            Self::UnknownPriority { name, suggestion: Some(known), taken: false } => write!(
                f,
                "\"{name}\" is not among the priorities, so this ballot is not counted. Did you mean \"{known}\"?"
            ),
            Self::UnknownPriority { name, suggestion: None, taken: false } => write!(
                f,
                "\"{name}\" is not among the priorities, so this ballot is not counted. Add it to the priorities, or correct the name."
            ),
            Self::UnknownPriority { name, suggestion: Some(known), taken: true } => {
                write!(f, "\"{name}\" is not among the priorities and would be added. Did you mean \"{known}\"?")
            }
            Self::UnknownPriority { name, suggestion: None, taken: true } => {
                write!(f, "\"{name}\" is not among the priorities and would be added.")
            }
            Self::LooksLike { name, other } => write!(
                f,
                "\"{name}\" looks like \"{other}\" but is counted as a different name. If they are the same, spell them alike."
            ),
            Self::PriorityTwice { priority, places: (first, second) } => write!(
                f,
                "\"{priority}\" is at places {first} and {second}, so this ballot is not counted. Ask the leader which one was meant."
            ),
            Self::RepeatedChoice { priority } => {
                write!(f, "\"{priority}\" is written twice with the same rank. It is counted once.")
            }
            Self::Tie { rank, first, second } => write!(
                f,
                "\"{first}\" and \"{second}\" share place {rank}, so this ballot is not counted. Ask the leader which comes first."
            ),
            Self::SkippedPlace { place } => {
                write!(f, "place {place} is empty. What follows has moved up; check that nothing is missing.")
            }
            Self::TooMany { found, top, counted: true } => {
                write!(f, "the ballot ranks {found}, more than {top}. The first {top} are counted.")
            }
            Self::TooMany { found, top, counted: false } => {
                write!(f, "the ballot ranks {found} rather than exactly {top}, so it is not counted. Take out the last {}.", found.saturating_sub(*top))
            }
            Self::TooFew { found, top, counted: true } => {
                write!(f, "the ballot ranks {found}, fewer than {top}. It is counted with all the others as equal.")
            }
            Self::TooFew { found, top, counted: false } => {
                write!(f, "the ballot ranks {found} rather than exactly {top}, so it is not counted. Ask the leader for the rest.")
            }
            Self::RankNotANumber { text } => write!(
                f,
                "\"{text}\" is not a place such as 1, 2 or 3, so this ballot is not counted. Write a whole number."
            ),
            Self::RankOutOfRange { text, highest } => write!(
                f,
                "{text} is not a place between 1 and {highest}, so this ballot is not counted. Correct the rank; 1 is the best."
            ),
            Self::NoPriority { text } => write!(
                f,
                "place {text} names no priority, so this ballot is not counted. Write the priority in, or clear the rank."
            ),
            Self::ExtraCells { found, expected } => write!(
                f,
                "the row has {found} cells where the header has {expected}, so its cells have probably slipped and it is not counted. Put names that contain the separator in quotation marks."
            ),
            Self::CellTooLong { length } => write!(
                f,
                "a cell of {length} characters is too long for a name (at most {LONGEST_NAME}), so this ballot is not counted. Shorten it."
            ),
            Self::UnclosedQuote => f.write_str(
                "a quotation mark is opened and never closed, so the cell swallows the rows below. Close it, or take it out.",
            ),
            Self::RepeatedHeader => f.write_str("the header is repeated here. The row is left out."),
        }
    }
}

/// Why a file cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Unusable {
    /// Nothing in it.
    #[error("The file is empty. Export the ballots again and choose that file.")]
    Empty,
    /// Above [`super::MOST_BYTES`].
    #[error("The file is larger than {} MB, the most that can be read. Export only the ballots.", limit / 1_000_000)]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The most that is read.
        limit: usize,
    },
    /// An Excel, OpenDocument or Numbers file.
    #[error("This is a spreadsheet workbook, not CSV. Open it and save or download the sheet as \"CSV UTF-8\".")]
    Workbook,
    /// HTML, as when a sign-in page was saved instead of the export.
    #[error("This is a web page, not CSV. Download the responses as CSV and choose that file.")]
    WebPage,
    /// Bytes that no text has.
    #[error("This is not a text file. Export the ballots as \"CSV UTF-8\" and choose that file.")]
    NotText,
    /// Above [`super::MOST_ROWS`].
    #[error("The file has more than {MOST_ROWS} rows. Export only the ballots of one round.")]
    TooManyRows,
    /// Above [`super::MOST_COLUMNS`].
    #[error("Row {row} has {found} columns; at most {MOST_COLUMNS} can be read. Export only the ballots.")]
    TooManyColumns {
        /// The row.
        row: usize,
        /// Its columns.
        found: usize,
    },
    /// Above [`super::MOST_PRIORITIES`].
    #[error(
        "The file names more than {MOST_PRIORITIES} different priorities. Check that the right columns are used, or give the list of priorities."
    )]
    TooManyPriorities,
    /// A name in a list of priorities above [`super::LONGEST_NAME`].
    #[error("A name of {length} characters is too long (at most {LONGEST_NAME}). Shorten it.")]
    NameTooLong {
        /// Its length in characters.
        length: usize,
    },
    /// No header that can be understood.
    #[error("No header was recognised{}. The first row must name the columns: \"leader,1,2,3,4,5\" with one row per leader, or \"leader,priority,rank\" with one row per choice.", first_cells(.found))]
    NoHeader {
        /// The first cells of the first row.
        found: Vec<String>,
    },
    /// A header with nothing below it.
    #[error("There is a header but no ballot below it. Check that the export contains the responses.")]
    NoRows,
    /// Columns were told that the file does not have, or one column for two things.
    #[error("The chosen columns do not fit this file: each must exist and be used once.")]
    BadColumns,
}

fn first_cells(found: &[String]) -> String {
    if found.is_empty() {
        return String::new();
    }
    let cells: Vec<String> = found.iter().map(|cell| format!("\"{cell}\"")).collect();
    format!(" (the first row begins {})", cells.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_in_a_spreadsheet() {
        for (column, letters) in [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (199, "GR"), (702, "AAA")] {
            assert_eq!(column_letters(column), letters);
        }
    }

    #[test]
    fn a_problem_says_where_what_and_what_next() {
        let mut problem = Problem {
            row: 4,
            column: Some(3),
            kind: ProblemKind::UnknownPriority {
                name: "Hire CFO".into(),
                suggestion: Some("Hire a CFO".into()),
                taken: false,
            },
            severity: Severity::Error,
        };
        assert_eq!(
            problem.to_string(),
            "Row 4, cell D4: \"Hire CFO\" is not among the priorities, so this ballot is not counted. Did you mean \"Hire a CFO\"?"
        );
        problem.column = None;
        assert!(problem.to_string().starts_with("Row 4: \"Hire CFO\""));
    }
}
