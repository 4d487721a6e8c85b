//! The way in: what Plumbline is, the workspaces on this device, three ways to get one.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use plumbline_core::bridge::{Request, WorkspaceCard};

use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::components::shell::{Named, remove_workspace};
use crate::components::workspace_file::OpenWorkspaceFile;
use crate::i18n::*;
use crate::notice::use_notices;
use crate::platform::{clock, page, random};
use crate::route::{Page, Route};
use crate::workspace::{EngineState, use_workspace};

mod bin;

use bin::Bin;

/// Choose, make or bring in a workspace.
#[component]
pub fn StartPage() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let directory = workspace.directory();
    let here = Memo::new(move |_| {
        directory.get().map(|cards| cards.into_iter().filter(|card| card.deleted.is_none()).collect::<Vec<_>>())
    });
    let binned = Memo::new(move |_| {
        let cards = directory.get().unwrap_or_default();
        cards.into_iter().filter(|card| card.deleted.is_some()).collect::<Vec<_>>()
    });
    // 0 not known yet, 1 the first visit, 2 there are workspaces.
    let state =
        Memo::new(move |_| here.with(|here| here.as_ref().map_or(0, |here| if here.is_empty() { 1 } else { 2 })));
    let engine = workspace.engine();
    Effect::new(move |_| {
        if state.get() != 0 || engine.with(|engine| *engine != EngineState::Running) {
            page::remove_skeleton();
        }
    });
    on_cleanup(page::remove_skeleton);
    view! {
        <div class="page start">
            {move || match state.get() {
                0 => view! { <div class="waiting" aria-busy="true"><h1 class="visually-hidden" tabindex="-1">{tu_string!(i18n, start.heading)}</h1></div> },
                1 => view! {
                    <header class="start-hero">
                        <h1 tabindex="-1">{tu_string!(i18n, start.promise)}</h1>
                        <p class="lead">{tu_string!(i18n, start.explanation)}</p>
                    </header>
                    <Ways/>
                    <p class="muted small start-note">{tu_string!(i18n, start.where_data_is)}</p>
                },
                _ => view! {
                    <header class="page-head"><h1 tabindex="-1">{tu_string!(i18n, start.heading)}</h1></header>
                    <WorkspaceList cards=Signal::derive(move || here.get().unwrap_or_default())/>
                    <section class="column" aria-labelledby="start-more">
                        <h2 id="start-more">{tu_string!(i18n, start.another)}</h2>
                        <Ways/>
                    </section>
                },
            }}
            <Bin cards=binned/>
        </div>
    }
}

/// The three ways to get a workspace.
#[component]
fn Ways() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let notices = use_notices();
    let navigate = use_navigate();
    let busy = RwSignal::new(false);
    let sample = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let id = random::workspace_id();
        let navigate = navigate.clone();
        leptos::task::spawn_local(async move {
            match workspace.ask(Request::CreateSample { workspace: id }).await {
                Ok(_) => navigate(&Route::In(id, Page::Today).href(), Default::default()),
                Err(failure) => notices.failure(&failure),
            }
            busy.try_set(false);
        });
    };
    view! {
        <ul class="ways" role="list">
            <li>
                <a class="way way-first" href=Route::New.href()>
                    <span class="way-words">
                        <span class="way-name">{tu_string!(i18n, start.ours)}</span>
                        <span class="way-what">{tu_string!(i18n, start.ours_what)}</span>
                    </span>
                    <Icon name=IconName::ArrowRight/>
                </a>
            </li>
            <li>
                <button type="button" class="way" on:click=sample aria-busy=move || busy.get().to_string()>
                    <span class="way-words">
                        <span class="way-name">{tu_string!(i18n, start.sample)}</span>
                        <span class="way-what">{tu_string!(i18n, start.sample_what)}</span>
                    </span>
                    <Icon name=IconName::ArrowRight/>
                </button>
            </li>
            <li>
                <a class="way" href=Route::Join.href()>
                    <span class="way-words">
                        <span class="way-name">{tu_string!(i18n, start.join)}</span>
                        <span class="way-what">{tu_string!(i18n, start.join_what)}</span>
                    </span>
                    <Icon name=IconName::ArrowRight/>
                </a>
            </li>
            <li>
                <OpenWorkspaceFile class="way">
                    <span class="way-words">
                        <span class="way-name">{tu_string!(i18n, start.file)}</span>
                        <span class="way-what">{tu_string!(i18n, start.file_what)}</span>
                    </span>
                    <Icon name=IconName::ArrowRight/>
                </OpenWorkspaceFile>
            </li>
        </ul>
    }
}

/// The workspaces on this device.
#[component]
fn WorkspaceList(cards: Signal<Vec<WorkspaceCard>>) -> impl IntoView {
    let i18n = use_i18n();
    let remove = remove_workspace();
    view! {
        <ul class="workspaces" role="list" aria-label=tu_string!(i18n, start.heading)>
            <For each=move || cards.get() key=|card| (card.id, card.name.clone(), card.opened) let:card>
                {
                    let WorkspaceCard { id, name, sample, opened, .. } = card;
                    let named = if sample { Named::Sample } else { Named::Own(name.clone()) };
                    let label = name.clone();
                    view! {
                        <li class="workspace">
                            <a class="workspace-link" href=Route::In(id, Page::Today).href()>{name}</a>
                            {sample.then(|| view! { <span class="badge">{tu_string!(i18n, common.sample_badge)}</span> })}
                            <span class="muted small workspace-when">{t!(i18n, start.opened, at = clock::moment_text(opened))}</span>
                            <button type="button" class="btn btn-quiet btn-icon btn-small workspace-remove"
                                aria-label=move || t_string!(i18n, start.delete_named, name = label.clone())
                                title=tu_string!(i18n, start.delete)
                                on:click=move |_| remove.run((id, named.clone()))>
                                <Icon name=IconName::Trash/>
                            </button>
                        </li>
                    }
                }
            </For>
        </ul>
    }
}
