//! A list pasted from anywhere: one thing a line, perhaps numbered or bulleted, perhaps with a description in the next column.

use std::collections::HashSet;

/// One pasted thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The words.
    pub title: String,
    /// What stood after a tab; may be empty.
    pub description: String,
}

/// The things on a pasted list, in order; blank lines and repeats are left out.
#[must_use]
pub fn read_lines(text: &str) -> Vec<Line> {
    collect(text, |line| line.split_once('\t').unwrap_or((line, "")))
}

/// Leaders with their roles: "Ana Duarte, CEO", "Ana Duarte – CEO", "Ana Duarte (CEO)", or the role after a tab.
#[must_use]
pub fn read_leaders(text: &str) -> Vec<Line> {
    collect(text, |line| {
        if let Some(columns) = line.split_once('\t') {
            return columns;
        }
        let first = [";", ",", " – ", " — ", " - ", "("].into_iter().filter_map(|mark| Some((line.find(mark)?, mark)));
        match first.filter(|(at, _)| *at > 0).min_by_key(|(at, _)| *at) {
            Some((at, "(")) => {
                let role = line[at + 1..].trim_end();
                (&line[..at], role.strip_suffix(')').unwrap_or(role))
            }
            Some((at, mark)) => (&line[..at], &line[at + mark.len()..]),
            None => (line, ""),
        }
    })
}

fn collect(text: &str, split: impl for<'a> Fn(&'a str) -> (&'a str, &'a str)) -> Vec<Line> {
    let mut seen = HashSet::new();
    let lines = text.split(['\n', '\r']).filter_map(|line| {
        let (title, description) = split(unmark(line.trim()));
        let title = tidy(title);
        let fresh = !title.is_empty() && seen.insert(title.to_lowercase());
        fresh.then(|| Line { title, description: tidy(description) })
    });
    lines.collect()
}

/// Without "-", "•", "3." or "3)" in front.
fn unmark(line: &str) -> &str {
    let bare = line.trim_start_matches(['-', '•', '*', '–', '·']).trim_start();
    let rest = bare.trim_start_matches(|character: char| character.is_ascii_digit());
    if rest.len() == bare.len() {
        return bare;
    }
    match rest.strip_prefix(['.', ')']) {
        Some(rest) if rest.starts_with([' ', '\t']) => rest.trim_start(),
        _ => bare,
    }
}

fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: Vec<Line>, expected: &[(&str, &str)]) {
        let found: Vec<_> = lines.iter().map(|line| (line.title.as_str(), line.description.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn marks_go_and_columns_are_kept() {
        let text = "- Cut churn, then grow\r\nHire a CFO\tbefore  the audit\n\n3. Enter Spain\n4)\tOne billing\n• Retire v1 - all of it";
        let expected = [
            ("Cut churn, then grow", ""),
            ("Hire a CFO", "before the audit"),
            ("Enter Spain", ""),
            ("One billing", ""),
            ("Retire v1 - all of it", ""),
        ];
        check(read_lines(text), &expected);
    }

    #[test]
    fn numbers_that_belong_to_the_words_stay() {
        check(
            read_lines("2027 budget\n1.5 million users\n3D printing"),
            &[("2027 budget", ""), ("1.5 million users", ""), ("3D printing", "")],
        );
    }

    #[test]
    fn repeats_and_blank_lines_are_left_out() {
        check(read_lines("Hire a CFO\n \n\t\n-\nhire  a cfo\n"), &[("Hire a CFO", "")]);
        check(read_lines(""), &[]);
    }

    #[test]
    fn leaders_are_read_however_they_are_written() {
        let text = "Ana Duarte, CEO\nBen Okafor\tCFO, interim\nChloé – COO\n• Dev (CTO)\n  Eve  \n4) Fay-Ann; Chief of Staff\nGus - CMO (EMEA)";
        let expected = [
            ("Ana Duarte", "CEO"),
            ("Ben Okafor", "CFO, interim"),
            ("Chloé", "COO"),
            ("Dev", "CTO"),
            ("Eve", ""),
            ("Fay-Ann", "Chief of Staff"),
            ("Gus", "CMO (EMEA)"),
        ];
        check(read_leaders(text), &expected);
    }
}
