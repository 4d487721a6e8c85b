//! Discuss first: the priorities the leaders differ on most.

use std::sync::Arc;

use leptos::prelude::*;
use plumbline_core::analysis::Analysis;
use plumbline_core::chart::figure;
use plumbline_core::chart::strip::strip;
use plumbline_core::view::{Person, ResultsView};

use super::names::join;
use crate::boxed::view;
use crate::components::chart::strip::SpreadStrip;
use crate::components::definition::Definition;
use crate::i18n::*;

/// Priorities that are open at once: as many as a meeting gets through.
const OPEN: usize = 3;

#[component]
pub(super) fn Discuss(view: Arc<ResultsView>, analysis: Arc<Analysis>) -> impl IntoView {
    let i18n = use_i18n();
    let leaders: Arc<[Person]> = view.leaders.clone().into();
    let item = |candidate: &usize| {
        view! { <Contested view=view.clone() analysis=analysis.clone() leaders=leaders.clone() candidate=*candidate/> }
    };
    let contested = &analysis.contested;
    let first = contested.iter().take(OPEN).map(item).collect_view();
    let rest = contested.len().saturating_sub(OPEN);
    let others = (rest > 0).then(|| {
        view! {
            <details class="more-contested no-print">
                <summary>{t!(i18n, results.discuss_more, count = move || rest)}</summary>
                <ol class="contested" role="list" start=(OPEN + 1).to_string()>
                    {contested.iter().skip(OPEN).map(item).collect_view()}
                </ol>
            </details>
        }
    });
    let lead = if contested.is_empty() {
        tu_string!(i18n, results.discuss_none)
    } else {
        tu_string!(i18n, results.discuss_lead)
    };
    view! {
        <section class="results-section discuss" aria-labelledby="discuss-title">
            <div class="section-head">
                <div class="section-title">
                    <h2 id="discuss-title">{tu_string!(i18n, results.discuss_title)}</h2>
                    <Definition metric="spread"/>
                </div>
                <p class="muted no-print">{lead}</p>
            </div>
            <ol class="contested" role="list">{first}</ol>
            {others}
        </section>
    }
}

#[component]
fn Contested(
    view: Arc<ResultsView>,
    analysis: Arc<Analysis>,
    leaders: Arc<[Person]>,
    candidate: usize,
) -> impl IntoView {
    let i18n = use_i18n();
    let priority = view.candidates.get(candidate)?;
    let spread = *analysis.priorities.get(candidate)?;
    let strip = strip(view.ranks.get(candidate)?, view.top);
    let (class, kind) = if spread.polarised {
        ("badge badge-bad", tu_string!(i18n, results.polarised))
    } else if spread.merely_low {
        ("badge badge-quiet", tu_string!(i18n, results.merely_low))
    } else {
        ("badge badge-warn", tu_string!(i18n, results.mixed))
    };
    let high = strip.best().map(|(place, members)| {
        let names = join(i18n, &leaders, members);
        if place == 1 {
            tu_string!(i18n, results.put_first, names = names)
        } else {
            tu_string!(i18n, results.put_at, names = names, place = place)
        }
    });
    let low = strip.worst().map(|(place, members)| {
        let names = join(i18n, &leaders, members);
        match place {
            None => tu_string!(i18n, results.left_out_by, names = names),
            Some(place) => tu_string!(i18n, results.put_at, names = names, place = place),
        }
    });
    let counts = tu_string!(
        i18n,
        results.in_stacks,
        stacks = spread.stacks,
        of = analysis.leaders,
        spread = figure(spread.spread)
    );
    Some(view! {
        <li class="contest">
            <div class="contest-words">
                <h3>{priority.title.clone()}</h3>
                <span class=class>{kind}</span>
                <p>{high} " " {low}</p>
                <p class="muted small num">{counts}</p>
            </div>
            <SpreadStrip strip leaders/>
        </li>
    })
}
