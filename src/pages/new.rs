//! A new workspace in three small steps. Each step is kept as it is taken, so a reload loses nothing.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use plumbline_core::bridge::Request;
use plumbline_core::id::WorkspaceId;

use crate::boxed::view;
use crate::components::field::TextField;
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::notice::use_notices;
use crate::platform::{page, preferences, random};
use crate::route::Route;
use crate::workspace::use_workspace;

mod entry;
mod leaders;
mod priorities;

use leaders::LeadersStep;
use priorities::PrioritiesStep;

/// Where the guide stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Name,
    Leaders,
    Priorities,
}

/// Guided making of a new workspace.
#[component]
pub fn NewPage() -> impl IntoView {
    let handle = use_workspace();
    let query = use_query_map();
    // Named in the address once it exists: a reload goes on where it was.
    let made = Memo::new(move |_| query.with(|query| query.get("workspace")?.parse::<WorkspaceId>().ok()));
    let step = RwSignal::new(if made.get_untracked().is_some() { Step::Leaders } else { Step::Name });
    let ready = Memo::new(move |_| made.get().filter(|id| handle.current().get() == Some(*id)));
    Effect::new(move |_| match made.get() {
        Some(id) if handle.current().get_untracked() != Some(id) => leptos::task::spawn_local(async move {
            if handle.open(id, preferences::me(id)).await.is_err() {
                // The address names a workspace that is gone: begin anew.
                step.set(Step::Name);
            }
        }),
        Some(_) => {}
        None => step.set(Step::Name),
    });
    let go = Callback::new(move |to: Step| {
        step.set(to);
        // Straight to the first field: the guide is for typing.
        leptos::task::spawn_local(page::focus_when_there(match to {
            Step::Name => "#workspace-name",
            Step::Leaders => "#leader-name",
            Step::Priorities => "#priority-title",
        }));
    });
    view! {
        <div class="page new">
            <Progress step/>
            {move || match (step.get(), ready.get()) {
                (Step::Name, _) => view! { <NameStep go/> },
                (Step::Leaders, Some(_)) => view! {
                    <LeadersStep on_next=Callback::new(move |()| go.run(Step::Priorities))/>
                },
                (Step::Priorities, Some(workspace)) => view! {
                    <PrioritiesStep workspace on_back=Callback::new(move |()| go.run(Step::Leaders))/>
                },
                (_, None) => view! { <div class="waiting" aria-busy="true"></div> },
            }}
        </div>
    }
}

/// The three steps, and which one this is.
#[component]
fn Progress(step: RwSignal<Step>) -> impl IntoView {
    let i18n = use_i18n();
    let item = move |number: u8, at: Step, words: fn(crate::notice::words::Sentences) -> &'static str| {
        view! {
            <li class:done=move || at < step.get() aria-current=move || (step.get() == at).then_some("step")>
                <span class="new-number num" aria-hidden="true">{number}</span>
                <span>{move || words(i18n)}</span>
            </li>
        }
    };
    view! {
        <ol class="new-steps" role="list" aria-label=tu_string!(i18n, start.steps)>
            {item(1, Step::Name, |i18n| t_string!(i18n, start.step_name))}
            {item(2, Step::Leaders, |i18n| t_string!(i18n, start.step_leaders))}
            {item(3, Step::Priorities, |i18n| t_string!(i18n, start.step_priorities))}
        </ol>
    }
}

#[component]
fn NameStep(go: Callback<Step>) -> impl IntoView {
    let i18n = use_i18n();
    let handle = use_workspace();
    let notices = use_notices();
    let navigate = use_navigate();
    let name = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let create = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let wanted = name.get_untracked().trim().to_owned();
        if wanted.is_empty() {
            error.set(Some(t_string!(i18n, start.name_missing).to_string()));
            page::focus("workspace-name");
            return;
        }
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let id = random::workspace_id();
        let navigate = navigate.clone();
        leptos::task::spawn_local(async move {
            let result = handle.ask(Request::Create { workspace: id, name: wanted }).await;
            busy.set(false);
            match result {
                Ok(_) => {
                    preferences::set_last_workspace(Some(id));
                    let replace = NavigateOptions { replace: true, ..NavigateOptions::default() };
                    navigate(&format!("{}?workspace={id}", Route::New.href()), replace);
                    go.run(Step::Leaders);
                }
                Err(failure) => notices.failure(&failure),
            }
        });
    };
    view! {
        <form class="new-step" on:submit=create novalidate>
            <header class="column">
                <h1 tabindex="-1">{tu_string!(i18n, start.name_heading)}</h1>
                <p class="lead">{tu_string!(i18n, start.name_lead)}</p>
            </header>
            <TextField id="workspace-name" label=Signal::stored(tu_string!(i18n, start.name_label).to_string()) value=name
                error=error longest=80usize autofocus=true
                placeholder=Signal::derive(move || Some(t_string!(i18n, start.name_example).to_string()))/>
            <div class="actions">
                <button type="submit" class="btn btn-primary">
                    {tu_string!(i18n, start.name_next)}
                    <Icon name=IconName::ArrowRight/>
                </button>
                <a class="btn btn-quiet" href=Route::Start.href()>{tu_string!(i18n, common.cancel)}</a>
            </div>
        </form>
    }
}
