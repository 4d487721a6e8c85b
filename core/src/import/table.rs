//! Text to rows of cells: separator found, rows numbered as a spreadsheet numbers them.

use super::ballots::{Columns, MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Unusable, guess};
use super::decode::{Encoding, decode};

/// Separators tried, the likeliest first.
const DELIMITERS: [u8; 4] = *b",;\t|";
/// Rows read when trying a separator.
const TRIED_ROWS: usize = 25;
/// Rows in which a header may be found, for files with a title above it.
const HEADER_WITHIN: usize = 10;

/// A row that is not blank.
#[derive(Debug)]
pub(super) struct Row {
    /// Counted from 1, blank rows included.
    pub number: usize,
    /// Its cells, trailing blank ones cut off.
    pub cells: Vec<String>,
}

impl Row {
    /// A cell, trimmed; blank when the row is too short.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| cell.trim())
    }
}

/// A file as rows and columns.
#[derive(Debug)]
pub(super) struct Table {
    pub encoding: Encoding,
    pub delimiter: u8,
    /// Rows from the header on; the header is the first.
    pub rows: Vec<Row>,
    /// What the header says, when it is understood.
    pub columns: Option<Columns>,
    /// The text holds an odd number of quotation marks, so one of them was never closed.
    pub unbalanced: bool,
}

/// Reads a file into rows, with the separator and header that make most sense of it.
pub(super) fn open(bytes: &[u8]) -> Result<Table, Unusable> {
    if bytes.len() > MOST_BYTES {
        return Err(Unusable::TooLarge { bytes: bytes.len(), limit: MOST_BYTES });
    }
    let (text, encoding) = decode(bytes)?;
    let (told, text) = separator_line(&text);
    let tried: &[u8] = told.as_slice();
    let Some((delimiter, header, columns)) = (if tried.is_empty() { &DELIMITERS } else { tried })
        .iter()
        .map(|d| try_delimiter(text, *d))
        .reduce(better)
        .map(|t| (t.delimiter, t.header, t.columns))
    else {
        return Err(Unusable::Empty);
    };
    let rows: Vec<Row> = rows(text, delimiter).take(MOST_ROWS + HEADER_WITHIN + 1).skip(header).collect();
    if rows.is_empty() {
        return Err(Unusable::Empty);
    }
    if rows.len() > MOST_ROWS + 1 {
        return Err(Unusable::TooManyRows);
    }
    if let Some(row) = rows.iter().find(|row| row.cells.len() > MOST_COLUMNS) {
        return Err(Unusable::TooManyColumns { row: row.number, found: row.cells.len() });
    }
    let unbalanced = text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1;
    Ok(Table { encoding, delimiter, rows, columns, unbalanced })
}

/// Excel's hint line "sep=;", which it neither shows nor counts as a row.
fn separator_line(text: &str) -> (Option<u8>, &str) {
    let (line, rest) = text.split_once(['\r', '\n']).unwrap_or((text, ""));
    match line.trim_matches('"').as_bytes() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] if delimiter.is_ascii() && *delimiter != b'"' => {
            (Some(*delimiter), rest.strip_prefix('\n').unwrap_or(rest))
        }
        _ => (None, text),
    }
}

struct Trial {
    delimiter: u8,
    header: usize,
    columns: Option<Columns>,
    cells: usize,
}

fn try_delimiter(text: &str, delimiter: u8) -> Trial {
    let rows: Vec<Row> = rows(text, delimiter).take(TRIED_ROWS).collect();
    let found = (0..rows.len().min(HEADER_WITHIN)).find_map(|header| Some((header, guess(&rows[header..])?)));
    let cells = rows.iter().map(|row| row.cells.len()).sum();
    match found {
        Some((header, columns)) => Trial { delimiter, header, columns: Some(columns), cells },
        None => Trial { delimiter, header: 0, columns: None, cells },
    }
}

/// The separator whose header says more; without any header, the one that makes more cells. The first wins a draw.
fn better(a: Trial, b: Trial) -> Trial {
    let worth = |trial: &Trial| (trial.columns.as_ref().map_or(0, |columns| columns.all().len()), trial.cells);
    if worth(&b) > worth(&a) { b } else { a }
}

/// The rows that are not blank. The CSV reader passes over empty lines without counting them; a spreadsheet counts
/// them, so the line ends in front of each record are counted here.
fn rows(text: &str, delimiter: u8) -> impl Iterator<Item = Row> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut number = 0;
    let mut start = 0;
    std::iter::from_fn(move || {
        loop {
            // The text is UTF-8 and rows may differ in length, so there is nothing left that could fail.
            if !reader.read_record(&mut record).unwrap_or(false) {
                return None;
            }
            let end = usize::try_from(reader.position().byte()).unwrap_or(text.len()).min(text.len());
            number += 1 + empty_lines(text.as_bytes(), start, end);
            start = end;
            let mut cells: Vec<String> = record.iter().map(unescape).collect();
            while cells.last().is_some_and(|cell| cell.trim().is_empty()) {
                cells.pop();
            }
            if !cells.is_empty() {
                return Some(Row { number, cells });
            }
        }
    })
}

/// Line ends at the beginning of a record's bytes, each of them an empty line. The reader may stop between the two
/// halves of CR LF; the second half belongs to the line before.
fn empty_lines(text: &[u8], start: usize, end: usize) -> usize {
    let mut bytes = &text[start..end];
    if start > 0 && text[start - 1] == b'\r' {
        bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
    }
    let mut lines = 0;
    loop {
        bytes = match bytes {
            [b'\r', b'\n', rest @ ..] | [b'\r' | b'\n', rest @ ..] => rest,
            _ => return lines,
        };
        lines += 1;
    }
}

/// Takes back the apostrophe that guards against formulas (see [`crate::export`]).
fn unescape(cell: &str) -> String {
    let guarded = cell.starts_with('\'') && cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r']);
    cell[usize::from(guarded)..].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<(usize, String)> {
        rows(text, b',').map(|row| (row.number, row.cells.join("|"))).collect()
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_numbers_them() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["", "a,b", "", "", "\"c\nd\",e", " , ", "f", "", "", "\"\"", "g,,"].join(end);
            assert_eq!(
                numbers(&text),
                [(2, "a|b".into()), (5, "c\nd|e".into()), (7, "f".into()), (11, "g".into())],
                "{end:?}"
            );
        }
    }

    #[test]
    fn the_separator_is_found_or_told() {
        for (text, delimiter) in [
            ("leader,1,2\nAna,A,B", ','),
            ("leader;1;2\nAna, CEO;A, now;B", ';'),
            ("leader\t1\t2\nAna\tA\tB", '\t'),
            ("leader|1|2\nAna|A|B", '|'),
            ("sep=;\r\nleader;1;2\r\nAna;A;B", ';'),
            ("a;b;c\n1;2;3", ';'),
        ] {
            assert_eq!(char::from(open(text.as_bytes()).expect(text).delimiter), delimiter, "{text}");
        }
        let told = open(b"sep=;\r\nleader;1;2\r\nAna;A;B").expect("readable");
        assert_eq!(told.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn size_is_limited() {
        let long = "leader,1\n".to_owned() + &"Ana,A\n".repeat(MOST_ROWS + 1);
        assert_eq!(open(long.as_bytes()).err(), Some(Unusable::TooManyRows));
        let just = "leader,1\n".to_owned() + &"Ana,A\n".repeat(MOST_ROWS);
        assert_eq!(open(just.as_bytes()).map(|table| table.rows.len()), Ok(MOST_ROWS + 1));
        let wide = format!("leader,1\nAna{}A", ",".repeat(MOST_COLUMNS));
        assert_eq!(open(wide.as_bytes()).err(), Some(Unusable::TooManyColumns { row: 2, found: MOST_COLUMNS + 1 }));
        let big = vec![b'a'; MOST_BYTES + 1];
        assert_eq!(open(&big).err(), Some(Unusable::TooLarge { bytes: MOST_BYTES + 1, limit: MOST_BYTES }));
    }

    #[test]
    fn guarded_cells_lose_their_apostrophe() {
        for (cell, plain) in
            [("'=1+1", "=1+1"), ("'-5 %", "-5 %"), ("''=x", "'=x"), ("'tis", "'tis"), ("'", "'"), ("=1", "=1")]
        {
            assert_eq!(unescape(cell), plain);
        }
    }
}
