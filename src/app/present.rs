//! Tells the others, when the workspace is shared, who sits here and where.

use leptos::prelude::*;
use plumbline_core::bridge::Request;
use plumbline_core::bridge::sharing::{Place, Presence};
use plumbline_core::id::WorkspaceId;

use crate::platform::preferences;
use crate::route::Page;
use crate::workspace::use_workspace;

/// Say it whenever it changes.
pub fn say_where_we_are(here: Signal<Option<Page>>, workspace: Memo<Option<WorkspaceId>>) {
    let handle = use_workspace();
    let sharing = handle.sharing();
    let is_shared = Memo::new(move |_| sharing.with(Option::is_some));
    Effect::new(move |_| {
        handle.shared_run().track();
        if is_shared.get() && workspace.get().is_some() {
            handle.send(Request::Direct(preferences::direct()));
        }
    });
    Effect::new(move |_| {
        handle.shared_run().track();
        let (Some(page), Some(id), true) = (here.get(), workspace.get(), is_shared.get()) else { return };
        let presence = Presence { leader: preferences::me(id), place: place_of(page), ..Presence::default() };
        handle.send(Request::Show(presence));
    });
}

const fn place_of(page: Page) -> Place {
    match page {
        Page::Priorities => Place::Priorities,
        Page::Round(round) => Place::Round(round),
        Page::Ballot(round) => Place::Ballot(round),
        Page::Stack(round) => Place::Stack(round),
        _ => Place::Elsewhere,
    }
}
