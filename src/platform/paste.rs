//! What is pasted.

use leptos::ev;

/// The text on a paste event, when it has more than one line.
#[must_use]
pub fn several_lines(event: &ev::ClipboardEvent) -> Option<String> {
    let text = event.clipboard_data()?.get_data("text").ok()?;
    text.trim().contains(['\n', '\r']).then_some(text)
}
