//! Files dropped onto the page or chosen in a file input.

use wasm_bindgen::JsCast;
use web_sys::{DragEvent, Event, File, HtmlInputElement};

/// The first file that was dropped.
#[must_use]
pub fn dropped(event: &DragEvent) -> Option<File> {
    event.data_transfer()?.files()?.get(0)
}

/// The file that was chosen. The input is emptied, so that choosing the same file again is noticed.
#[must_use]
pub fn picked(event: &Event) -> Option<File> {
    let input: HtmlInputElement = event.target()?.dyn_into().ok()?;
    let file = input.files()?.get(0);
    input.set_value("");
    file
}
