//! The address bar: where the app is, links that are opened, and links handed on.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Scheme, host and port of the app.
#[must_use]
pub fn origin() -> String {
    web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default()
}

/// Whether a link stands in the address bar.
#[must_use]
pub fn has_link() -> bool {
    link_in_address().is_some()
}

fn link_in_address() -> Option<String> {
    let hash = web_sys::window()?.location().hash().ok()?;
    let code = hash.strip_prefix('#')?;
    // "w1.", or the mark of a later version.
    let is_link = code
        .strip_prefix('w')
        .and_then(|rest| rest.split_once('.'))
        .is_some_and(|(version, _)| !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit()));
    is_link.then(|| code.to_owned())
}

/// Another device's code that stands in the address bar, which goes on to `next`.
#[must_use]
pub fn take_code(next: &str) -> Option<String> {
    let window = web_sys::window()?;
    let hash = window.location().hash().ok()?;
    let code = hash.strip_prefix('#').filter(|code| code.starts_with("c1."))?.to_owned();
    // As for a link.
    let _ = window.history().and_then(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(next)));
    Some(code)
}

/// A link that stands in the address bar, which is cleared of it: it is a key, and must not stay in the history.
#[must_use]
pub fn take_link() -> Option<String> {
    let code = link_in_address()?;
    let window = web_sys::window()?;
    // If the browser keeps the address as it is, the link still works.
    let _ = window.history().and_then(|history| history.replace_state_with_url(&JsValue::NULL, "", Some("/join")));
    Some(code)
}

/// Be told when a link is put into the address bar while the app is open.
pub fn watch_links(hear: impl Fn() + 'static) {
    let Some(window) = web_sys::window() else { return };
    let listener = Closure::<dyn FnMut()>::new(hear);
    // The page listens for as long as it lives.
    let _ = window.add_event_listener_with_callback("hashchange", listener.as_ref().unchecked_ref());
    listener.forget();
}

/// Put a text on the clipboard. Whether the browser allowed it.
pub async fn copy(text: &str) -> bool {
    let call = || -> Option<Promise> {
        let clipboard = Reflect::get(&web_sys::window()?.navigator(), &JsValue::from_str("clipboard")).ok()?;
        let write: Function = Reflect::get(&clipboard, &JsValue::from_str("writeText")).ok()?.dyn_into().ok()?;
        write.call1(&clipboard, &JsValue::from_str(text)).ok()?.dyn_into().ok()
    };
    match call() {
        Some(promise) => JsFuture::from(promise).await.is_ok(),
        None => false,
    }
}

fn share_function() -> Option<Function> {
    let navigator = web_sys::window()?.navigator();
    Reflect::get(&navigator, &JsValue::from_str("share")).ok()?.dyn_into().ok()
}

/// Whether the device has a sheet for sending things to other apps.
#[must_use]
pub fn can_send() -> bool {
    share_function().is_some()
}

/// Open the device's sheet with a text and an address. Closing it is no failure.
pub async fn send(text: &str, address: &str) {
    let call = || -> Option<Promise> {
        let data = Object::new();
        Reflect::set(&data, &JsValue::from_str("text"), &JsValue::from_str(text)).ok()?;
        Reflect::set(&data, &JsValue::from_str("url"), &JsValue::from_str(address)).ok()?;
        share_function()?.call1(&web_sys::window()?.navigator(), &data).ok()?.dyn_into().ok()
    };
    if let Some(promise) = call() {
        let _ = JsFuture::from(promise).await;
    }
}
