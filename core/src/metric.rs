//! The statistics, one file each: pure functions over indexes, without clock, input or output, and with
//! randomness only from a seed given by the caller.
//!
//! [`LIST`] names every measure once; `docs/measures.md` and the screens' definitions
//! (`locales/en/measures.json`) are drawn from it.

pub mod borda;
pub mod chance;
pub mod factions;
mod ill_posed;
pub mod kemeny;
mod kendall_tau_b;
pub mod kendall_w;
pub mod pairwise;
pub mod ranks;
pub mod rbo;
pub mod schulze;
pub mod spread;
pub mod top_k;

#[cfg(test)]
mod examples;

pub use chance::chance_w_95;
pub use ill_posed::IllPosed;
pub use kendall_tau_b::kendall_tau_b;

/// What a person needs to know about a measure to trust its figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    /// Stable key: help anchors and translations use it.
    pub id: &'static str,
    /// Name on screens.
    pub name: &'static str,
    /// What the figure says, in one plain sentence.
    pub sentence: &'static str,
    /// How it is computed.
    pub definition: &'static str,
    /// What the number counts, and its range.
    pub units: &'static str,
    /// Input it is defined for; anything else is an [`IllPosed`] error.
    pub domain: &'static str,
    /// Where the definition comes from.
    pub source: &'static str,
    /// Published values the code is tested against.
    pub published: &'static str,
}

/// Every ranking measure, in the order in which the results page uses them.
pub const LIST: &[Metric] = &[
    kendall_w::MEAN_CORRELATION,
    kendall_w::METRIC,
    chance::METRIC,
    rbo::METRIC,
    top_k::METRIC,
    top_k::FOOTRULE,
    kendall_tau_b::METRIC,
    schulze::METRIC,
    borda::METRIC,
    kemeny::METRIC,
    spread::METRIC,
    factions::METRIC,
];

/// `docs/measures.md`, drawn from [`LIST`].
#[must_use]
pub fn markdown() -> String {
    let mut text = String::from(
        "# Measures\n\n\
        Every figure Plumbline computes from ranked ballots: what it says, how it is defined, where it comes from and what it is checked against.\n\
        n is the number of priorities, m the number of leaders with a ballot, k the number of places a ballot fills.\n\
        Input outside a measure's domain gives a reason in words, never a number.\n\n\
        This file is generated from `plumbline_core::metric::LIST`; rewrite it with\n\
        `UPDATE=1 cargo test -p plumbline-core --test metrics`.\n\
        Beside the published values, every measure is compared with an independent oracle: `core/tests/oracle`.\n",
    );
    for metric in LIST {
        let Metric { id, name, sentence, definition, units, domain, source, published } = metric;
        text += &format!(
            "\n## {name}\n\n{sentence}\n\n\
            - Id: `{id}`\n\
            - Definition: {definition}\n\
            - Units: {units}\n\
            - Domain: {domain}\n\
            - Source: {source}\n\
            - Checked against: {published}\n"
        );
    }
    text
}

/// Checks a top-k list whose candidates are not known: something in it, nothing twice.
fn check_list(list: &[usize]) -> Result<(), IllPosed> {
    if list.is_empty() {
        return Err(IllPosed::EmptyRanking);
    }
    // Quadratic, but stacks are short and indexes may be of any size.
    if list.iter().enumerate().any(|(at, item)| list[..at].contains(item)) {
        return Err(IllPosed::Repeated);
    }
    Ok(())
}
