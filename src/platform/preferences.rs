//! Preferences of this device: small, losable, never the team's data.

use gloo_storage::{LocalStorage, Storage};
use plumbline_core::id::{LeaderId, WorkspaceId};
use serde::{Deserialize, Serialize};

const THEME: &str = "plumbline.theme";
const LAST: &str = "plumbline.last-workspace";

/// Light, dark, or as the system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Follow the system.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// The theme chosen on this device.
#[must_use]
pub fn theme() -> Theme {
    LocalStorage::get(THEME).unwrap_or_default()
}

/// Choose the theme for this device and apply it at once.
pub fn set_theme(theme: Theme) {
    // A browser that refuses storage still shows the theme until the page is left.
    let _ = LocalStorage::set(THEME, theme);
    apply_theme(theme);
}

/// Put the theme on the page.
pub fn apply_theme(theme: Theme) {
    let Some(root) = web_sys::window().and_then(|window| window.document()).and_then(|page| page.document_element())
    else {
        return;
    };
    let _ = match theme {
        Theme::System => root.remove_attribute("data-theme"),
        Theme::Light => root.set_attribute("data-theme", "light"),
        Theme::Dark => root.set_attribute("data-theme", "dark"),
    };
}

/// The workspace that was open last on this device.
#[must_use]
pub fn last_workspace() -> Option<WorkspaceId> {
    LocalStorage::get(LAST).ok()
}

/// Remember which workspace is open.
pub fn set_last_workspace(workspace: Option<WorkspaceId>) {
    match workspace {
        Some(workspace) => {
            let _ = LocalStorage::set(LAST, workspace);
        }
        None => LocalStorage::delete(LAST),
    }
}

const SHARES: &str = "plumbline.shares";

/// Whether a workspace was ever shared on this device: then its engine starts with a peer in it.
#[must_use]
pub fn shares() -> bool {
    LocalStorage::get(SHARES).unwrap_or_default()
}

/// A workspace is shared on this device. Forgotten, it costs another start of the engine and nothing else.
pub fn set_shares() {
    if !shares() {
        let _ = LocalStorage::set(SHARES, true);
    }
}

const SUSPECTS: &str = "plumbline.suspects";
/// More would mean that something else is wrong.
const MOST_SUSPECTS: usize = 100;

/// What others wrote that made the engine trap, by name: left out from then on. Forgotten, it is found out again.
#[must_use]
pub fn suspects() -> Vec<[u8; 32]> {
    LocalStorage::get(SUSPECTS).unwrap_or_default()
}

/// Note another.
pub fn suspect(payload: [u8; 32]) {
    let mut all = suspects();
    if !all.contains(&payload) && all.len() < MOST_SUSPECTS {
        all.push(payload);
        let _ = LocalStorage::set(SUSPECTS, all);
    }
}

const DIRECT: &str = "plumbline.direct";

/// Whether this device connects to other members' devices directly.
#[must_use]
pub fn direct() -> bool {
    LocalStorage::get(DIRECT).unwrap_or(true)
}

/// Say whether it does.
pub fn set_direct(wanted: bool) {
    let _ = LocalStorage::set(DIRECT, wanted);
}

fn me_key(workspace: WorkspaceId) -> String {
    format!("plumbline.me.{workspace}")
}

/// Which leader this device belongs to; `None` when it is shared.
#[must_use]
pub fn me(workspace: WorkspaceId) -> Option<LeaderId> {
    LocalStorage::get(me_key(workspace)).ok()
}

/// Say which leader this device belongs to.
pub fn set_me(workspace: WorkspaceId, leader: Option<LeaderId>) {
    match leader {
        Some(leader) => {
            let _ = LocalStorage::set(me_key(workspace), leader);
        }
        None => LocalStorage::delete(me_key(workspace)),
    }
}
