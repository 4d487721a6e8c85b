//! Every stack beside every other: leaders × priorities, or a list per person on a phone.

use std::sync::Arc;

use leptos::prelude::*;
use plumbline_core::chart::heat;
use plumbline_core::chart::strip::stack_of;
use plumbline_core::view::ResultsView;

use crate::boxed::view;
use crate::components::chart::heat_map::{Cell, Head, HeatMap, Row};
use crate::components::chart::initials;
use crate::i18n::*;

#[component]
pub(super) fn Stacks(view: Arc<ResultsView>) -> impl IntoView {
    let i18n = use_i18n();
    let left_out = tu_string!(i18n, results.strip_left_out);
    let rows = view
        .candidates
        .iter()
        .zip(&view.ranks)
        .map(|(priority, ranks)| Row {
            head: Head::Words(priority.title.clone()),
            cells: ranks
                .iter()
                .map(|rank| Cell {
                    text: rank.map(|rank| rank.to_string()).unwrap_or_default(),
                    spoken: rank.is_none().then(|| left_out.to_string()),
                    shade: heat::of_rank(*rank, view.top),
                })
                .collect(),
        })
        .collect();
    let columns: Vec<Head> = view.leaders.iter().cloned().map(Head::Person).collect();
    let lists = view
        .leaders
        .iter()
        .enumerate()
        .map(|(leader, person)| {
            let items = stack_of(&view.ranks, leader)
                .into_iter()
                .filter_map(|(place, candidate)| Some((place, view.candidates.get(candidate)?.title.clone())))
                .map(|(place, title)| {
                    let class = format!("num heat heat-{}", heat::of_rank(Some(place), view.top));
                    view! { <li class="stack-row"><span class=class aria-hidden="true">{place}</span> {title}</li> }
                })
                .collect_view();
            view! {
                <details class="per-person">
                    <summary>{initials(person)} {person.name.clone()}</summary>
                    <ol role="list">{items}</ol>
                </details>
            }
        })
        .collect_view();
    view! {
        <section class="results-section stacks" aria-labelledby="stacks-title">
            <div class="section-head">
                <h2 id="stacks-title">{tu_string!(i18n, results.stacks_title)}</h2>
                <p class="muted no-print">{tu_string!(i18n, results.stacks_words)}</p>
            </div>
            <div class="table-wrap wide-only" tabindex="0" role="group" aria-labelledby="stacks-title">
                <HeatMap
                    caption=tu_string!(i18n, results.stacks_caption)
                    corner=tu_string!(i18n, results.priority)
                    columns
                    rows
                />
            </div>
            <div class="narrow-only no-print">{lists}</div>
        </section>
    }
}
