//! The way to a first revealed round: what is done, what is next.

use leptos::prelude::*;
use plumbline_core::id::WorkspaceId;
use plumbline_core::view::Setup;

use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::route::{Page, Route};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Done,
    Next,
    Later,
}

/// The checklist of a workspace that has not held a round.
#[component]
pub fn SetupSection(workspace: WorkspaceId, setup: Setup) -> impl IntoView {
    let i18n = use_i18n();
    let Setup { leaders, leaders_needed, priorities, priorities_needed, open } = setup;
    let enough_leaders = leaders >= leaders_needed;
    let enough_priorities = priorities >= priorities_needed;
    let state = |done: bool, ready: bool| match (done, ready) {
        (true, _) => State::Done,
        (false, true) => State::Next,
        (false, false) => State::Later,
    };
    let team = state(enough_leaders, true);
    let list = state(enough_priorities, enough_leaders);
    let round = state(open.is_some(), enough_leaders && enough_priorities);
    let reveal = state(false, open.is_some());
    let round_page = open.as_ref().map_or(Page::Diagnose, |round| Page::Round(round.id));
    let link = move |page: Page| Route::In(workspace, page).href();
    view! {
        <section class="column" aria-labelledby="setup-heading">
            <div>
                <h2 id="setup-heading">{tu_string!(i18n, today.setup_heading)}</h2>
                <p class="muted">{tu_string!(i18n, today.setup_lead)}</p>
            </div>
            <ol class="setup" role="list">
                <SetupStep state=team href=link(Page::Team) action=tu_string!(i18n, today.setup_team_action).to_string()
                    what=move || t_string!(i18n, today.setup_team, needed = leaders_needed).to_string()
                    progress=move || t_string!(i18n, today.setup_team_progress, count = leaders).to_string()/>
                <SetupStep state=list href=link(Page::Priorities) action=tu_string!(i18n, today.setup_list_action).to_string()
                    what=move || t_string!(i18n, today.setup_list, needed = priorities_needed).to_string()
                    progress=move || t_string!(i18n, today.setup_list_progress, count = priorities).to_string()/>
                <SetupStep state=round href=link(Page::NewRound) action=tu_string!(i18n, today.setup_round_action).to_string()
                    what=tu_string!(i18n, today.setup_round).to_string()
                    progress=move || open.as_ref().map_or_else(String::new, |round| round.label.clone())/>
                <SetupStep state=reveal href=link(round_page) action=tu_string!(i18n, today.setup_reveal_action).to_string()
                    what=tu_string!(i18n, today.setup_reveal).to_string() progress=String::new/>
            </ol>
        </section>
    }
}

#[component]
fn SetupStep(
    state: State,
    href: String,
    #[prop(into)] action: Signal<String>,
    #[prop(into)] what: Signal<String>,
    #[prop(into)] progress: Signal<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let mark = match state {
        State::Done => view! {
            <span class="setup-mark setup-done"><Icon name=IconName::Check/></span>
            <span class="visually-hidden">{tu_string!(i18n, today.setup_done)}</span>
        },
        State::Next | State::Later => view! { <span class="setup-mark"></span> },
    };
    let link = match state {
        State::Next => view! { <a class="btn btn-primary" href=href>{move || action.get()}</a> },
        State::Done | State::Later => ().into_any(),
    };
    view! {
        <li class:setup-later={state == State::Later}>
            {mark}
            <span class="setup-what">{move || what.get()}</span>
            <span class="muted small setup-progress">{move || progress.get()}</span>
            {link}
        </li>
    }
}
