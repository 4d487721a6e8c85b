//! What needs saying on every page: the sample, a read-only workspace, damage mended, the engine, a new version.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use plumbline_core::bridge::Request;
use plumbline_core::bridge::sharing::{Role, Standing, Way, Why};
use plumbline_core::id::WorkspaceId;
use plumbline_core::view::ShellView;

use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::notice::use_notices;
use crate::platform::{page, preferences, updates};
use crate::route::{Page, Route};
use crate::workspace::{EngineState, use_workspace};

/// Banners of the open workspace.
#[component]
pub fn WorkspaceBanners(
    /// Which workspace.
    workspace: WorkspaceId,
    /// Where the person is.
    page: Signal<Option<Page>>,
    /// The frame's view.
    shell: Memo<Option<ShellView>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let handle = use_workspace();
    let sample = Memo::new(move |_| shell.with(|shell| shell.as_ref().is_some_and(|shell| shell.sample)));
    let read_only = Memo::new(move |_| shell.with(|shell| shell.as_ref().is_some_and(|shell| shell.read_only)));
    let conflicts = Memo::new(move |_| shell.with(|shell| shell.as_ref().map_or(0, |shell| shell.conflicts)));
    let standing = Memo::new(move |_| {
        handle.sharing().with(|sharing| sharing.as_ref().map(|sharing| (sharing.standing, sharing.way)))
    });
    let looks_only = move || match standing.get()? {
        (Standing::Removed, _) | (_, Way::Away(Why::Removed)) => Some(t_string!(i18n, sharing.was_removed)),
        (Standing::Member(Role::Reader), _) => Some(t_string!(i18n, sharing.only_look)),
        _ => None,
    };
    let remove = remove_workspace();
    let dismissed = RwSignal::new(false);
    let damaged = move || handle.recovered().get().map(|recovery| recovery.damaged).filter(|damaged| *damaged > 0);
    view! {
        {move || read_only.get().then(|| view! {
            <div class="banner banner-warn">
                <Icon name=IconName::Lock/>
                <p>{tu_string!(i18n, common.read_only)}</p>
                <button type="button" class="btn btn-small" on:click=move |_| page::reload()>{tu_string!(i18n, common.reload)}</button>
            </div>
        })}
        {move || looks_only().map(|words| view! {
            <div class="banner">
                <Icon name=IconName::Eye/>
                <p>{words}</p>
            </div>
        })}
        {move || damaged().filter(|_| !dismissed.get()).map(|damaged| view! {
            <div class="banner banner-warn">
                <Icon name=IconName::Warning/>
                <p>{t!(i18n, common.recovered, count = move || damaged)}</p>
                <button type="button" class="btn btn-small" on:click=move |_| dismissed.set(true)>{tu_string!(i18n, common.dismiss)}</button>
            </div>
        })}
        {move || (conflicts.get() > 0 && !matches!(page.get(), Some(Page::Today | Page::Conflicts))).then(|| view! {
            <div class="banner banner-warn">
                <Icon name=IconName::Conflict/>
                <p>{t!(i18n, common.conflicts_banner, count = move || conflicts.get())}</p>
                <a class="btn btn-small" href=Route::In(workspace, Page::Conflicts).href()>{tu_string!(i18n, common.conflicts_open)}</a>
            </div>
        })}
        {move || sample.get().then(|| view! {
            <div class="banner">
                <Icon name=IconName::Info/>
                <p>{tu_string!(i18n, common.sample_banner)}</p>
                <button type="button" class="btn btn-small" on:click=move |_| remove.run((workspace, Named::Sample))>
                    {tu_string!(i18n, common.sample_remove)}
                </button>
            </div>
        })}
    }
}

/// What the notice calls a workspace that was put in the bin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// The sample team.
    Sample,
    /// One of the team's own.
    Own(String),
}

/// Put a workspace in the bin, go to the list of workspaces and offer to take it back.
pub fn remove_workspace() -> Callback<(WorkspaceId, Named)> {
    let i18n = use_i18n();
    let handle = use_workspace();
    let notices = use_notices();
    let navigate = use_navigate();
    Callback::new(move |(workspace, named): (WorkspaceId, Named)| {
        let navigate = navigate.clone();
        leptos::task::spawn_local(async move {
            if let Err(failure) = handle.ask(Request::Delete { workspace }).await {
                notices.failure(&failure);
                return;
            }
            if preferences::last_workspace() == Some(workspace) {
                preferences::set_last_workspace(None);
            }
            navigate(&Route::Start.href(), Default::default());
            leptos::task::spawn_local(page::rescue_focus("#main h1"));
            let words = match named {
                Named::Sample => tu_string!(i18n, common.sample_removed).to_string(),
                Named::Own(name) => tu_string!(i18n, common.workspace_deleted, name = name).to_string(),
            };
            let restore = Callback::new(move |()| {
                leptos::task::spawn_local(async move {
                    if let Err(failure) = handle.ask(Request::Restore { workspace }).await {
                        notices.failure(&failure);
                    }
                });
            });
            notices.done_with(words, tu_string!(i18n, common.undo), restore);
        });
    })
}

/// Banners of the app itself: how the engine is doing, and a new version.
#[component]
pub fn AppBanners(
    /// Whether the first look is served: keeping the app on this device downloads all of it.
    settled: Memo<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let engine = use_workspace().engine();
    let update = RwSignal::new(false);
    Effect::new(move |watching: Option<bool>| {
        let watching = watching.unwrap_or_default();
        if settled.get() && !watching {
            leptos::task::spawn_local(updates::watch(move || update.set(true)));
        }
        watching || settled.get_untracked()
    });
    let state = move || match engine.get() {
        EngineState::Running => ().into_any(),
        EngineState::Restarting => view! {
            <div class="banner">
                <Icon name=IconName::Clock/>
                <p>{tu_string!(i18n, common.engine_restarting)}</p>
            </div>
        },
        EngineState::Broken(detail) => view! {
            <div class="banner banner-bad">
                <Icon name=IconName::Warning/>
                <p>
                    <strong>{tu_string!(i18n, common.engine_broken)}</strong>
                    " "
                    {tu_string!(i18n, common.engine_broken_next)}
                </p>
                <button type="button" class="btn btn-small" on:click=move |_| page::reload()>{tu_string!(i18n, common.reload)}</button>
                {(!detail.is_empty()).then(|| view! {
                    <details class="small">
                        <summary>{tu_string!(i18n, common.engine_broken_detail)}</summary>
                        <code>{detail}</code>
                    </details>
                })}
            </div>
        },
    };
    view! {
        <div class="app-banners">
            <div role="alert">{move || state()}</div>
            <div role="status">
                {move || update.get().then(|| view! {
                    <div class="banner">
                        <Icon name=IconName::Info/>
                        <p>{tu_string!(i18n, common.update_ready)}</p>
                        <button type="button" class="btn btn-small btn-primary"
                            on:click=move |_| leptos::task::spawn_local(updates::take_over())>
                            {tu_string!(i18n, common.update_reload)}
                        </button>
                    </div>
                })}
            </div>
        </div>
    }
}
