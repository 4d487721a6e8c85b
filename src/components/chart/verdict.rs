//! Agreement in a word.

use leptos::prelude::*;
use plumbline_core::analysis::Verdict;

use crate::boxed::view;
use crate::i18n::*;

/// The verdict as a badge: word, shape and colour.
#[component]
pub fn VerdictBadge(
    /// Which.
    verdict: Verdict,
) -> impl IntoView {
    let i18n = use_i18n();
    let (class, words) = match verdict {
        Verdict::BelowChance => ("badge badge-bad", tu_string!(i18n, results.verdict_chance)),
        Verdict::Weak => ("badge badge-warn", tu_string!(i18n, results.verdict_weak)),
        Verdict::Moderate => ("badge badge-quiet", tu_string!(i18n, results.verdict_moderate)),
        Verdict::Strong => ("badge badge-good", tu_string!(i18n, results.verdict_strong)),
    };
    view! { <span class=class>{words}</span> }
}
