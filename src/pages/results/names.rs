//! Names in running text.

use plumbline_core::view::Person;

use crate::i18n::*;
use crate::notice::words::Sentences;

/// Names written out before the rest is only counted.
const WRITTEN_OUT: usize = 4;

/// "Ana, Ben and Carla", or "Ana, Ben, Carla and 3 others".
pub(super) fn join(i18n: Sentences, people: &[Person], members: &[usize]) -> String {
    let mut names: Vec<String> =
        members.iter().filter_map(|member| people.get(*member)).map(|person| person.name.clone()).collect();
    if names.len() > WRITTEN_OUT {
        let others = names.split_off(WRITTEN_OUT - 1).len();
        names.push(tu_string!(i18n, results.others, count = others).to_string());
    }
    match names.pop() {
        None => String::new(),
        Some(last) if names.is_empty() => last,
        Some(last) => tu_string!(i18n, results.and, first = names.join(", "), last = last).to_string(),
    }
}

/// Titles one after the other: "Hire CFO · Enter Spain".
pub(super) fn titles(view: &plumbline_core::view::ResultsView, candidates: &[usize]) -> String {
    let titles: Vec<&str> = candidates
        .iter()
        .filter_map(|candidate| view.candidates.get(*candidate))
        .map(|one| one.title.as_str())
        .collect();
    titles.join(" · ")
}
