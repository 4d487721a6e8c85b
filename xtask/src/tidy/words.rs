//! Every sentence under `locales/` is said somewhere, and every language says the same ones.

use serde_json::Value;

use super::fences::has_word;
use super::{Problem, tree::Tree};

const FORMS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// Sentences of the start page that `index.html` says too, before the app has loaded.
const SAID_EARLY: [&str; 2] = ["promise", "explanation"];

/// No unused keys; no namespace that `build.rs` does not list; every language as whole as English; the page's first words as in
/// the app.
pub fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    let code: String =
        tree.with_extension("rs").filter(|(path, _)| path.starts_with("src/")).map(|(_, text)| text).collect();
    let build = tree.text("build.rs").unwrap_or_default();
    for (path, text) in tree.with_extension("json") {
        let Some((language, file)) = path.strip_prefix("locales/").and_then(|rest| rest.split_once('/')) else {
            continue;
        };
        let Ok(sentences) = serde_json::from_str::<Value>(text) else {
            problems.push(Problem::new(path, "is not JSON"));
            continue;
        };
        if language != "en" {
            let english = tree.text(&format!("locales/en/{file}")).and_then(|text| serde_json::from_str(text).ok());
            let (own, english) = (keys(&sentences), keys(&english.unwrap_or_default()));
            for missing in english.iter().filter(|key| !own.contains(key)) {
                problems.push(Problem::new(path, format!("`{missing}` is missing")));
            }
            continue;
        }
        let namespace = file.trim_end_matches(".json");
        if !build.contains(&format!("\"{namespace}\"")) {
            problems.push(Problem::new(path, format!("build.rs does not name `{namespace}`")));
        }
        if let (true, Some(page)) = (namespace == "start", tree.text("index.html")) {
            let early = SAID_EARLY.iter().filter_map(|key| Some((key, sentences.get(key)?.as_str()?)));
            for (key, _) in early.filter(|(_, sentence)| !page.contains(sentence)) {
                problems.push(Problem::new("index.html", format!("does not say `{key}` as {path} does")));
            }
        }
        for key in keys(&sentences) {
            if !key.split('.').all(|part| has_word(&code, part)) {
                problems.push(Problem::new(path, format!("`{key}` is never said")));
            }
        }
    }
    problems
}

/// Dotted names of every sentence, the plural forms of one counted once.
fn keys(sentences: &Value) -> Vec<String> {
    let Value::Object(entries) = sentences else { return Vec::new() };
    let mut found = Vec::new();
    for (name, value) in entries {
        if value.is_object() {
            found.extend(keys(value).iter().map(|inner| format!("{name}.{inner}")));
        } else {
            let stem =
                name.rsplit_once('_').filter(|(_, form)| FORMS.contains(form)).map_or(name.as_str(), |(stem, _)| stem);
            found.push(stem.trim_end_matches("_ordinal").to_owned());
        }
    }
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unused_missing_and_unlisted() {
        let tree = Tree::of(&[
            ("build.rs", "const NAMESPACES: [&str; 1] = [\"team\"];"),
            ("locales/de/team.json", r#"{"joined": "dabei", "left_one": "weg", "left_other": "weg"}"#),
            ("locales/en/lost.json", "{}"),
            (
                "locales/en/team.json",
                r#"{"joined":"in","left_one":"out","left_other":"out","role":{"ceo":"x"},"rank":{"ceo":"y"},"never":"n"}"#,
            ),
            ("src/pages/team.rs", "t!(i18n, team.joined) t!(i18n, team.left, count) t!(i18n, team.role.ceo)"),
        ]);
        let problems: Vec<_> = check(&tree).into_iter().map(|problem| problem.words).collect();
        let expected = [
            "`never` is missing",
            "`rank.ceo` is missing",
            "`role.ceo` is missing",
            "build.rs does not name `lost`",
            "`never` is never said",
            "`rank.ceo` is never said",
        ];
        assert_eq!(problems, expected);
    }

    #[test]
    fn the_page_begins_with_the_words_of_the_app() {
        let start = r#"{"promise":"One.","explanation":"Two."}"#;
        let with = |page| {
            let app = ("src/pages/start.rs", "promise explanation");
            check(&Tree::of(&[("build.rs", "\"start\""), ("locales/en/start.json", start), ("index.html", page), app]))
        };
        assert!(with("<h1>One.</h1><p>Two.</p>").is_empty());
        let problems: Vec<_> = with("<h1>One!</h1><p>Two.</p>").into_iter().map(|problem| problem.words).collect();
        assert_eq!(problems, ["does not say `promise` as locales/en/start.json does"]);
    }
}
