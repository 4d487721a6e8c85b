//! What is wrong with a sheet of ballots, in plain words with a next step. The command line says the same (`core`).

use plumbline_core::import::ballots::{LONGEST_NAME, MOST_COLUMNS, MOST_PRIORITIES, MOST_ROWS};
use plumbline_core::import::{Problem, ProblemKind, Unusable};

use crate::i18n::*;
use crate::notice::words::Sentences;

macro_rules! say {
    ($i18n:ident, $key:ident $(, $name:ident = $value:expr)*) => {
        tu_string!($i18n, import.$key $(, $name = $value)*).to_string()
    };
}

/// A problem, and where it is, as a spreadsheet names rows and cells.
pub(super) fn problem(i18n: Sentences, problem: &Problem) -> String {
    let (row, words) = (problem.row, kind(i18n, problem.kind.clone()));
    match problem.cell() {
        Some(cell) => say!(i18n, problem_cell, row = row, cell = cell, words = words),
        None => say!(i18n, problem_row, row = row, words = words),
    }
}

fn kind(i18n: Sentences, kind: ProblemKind) -> String {
    use ProblemKind as Kind;
    match kind {
        Kind::GuessedEncoding => say!(i18n, problem_encoding),
        Kind::NoLeader => say!(i18n, problem_no_leader),
        Kind::EmptyBallot { leader, counted_row: None } => say!(i18n, problem_empty, leader = leader),
        Kind::EmptyBallot { leader, counted_row: Some(row) } => {
            say!(i18n, problem_empty_here, leader = leader, row = row)
        }
        Kind::LeaderTwice { leader, earlier_row: row } => {
            say!(i18n, problem_leader_twice, leader = leader, row = row)
        }
        Kind::UnknownLeader { name, suggestion: Some(known) } => {
            say!(i18n, problem_leader_like, name = name, known = known)
        }
        Kind::UnknownLeader { name, suggestion: None } => say!(i18n, problem_leader, name = name),
        Kind::UnknownPriority { name, suggestion: Some(known), taken: false } => {
            say!(i18n, problem_priority_like, name = name, known = known)
        }
        Kind::UnknownPriority { name, suggestion: None, taken: false } => say!(i18n, problem_priority, name = name),
        Kind::UnknownPriority { name, suggestion: Some(known), taken: true } => {
            say!(i18n, problem_priority_new_like, name = name, known = known)
        }
        Kind::UnknownPriority { name, suggestion: None, taken: true } => {
            say!(i18n, problem_priority_new, name = name)
        }
        Kind::LooksLike { name, other } => say!(i18n, problem_alike, name = name, other = other),
        Kind::PriorityTwice { priority: name, places: (first, second) } => {
            say!(i18n, problem_priority_twice, name = name, first = first, second = second)
        }
        Kind::RepeatedChoice { priority: name } => say!(i18n, problem_repeated_choice, name = name),
        Kind::Tie { rank: place, first, second } => {
            say!(i18n, problem_tie, first = first, second = second, place = place)
        }
        Kind::SkippedPlace { place } => say!(i18n, problem_skipped, place = place),
        Kind::TooMany { found, top, counted: true } => say!(i18n, problem_many_counted, found = found, top = top),
        Kind::TooMany { found, top, counted: false } => {
            let over = found.saturating_sub(top);
            say!(i18n, problem_many, found = found, top = top, over = over)
        }
        Kind::TooFew { found, top, counted: true } => say!(i18n, problem_few_counted, found = found, top = top),
        Kind::TooFew { found, top, counted: false } => say!(i18n, problem_few, found = found, top = top),
        Kind::RankNotANumber { text } => say!(i18n, problem_not_a_rank, text = text),
        Kind::RankOutOfRange { text, highest } => {
            say!(i18n, problem_rank_range, text = text, highest = highest)
        }
        Kind::NoPriority { text } => say!(i18n, problem_no_priority, text = text),
        Kind::ExtraCells { found, expected } => {
            say!(i18n, problem_extra_cells, found = found, expected = expected)
        }
        Kind::CellTooLong { length } => say!(i18n, problem_long_cell, length = length, limit = LONGEST_NAME),
        Kind::UnclosedQuote => say!(i18n, problem_unclosed),
        Kind::RepeatedHeader => say!(i18n, problem_header_again),
    }
}

/// Why a file cannot be read at all, and what to do.
pub(super) fn unusable(i18n: Sentences, why: Unusable) -> String {
    match why {
        Unusable::Empty => say!(i18n, unusable_empty),
        Unusable::TooLarge { limit, .. } => say!(i18n, unusable_large, limit = limit / 1_000_000),
        Unusable::Workbook => say!(i18n, unusable_workbook),
        Unusable::WebPage => say!(i18n, unusable_web_page),
        Unusable::NotText => say!(i18n, unusable_not_text),
        Unusable::TooManyRows => say!(i18n, unusable_rows, limit = MOST_ROWS),
        Unusable::TooManyColumns { row, found } => {
            say!(i18n, unusable_columns, row = row, found = found, limit = MOST_COLUMNS)
        }
        Unusable::TooManyPriorities => say!(i18n, unusable_priorities, limit = MOST_PRIORITIES),
        Unusable::NameTooLong { length } => say!(i18n, unusable_long_name, length = length, limit = LONGEST_NAME),
        Unusable::NoHeader { found } if found.is_empty() => say!(i18n, unusable_no_header),
        Unusable::NoHeader { found } => {
            let cells: Vec<String> = found.into_iter().map(|cell| say!(i18n, unusable_cell, cell = cell)).collect();
            say!(i18n, unusable_no_header_but, cells = cells.join(", "))
        }
        Unusable::NoRows => say!(i18n, unusable_no_rows),
        Unusable::BadColumns => say!(i18n, unusable_bad_columns),
    }
}
