//! Native dialogs: the browser keeps focus inside, closes them on Escape and gives focus back.

use leptos::html::Dialog;
use leptos::prelude::*;

/// Show a dialog above everything.
pub fn open(dialog: NodeRef<Dialog>) {
    if let Some(dialog) = dialog.get_untracked() {
        // Refused only when it is open already.
        let _ = dialog.show_modal();
    }
}

/// Close a dialog.
pub fn close(dialog: NodeRef<Dialog>) {
    if let Some(dialog) = dialog.get_untracked() {
        dialog.close();
    }
}

/// Whether a dialog shows.
#[must_use]
pub fn is_open(dialog: NodeRef<Dialog>) -> bool {
    dialog.get_untracked().is_some_and(|dialog| dialog.open())
}
