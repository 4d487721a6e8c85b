//! Being written.
use leptos::prelude::*;
use plumbline_core::id::{RoundId, WorkspaceId};

/// Being written.
#[component]
pub fn StackPage(workspace: WorkspaceId, round: RoundId) -> impl IntoView {
    let _ = (workspace, round);
}
