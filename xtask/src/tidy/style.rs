//! Colours are tokens; every sheet is imported and belongs to something.

use super::{Problem, tree::Tree};
use crate::build::imports;

const TOKENS: &str = "style/tokens.css";
const MAIN: &str = "style/main.css";

/// Raw colours only in the tokens; no orphans; folders mirror `src/`.
pub fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    let sheets = || tree.with_extension("css").filter(|(path, _)| path.starts_with("style/"));
    for (path, text) in sheets().filter(|(path, _)| *path != TOKENS) {
        for (number, line) in without_comments(text).lines().enumerate() {
            if let Some(colour) = raw_colour(line) {
                let words = format!("`{colour}`: a colour is a token of {TOKENS}");
                problems.push(Problem::new(format!("{path}:{}", number + 1), words));
            }
        }
    }
    for (path, text) in tree.with_extension("rs").filter(|(path, _)| path.starts_with("src/")) {
        for (number, line) in text.lines().enumerate() {
            if let Some(colour) = line.split('"').skip(1).step_by(2).find_map(raw_colour) {
                let words = format!("`{colour}`: a colour is a token of {TOKENS}");
                problems.push(Problem::new(format!("{path}:{}", number + 1), words));
            }
        }
    }
    let Some(main) = tree.text(MAIN) else { return problems };
    let imported: Vec<_> = imports(main).map(|import| format!("style/{}", import.trim_start_matches("./"))).collect();
    for missing in imported.iter().filter(|path| tree.text(path).is_none()) {
        problems.push(Problem::new(MAIN, format!("imports {missing}, which is not there")));
    }
    for (path, _) in sheets().filter(|(path, _)| *path != MAIN) {
        if !imported.iter().any(|import| import == path) {
            problems.push(Problem::new(path, format!("{MAIN} does not import it")));
        }
        let folder = path.trim_start_matches("style/").rsplit_once('/').map(|(folder, _)| folder);
        if let Some(folder) = folder.filter(|folder| !tree.has_folder(&format!("src/{folder}"))) {
            problems.push(Problem::new(path, format!("there is no src/{folder} that it could mirror")));
        }
    }
    problems
}

/// The text with comments blanked, so that line numbers stay.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        let (comment, after) = after.split_once("*/").unwrap_or((after, ""));
        out.extend(comment.chars().filter(|&character| character == '\n'));
        rest = after;
    }
    out + rest
}

fn raw_colour(text: &str) -> Option<&str> {
    const FUNCTIONS: [&str; 9] = ["rgb(", "rgba(", "hsl(", "hsla(", "hwb(", "lab(", "lch(", "oklab(", "oklch("];
    let letter_before = |at: usize| {
        text[..at].chars().next_back().is_some_and(|character| character.is_alphanumeric() || "-_&".contains(character))
    };
    for function in FUNCTIONS {
        if let Some((at, _)) = text.match_indices(function).find(|&(at, _)| !letter_before(at)) {
            return Some(text[at..].split_inclusive(')').next().unwrap_or(function));
        }
    }
    text.match_indices('#').find_map(|(at, _)| {
        let rest = &text[at + 1..];
        let length = rest.find(|character: char| !(character.is_alphanumeric() || "-_".contains(character)));
        let name = &rest[..length.unwrap_or(rest.len())];
        let hexadecimal = name.chars().all(|character| character.is_ascii_hexdigit());
        (matches!(name.len(), 3 | 4 | 6 | 8) && hexadecimal && !letter_before(at)).then(|| &text[at..=at + name.len()])
    })
}

#[cfg(test)]
mod tests {
    use super::super::tree::places;
    use super::*;

    #[test]
    fn raw_colours_are_found_and_names_are_not() {
        for (line, colour) in [
            ("color: #fff;", Some("#fff")),
            ("color: #0B6463", Some("#0B6463")),
            ("box-shadow: 0 1px rgb(0 0 0 / 20%)", Some("rgb(0 0 0 / 20%)")),
            ("color: oklch(70% 0.1 200)", Some("oklch(70% 0.1 200)")),
            ("#facade-panel { }", None),
            ("color: var(--rgb(", None),
            ("/#/workspace", None),
            ("&#8203;", None),
        ] {
            assert_eq!(raw_colour(line), colour, "{line}");
        }
    }

    #[test]
    fn orphans_missing_sheets_and_colours() {
        let files = [
            ("src/components/button.rs", "class=\"button\" fill=\"#fff\""),
            ("style/base.css", "/* #fff */\na { color: #fff; }\n"),
            ("style/components/button.css", ""),
            ("style/components/orphan.css", ""),
            ("style/gone/list.css", ""),
            (
                "style/main.css",
                "@import \"tokens.css\";\n@import \"./base.css\";\n@import \"components/button.css\";\n\
                 @import \"gone/list.css\";\n@import \"missing.css\";\n",
            ),
            ("style/tokens.css", ":root { --accent: #0b6463; }"),
        ];
        let expected = [
            "style/base.css:2",
            "src/components/button.rs:1",
            "style/main.css",
            "style/components/orphan.css",
            "style/gone/list.css",
        ];
        assert_eq!(places(check, &files), expected);
    }
}
