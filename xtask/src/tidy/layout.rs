//! How long files may be and how modules are laid out.

use super::{Problem, tree::Tree};

const LONGEST_FILE: usize = 800;
const LONGEST_PAGE: usize = 300;
/// Written by tools, whole.
const LOCK_FILES: [&str; 2] = ["Cargo.lock", "package-lock.json"];

/// Files stay short, and `name.rs` stands beside `name/`.
pub fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, text) in tree.texts() {
        let name = path.rsplit('/').next().unwrap_or(path);
        if name == "mod.rs" {
            problems.push(Problem::new(path, "modules are laid out as `name.rs` beside `name/`"));
        }
        let hand_written = !LOCK_FILES.contains(&name)
            && !["/fixtures/", "/snapshots/", "fuzz/corpus/", "fuzz/regressions/"]
                .iter()
                .any(|made| path.contains(made));
        let is_page = path.starts_with("src/pages/") && path.ends_with(".rs");
        let (limit, why) = if is_page {
            (LONGEST_PAGE, "a page is thin: move parts to src/components and arithmetic to core")
        } else {
            (LONGEST_FILE, "split it by what its parts are about")
        };
        let lines = text.lines().count();
        if hand_written && lines > limit {
            problems.push(Problem::new(path, format!("{lines} lines, more than {limit}: {why}")));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::super::tree::places;
    use super::*;

    #[test]
    fn length_and_layout() {
        let lines = |count: usize| "x\n".repeat(count);
        let (long, longer, page) = (lines(800), lines(801), lines(301));
        let files = [
            ("Cargo.lock", longer.as_str()),
            ("core/src/a.rs", &long),
            ("core/src/b.rs", &longer),
            ("core/src/b/mod.rs", "x\n"),
            ("core/tests/fixtures/big.csv", &longer),
            ("src/components/c.rs", &page),
            ("src/pages/d.rs", &page),
        ];
        assert_eq!(places(check, &files), ["core/src/b.rs", "core/src/b/mod.rs", "src/pages/d.rs"]);
    }
}
