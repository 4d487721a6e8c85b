//! What is pasted.

use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// The text of a paste event, line breaks included; an input of one line would lose them.
#[must_use]
pub fn pasted(event: &web_sys::Event) -> Option<String> {
    let clipboard = Reflect::get(event, &JsValue::from_str("clipboardData")).ok()?;
    let read: Function = Reflect::get(&clipboard, &JsValue::from_str("getData")).ok()?.dyn_into().ok()?;
    read.call1(&clipboard, &JsValue::from_str("text")).ok()?.as_string()
}
