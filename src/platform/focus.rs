//! Focus inside a list.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Move focus to a part (`data-part`) of the row with this key, without scrolling more than needed.
pub fn on_part(list: &HtmlElement, key: &str, part: &str) {
    // Keys are identifiers: letters and digits, so they need no escaping.
    let target = list.query_selector(&format!("[data-key=\"{key}\"] [data-part=\"{part}\"]")).ok().flatten();
    if let Some(target) = target.and_then(|target| target.dyn_into::<HtmlElement>().ok()) {
        // Focusing fails for nothing that is on the page.
        let _ = target.focus();
    }
}

/// Take focus from whatever has it in this list.
pub fn leave(list: &HtmlElement) {
    let active =
        list.owner_document().and_then(|page| page.active_element()).filter(|active| list.contains(Some(active)));
    if let Some(active) = active.and_then(|active| active.dyn_into::<HtmlElement>().ok()) {
        // Taking focus away fails for nothing that is on the page.
        let _ = active.blur();
    }
}
