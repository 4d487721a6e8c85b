//! The reader itself: bytes in, ballots and problems out.

use std::collections::HashSet;

use super::super::decode::Encoding;
use super::super::name::{key, tidy};
use super::super::table::{Table, open};
use super::rows::{claims, grid_names, highest_place};
use super::{
    BallotSheet, Columns, Headers, Known, MOST_COLUMNS, MOST_PRIORITIES, MOST_PROBLEMS, Problem, ProblemKind, Severity,
    Unusable, judge,
};

/// Rows shown by [`headers`].
const PREVIEW_ROWS: usize = 8;
/// Characters of a cell shown by [`headers`] and in refusals.
const PREVIEW_CHARACTERS: usize = 80;

/// The header and first rows, for choosing the columns by eye.
///
/// # Errors
/// When the file cannot be read at all; a header that is not understood is no error here.
pub fn headers(bytes: &[u8]) -> Result<Headers, Unusable> {
    let table = open(bytes)?;
    let shown = |cells: &[String]| cells.iter().map(|cell| shorten(cell)).collect();
    let (header, rows) = table.rows.split_first().ok_or(Unusable::Empty)?;
    Ok(Headers {
        delimiter: char::from(table.delimiter),
        header_row: header.number,
        header: shown(&header.cells),
        rows: rows.iter().take(PREVIEW_ROWS).map(|row| shown(&row.cells)).collect(),
        columns: table.columns,
    })
}

/// Reads a file of ballots. What is wrong with single rows is listed in the sheet; such rows never stop the reading.
///
/// # Errors
/// When there is nothing to read: no text, no header, no rows, or far too much of it.
pub fn read_ballots(bytes: &[u8], known: &Known<'_>) -> Result<BallotSheet, Unusable> {
    let table = open(bytes)?;
    let columns = match &known.columns {
        Some(columns) => fitting(columns, &table)?,
        None => table.columns.clone().ok_or_else(|| no_header(&table))?,
    };
    if table.rows.len() < 2 {
        return Err(Unusable::NoRows);
    }
    let found = claims(&table, &columns, highest_place(if known.new_priorities { 0 } else { known.candidates.len() }));
    let mut judged = judge::judge(found, &columns, known)?;
    if let (Columns::Grid { priorities, .. }, [], Some(header)) = (&columns, known.candidates, table.rows.first()) {
        // The header names everything that could be ranked, ranked by anybody or not.
        for name in grid_names(header, priorities) {
            let new = !judged.candidates.iter().any(|known| key(known) == key(&name));
            if new && !name.is_empty() && judged.candidates.len() < MOST_PRIORITIES {
                judged.candidates.push(name);
            }
        }
    }
    if table.encoding == Encoding::Windows1252 {
        let kind = ProblemKind::GuessedEncoding;
        judged.problems.insert(0, Problem { row: 1, column: None, kind, severity: Severity::Warning });
    }
    let more_problems = judged.problems.len().saturating_sub(MOST_PROBLEMS);
    judged.problems.truncate(MOST_PROBLEMS);
    Ok(BallotSheet {
        form: columns.form(),
        columns,
        top: judged.top,
        candidates: judged.candidates,
        ballots: judged.ballots,
        unknown: judged.unknown,
        problems: judged.problems,
        more_problems,
    })
}

fn fitting(columns: &Columns, table: &Table) -> Result<Columns, Unusable> {
    let used = columns.all();
    let width = table.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0).min(MOST_COLUMNS);
    let different: HashSet<usize> = used.iter().copied().collect();
    let fits = used.len() > 1 && different.len() == used.len() && used.iter().all(|column| *column < width);
    if fits { Ok(columns.clone()) } else { Err(Unusable::BadColumns) }
}

fn no_header(table: &Table) -> Unusable {
    let found = table.rows.first().map(|row| row.cells.iter().take(3).map(|cell| shorten(cell)).collect());
    Unusable::NoHeader { found: found.unwrap_or_default() }
}

fn shorten(cell: &str) -> String {
    let cell = tidy(cell);
    match cell.char_indices().nth(PREVIEW_CHARACTERS) {
        Some((end, _)) => format!("{}…", &cell[..end]),
        None => cell,
    }
}
