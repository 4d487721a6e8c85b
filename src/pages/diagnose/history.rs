//! All rounds that were held, and those that were called off.

use leptos::prelude::*;
use plumbline_core::chart::figure;
use plumbline_core::id::WorkspaceId;
use plumbline_core::view::{RoundSummary, RoundsView};

use crate::boxed::view;
use crate::components::chart::verdict::VerdictBadge;
use crate::i18n::*;
use crate::platform::clock;
use crate::route::{Page, Route};

#[component]
pub(super) fn History(workspace: WorkspaceId, rounds: Signal<RoundsView>) -> impl IntoView {
    let i18n = use_i18n();
    let closed = Memo::new(move |_| rounds.with(|view| view.closed.clone()));
    let cancelled = Memo::new(move |_| rounds.with(|view| view.cancelled.clone()));
    let list = move || {
        let closed = closed.get();
        if closed.is_empty() {
            return view! {
                <section class="empty">
                    <h2>{tu_string!(i18n, results.history_none_title)}</h2>
                    <p>{tu_string!(i18n, results.history_none)}</p>
                </section>
            };
        }
        let rows = closed.into_iter().map(|round| view! { <Revealed workspace round/> }).collect_view();
        view! {
            <section class="results-section" aria-labelledby="history-title">
                <h2 id="history-title">{tu_string!(i18n, results.history_title)}</h2>
                <ol class="history" role="list">{rows}</ol>
            </section>
        }
    };
    let called_off = move || {
        let rounds = cancelled.get();
        let count = rounds.len();
        (count > 0).then(|| {
            let rows = rounds
                .into_iter()
                .map(|round| {
                    let date = round.ended.map(clock::day_text).unwrap_or_default();
                    view! { <li>{round.label} <span class="muted">{t!(i18n, results.cancelled_on, date = date)}</span></li> }
                })
                .collect_view();
            view! {
                <details class="called-off">
                    <summary>{t!(i18n, results.cancelled, count = move || count)}</summary>
                    <ul role="list">{rows}</ul>
                </details>
            }
        })
    };
    view! { {move || list()} {called_off} }
}

#[component]
fn Revealed(workspace: WorkspaceId, round: RoundSummary) -> impl IntoView {
    let i18n = use_i18n();
    let href = Route::In(workspace, Page::Round(round.id)).href();
    let date = round.ended.map(clock::day_text).unwrap_or_default();
    let agreement = match round.agreement {
        Some(agreement) => view! {
            <span class="history-figure num">{figure(agreement.mean_correlation)}</span>
            <VerdictBadge verdict=agreement.verdict/>
        },
        None => view! { <span class="muted">{tu_string!(i18n, results.no_figure)}</span> },
    };
    let signed = match (round.signed, round.to_sign) {
        (_, 0) => None,
        (signed, of) if signed == of => Some(tu_string!(i18n, results.history_signed_all).to_string()),
        (signed, of) => Some(tu_string!(i18n, results.history_signed, signed = signed, of = of)),
    };
    view! {
        <li class="history-row">
            <div class="history-name">
                <h3><a href=href>{round.label}</a></h3>
                <p class="muted small">{date} {round.imported.then(|| view! { " · " {tu_string!(i18n, results.imported)} })}</p>
            </div>
            <p class="history-agreement">{agreement}</p>
            <p class="history-counts muted small num">
                {t!(i18n, results.history_ballots, cast = round.cast, asked = round.asked)}
                {signed.map(|words| format!(" · {words}"))}
            </p>
        </li>
    }
}
