//! Links that are opened, and the device coming back to the network.

use leptos::prelude::*;
use plumbline_core::bridge::Request;

use crate::platform::{address, online, page, preferences};
use crate::route::{Page, Route};
use crate::workspace::use_workspace;

/// A code says nothing of its workspace that could be read here: the one that was open last is meant.
fn take_code() -> Option<String> {
    let next = preferences::last_workspace().map_or(Route::Start, |id| Route::In(id, Page::Sharing));
    address::take_code(&next.href())
}

/// Take a link out of the address bar, now and whenever one is put there.
pub fn take_links() {
    let workspace = use_workspace();
    workspace.incoming().set(address::take_link());
    workspace.carried().set(take_code());
    address::watch_links(move || {
        if let Some(link) = address::take_link() {
            workspace.incoming().set(Some(link));
            page::address_changed();
        } else if let Some(code) = take_code() {
            workspace.carried().set(Some(code));
            page::address_changed();
        }
    });
    online::watch(move || {
        if workspace.sharing().with_untracked(Option::is_some) {
            workspace.send(Request::Reach);
        }
    });
}
