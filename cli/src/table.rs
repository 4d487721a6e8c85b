//! Columns that line up, whatever script the names are written in.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::style::Style;

/// Widest a column gets, in terminal cells.
const WIDEST: usize = 36;
/// Widest a last column gets, which pushes nothing aside.
const WIDEST_LAST: usize = 68;

/// How a column is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Names.
    Left,
    /// Figures.
    Right,
}

/// A table in the making.
#[derive(Debug)]
pub struct Table {
    columns: Vec<(String, Align)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these column heads.
    pub fn new<const N: usize>(columns: [(&str, Align); N]) -> Self {
        Self { columns: columns.map(|(head, align)| (head.to_owned(), align)).into(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        let widest = |column| if column + 1 == N { WIDEST_LAST } else { WIDEST };
        self.rows.push(cells.iter().enumerate().map(|(column, cell)| shorten(cell, widest(column))).collect());
    }

    /// The table as lines, indented by two.
    pub fn render(&self, style: Style) -> String {
        let widths: Vec<usize> = (0..self.columns.len())
            .map(|column| {
                let cells = self.rows.iter().filter_map(|row| row.get(column));
                cells.map(|cell| cell.width()).chain([self.columns[column].0.width()]).max().unwrap_or(0)
            })
            .collect();
        let line = |cells: &mut dyn Iterator<Item = &str>| {
            let mut line = String::from(" ");
            for (cell, (width, (_, align))) in cells.zip(widths.iter().zip(&self.columns)) {
                let gap = " ".repeat(width.saturating_sub(cell.width()));
                line.push(' ');
                match align {
                    Align::Left => line.extend([cell, gap.as_str(), " "]),
                    Align::Right => line.extend([gap.as_str(), cell, " "]),
                }
            }
            line.trim_end().to_owned()
        };
        let mut text = style.dim(&line(&mut self.columns.iter().map(|(head, _)| head.as_str()))) + "\n";
        for row in &self.rows {
            text += &line(&mut row.iter().map(String::as_str));
            text.push('\n');
        }
        text
    }
}

/// Cuts a name to a width, with an ellipsis where something is missing.
pub fn shorten(text: &str, widest: usize) -> String {
    if text.width() <= widest {
        return text.to_owned();
    }
    let mut width = 0;
    let fitting = text.chars().take_while(|c| {
        width += c.width().unwrap_or(0);
        width < widest
    });
    let kept: String = fitting.collect();
    kept.trim_end().to_owned() + "…"
}

/// Text from a file that is not trusted: nothing in it moves the cursor, recolours the screen or turns the line around.
pub fn printable(text: &str) -> String {
    let unsafe_to_print = |c: char| {
        c.is_control() || matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if unsafe_to_print(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_in_any_script() {
        let mut table = Table::new([("name", Align::Left), ("mean", Align::Right)]);
        table.row(["José".into(), "1.50".into()]);
        table.row(["计划".into(), "10.25".into()]);
        table.row(["e\u{301}a".into(), "2".into()]);
        assert_eq!(
            table.render(Style::of_stdout()),
            "  name   mean\n  José   1.50\n  计划  10.25\n  e\u{301}a        2\n"
        );
    }

    #[test]
    fn escape_sequences_are_defused() {
        assert_eq!(printable("a\u{1b}[31mb\u{9b}c\u{202e}d\n"), "a\u{fffd}[31mb\u{fffd}c\u{fffd}d\u{fffd}");
        assert_eq!(printable("José 计划"), "José 计划");
    }

    #[test]
    fn long_names_are_cut_at_their_width() {
        assert_eq!(shorten("abcdef", 6), "abcdef");
        assert_eq!(shorten("abcdefg", 6), "abcde…");
        assert_eq!(shorten("计划计划", 6), "计划…");
        assert_eq!(shorten("abcd efg", 6), "abcd…");
    }
}
