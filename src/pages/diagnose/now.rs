//! The open round, or what is missing before there can be one.

use leptos::prelude::*;
use plumbline_core::id::WorkspaceId;
use plumbline_core::view::{RoundSummary, RoundsView};

use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::platform::clock;
use crate::route::{Page, Route};

/// Leaders and priorities still to be added before a round can be opened.
pub(super) fn missing(view: &RoundsView) -> Option<(u32, u32)> {
    let short = |needed: u32, found: usize| needed.saturating_sub(u32::try_from(found).unwrap_or(u32::MAX));
    let leaders = short(view.leaders_needed, view.leaders.len());
    let candidates = short(view.candidates_needed, view.candidates.len());
    (leaders > 0 || candidates > 0).then_some((leaders, candidates))
}

#[component]
pub(super) fn Now(workspace: WorkspaceId, rounds: Signal<RoundsView>) -> impl IntoView {
    let open = Memo::new(move |_| rounds.with(|view| view.open.clone()));
    let needs = Memo::new(move |_| {
        rounds.with(|view| missing(view).map(|short| (short, view.leaders_needed, view.candidates_needed)))
    });
    move || match (open.get(), needs.get()) {
        (open, _) if !open.is_empty() => view! { <Open workspace open/> },
        (_, Some((short, leaders, candidates))) => view! { <Missing workspace short leaders candidates/> },
        _ => ().into_any(),
    }
}

#[component]
fn Open(workspace: WorkspaceId, open: Vec<RoundSummary>) -> impl IntoView {
    let i18n = use_i18n();
    let several = (open.len() > 1).then(|| view! { <p class="muted">{tu_string!(i18n, results.several_open)}</p> });
    let rounds = open
        .into_iter()
        .map(|round| {
            let href = Route::In(workspace, Page::Round(round.id)).href();
            let (cast, asked, since) = (round.cast, round.asked, clock::day_text(round.opened));
            view! {
                <li class="open-round">
                    <div>
                        <h3><a href=href>{round.label}</a></h3>
                        <p class="muted">{t!(i18n, results.open_since, date = since)}</p>
                    </div>
                    <div class="open-progress">
                        <progress max=asked value=cast aria-hidden="true"></progress>
                        <p class="num">{t!(i18n, results.ballots_in, cast = cast, asked = asked)}</p>
                    </div>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="card" aria-labelledby="open-title">
            <h2 id="open-title">{tu_string!(i18n, results.open_title)}</h2>
            {several}
            <ul class="open-rounds" role="list">{rounds}</ul>
        </section>
    }
}

#[component]
fn Missing(workspace: WorkspaceId, short: (u32, u32), leaders: u32, candidates: u32) -> impl IntoView {
    let i18n = use_i18n();
    let (people, priorities) = short;
    let href = move |page| Route::In(workspace, page).href();
    let add_people = (people > 0).then(|| {
        view! {
            <a class="btn btn-primary" href=href(Page::Team)>
                <Icon name=IconName::Users/>
                {t!(i18n, results.missing_leaders, count = move || people)}
            </a>
        }
    });
    let add_priorities = (priorities > 0).then(|| {
        view! {
            <a class="btn" class:btn-primary=people == 0 href=href(Page::Priorities)>
                <Icon name=IconName::Stack/>
                {t!(i18n, results.missing_candidates, count = move || priorities)}
            </a>
        }
    });
    view! {
        <section class="card" aria-labelledby="missing-title">
            <h2 id="missing-title">{tu_string!(i18n, results.missing_title)}</h2>
            <p>{t!(i18n, results.missing_words, leaders = leaders, candidates = candidates)}</p>
            <div class="actions">{add_people} {add_priorities}</div>
        </section>
    }
}
