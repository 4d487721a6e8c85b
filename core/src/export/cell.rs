//! CSV that opens in a spreadsheet as it was meant: RFC 4180, and no cell a spreadsheet would take for a formula.

/// Rows of cells, as text that starts with a byte order mark when `bom` (Excel needs it to see UTF-8).
#[derive(Debug)]
pub(super) struct Sheet {
    text: String,
}

impl Sheet {
    pub fn new(bom: bool) -> Self {
        Self { text: if bom { "\u{feff}".to_owned() } else { String::new() } }
    }

    /// Adds a row. Figures are written as they are, everything else guarded.
    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = Cell<'a>>) {
        let mut writer =
            csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).flexible(true).from_writer(Vec::new());
        let cells: Vec<String> = cells.into_iter().map(Cell::written).collect();
        // Writing to memory cannot fail, and CSV of UTF-8 is UTF-8.
        if writer.write_record(&cells).is_ok()
            && let Ok(bytes) = writer.into_inner()
            && let Ok(line) = String::from_utf8(bytes)
        {
            self.text.push_str(&line);
        }
    }

    /// Adds an empty line, which sets blocks apart.
    pub fn gap(&mut self) {
        self.text.push_str("\r\n");
    }

    pub fn finish(self) -> String {
        self.text
    }
}

/// What a cell holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cell<'a> {
    /// Anything people wrote.
    Text(&'a str),
    /// A figure, with the decimals it is shown with.
    Figure(f64, usize),
    /// A count.
    Count(usize),
    Blank,
}

impl Cell<'_> {
    fn written(self) -> String {
        match self {
            Self::Text(text) => guard(text),
            Self::Figure(figure, decimals) => {
                let written = format!("{figure:.decimals$}");
                // Rounding may leave a minus in front of nothing.
                match written.strip_prefix('-') {
                    Some(rest) if rest.bytes().all(|byte| matches!(byte, b'0' | b'.')) => rest.to_owned(),
                    _ => written,
                }
            }
            Self::Count(count) => count.to_string(),
            Self::Blank => String::new(),
        }
    }
}

/// Puts an apostrophe before what a spreadsheet would run as a formula (OWASP, CSV injection). Text that looks guarded
/// already gets one more, so that reading can always take exactly one away.
fn guard(text: &str) -> String {
    if text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_guarded() {
        let mut sheet = Sheet::new(true);
        sheet.row([Cell::Text("a,b"), Cell::Text("say \"x\""), Cell::Text("two\nlines"), Cell::Blank, Cell::Count(3)]);
        sheet.row([Cell::Text("=1+1"), Cell::Text("-5 %"), Cell::Text("@x"), Cell::Text("\tx"), Cell::Text("'=x")]);
        sheet.row([Cell::Figure(-0.25, 2), Cell::Figure(-0.001, 2), Cell::Figure(2.0, 0)]);
        assert_eq!(
            sheet.finish(),
            "\u{feff}\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",,3\r\n'=1+1,'-5 %,'@x,'\tx,''=x\r\n-0.25,0.00,2\r\n"
        );
    }
}
