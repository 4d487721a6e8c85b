//! Names as people type them: tidied for showing, folded for comparing, matched when nearly right.

use super::compose::composed;

/// Edits beyond which two names are never called similar.
const MOST_EDITS: usize = 3;

/// The name as it should be shown: composed, control characters gone, every run of blanks one space, none at the ends.
pub(crate) fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    for word in text.split(is_blank).filter(|word| !word.is_empty()) {
        if !tidied.is_empty() {
            tidied.push(' ');
        }
        tidied.push_str(word);
    }
    if tidied.is_ascii() { tidied } else { composed(&tidied) }
}

/// What two spellings of one name have in common: case, typographic quotes and dashes do not count.
pub(crate) fn key(text: &str) -> String {
    let tidied = tidy(text);
    if tidied.is_ascii() {
        return tidied.to_ascii_lowercase();
    }
    let folded: String = tidied
        .to_lowercase()
        .chars()
        .map(|c| match c {
            '‘' | '’' | 'ʼ' | '´' => '\'',
            '“' | '”' | '„' => '"',
            '‐' | '‑' | '‒' | '–' | '—' | '−' => '-',
            other => other,
        })
        .collect();
    composed(&folded)
}

/// Blank on paper: white space of any kind, control characters, and the marks that take no room.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// The name of `known` that `text` is most likely a misspelling of, if one is close enough.
pub(crate) fn closest<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let text = key(text);
    known
        .into_iter()
        .filter_map(|name| Some((similarity(&text, &key(name))?, name)))
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, name)| name)
}

/// How many edits apart two keys are, when few enough for their length that one is probably the other misspelt.
/// Different numbers mean different things: "Q1 launch" is no misspelling of "Q2 launch".
pub(crate) fn similarity(a: &str, b: &str) -> Option<usize> {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    if digits(a) != digits(b) {
        return None;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let allowed = match a.len().max(b.len()) {
        0..=2 => return None,
        3..=7 => 1,
        8..=11 => 2,
        _ => MOST_EDITS,
    };
    edits(&a, &b, allowed)
}

/// Optimal string alignment distance (insert, delete, replace, swap neighbours), or `None` above `limit`.
/// Only the diagonal band that can stay within the limit is computed, so long hostile cells cost little.
fn edits(a: &[char], b: &[char], limit: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let far = limit + 1;
    let mut before = vec![far; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).map(|j| j.min(far)).collect();
    for i in 1..=a.len() {
        let mut row = vec![far; b.len() + 1];
        if i <= limit {
            row[0] = i;
        }
        for j in i.saturating_sub(limit).max(1)..=(i + limit).min(b.len()) {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row[j] = least.min(far);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|edits| *edits <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_share_a_key() {
        for (a, b) in [
            ("Hire CFO", "  hire\u{a0}\u{a0}cfo\u{200b} "),
            ("José", "Jose\u{301}"),
            ("ÅSA", "a\u{30a}sa"),
            ("Ben's plan", "Ben’s\nplan"),
            ("Go-live", "GO–LIVE"),
        ] {
            assert_eq!(key(a), key(b), "{a} / {b}");
        }
        assert_ne!(key("Hire CFO"), key("Hire COO"));
    }

    #[test]
    fn a_tidy_name_keeps_its_letters() {
        assert_eq!(tidy("\t Jose\u{301}  O’Neil\r\n(CFO)\0 "), "José O’Neil (CFO)");
        assert_eq!(tidy("👩‍💻 tools"), "👩‍💻 tools");
        assert_eq!(tidy(" \u{a0}\u{feff}"), "");
    }

    #[test]
    fn misspellings_are_recognised_and_other_names_are_not() {
        let known = ["Hire a CFO", "Launch in Spain", "Cut churn", "Q1 audit"];
        let closest = |text| closest(text, known);
        assert_eq!(closest("Hire CFO"), Some("Hire a CFO"));
        assert_eq!(closest("Lanuch in Spain"), Some("Launch in Spain"));
        assert_eq!(closest("cut chrun"), Some("Cut churn"));
        assert_eq!(closest("Q2 audit"), None);
        assert_eq!(closest("Hire a dog now"), None);
        assert_eq!(closest(""), None);
    }

    #[test]
    fn edits_are_counted_up_to_the_limit() {
        let edits =
            |a: &str, b: &str, limit| edits(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>(), limit);
        assert_eq!(edits("kitten", "sitting", 3), Some(3));
        assert_eq!(edits("kitten", "sitting", 2), None);
        assert_eq!(edits("ab", "ba", 3), Some(1));
        assert_eq!(edits("abc", "", 3), Some(3));
        assert_eq!(edits("", "", 0), Some(0));
        assert_eq!(edits("flaw", "lawn", 2), Some(2));
    }
}
