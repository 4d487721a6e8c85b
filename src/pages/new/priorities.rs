//! What could come first: title and one line, one after the other.

use leptos::prelude::*;
use plumbline_core::id::WorkspaceId;
use plumbline_core::import::lines::{Line, read_lines};
use plumbline_core::intent::Intent;
use plumbline_core::intent::limits::{DESCRIPTION_MAX, TITLE_MAX};
use plumbline_core::view::{PrioritiesView, PriorityRow, TodayView, ViewKey};

use super::entry::QuickEntry;
use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::components::loaded::WhenLoaded;
use crate::i18n::*;
use crate::platform::{page, random};
use crate::route::{Page, Route};
use crate::workspace::{Loaded, use_workspace};

/// The third step, and the way to the first round.
#[component]
pub fn PrioritiesStep(workspace: WorkspaceId, on_back: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let handle = use_workspace();
    let view = handle.view::<PrioritiesView>(ViewKey::Priorities);
    let today = handle.view::<TodayView>(ViewKey::Today);
    let enough = Memo::new(move |_| match today.get() {
        Loaded::Ready(today) => today
            .setup
            .is_none_or(|setup| setup.priorities >= setup.priorities_needed && setup.leaders >= setup.leaders_needed),
        _ => false,
    });
    let add = Callback::new(move |lines: Vec<Line>| {
        leptos::task::spawn_local(async move {
            for Line { title, description } in lines {
                let priority = random::priority_id();
                // A refusal is shown; the rest of the list goes on.
                let _ = handle.edit(Intent::AddPriority { priority, title, description }).await;
            }
        });
    });
    let row = move |row: PriorityRow| {
        let (id, title, description) = (row.priority.id, row.priority.title, row.priority.description);
        let name = title.clone();
        view! {
            <li>
                <span class="person-words">
                    <span class="person-name">{title}</span>
                    {(!description.is_empty()).then(|| view! { <span class="person-role">{description}</span> })}
                </span>
                <button type="button" class="btn btn-quiet btn-icon btn-small"
                    aria-label=move || t_string!(i18n, start.remove_named, name = name.clone())
                    on:click=move |_| {
                        handle.dispatch(Intent::RetirePriority { priority: id, retired: true });
                        leptos::task::spawn_local(page::rescue_focus("#priority-title"));
                    }>
                    <Icon name=IconName::X/>
                </button>
            </li>
        }
    };
    view! {
        <WhenLoaded view let:list>
            <section class="new-step">
                <header class="column">
                    <h1 tabindex="-1">{tu_string!(i18n, start.priorities_heading)}</h1>
                    <p class="lead">{tu_string!(i18n, start.priorities_lead)}</p>
                </header>
                <QuickEntry id="priority-title"
                    title=Signal::stored(tu_string!(i18n, start.priority_title).to_string())
                    title_example=Signal::derive(move || Some(t_string!(i18n, start.priority_title_example).to_string()))
                    detail=Signal::stored(tu_string!(i18n, start.priority_description).to_string())
                    detail_example=Signal::derive(move || Some(t_string!(i18n, start.priority_description_example).to_string()))
                    longest=(TITLE_MAX, DESCRIPTION_MAX)
                    add=Signal::stored(tu_string!(i18n, start.priority_add).to_string())
                    missing=Signal::stored(tu_string!(i18n, start.priority_missing).to_string())
                    read=read_lines on_add=add/>
                <ol class="quick-list quick-numbered" role="list" aria-label=tu_string!(i18n, start.priorities_list)>
                    <For each=move || list.get().current key=|row| (row.priority.id, row.priority.title.clone(), row.priority.description.clone()) let:priority>{row(priority)}</For>
                </ol>
                <div class="actions">
                    {move || enough.get().then(|| view! {
                        <a class="btn btn-primary" href=Route::In(workspace, Page::NewRound).href()>
                            {tu_string!(i18n, start.first_round)}
                            <Icon name=IconName::ArrowRight/>
                        </a>
                    })}
                    <a class="btn" href=Route::In(workspace, Page::Today).href()>{tu_string!(i18n, start.later)}</a>
                    <button type="button" class="btn btn-quiet" on:click=move |_| on_back.run(())>
                        <Icon name=IconName::ArrowLeft/>
                        {tu_string!(i18n, start.back_to_leaders)}
                    </button>
                    <p class="muted small actions-note" role="status">
                        {move || t!(i18n, start.priorities_count, count = move || list.with(|list| list.current.len()), needed = move || list.with(|list| list.needed))}
                    </p>
                </div>
            </section>
        </WhenLoaded>
    }
}
