//! Workspace settings and what the document holds.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// The settings page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SettingsView {
    /// The workspace's name.
    pub name: String,
    /// How many a ballot ranks.
    pub top: u8,
    /// Smallest and largest allowed.
    pub top_range: (u8, u8),
    /// Whether it is the sample team.
    pub sample: bool,
    /// When it was made.
    pub created: Timestamp,
    /// Short fingerprint of the document.
    pub fingerprint: String,
    /// Changes recorded since the beginning.
    pub changes: u64,
    /// Sessions (tabs and devices) that have written.
    pub sessions: u32,
}
