//! Being written.
use leptos::prelude::*;
use plumbline_core::id::WorkspaceId;

/// Being written.
#[component]
pub fn SettingsPage(workspace: WorkspaceId) -> impl IntoView {
    let _ = workspace;
}
