//! What stands around every page.

use serde::{Deserialize, Serialize};

use super::Person;
use crate::id::WorkspaceId;
use crate::intent::Doing;

/// The frame: whose workspace, whether two laptops show the same, what can be taken back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShellView {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// Its name.
    pub name: String,
    /// Whether it is the made-up sample team.
    pub sample: bool,
    /// Short fingerprint of the document: equal on two laptops exactly when they hold the same changes.
    pub fingerprint: String,
    /// How many things wait for someone on Today.
    pub needs: u32,
    /// How many values are in conflict.
    pub conflicts: u32,
    /// What Undo would take back.
    pub undo: Option<Doing>,
    /// What Redo would do again.
    pub redo: Option<Doing>,
    /// The team as it is now.
    pub leaders: Vec<Person>,
    /// `true` when a newer version wrote this document: shown, not edited.
    pub read_only: bool,
}
