//! Ballots from a spreadsheet: nothing is brought in before a person has seen what it is.

mod columns;
mod confirm;
mod draft;
mod names;
mod preview;
mod source;
mod words;

use leptos::prelude::*;
use plumbline_core::id::WorkspaceId;
use plumbline_core::view::{PrioritiesView, RoundsView, TeamView, ViewKey};

use crate::boxed::view;
use crate::components::loaded::WhenLoaded;
use crate::i18n::*;
use crate::workspace::use_workspace;

/// Bring in a round that was held on paper, in a form tool or in a spreadsheet.
#[component]
pub fn ImportPage(workspace: WorkspaceId) -> impl IntoView {
    let i18n = use_i18n();
    let handle = use_workspace();
    let team = handle.view::<TeamView>(ViewKey::Team);
    let priorities = handle.view::<PrioritiesView>(ViewKey::Priorities);
    let rounds = handle.view::<RoundsView>(ViewKey::Rounds);
    view! {
        <WhenLoaded view=team let:team>
            <WhenLoaded view=priorities let:priorities>
                <WhenLoaded view=rounds let:rounds>
                    <div class="page import">
                        <header class="page-head">
                            <div>
                                <h1 tabindex="-1">{tu_string!(i18n, files.import_title)}</h1>
                                <p class="lead">{tu_string!(i18n, files.import_lead)}</p>
                            </div>
                        </header>
                        <Steps workspace team priorities rounds/>
                    </div>
                </WhenLoaded>
            </WhenLoaded>
        </WhenLoaded>
    }
}

#[component]
fn Steps(
    workspace: WorkspaceId,
    team: Signal<TeamView>,
    priorities: Signal<PrioritiesView>,
    rounds: Signal<RoundsView>,
) -> impl IntoView {
    let draft = draft::Draft::new(team, priorities, rounds.with_untracked(|view| view.suggested_label.clone()));
    let read = Memo::new(move |_| draft.headers.with(Option::is_some));
    view! {
        <source::Source draft/>
        {move || {
            read.get().then(|| {
                view! {
                    <columns::ColumnChoice draft/>
                    <names::UnknownNames draft/>
                    <preview::Preview draft/>
                    <confirm::Confirm workspace draft/>
                }
            })
        }}
    }
}
