//! One round: who has cast while it is open, the results after the reveal.

mod open;

use leptos::prelude::*;
use plumbline_core::id::{RoundId, WorkspaceId};
use plumbline_core::view::{RoundSummary, RoundView, ViewKey};

use self::open::OpenRound;
use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::components::loaded::WhenLoaded;
use crate::i18n::*;
use crate::pages::results::Results;
use crate::platform::clock;
use crate::route::{Page, Route};
use crate::workspace::use_workspace;

/// The page.
#[component]
pub fn RoundPage(workspace: WorkspaceId, round: RoundId) -> impl IntoView {
    let view = use_workspace().view::<RoundView>(ViewKey::Round(round));
    view! {
        <WhenLoaded view=view let:view>
            <Whole workspace view/>
        </WhenLoaded>
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Open,
    Revealed,
    Cancelled,
}

#[component]
fn Whole(workspace: WorkspaceId, view: Signal<RoundView>) -> impl IntoView {
    let kind = Memo::new(move |_| {
        view.with(|view| match view {
            RoundView::Open(_) => Kind::Open,
            RoundView::Revealed(_) => Kind::Revealed,
            RoundView::Cancelled(_) => Kind::Cancelled,
        })
    });
    // Each part keeps the last view of its kind: it is drawn once, and goes when the round turns into something else.
    move || match (kind.get(), view.get_untracked()) {
        (Kind::Open, RoundView::Open(first)) => {
            let round = Memo::new(move |last| match view.get() {
                RoundView::Open(open) => open,
                _ => last.cloned().unwrap_or_else(|| first.clone()),
            });
            view! { <OpenRound workspace round/> }
        }
        (Kind::Revealed, RoundView::Revealed(first)) => {
            let results = Memo::new(move |last| match view.get() {
                RoundView::Revealed(results) => results,
                _ => last.cloned().unwrap_or_else(|| first.clone()),
            });
            view! { <Results workspace results/> }
        }
        (_, RoundView::Cancelled(summary)) => view! { <CancelledRound workspace summary/> },
        _ => ().into_any(),
    }
}

#[component]
fn CancelledRound(workspace: WorkspaceId, summary: RoundSummary) -> impl IntoView {
    let i18n = use_i18n();
    let when = summary.ended.map(clock::day_text);
    let label = summary.label.clone();
    view! {
        <div class="page">
            <a class="back" href=Route::In(workspace, Page::Diagnose).href()>
                <Icon name=IconName::ArrowLeft/>{tu_string!(i18n, round.all_rounds)}
            </a>
            <header class="page-head">
                <div>
                    <h1 tabindex="-1">{label}</h1>
                    <p class="lead">
                        {when.map_or_else(
                            || t_string!(i18n, round.cancelled_lead).to_string(),
                            |when| t_string!(i18n, round.cancelled_lead_when, when = when),
                        )}
                    </p>
                </div>
                <div class="actions">
                    <a class="btn btn-primary" href=Route::In(workspace, Page::NewRound).href()>{tu_string!(i18n, round.open_another)}</a>
                </div>
            </header>
            <p>{move || t_string!(i18n, round.cancelled_text, count = summary.cast)}</p>
        </div>
    }
}
