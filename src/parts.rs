//! The app in parts: what a first look needs is one module, the rest of the screens are others that are fetched beside it.
//!
//! The release splits the app's module where [`apart`] says so (`xtask/src/build/split.rs`). Everywhere else there is one module,
//! and every part is here from the start.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use leptos::prelude::*;
use plumbline_core::id::WorkspaceId;

use crate::boxed::view;
use crate::i18n::*;
use crate::route::{Page, Route};

mod apart;

use apart::ComingIn;

/// A part of the app besides the first one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Coming in: the frame of a workspace, joining, who one is.
    Frame,
    /// All other screens.
    Pages,
}

/// How far a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fetched {
    /// Nobody asked for it, or it is on its way.
    Not,
    /// It can be drawn.
    Here,
    /// It could not be fetched.
    Failed,
}

/// Which parts are here.
#[derive(Debug, Clone, Copy)]
pub struct Parts {
    frame: RwSignal<Fetched>,
    pages: RwSignal<Fetched>,
}

/// Provide [`Parts`].
pub fn provide_parts() {
    provide_context(Parts { frame: RwSignal::new(Fetched::Not), pages: RwSignal::new(Fetched::Not) });
}

/// The parts, from any component.
#[must_use]
pub fn use_parts() -> Parts {
    expect_context()
}

/// What a place takes besides the first part.
const fn takes(route: Route) -> &'static [Part] {
    match route {
        Route::Start | Route::Unknown => &[],
        Route::Join | Route::In(_, Page::Me) => &[Part::Frame],
        Route::New | Route::Measures => &[Part::Pages],
        Route::In(..) => &[Part::Frame, Part::Pages],
    }
}

impl Parts {
    /// Whether everything is here that a place takes.
    #[must_use]
    pub fn of(self, route: Route) -> Fetched {
        let mut all = Fetched::Here;
        for part in takes(route) {
            match self.state(*part).get() {
                Fetched::Here => {}
                Fetched::Not if all == Fetched::Failed => {}
                other => all = other,
            }
        }
        all
    }

    /// Ask for what a place takes, if it is not here.
    pub fn ask_for(self, route: Route) {
        for part in takes(route) {
            self.fetch(*part);
        }
    }

    /// Ask for everything.
    pub fn ask_for_all(self) {
        self.fetch(Part::Frame);
        self.fetch(Part::Pages);
    }

    /// Whether the frame of a workspace can be drawn.
    #[must_use]
    pub fn has_frame(self) -> bool {
        self.frame.get() == Fetched::Here
    }

    const fn state(self, part: Part) -> RwSignal<Fetched> {
        match part {
            Part::Frame => self.frame,
            Part::Pages => self.pages,
        }
    }

    fn fetch(self, part: Part) {
        let state = self.state(part);
        if state.get_untracked() == Fetched::Here {
            return;
        }
        if state.get_untracked() == Fetched::Failed {
            state.set(Fetched::Not);
        }
        let fetching = async move {
            match part {
                Part::Frame => apart::fetch_frame().await.is_ok(),
                Part::Pages => apart::fetch_pages().await.is_ok(),
            }
        };
        let arrived = move |here| {
            let now = if here { Fetched::Here } else { Fetched::Failed };
            if state.get_untracked() != now {
                state.set(now);
            }
        };
        let mut fetching = Box::pin(fetching);
        // Known at once where there is one module, and when it came before.
        match at_once(fetching.as_mut()) {
            Some(here) => arrived(here),
            None => leptos::task::spawn_local(async move { arrived(fetching.await) }),
        }
    }
}

/// The frame of an open workspace, once its part is here.
pub fn frame(workspace: WorkspaceId, page: Signal<Option<Page>>) -> AnyView {
    drawn(at_once(apart::coming_in(ComingIn::Frame(workspace, page))))
}

/// A page of a part, once that part is here.
pub fn page(route: Route) -> AnyView {
    match route {
        Route::Join => drawn(at_once(apart::coming_in(ComingIn::Join))),
        Route::In(workspace, Page::Me) => drawn(at_once(apart::coming_in(ComingIn::Me(workspace)))),
        _ => drawn(at_once(apart::page(route))),
    }
}

/// Nothing is drawn by a part that is not here: [`Parts::of`] was not asked.
fn drawn<E>(view: Option<Result<AnyView, E>>) -> AnyView {
    view.and_then(Result::ok).unwrap_or_else(|| ().into_any())
}

/// What a future that does not have to wait comes to.
fn at_once<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// In place of a page whose part could not be fetched: why, and once more.
#[component]
pub fn NotFetched(route: Route) -> impl IntoView {
    let i18n = use_i18n();
    let parts = use_parts();
    view! {
        <section class="page nowhere">
            <div class="empty">
                <h1 tabindex="-1">{tu_string!(i18n, common.unfetched_title)}</h1>
                <p>{tu_string!(i18n, common.unfetched_text)}</p>
                <button type="button" class="btn btn-primary" on:click=move |_| parts.ask_for(route)>{tu_string!(i18n, common.try_again)}</button>
            </div>
        </section>
    }
}
