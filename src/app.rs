//! Mounts the app: one context, one frame, one page.

use leptos::prelude::*;
use leptos_i18n::context::init_i18n_context;
use leptos_router::components::{FlatRoutes, Route as At, Router};
use leptos_router::hooks::use_location;
use leptos_router::path;

use crate::boxed::view;
use crate::components::shell::AppBanners;
use crate::components::theme::provide_theme;
use crate::components::toasts::Toasts;
use crate::i18n::*;
use crate::notice::provide_notices;
use crate::pages::start::StartPage;
use crate::parts::{self, Fetched, NotFetched, provide_parts, use_parts};
use crate::platform::page;
use crate::route::Route;
use crate::workspace::{EngineState, provide_workspace, use_workspace};

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
}

#[component]
fn App() -> impl IntoView {
    // Not by the library's component: that puts a script without content on the page, and Firefox, which enforces trusted types
    // there too, stops it.
    provide_context(init_i18n_context::<Locale>());
    provide_notices();
    provide_workspace();
    provide_parts();
    // Before the router reads the address: what stands behind its # is a key, and leaves the address bar at once.
    take_links();
    provide_theme();
    view! {
        <Router>
            // One route for every address: without one the router never writes the address of a followed link.
            <FlatRoutes fallback=Frame>
                <At path=path!("/*any") view=Frame/>
            </FlatRoutes>
        </Router>
    }
}

/// What the middle of the screen shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Page(Route),
    Waiting,
    Unknown,
    Failed,
    NotFetched(Route),
}

/// What stays from page to page.
#[component]
fn Frame() -> impl IntoView {
    let i18n = use_i18n();
    let location = use_location();
    let route = Memo::new(move |_| Route::parse(&location.pathname.get()));
    let workspace = Memo::new(move |_| route.get().workspace());
    let parts = use_parts();
    parts.ask_for(route.get_untracked());
    Effect::new(move |_| parts.ask_for(route.get()));
    keep_the_first_picture(route);
    let settled = fetch_the_rest_later(route);
    let opening = open_what_the_address_names(workspace);
    let here = Signal::derive(move || match route.get() {
        Route::In(_, page) => Some(page),
        _ => None,
    });
    follow_navigation(route, workspace);
    say_where_we_are(here, workspace);
    let begun =
        Memo::new(move |_| workspace.get().filter(|id| opening.get() == Opening::Begun(*id) && parts.has_frame()));
    let frame = move || match begun.get() {
        Some(workspace) => parts::frame(workspace, here),
        None => view! { <PlainFrame/> },
    };
    // One memo decides: a page is drawn anew only when what it shows is another thing.
    let shown = Memo::new(move |_| match (route.get(), opening.get()) {
        (Route::In(..), Opening::Unknown) => Shown::Unknown,
        (Route::In(..), Opening::Failed) => Shown::Failed,
        (Route::In(id, _), begun) if begun != Opening::Begun(id) => Shown::Waiting,
        (route, _) => match parts.of(route) {
            Fetched::Here => Shown::Page(route),
            Fetched::Not => Shown::Waiting,
            Fetched::Failed => Shown::NotFetched(route),
        },
    });
    let place = move || match shown.get() {
        Shown::Page(route) => place(route),
        Shown::Waiting => view! { <div class="waiting" aria-busy="true"></div> },
        Shown::Unknown => view! { <NotOpened why=Why::UnknownWorkspace/> },
        Shown::Failed => view! { <NotOpened why=Why::Unreadable/> },
        Shown::NotFetched(route) => view! { <NotFetched route/> },
    };
    view! {
        <a class="skip-link" href="#main" on:click=move |event| { event.prevent_default(); page::focus("main"); }>
            {tu_string!(i18n, common.skip_link)}
        </a>
        <div class="shell" class:shell-plain=move || begun.get().is_none()>
            <AppBanners settled/>
            {move || frame()}
            <main id="main" tabindex="-1">{move || place()}</main>
        </div>
        <Toasts/>
    }
}

/// The picture from before the app stays until there is as much to show: on the start page it says itself when that is.
fn keep_the_first_picture(route: Memo<Route>) {
    let parts = use_parts();
    Effect::new(move |_| {
        let here = parts.of(route.get()) != Fetched::Not;
        if here && !(page::is_first() && route.get() == Route::Start) {
            page::remove_skeleton();
        }
    });
}

/// The rest of the app comes when the first look is served: the engine has answered, and nobody waits for joining. Whether that is so.
fn fetch_the_rest_later(route: Memo<Route>) -> Memo<bool> {
    let (parts, handle) = (use_parts(), use_workspace());
    let settled = Memo::new(move |before: Option<&bool>| {
        let answered =
            handle.directory().with(Option::is_some) || handle.engine().with(|engine| *engine != EngineState::Running);
        before == Some(&true) || (answered && route.get() != Route::Join && parts.of(route.get()) != Fetched::Not)
    });
    Effect::new(move |_| {
        if settled.get() {
            parts.ask_for_all();
        }
    });
    settled
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
        other => parts::page(other),
    }
}
