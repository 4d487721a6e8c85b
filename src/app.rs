//! Mounts the app: one context, one frame, one page.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route as At, Router};
use leptos_router::hooks::use_location;
use leptos_router::path;
use plumbline_core::bridge::{Failure, Request};
use plumbline_core::id::WorkspaceId;

use crate::components::shell::{AppBanners, WorkspaceFrame};
use crate::components::theme::provide_theme;
use crate::components::toasts::Toasts;
use crate::i18n::*;
use crate::notice::{provide_notices, use_notices};
use crate::pages::ballot::BallotPage;
use crate::pages::conflicts::ConflictsPage;
use crate::pages::diagnose::DiagnosePage;
use crate::pages::import::ImportPage;
use crate::pages::measures::MeasuresPage;
use crate::pages::new::NewPage;
use crate::pages::new_round::NewRoundPage;
use crate::pages::priorities::PrioritiesPage;
use crate::pages::round::RoundPage;
use crate::pages::settings::SettingsPage;
use crate::pages::stack::StackPage;
use crate::pages::start::StartPage;
use crate::pages::team::TeamPage;
use crate::pages::today::TodayPage;
use crate::platform::{page, preferences};
use crate::route::{Page, Route};
use crate::workspace::{provide_workspace, use_workspace};

/// Put the app on the page.
pub fn mount() {
    leptos::mount::mount_to_body(App);
    page::remove_skeleton();
}

#[component]
fn App() -> impl IntoView {
    provide_notices();
    provide_workspace();
    provide_theme();
    view! {
        <I18nContextProvider>
            <Router>
                // One route for every address: without one the router never writes the address of a followed link.
                <FlatRoutes fallback=Frame>
                    <At path=path!("/*any") view=Frame/>
                </FlatRoutes>
            </Router>
        </I18nContextProvider>
    }
}

/// Whether the workspace of the address can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opening {
    /// Not asked for yet.
    Not,
    /// Asked for; its views flow as they come.
    Begun(WorkspaceId),
    /// This device does not have it.
    Unknown,
    /// It is here and cannot be read.
    Failed,
}

/// What the middle of the screen shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Page(Route),
    Waiting,
    Unknown,
    Failed,
}

/// What stays from page to page.
#[component]
fn Frame() -> impl IntoView {
    let i18n = use_i18n();
    let location = use_location();
    let route = Memo::new(move |_| Route::parse(&location.pathname.get()));
    let workspace = Memo::new(move |_| route.get().workspace());
    let opening = open_what_the_address_names(workspace);
    let here = Signal::derive(move || match route.get() {
        Route::In(_, page) => Some(page),
        _ => None,
    });
    follow_navigation(route, workspace);
    let begun = Memo::new(move |_| workspace.get().filter(|id| opening.get() == Opening::Begun(*id)));
    let frame = move || match begun.get() {
        Some(workspace) => view! { <WorkspaceFrame workspace page=here/> }.into_any(),
        None => view! { <PlainFrame/> }.into_any(),
    };
    // One memo decides: a page is drawn anew only when what it shows is another thing.
    let shown = Memo::new(move |_| match (route.get(), opening.get()) {
        (Route::In(id, page), Opening::Begun(begun)) if id == begun => Shown::Page(Route::In(id, page)),
        (Route::In(..), Opening::Unknown) => Shown::Unknown,
        (Route::In(..), Opening::Failed) => Shown::Failed,
        (Route::In(..), _) => Shown::Waiting,
        (outside, _) => Shown::Page(outside),
    });
    let place = move || match shown.get() {
        Shown::Page(route) => place(route),
        Shown::Waiting => view! { <div class="waiting" aria-busy="true"></div> }.into_any(),
        Shown::Unknown => view! { <NotOpened why=Why::UnknownWorkspace/> }.into_any(),
        Shown::Failed => view! { <NotOpened why=Why::Unreadable/> }.into_any(),
    };
    view! {
        <a class="skip-link" href="#main" on:click=move |event| { event.prevent_default(); page::focus("main"); }>
            {t!(i18n, common.skip_link)}
        </a>
        <div class="shell" class:shell-plain=move || begun.get().is_none()>
            <AppBanners/>
            {frame}
            <main id="main" tabindex="-1">{place}</main>
        </div>
        <Toasts/>
    }
}

/// The frame outside any workspace: the name, leading to the list.
#[component]
fn PlainFrame() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <header class="shell-plain-head">
            <a class="wordmark" href=Route::Start.href()>{t!(i18n, common.app_name)}</a>
        </header>
    }
}

/// Why there is nothing to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    UnknownWorkspace,
    Unreadable,
    UnknownPage,
}

/// Nothing to show, why, and the way on.
#[component]
fn NotOpened(why: Why) -> impl IntoView {
    let i18n = use_i18n();
    let title = move || match why {
        Why::UnknownWorkspace => t_string!(i18n, common.unknown_workspace_title),
        Why::Unreadable => t_string!(i18n, common.unopened_title),
        Why::UnknownPage => t_string!(i18n, common.unknown_page_title),
    };
    let text = move || match why {
        Why::UnknownWorkspace => t_string!(i18n, common.unknown_workspace_text),
        Why::Unreadable => t_string!(i18n, common.unopened_text),
        Why::UnknownPage => t_string!(i18n, common.unknown_page_text),
    };
    view! {
        <section class="page nowhere">
            <div class="empty">
                <h1 tabindex="-1">{title}</h1>
                <p>{text}</p>
                <a class="btn btn-primary" href=Route::Start.href()>{t!(i18n, common.see_all_workspaces)}</a>
            </div>
        </section>
    }
}

/// Open the workspace of the address whenever it is another one.
fn open_what_the_address_names(workspace: Memo<Option<WorkspaceId>>) -> RwSignal<Opening> {
    let handle = use_workspace();
    let notices = use_notices();
    let opening = RwSignal::new(Opening::Not);
    Effect::new(move |_| {
        let Some(id) = workspace.get() else {
            opening.set(Opening::Not);
            return;
        };
        let entered = move || {
            preferences::set_last_workspace(Some(id));
            handle.send(Request::Identify(preferences::me(id)));
        };
        if handle.current().get_untracked() == Some(id) {
            opening.set(Opening::Begun(id));
            entered();
            return;
        }
        leptos::task::spawn_local(async move {
            let mut open = pin!(handle.open(id));
            // The first poll forgets the views of the workspace before and asks for this one; only then may pages subscribe.
            let first = poll_fn(|context| Poll::Ready(open.as_mut().poll(context))).await;
            if workspace.get_untracked() == Some(id) {
                opening.set(Opening::Begun(id));
            }
            let result = match first {
                Poll::Ready(result) => result,
                Poll::Pending => open.await,
            };
            if workspace.get_untracked() != Some(id) {
                return;
            }
            match result {
                Ok(()) => entered(),
                Err(Failure::Unknown) => opening.set(Opening::Unknown),
                Err(failure) => {
                    notices.failure(&failure);
                    opening.set(Opening::Failed);
                }
            }
        });
    });
    opening
}

/// After each navigation: the title, open menus closed, and focus on the new page's heading.
fn follow_navigation(route: Memo<Route>, workspace: Memo<Option<WorkspaceId>>) {
    let i18n = use_i18n();
    let directory = use_workspace().directory();
    Effect::new(move |_| {
        let page = page_name(i18n, route.get());
        let name = workspace.get().and_then(|id| {
            directory.with(|cards| cards.as_ref()?.iter().find(|card| card.id == id).map(|card| card.name.clone()))
        });
        page::set_title(&match name {
            Some(name) => t_string!(i18n, common.title_page, page = page, workspace = name).to_string(),
            None => t_string!(i18n, common.title_plain, page = page).to_string(),
        });
    });
    Effect::new(move |before: Option<Route>| {
        let now = route.get();
        if before.is_some_and(|before| before != now) {
            page::close_popovers();
            leptos::task::spawn_local(page::focus_heading());
        }
        now
    });
}

fn page_name(i18n: crate::notice::words::Sentences, route: Route) -> &'static str {
    match route {
        Route::Start => t_string!(i18n, common.page_start),
        Route::New => t_string!(i18n, common.page_new),
        Route::Measures => t_string!(i18n, common.nav_measures),
        Route::Unknown => t_string!(i18n, common.page_unknown),
        Route::In(_, page) => match page {
            Page::Today => t_string!(i18n, common.nav_today),
            Page::Diagnose => t_string!(i18n, common.nav_rounds),
            Page::NewRound => t_string!(i18n, common.page_new_round),
            Page::Round(_) => t_string!(i18n, common.page_round),
            Page::Ballot(_) => t_string!(i18n, common.page_ballot),
            Page::Stack(_) => t_string!(i18n, common.page_stack),
            Page::Priorities => t_string!(i18n, common.nav_priorities),
            Page::Team => t_string!(i18n, common.nav_team),
            Page::Import => t_string!(i18n, common.page_import),
            Page::Conflicts => t_string!(i18n, common.page_conflicts),
            Page::Settings => t_string!(i18n, common.nav_settings),
        },
    }
}

/// The page the address leads to.
fn place(route: Route) -> AnyView {
    match route {
        Route::Start => view! { <StartPage/> }.into_any(),
        Route::Unknown => view! { <NotOpened why=Why::UnknownPage/> }.into_any(),
        Route::New => view! { <NewPage/> }.into_any(),
        Route::Measures => view! { <MeasuresPage/> }.into_any(),
        Route::In(workspace, page) => match page {
            Page::Today => view! { <TodayPage workspace/> }.into_any(),
            Page::Diagnose => view! { <DiagnosePage workspace/> }.into_any(),
            Page::NewRound => view! { <NewRoundPage workspace/> }.into_any(),
            Page::Round(round) => view! { <RoundPage workspace round/> }.into_any(),
            Page::Ballot(round) => view! { <BallotPage workspace round/> }.into_any(),
            Page::Stack(round) => view! { <StackPage workspace round/> }.into_any(),
            Page::Priorities => view! { <PrioritiesPage workspace/> }.into_any(),
            Page::Team => view! { <TeamPage workspace/> }.into_any(),
            Page::Import => view! { <ImportPage workspace/> }.into_any(),
            Page::Conflicts => view! { <ConflictsPage workspace/> }.into_any(),
            Page::Settings => view! { <SettingsPage workspace/> }.into_any(),
        },
    }
}
