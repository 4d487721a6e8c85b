//! The order of the team, by three methods side by side.

use std::sync::Arc;

use leptos::prelude::*;
use plumbline_core::analysis::Analysis;
use plumbline_core::chart::points;
use plumbline_core::chart::standings::{Place, Standing, standings};
use plumbline_core::view::ResultsView;

use super::names::titles;
use crate::boxed::view;
use crate::components::definition::Definition;
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;

#[component]
pub(super) fn ConsensusOrder(view: Arc<ResultsView>, analysis: Arc<Analysis>) -> impl IntoView {
    let i18n = use_i18n();
    let consensus = &analysis.consensus;
    let warning = consensus.methods_disagree_on_top.then(|| {
        let words = tu_string!(
            i18n,
            results.methods_disagree,
            schulze = titles(&view, &consensus.winners.schulze),
            borda = titles(&view, &consensus.winners.borda),
            kemeny = titles(&view, &consensus.winners.kemeny)
        );
        view! { <div class="banner banner-warn" role="note"><Icon name=IconName::Warning/><p>{words}</p></div> }
    });
    let kemeny = if !consensus.kemeny.exact {
        Some(tu_string!(i18n, results.kemeny_searched))
    } else if !consensus.kemeny.unique {
        Some(tu_string!(i18n, results.kemeny_not_unique))
    } else {
        None
    };
    let top = usize::from(view.top);
    let rows = standings(consensus)
        .into_iter()
        .filter_map(|standing| {
            let title = view.candidates.get(standing.candidate)?.title.clone();
            let stacks = analysis.priorities.get(standing.candidate).map_or(0, |spread| spread.stacks);
            Some(view! { <OrderRow standing title stacks top leaders=analysis.leaders/> })
        })
        .collect_view();
    view! {
        <section class="results-section consensus" aria-labelledby="consensus-title">
            <div class="section-head">
                <h2 id="consensus-title">{tu_string!(i18n, results.consensus_title)}</h2>
                <p class="muted no-print">{tu_string!(i18n, results.consensus_words)}</p>
                <p class="muted only-print">{tu_string!(i18n, results.consensus_print)}</p>
            </div>
            {warning}
            <div class="table-wrap" tabindex="0" role="group" aria-labelledby="consensus-title">
                <table class="table order-table">
                    <thead>
                        <tr>
                            <th scope="col" class="order-place">{tu_string!(i18n, results.place)}</th>
                            <th scope="col">{tu_string!(i18n, results.priority)}</th>
                            <th scope="col" class="end wide-cell">{tu_string!(i18n, results.stacks_with_it)}</th>
                            <th scope="col" class="end order-method">{tu_string!(i18n, results.borda)}</th>
                            <th scope="col" class="end order-method">{tu_string!(i18n, results.kemeny)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {kemeny.map(|words| view! { <p class="muted small no-print">{words}</p> })}
            <p class="row definitions no-print">
                <span class="muted small">{tu_string!(i18n, results.schulze)}</span> <Definition metric="schulze"/>
                <span class="muted small">{tu_string!(i18n, results.borda)}</span> <Definition metric="borda"/>
                <span class="muted small">{tu_string!(i18n, results.kemeny)}</span> <Definition metric="kemeny"/>
            </p>
        </section>
    }
}

#[component]
fn OrderRow(standing: Standing, title: String, stacks: usize, top: usize, leaders: usize) -> impl IntoView {
    let i18n = use_i18n();
    // The line is drawn below the last priority that counts, and not through a tie.
    let Place { place, shared_by } = standing.schulze;
    let below = place > top;
    let tied =
        (shared_by > 1).then(|| view! { <span class="badge badge-quiet">{tu_string!(i18n, results.tied)}</span> });
    let own = standing.schulze;
    let number = points(standing.points);
    let borda = view! {
        <span>{place_text(standing.borda)}</span>
        <span class="order-points muted small">{t!(i18n, results.points, points = number)}</span>
    };
    view! {
        <tr class:below-line=below>
            <td class="order-place num">{place_text(own)}</td>
            <th scope="row"><span class="row">{title} {tied}</span></th>
            <td class="end num wide-cell">{t!(i18n, results.n_of_m, n = stacks, m = leaders)}</td>
            <td class="end num order-method" class:differs=own.differs(standing.borda)>{borda}</td>
            <td class="end num order-method" class:differs=own.differs(standing.kemeny)>{place_text(standing.kemeny)}</td>
        </tr>
    }
}

/// "3", or "3=" when it is shared.
fn place_text(place: Place) -> String {
    if place.shared_by > 1 { format!("{}=", place.place) } else { place.place.to_string() }
}
