//! Where the app's module is split. Whatever only these functions lead to is fetched with them. One function for each part: every
//! one has to be waited for by itself before it can be called at once.

use leptos::prelude::*;
use plumbline_core::id::WorkspaceId;

use crate::boxed::view;
use crate::components::shell::WorkspaceFrame;
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
use crate::pages::team::TeamPage;
use crate::pages::today::TodayPage;
use crate::route::{Page, Route};

#[cfg(split)]
mod chosen {
    use leptos::wasm_split::{SplitLoaderError, wasm_split};

    use super::*;

    #[wasm_split(frame, wasm_split_path = ::leptos::wasm_split, preload(fetch_frame), fallible)]
    pub fn coming_in(what: ComingIn) -> Result<AnyView, SplitLoaderError> {
        Ok(super::draw_coming_in(what))
    }

    #[wasm_split(pages, wasm_split_path = ::leptos::wasm_split, preload(fetch_pages), fallible)]
    pub fn page(route: Route) -> Result<AnyView, SplitLoaderError> {
        Ok(super::draw_page(route))
    }
}

#[cfg(not(split))]
mod chosen {
    use std::convert::Infallible;
    use std::future::{Future, ready};

    use super::*;

    pub fn fetch_frame() -> impl Future<Output = Result<(), Infallible>> {
        ready(Ok(()))
    }

    pub fn fetch_pages() -> impl Future<Output = Result<(), Infallible>> {
        ready(Ok(()))
    }

    pub fn coming_in(what: ComingIn) -> impl Future<Output = Result<AnyView, Infallible>> {
        ready(Ok(super::draw_coming_in(what)))
    }

    pub fn page(route: Route) -> impl Future<Output = Result<AnyView, Infallible>> {
        ready(Ok(super::draw_page(route)))
    }
}

pub use chosen::{coming_in, fetch_frame, fetch_pages, page};

/// What the part for coming in draws.
#[derive(Debug, Clone, Copy)]
pub enum ComingIn {
    /// What is around the pages of a workspace, with the page that is shown.
    Frame(WorkspaceId, Signal<Option<Page>>),
    /// Joining by a link.
    Join,
    /// Who one is.
    Me(WorkspaceId),
}

fn draw_coming_in(what: ComingIn) -> AnyView {
    match what {
        ComingIn::Frame(workspace, page) => view! { <WorkspaceFrame workspace page/> },
        ComingIn::Join => view! { <JoinPage/> },
        ComingIn::Me(workspace) => view! { <MePage workspace/> },
    }
}

fn draw_page(route: Route) -> AnyView {
    match route {
        Route::New => view! { <NewPage/> },
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
            Page::Settings => view! { <SettingsPage workspace/> },
            Page::Me => ().into_any(),
        },
        Route::Start | Route::Join | Route::Unknown => ().into_any(),
    }
}
