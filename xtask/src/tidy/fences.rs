//! What each layer may know.

use super::{Problem, tree::Tree};

struct Fence {
    /// Whole words or calls that stay inside.
    words: &'static [&'static str],
    /// Where the fence stands; empty: everywhere.
    within: &'static [&'static str],
    /// Where the words are at home.
    home: &'static [&'static str],
    why: &'static str,
}

const FENCES: [Fence; 8] = [
    Fence {
        words: &["leptos", "leptos_router", "leptos_meta", "leptos_i18n"],
        within: &[],
        home: &["src/", "build.rs", "tests/"],
        why: "only the app knows Leptos",
    },
    Fence {
        words: &["web_sys", "js_sys", "wasm_bindgen", "wasm_bindgen_futures", "gloo_storage", "gloo_timers"],
        within: &[],
        home: &["src/platform", "engine/", "tests/", "core/src/import/compose.rs"],
        why: "the browser is reached through src/platform and the engine",
    },
    Fence {
        words: &["automerge", "autosurgeon"],
        within: &[],
        home: &[
            "core/src/document",
            "core/src/file",
            "core/src/migration",
            "core/tests/",
            "core/benches/",
            "sync/tests/",
            // Documents as no writer of ours makes them.
            "fuzz/src/",
        ],
        why: "only core's document, file and migration modules know Automerge; to sync and relay payloads are bytes",
    },
    Fence {
        words: &["SystemTime::now", "Instant::now", "Utc::now", "Local::now", "rand::rng", "thread_rng", "getrandom"],
        within: &["core/src/", "wire/src/", "sync/src/"],
        home: &[],
        why: "time and randomness are arguments of what is pure",
    },
    Fence {
        words: &["println!", "eprintln!", "print!", "eprint!"],
        within: &["core/src/", "engine/src/", "src/", "wire/src/", "sync/src/"],
        home: &[],
        why: "a library says things in its results",
    },
    Fence {
        words: &["plumbline_sync", "plumbline_core", "chacha20poly1305", "hpke"],
        within: &["relay/", "wire/src/"],
        home: &["relay/tests/"],
        why: "a relay opens nothing: it has nothing to open with",
    },
    Fence { words: &["dbg!"], within: &[], home: &[], why: "debugging output" },
    Fence {
        words: &["inner_html", "set_inner_html", "innerHTML", "outerHTML", "insertAdjacentHTML"],
        within: &[],
        home: &["end2end/"],
        why: "text is text: markup made from what people wrote can run",
    },
];

/// The words of a fence are found only at home.
pub fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    let code = ["rs", "js", "ts"].into_iter().flat_map(|extension| tree.with_extension(extension));
    for (path, text) in code.filter(|(path, _)| !path.starts_with("xtask/src/tidy/")) {
        let under = |places: &[&str]| places.iter().any(|place| path.starts_with(place));
        for fence in FENCES.iter().filter(|fence| fence.within.is_empty() || under(fence.within)) {
            if under(fence.home) {
                continue;
            }
            for (number, line) in text.lines().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                if let Some(word) = fence.words.iter().find(|word| has_word(code, word)) {
                    problems.push(Problem::new(format!("{path}:{}", number + 1), format!("`{word}`: {}", fence.why)));
                }
            }
        }
    }
    problems
}

/// Whether `text` contains `word` and not merely as part of a longer one.
pub fn has_word(text: &str, word: &str) -> bool {
    let part =
        |character: Option<char>| character.is_some_and(|character| character.is_alphanumeric() || character == '_');
    text.match_indices(word)
        .any(|(at, _)| !part(text[..at].chars().next_back()) && !part(text[at + word.len()..].chars().next()))
}

#[cfg(test)]
mod tests {
    use super::super::tree::places;
    use super::*;

    #[test]
    fn words_stay_at_home() {
        let check = |path: &str, line: &str, caught: bool| {
            let expected: Vec<_> = caught.then(|| format!("{path}:1")).into_iter().collect();
            assert_eq!(places(check, &[(path, line)]), expected, "{path}: {line}");
        };
        check("core/src/view.rs", "use leptos::prelude::*;", true);
        check("src/app.rs", "use leptos::prelude::*;", false);
        check("core/src/view.rs", "// as leptos does", false);
        check("core/src/view.rs", "let leptosome = 1;", false);
        check("src/pages/a.rs", "use web_sys::Element;", true);
        check("src/platform/a.rs", "use web_sys::Element;", false);
        check("engine/src/lib.rs", "use wasm_bindgen::prelude::*;", false);
        check("core/src/metric/a.rs", "use automerge::AutoCommit;", true);
        check("core/src/document/a.rs", "use automerge::AutoCommit;", false);
        check("core/src/view/a.rs", "let at = Utc::now();", true);
        check("engine/src/a.rs", "let at = Utc::now();", false);
        check("end2end/tests/a.spec.ts", "node.innerHTML = hostile;", false);
        check("cli/src/main.rs", "println!(\"{table}\");", false);
        check("relay/src/a.rs", "use plumbline_sync::seal;", true);
        check("core/src/a.rs", "println!(\"{table}\");", true);
        check("cli/src/main.rs", "dbg!(x);", true);
        check("src/components/a.rs", "<p inner_html=name />", true);
        check("public/a.js", "node.innerHTML = name;", true);
    }
}
