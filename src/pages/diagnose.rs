//! Rounds of the priority stack: the open one, the trend, and all there have been.

mod history;
mod now;
mod trend;

use leptos::prelude::*;
use plumbline_core::id::WorkspaceId;
use plumbline_core::view::{RoundsView, ViewKey};

use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::components::loaded::WhenLoaded;
use crate::i18n::*;
use crate::route::{Page, Route};
use crate::workspace::use_workspace;

/// The rounds of a workspace.
#[component]
pub fn DiagnosePage(workspace: WorkspaceId) -> impl IntoView {
    let view = use_workspace().view::<RoundsView>(ViewKey::Rounds);
    view! {
        <WhenLoaded view let:rounds>
            <Diagnose workspace rounds/>
        </WhenLoaded>
    }
}

#[component]
fn Diagnose(workspace: WorkspaceId, rounds: Signal<RoundsView>) -> impl IntoView {
    let i18n = use_i18n();
    let href = move |page| Route::In(workspace, page).href();
    let primary = move || {
        let (open, ready) = rounds.with(|view| (view.open.first().map(|round| round.id), now::missing(view).is_none()));
        match open {
            Some(round) => Some((href(Page::Round(round)), t_string!(i18n, results.go_to_round))),
            None if ready => Some((href(Page::NewRound), t_string!(i18n, results.open_round))),
            None => None,
        }
    };
    let primary = move || {
        primary().map(|(href, words)| {
            view! { <a class="btn btn-primary" href=href>{words} <Icon name=IconName::ArrowRight/></a> }
        })
    };
    view! {
        <div class="page diagnose">
            <header class="page-head">
                <div>
                    <h1 tabindex="-1">{tu_string!(i18n, results.diagnose_title)}</h1>
                    <p class="lead">{tu_string!(i18n, results.diagnose_lead)}</p>
                </div>
                <div class="actions">
                    <a class="btn" href=href(Page::Import)>
                        <Icon name=IconName::Upload/>
                        {tu_string!(i18n, results.import_link)}
                    </a>
                    {move || primary()}
                </div>
            </header>
            <now::Now workspace rounds/>
            <trend::Trend rounds/>
            <history::History workspace rounds/>
        </div>
    }
}
