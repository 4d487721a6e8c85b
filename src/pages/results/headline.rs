//! How far the team agrees, in one figure, one sentence and one line.

use std::sync::Arc;

use leptos::prelude::*;
use plumbline_core::analysis::{Analysis, Verdict};
use plumbline_core::chart::figure;
use plumbline_core::view::ResultsView;

use super::notes::Notes;
use crate::boxed::view;
use crate::components::chart::agreement_scale::AgreementScale;
use crate::components::chart::verdict::VerdictBadge;
use crate::components::definition::Definition;
use crate::i18n::*;

#[component]
pub(super) fn Headline(view: Arc<ResultsView>, analysis: Arc<Analysis>) -> impl IntoView {
    let i18n = use_i18n();
    let agreement = analysis.agreement;
    let now = figure(agreement.mean_correlation);
    let chance = figure(agreement.chance_mean_correlation_95);
    let against_chance = if agreement.verdict == Verdict::BelowChance {
        tu_string!(i18n, results.not_above_chance, chance = chance)
    } else {
        tu_string!(i18n, results.above_chance, chance = chance)
    };
    let against_before = view.before.map(|before| {
        let earlier = figure(before);
        if earlier == now {
            tu_string!(i18n, results.before_same, before = earlier)
        } else if before < agreement.mean_correlation {
            tu_string!(i18n, results.before_lower, before = earlier)
        } else {
            tu_string!(i18n, results.before_higher, before = earlier)
        }
    });
    view! {
        <section class="card headline" aria-labelledby="headline-title">
            <div class="headline-figure">
                <h2 id="headline-title" class="headline-name">{tu_string!(i18n, results.agreement)}</h2>
                <p class="headline-value num">{now}</p>
                <VerdictBadge verdict=agreement.verdict/>
                <Definition metric="mean_correlation"/>
            </div>
            <div class="headline-words">
                <p>{tu_string!(i18n, results.agreement_words)} " " {against_chance} {against_before.map(|words| format!(" {words}"))}</p>
                <AgreementScale
                    now=agreement.mean_correlation
                    chance=agreement.chance_mean_correlation_95
                    before=view.before
                />
            </div>
            <MoreFigures analysis/>
            <Notes view/>
        </section>
    }
}

/// For those who want to know exactly.
#[component]
fn MoreFigures(analysis: Arc<Analysis>) -> impl IntoView {
    let i18n = use_i18n();
    let agreement = analysis.agreement;
    let rows = [
        (tu_string!(i18n, results.kendall_w), figure(agreement.kendall_w), "kendall_w"),
        (tu_string!(i18n, results.chance_w), figure(agreement.chance_w_95), "chance_w_95"),
        (tu_string!(i18n, results.mean_rbo), figure(analysis.mean_rbo), "rbo"),
        (tu_string!(i18n, results.mean_distance), figure(analysis.mean_top_k_distance), "top_k_distance"),
        (tu_string!(i18n, results.chance_distance), figure(analysis.chance_top_k_distance), "top_k_distance"),
    ]
    .map(|(name, value, metric)| {
        view! {
            <div class="figure-row">
                <dt>{name}</dt>
                <dd class="num">{value}</dd>
                <dd><Definition metric/></dd>
            </div>
        }
    })
    .collect_view();
    view! {
        <details class="more-figures no-print">
            <summary>{tu_string!(i18n, results.more_figures)}</summary>
            <dl class="figure-list">{rows}</dl>
        </details>
    }
}
