//! Mounts the app: one context, one frame, one page.

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route as At, Router};
use leptos_router::hooks::use_location;
use leptos_router::path;

use crate::boxed::view;
use crate::components::shell::{AppBanners, WorkspaceFrame};
use crate::components::theme::provide_theme;
use crate::components::toasts::Toasts;
use crate::i18n::*;
use crate::notice::provide_notices;
use crate::pages::ballot::BallotPage;
use crate::pages::conflicts::ConflictsPage;
use crate::pages::diagnose::DiagnosePage;
use crate::pages::import::ImportPage;
use crate::pages::join::JoinPage;
use crate::pages::me::MePage;
use crate::pages::measures::MeasuresPage;
use crate::pages::new::NewPage;
use crate::pages::new_round::NewRoundPage;
use crate::pages::priorities::PrioritiesPage;
use crate::pages::round::RoundPage;
use crate::pages::settings::SettingsPage;
use crate::pages::sharing::SharingPage;
use crate::pages::stack::StackPage;
use crate::pages::start::StartPage;
use crate::pages::team::TeamPage;
use crate::pages::today::TodayPage;
use crate::platform::page;
use crate::route::{Page, Route};
use crate::workspace::provide_workspace;

mod following;
mod incoming;
mod nowhere;
mod opening;
mod present;

use following::follow_navigation;
use incoming::take_links;
use nowhere::{NotOpened, Why};
use opening::{Opening, open_what_the_address_names};
use present::say_where_we_are;

/// Put the app on the page.
pub fn mount() {
    leptos::mount::mount_to_body(App);
    // What a first visit reads meanwhile stays until the start page has as much to show.
    if !page::is_first() {
        page::remove_skeleton();
    }
}

#[component]
fn App() -> impl IntoView {
    provide_notices();
    provide_workspace();
    // Before the router reads the address: what stands behind its # is a key, and leaves the address bar at once.
    take_links();
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
    say_where_we_are(here, workspace);
    let begun = Memo::new(move |_| workspace.get().filter(|id| opening.get() == Opening::Begun(*id)));
    let frame = move || match begun.get() {
        Some(workspace) => view! { <WorkspaceFrame workspace page=here/> },
        None => view! { <PlainFrame/> },
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
        Shown::Waiting => view! { <div class="waiting" aria-busy="true"></div> },
        Shown::Unknown => view! { <NotOpened why=Why::UnknownWorkspace/> },
        Shown::Failed => view! { <NotOpened why=Why::Unreadable/> },
    };
    view! {
        <a class="skip-link" href="#main" on:click=move |event| { event.prevent_default(); page::focus("main"); }>
            {tu_string!(i18n, common.skip_link)}
        </a>
        <div class="shell" class:shell-plain=move || begun.get().is_none()>
            <AppBanners/>
            {move || frame()}
            <main id="main" tabindex="-1">{move || place()}</main>
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
            <a class="wordmark" href=Route::Start.href()>{tu_string!(i18n, common.app_name)}</a>
        </header>
    }
}

/// The page the address leads to.
fn place(route: Route) -> AnyView {
    match route {
        Route::Start => view! { <StartPage/> },
        Route::Unknown => view! { <NotOpened why=Why::UnknownPage/> },
        Route::New => view! { <NewPage/> },
        Route::Join => view! { <JoinPage/> },
        Route::Measures => view! { <MeasuresPage/> },
        Route::In(workspace, page) => match page {
            Page::Today => view! { <TodayPage workspace/> },
            Page::Diagnose => view! { <DiagnosePage workspace/> },
            Page::NewRound => view! { <NewRoundPage workspace/> },
            Page::Round(round) => view! { <RoundPage workspace round/> },
            Page::Ballot(round) => view! { <BallotPage workspace round/> },
            Page::Stack(round) => view! { <StackPage workspace round/> },
            Page::Priorities => view! { <PrioritiesPage workspace/> },
            Page::Team => view! { <TeamPage workspace/> },
            Page::Import => view! { <ImportPage workspace/> },
            Page::Conflicts => view! { <ConflictsPage workspace/> },
            Page::Sharing => view! { <SharingPage workspace/> },
            Page::Me => view! { <MePage workspace/> },
            Page::Settings => view! { <SettingsPage workspace/> },
        },
    }
}
