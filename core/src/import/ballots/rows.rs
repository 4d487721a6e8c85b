//! Rows to claims: who says what about which place, before anyone judges whether that makes a ballot.

use std::collections::HashMap;

use super::super::name::{key, tidy};
use super::super::table::{Row, Table};
use super::columns::place;
use super::{Columns, LONGEST_NAME, MOST_PRIORITIES, Problem, ProblemKind, Severity};

/// A ballot as the file has it.
#[derive(Debug)]
pub(super) struct Claim {
    pub leader: String,
    pub leader_column: usize,
    pub row: usize,
    pub choices: Vec<Choice>,
    /// Errors met while reading its cells; with any, the ballot does not count.
    pub problems: Vec<Problem>,
}

impl Claim {
    /// Nothing was ranked, not even wrongly.
    pub fn is_empty(&self) -> bool {
        self.choices.is_empty() && self.problems.is_empty()
    }
}

/// One priority at one place.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub place: usize,
    pub priority: String,
    pub row: usize,
    pub column: usize,
}

/// What the rows hold.
#[derive(Debug, Default)]
pub(super) struct Claims {
    pub claims: Vec<Claim>,
    /// Problems of rows that belong to no leader.
    pub problems: Vec<Problem>,
}

/// Every ballot the table claims to hold, in the order of the file. `highest` is the last place a rank can mean.
pub(super) fn claims(table: &Table, columns: &Columns, highest: usize) -> Claims {
    let Some((header, rows)) = table.rows.split_first() else {
        return Claims::default();
    };
    let mut found = Claims::default();
    let mut long = Vec::new();
    for row in rows {
        if is_header_again(header, row, columns) {
            found.problems.push(problem(row, None, ProblemKind::RepeatedHeader, Severity::Warning));
            continue;
        }
        match columns {
            Columns::Wide { leader, places } => {
                let mut claim = empty(row, *leader);
                claim.problems = cell_problems(table, header, row, columns);
                for (index, column) in places.iter().enumerate() {
                    let priority = name(row, *column);
                    if !priority.is_empty() {
                        claim.choices.push(Choice { place: index + 1, priority, row: row.number, column: *column });
                    }
                }
                if !claim.leader.is_empty() {
                    found.claims.push(claim);
                } else if !claim.choices.is_empty() {
                    found.problems.push(problem(row, Some(*leader), ProblemKind::NoLeader, Severity::Error));
                }
            }
            Columns::List { leader, list } => {
                let mut claim = empty(row, *leader);
                claim.problems = cell_problems(table, header, row, columns);
                for (place, priority) in (1..).zip(listed(row.cell(*list))) {
                    claim.choices.push(Choice { place, priority, row: row.number, column: *list });
                }
                if !claim.leader.is_empty() {
                    found.claims.push(claim);
                } else if !claim.choices.is_empty() {
                    found.problems.push(problem(row, Some(*leader), ProblemKind::NoLeader, Severity::Error));
                }
            }
            Columns::Grid { leader, priorities } => {
                let mut claim = empty(row, *leader);
                claim.problems = cell_problems(table, header, row, columns);
                for (column, priority) in priorities.iter().zip(grid_names(header, priorities)) {
                    place_in_grid(&mut claim, row, *column, priority, highest);
                }
                if !claim.leader.is_empty() {
                    found.claims.push(claim);
                } else if !claim.is_empty() {
                    found.problems.push(problem(row, Some(*leader), ProblemKind::NoLeader, Severity::Error));
                }
            }
            Columns::Long { leader, priority, rank } => {
                let mut claim = empty(row, *leader);
                claim.problems = cell_problems(table, header, row, columns);
                choose(&mut claim, row, *priority, *rank, highest);
                if !claim.leader.is_empty() {
                    long.push(claim);
                } else if !claim.choices.is_empty() || !claim.problems.is_empty() {
                    found.problems.push(problem(row, Some(*leader), ProblemKind::NoLeader, Severity::Error));
                }
            }
        }
    }
    found.claims.extend(gather(long));
    found
}

/// The names in one cell, as form tools write an answer that is an order: with semicolons between them.
pub(super) fn listed(cell: &str) -> impl Iterator<Item = String> {
    cell.split(';').map(tidy).filter(|name| !name.is_empty())
}

/// What the columns of a grid are called: form tools put the row of a question into square brackets behind the question.
pub(super) fn grid_names(header: &Row, columns: &[usize]) -> Vec<String> {
    let cells: Vec<&str> = columns.iter().map(|column| header.cell(*column)).collect();
    let bracketed: Option<Vec<(&str, &str)>> =
        cells.iter().map(|cell| cell.strip_suffix(']').and_then(|cell| cell.split_once('['))).collect();
    match bracketed {
        Some(parts) if parts.windows(2).all(|pair| pair[0].0 == pair[1].0) => {
            parts.into_iter().map(|(_, name)| tidy(name)).collect()
        }
        _ => cells.into_iter().map(tidy).collect(),
    }
}

/// Adds what one cell of a grid says. A blank cell means not ranked.
fn place_in_grid(claim: &mut Claim, row: &Row, column: usize, priority: String, highest: usize) {
    let written = tidy(row.cell(column));
    if matches!(written.as_str(), "" | "-" | "–" | "—") {
        return;
    }
    let length = priority.chars().count();
    let kind = match read_rank(&written, highest) {
        _ if length > LONGEST_NAME => ProblemKind::CellTooLong { length },
        _ if priority.is_empty() => ProblemKind::NoPriority { text: shorten(&written) },
        Ok(place) => {
            claim.choices.push(Choice { place, priority, row: row.number, column });
            return;
        }
        Err(kind) => kind,
    };
    claim.problems.push(problem(row, Some(column), kind, Severity::Error));
}

/// The last place a rank can mean when nothing is known: as many places as there can be priorities.
pub(super) fn highest_place(candidates: usize) -> usize {
    if candidates == 0 { MOST_PRIORITIES } else { candidates }
}

pub(super) fn problem(row: &Row, column: Option<usize>, kind: ProblemKind, severity: Severity) -> Problem {
    Problem { row: row.number, column, kind, severity }
}

fn empty(row: &Row, leader: usize) -> Claim {
    Claim {
        leader: name(row, leader),
        leader_column: leader,
        row: row.number,
        choices: Vec::new(),
        problems: Vec::new(),
    }
}

/// A cell's name; the dashes and "n/a" that people write into cells they leave blank are blank.
fn name(row: &Row, column: usize) -> String {
    let name = tidy(row.cell(column));
    let blank = matches!(name.to_lowercase().as_str(), "-" | "–" | "—" | "n/a");
    if blank { String::new() } else { name }
}

fn is_header_again(header: &Row, row: &Row, columns: &Columns) -> bool {
    columns.all().iter().all(|column| key(header.cell(*column)) == key(row.cell(*column)))
}

fn cell_problems(table: &Table, header: &Row, row: &Row, columns: &Columns) -> Vec<Problem> {
    let mut problems = Vec::new();
    // Columns beyond the header are harmless unless they are chosen: then the header is simply short.
    let expected = columns.all().into_iter().max().unwrap_or(0).max(header.cells.len() - 1) + 1;
    if row.cells.len() > expected {
        let kind = ProblemKind::ExtraCells { found: row.cells.len(), expected };
        problems.push(problem(row, None, kind, Severity::Error));
    }
    for column in columns.all() {
        let cell = row.cell(column);
        let length = match columns {
            Columns::List { list, .. } if *list == column => {
                listed(cell).map(|name| name.chars().count()).max().unwrap_or(0)
            }
            _ => cell.chars().count(),
        };
        if length > LONGEST_NAME {
            let kind = if table.unbalanced && cell.contains(['\n', '\r']) {
                ProblemKind::UnclosedQuote
            } else {
                ProblemKind::CellTooLong { length }
            };
            problems.push(problem(row, Some(column), kind, Severity::Error));
        } else if table.unbalanced && cell.contains(['\n', '\r']) {
            problems.push(problem(row, Some(column), ProblemKind::UnclosedQuote, Severity::Error));
        }
    }
    problems
}

/// Adds the row's choice. No rank means not ranked, which is how a list of all priorities is filled in.
fn choose(claim: &mut Claim, row: &Row, priority: usize, rank: usize, highest: usize) {
    let written = tidy(row.cell(rank));
    let priority_name = name(row, priority);
    if matches!(written.as_str(), "" | "-" | "–" | "—") {
        return;
    }
    if priority_name.is_empty() {
        let kind = ProblemKind::NoPriority { text: shorten(&written) };
        claim.problems.push(problem(row, Some(priority), kind, Severity::Error));
        return;
    }
    match read_rank(&written, highest) {
        Ok(place) => claim.choices.push(Choice { place, priority: priority_name, row: row.number, column: priority }),
        Err(kind) => claim.problems.push(problem(row, Some(rank), kind, Severity::Error)),
    }
}

/// A rank as a number ("2", "2.0", "2,0") or in words ("2nd", "#2", "second").
fn read_rank(text: &str, highest: usize) -> Result<usize, ProblemKind> {
    let out_of_range = || ProblemKind::RankOutOfRange { text: shorten(text), highest };
    if let Ok(number) = text.replace(',', ".").parse::<f64>() {
        return if number.fract() != 0.0 || !number.is_finite() {
            Err(ProblemKind::RankNotANumber { text: shorten(text) })
        } else if number < 1.0 || number > highest as f64 {
            Err(out_of_range())
        } else {
            Ok(number as usize)
        };
    }
    match place(text) {
        Some(place) if place <= highest => Ok(place),
        Some(_) => Err(out_of_range()),
        None => Err(ProblemKind::RankNotANumber { text: shorten(text) }),
    }
}

fn shorten(text: &str) -> String {
    const SHOWN: usize = 40;
    if text.chars().count() <= SHOWN { text.to_owned() } else { text.chars().take(SHOWN).chain(['…']).collect() }
}

/// Gathers the rows of the long form into ballots. A leader's rows may be scattered and still make one ballot; a later
/// block of rows that holds a first place of its own is a second ballot, and so is a block that counts up once more.
fn gather(rows: Vec<Claim>) -> Vec<Claim> {
    let mut blocks: Vec<(String, Claim)> = Vec::new();
    for row in rows {
        let leader = key(&row.leader);
        match blocks.last_mut() {
            Some((last, block)) if *last == leader => join(block, row),
            _ => blocks.push((leader, row)),
        }
    }
    let mut ballots: Vec<Claim> = Vec::new();
    let mut latest: HashMap<String, usize> = HashMap::new();
    for (leader, block) in blocks {
        for part in split_repeats(block) {
            let has_first = |claim: &Claim| claim.choices.iter().any(|choice| choice.place == 1);
            match latest.get(&leader).map(|at| &mut ballots[*at]) {
                Some(earlier) if part.choices.len() < 2 || !has_first(&part) || !has_first(earlier) => {
                    join(earlier, part)
                }
                _ => {
                    latest.insert(leader.clone(), ballots.len());
                    ballots.push(part);
                }
            }
        }
    }
    ballots
}

fn join(claim: &mut Claim, more: Claim) {
    claim.choices.extend(more.choices);
    claim.problems.extend(more.problems);
}

/// Splits 1 2 3 1 2 3 into its halves; anything less regular stays one ballot, whose ties are then reported.
fn split_repeats(mut block: Claim) -> Vec<Claim> {
    let size = block.choices.iter().map(|choice| choice.place).max().unwrap_or(0);
    let regular = block.choices.iter().enumerate().all(|(index, choice)| choice.place == index % size.max(1) + 1);
    if size < 2 || !regular || !block.choices.len().is_multiple_of(size) {
        return vec![block];
    }
    let choices = std::mem::take(&mut block.choices);
    let ballots = choices.chunks(size).map(|choices| Claim {
        leader: block.leader.clone(),
        leader_column: block.leader_column,
        row: choices[0].row,
        choices: choices.to_vec(),
        problems: Vec::new(),
    });
    let mut ballots: Vec<Claim> = ballots.collect();
    if let Some(last) = ballots.last_mut() {
        last.problems = block.problems;
    }
    ballots
}
