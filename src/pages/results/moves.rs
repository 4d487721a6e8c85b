//! How places moved against the earlier rounds.

use std::sync::Arc;

use leptos::prelude::*;
use plumbline_core::chart::bump::layout;
use plumbline_core::view::ResultsView;

use crate::boxed::view;
use crate::components::chart::bump::BumpLines;
use crate::i18n::*;

#[component]
pub(super) fn Moves(view: Arc<ResultsView>) -> impl IntoView {
    let i18n = use_i18n();
    let before = view.bump.rounds.iter().rev().nth(1).map(|round| round.label.clone());
    let Some(before) = before else {
        return view! {
            <section class="results-section no-print" aria-labelledby="moves-title">
                <div class="section-head">
                    <h2 id="moves-title">{tu_string!(i18n, results.moves_title)}</h2>
                    <p class="muted">{tu_string!(i18n, results.moves_first)}</p>
                </div>
            </section>
        };
    };
    let lead = match layout(&view.bump, view.top).mover {
        Some(mover) => {
            let title = view.bump.lines.get(mover.line).map(|line| line.priority.title.clone()).unwrap_or_default();
            tu_string!(i18n, results.moved_most, title = title, before = before, from = mover.from, to = mover.to)
        }
        None => tu_string!(i18n, results.moved_none, before = before),
    };
    view! {
        <section class="results-section moves no-print" aria-labelledby="moves-title">
            <div class="section-head">
                <h2 id="moves-title">{tu_string!(i18n, results.moves_title)}</h2>
                <p class="muted">{lead}</p>
            </div>
            <BumpLines bump=view.bump.clone() top=view.top/>
        </section>
    }
}
