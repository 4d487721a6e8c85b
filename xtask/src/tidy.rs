//! House rules that a compiler cannot check. They run as tests of this package too.

mod fences;
mod layout;
mod links;
mod pins;
mod style;
mod text;
mod tree;
mod words;

use std::path::Path;

use anyhow::Result;

use tree::Tree;

/// One breach of one rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Problem {
    place: String,
    words: String,
}

/// A rule looks at the whole repository and says what breaks it.
type Rule = fn(&Tree) -> Vec<Problem>;

const RULES: [(&str, Rule); 7] = [
    ("layout", layout::check),
    ("fences", fences::check),
    ("style", style::check),
    ("text", text::check),
    ("words", words::check),
    ("links", links::check),
    ("pins", pins::check),
];

/// Prints every breach and says whether there was none.
pub fn report(root: &Path) -> Result<bool> {
    let tree = Tree::read(root)?;
    let mut good = true;
    for (name, rule) in RULES {
        for problem in rule(&tree) {
            println!("{name}: {}: {}", problem.place, problem.words);
            good = false;
        }
    }
    if good {
        println!("tidy: {} files, {} rules, nothing to say", tree.len(), RULES.len());
    }
    Ok(good)
}

impl Problem {
    fn new(place: impl Into<String>, words: impl Into<String>) -> Self {
        Self { place: place.into(), words: words.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_tidy() {
        assert!(report(&crate::project::root()).expect("readable"), "see the problems above");
    }
}
