//! Links that are opened, and the device coming back to the network.

use leptos::prelude::*;
use plumbline_core::bridge::Request;

use crate::platform::{address, online, page};
use crate::workspace::use_workspace;

/// Take a link out of the address bar, now and whenever one is put there.
pub fn take_links() {
    let workspace = use_workspace();
    workspace.incoming().set(address::take_link());
    address::watch_links(move || {
        if let Some(link) = address::take_link() {
            workspace.incoming().set(Some(link));
            page::address_changed();
        }
    });
    online::watch(move || {
        if workspace.sharing().with_untracked(Option::is_some) {
            workspace.send(Request::Reach);
        }
    });
}
