//! The candidate list: what the team might put first.

mod add;
mod entry;

use std::collections::HashMap;

use leptos::prelude::*;
use plumbline_core::id::{PriorityId, WorkspaceId};
use plumbline_core::intent::Intent;
use plumbline_core::view::{PrioritiesView, PriorityRow, ViewKey};

use self::add::AddPriorities;
use self::entry::{EditPriority, Entry};
use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::components::loaded::WhenLoaded;
use crate::i18n::*;
use crate::notice::use_notices;
use crate::route::{Page, Route};
use crate::workspace::use_workspace;

/// The page.
#[component]
pub fn PrioritiesPage(workspace: WorkspaceId) -> impl IntoView {
    let view = use_workspace().view::<PrioritiesView>(ViewKey::Priorities);
    view! {
        <WhenLoaded view=view let:list>
            <Candidates workspace list/>
        </WhenLoaded>
    }
}

#[component]
fn Candidates(workspace: WorkspaceId, list: Signal<PrioritiesView>) -> impl IntoView {
    let i18n = use_i18n();
    let engine = use_workspace();
    let notices = use_notices();
    let editing = RwSignal::new(None::<PriorityId>);
    let count = move || list.with(|list| list.current.len());
    let needed = move || list.with(|list| list.needed as usize);
    let ready = move || count() >= needed();
    let href = move |page: Page| Route::In(workspace, page).href();
    let retire = move |priority: PriorityId, title: String| {
        leptos::task::spawn_local(async move {
            if engine.edit(Intent::RetirePriority { priority, retired: true }).await.is_ok() {
                let revive = move |()| engine.dispatch(Intent::RetirePriority { priority, retired: false });
                notices.done_with(
                    tu_string!(i18n, priorities.retired_notice, title = title),
                    tu_string!(i18n, common.undo),
                    Callback::new(revive),
                );
            }
        });
    };
    let places = Memo::new(move |_| {
        list.with(|list| list.current.iter().enumerate().map(|(place, row)| (row.priority.id, place)).collect())
    });
    let titles = move || {
        list.with(|list| {
            list.current.iter().chain(&list.retired).map(|row| row.priority.title.clone()).collect::<Vec<_>>()
        })
    };
    view! {
        <div class="page priorities-page">
            <header class="page-head">
                <div>
                    <h1 tabindex="-1">{tu_string!(i18n, priorities.title)}</h1>
                    <p class="lead">{tu_string!(i18n, priorities.lead)}</p>
                </div>
                <div class="actions">
                    <a class="btn" href=href(Page::Import)><Icon name=IconName::Upload/>{tu_string!(i18n, priorities.import)}</a>
                    <Show when=move || ready() && list.with(|list| list.open.is_none())>
                        <a class="btn btn-primary" href=href(Page::NewRound)>{tu_string!(i18n, priorities.open_round)}</a>
                    </Show>
                </div>
            </header>
            {move || list.with(|list| list.open.clone()).map(|open| view! {
                <p class="priorities-open">
                    <Icon name=IconName::Lock/>
                    <span>
                        {t_string!(i18n, priorities.fixed, label = open.label)} " "
                        <a href=href(Page::Round(open.id))>{tu_string!(i18n, priorities.fixed_link)}</a>
                    </span>
                </p>
            })}
            <AddPriorities known=Signal::derive(titles)/>
            <section class="column" aria-labelledby="on-the-list">
                <div class="priorities-head">
                    <h2 id="on-the-list">{tu_string!(i18n, priorities.on_the_list)}</h2>
                    <span class="muted num" role="status">
                        {move || if ready() {
                            t_string!(i18n, priorities.enough, count = count())
                        } else {
                            t_string!(i18n, priorities.progress, found = count(), needed = needed())
                        }}
                    </span>
                </div>
                <Show when=move || !ready()>
                    <progress class="priorities-progress" max=move || needed().to_string() value=move || count().to_string()
                        aria-label=tu_string!(i18n, priorities.progress_label)></progress>
                </Show>
                <Show when=move || count() == 0>
                    <p class="muted">{tu_string!(i18n, priorities.example)}</p>
                </Show>
                <ul class="priority-list" role="list">
                    <For each=move || list.with(|list| list.current.iter().map(|row| row.priority.id).collect::<Vec<_>>()) key=|id| *id let:id>
                        <Entry id row=live(list, places, id) last=Signal::derive(move || list.with(|list| list.last.clone()))
                            on_edit=Callback::new(move |id| editing.set(Some(id)))
                            on_retire=Callback::new(move |(id, title)| retire(id, title))/>
                    </For>
                </ul>
            </section>
            <Show when=move || list.with(|list| !list.retired.is_empty())>
                <details class="retired">
                    <summary>{move || t_string!(i18n, priorities.retired, count = list.with(|list| list.retired.len()))}</summary>
                    <ul class="priority-list" role="list">
                        <For each=move || list.with(|list| list.retired.clone()) key=|row| row.priority.clone().id let:row>
                            <li class="priority-row">
                                <span class="priority-words"><span class="priority-title">{row.priority.title.clone()}</span></span>
                                <button type="button" class="btn btn-small"
                                    aria-label={
                                        let title = row.priority.title.clone();
                                        move || t_string!(i18n, priorities.revive_name, title = title.clone())
                                    }
                                    on:click=move |_| engine.dispatch(Intent::RetirePriority { priority: row.priority.id, retired: false })>
                                    {tu_string!(i18n, priorities.revive)}
                                </button>
                            </li>
                        </For>
                    </ul>
                </details>
            </Show>
        </div>
        <EditPriority list editing/>
    }
}

/// The row as it is now: the list is drawn by identity, its words change. Nothing is copied while nothing changed, for the list
/// may be long.
fn live(
    list: Signal<PrioritiesView>,
    places: Memo<HashMap<PriorityId, usize>>,
    id: PriorityId,
) -> Memo<Option<PriorityRow>> {
    Memo::new_owning(move |last: Option<Option<PriorityRow>>| {
        let last = last.flatten();
        let place = places.with(|places| places.get(&id).copied());
        list.with(|list| match place.and_then(|place| list.current.get(place)).filter(|row| row.priority.id == id) {
            Some(now) if last.as_ref() != Some(now) => (Some(now.clone()), true),
            // What has just left the list keeps its words until it has left the page.
            _ => (last, false),
        })
    })
}
