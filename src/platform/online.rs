//! When the device comes back: the network, or the tab after a sleep.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::VisibilityState;

/// Be told when it is worth trying the network again.
pub fn watch(back: impl Fn() + Clone + 'static) {
    let Some(window) = web_sys::window() else { return };
    let online = Closure::<dyn FnMut()>::new(back.clone());
    // The page listens for as long as it lives.
    let _ = window.add_event_listener_with_callback("online", online.as_ref().unchecked_ref());
    online.forget();
    let Some(document) = window.document() else { return };
    let page = document.clone();
    let visible = Closure::<dyn FnMut()>::new(move || {
        if page.visibility_state() == VisibilityState::Visible {
            back();
        }
    });
    let _ = document.add_event_listener_with_callback("visibilitychange", visible.as_ref().unchecked_ref());
    visible.forget();
}
