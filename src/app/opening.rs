//! Opens the workspace that the address names.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use leptos::prelude::*;
use plumbline_core::bridge::{Failure, Request};
use plumbline_core::id::WorkspaceId;

use crate::notice::use_notices;
use crate::platform::preferences;
use crate::workspace::use_workspace;

/// Whether the workspace of the address can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// Not asked for yet.
    Not,
    /// Asked for; its views flow as they come.
    Begun(WorkspaceId),
    /// This device does not have it.
    Unknown,
    /// It is here and cannot be read.
    Failed,
}

/// Open the workspace of the address whenever it is another one.
pub fn open_what_the_address_names(workspace: Memo<Option<WorkspaceId>>) -> RwSignal<Opening> {
    let handle = use_workspace();
    let notices = use_notices();
    let opening = RwSignal::new(Opening::Not);
    Effect::new(move |_| {
        let Some(id) = workspace.get() else {
            opening.set(Opening::Not);
            return;
        };
        let leader = preferences::me(id);
        if handle.current().get_untracked() == Some(id) {
            opening.set(Opening::Begun(id));
            preferences::set_last_workspace(Some(id));
            handle.send(Request::Identify(leader));
            return;
        }
        leptos::task::spawn_local(async move {
            let mut open = pin!(handle.open(id, leader));
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
                Ok(()) => preferences::set_last_workspace(Some(id)),
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
