//! Text that was left behind.

use super::fences::has_word;
use super::{Problem, tree::Tree};

const LEFT_BEHIND: [&str; 4] = ["TODO", "FIXME", "XXX", "HACK"];
/// Others' words, kept as they are.
const FOREIGN: [&str; 4] = ["/fixtures/", "fuzz/corpus/", "fuzz/regressions/", "public/fonts/"];

/// No trailing blanks, a line end at the end, nothing postponed.
pub fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    let own =
        |path: &str| !FOREIGN.iter().any(|foreign| path.contains(foreign)) && !path.contains("proptest-regressions");
    for (path, text) in tree.texts().filter(|(path, _)| own(path)) {
        for (number, line) in text.lines().enumerate() {
            let place = || format!("{path}:{}", number + 1);
            if line.ends_with([' ', '\t', '\r']) {
                problems.push(Problem::new(place(), "blanks at the end of the line"));
            }
            let postponed = LEFT_BEHIND.iter().find(|word| has_word(line, word));
            if let Some(word) =
                postponed.filter(|_| !path.starts_with("xtask/src/tidy/") && !path.ends_with("-lock.json"))
            {
                problems.push(Problem::new(place(), format!("{word}: do it or write an issue")));
            }
        }
        if !text.is_empty() && !text.ends_with('\n') {
            problems.push(Problem::new(path, "no line end at the end"));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::super::tree::places;
    use super::*;

    #[test]
    fn blanks_and_postponed_work() {
        let files = [
            ("a.md", "fine\n"),
            ("b.md", "blank \nno end"),
            ("c.rs", "// TODO: later\nlet todos = TODOS;\n"),
            ("core/tests/fixtures/d.csv", "a ,b \r\n"),
        ];
        assert_eq!(places(check, &files), ["b.md:1", "b.md", "c.rs:1"]);
    }
}
