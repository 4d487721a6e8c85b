//! Leaving the page: warned before the tab closes, asked before a link or the back button is followed, told when the page goes out
//! of sight.

use std::cell::Cell;

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlAnchorElement, PopStateEvent};

/// What an entry of the history says that only keeps the back button from leaving.
const HELD: &str = "plumbline-held";

thread_local! {
    /// Whether the page stands on such an entry, and going back would only come off it.
    static HOLDING: Cell<bool> = const { Cell::new(false) };
}

/// While `unfinished` says so: the browser asks before the tab is closed or reloaded, and links of the app are not followed
/// but handed to `ask` with their address. Lasts as long as the caller's owner.
pub fn guard(unfinished: impl Fn() -> bool + Clone + 'static, ask: impl Fn(String) + 'static) {
    let closing = {
        let unfinished = unfinished.clone();
        window_event_listener(ev::beforeunload, move |event| {
            if unfinished() {
                event.prevent_default();
            }
        })
    };
    let following = capture("click", move |event: web_sys::MouseEvent| {
        if event.button() != 0 || event.ctrl_key() || event.meta_key() || event.shift_key() || !unfinished() {
            return;
        }
        let link = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|target| target.closest("a[href]").ok().flatten())
            .and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
        let Some(link) = link.filter(|link| link.target().is_empty() && !link.has_attribute("data-stays")) else {
            return;
        };
        event.prevent_default();
        event.stop_propagation();
        ask(link.pathname());
    });
    on_cleanup(move || {
        closing.remove();
        following();
    });
}

/// While `unfinished`, the back button does not leave but calls `ask`; [`go_back`] then leaves. For as long as the caller's owner
/// lives.
///
/// The page gets a second entry in the history, for a browser tells of going back only when it has gone. When nothing is unfinished
/// any more, going back passes over that entry.
pub fn guard_back(unfinished: Signal<bool>, ask: impl Fn() + 'static) {
    Effect::new(move |_| {
        if unfinished.get() && !is_held(&state()) {
            hold();
        }
    });
    HOLDING.set(is_held(&state()));
    let back = capture("popstate", move |event: PopStateEvent| {
        if !HOLDING.replace(is_held(&event.state())) {
            return;
        }
        // The router would not see another address, but need not look.
        event.stop_immediate_propagation();
        if unfinished.try_get_untracked() == Some(true) {
            hold();
            ask();
        } else {
            travel(-1);
        }
    });
    on_cleanup(move || {
        HOLDING.set(false);
        back();
    });
}

/// Leave as the back button would have, past the entry that held it. Returns whether there is anywhere to go.
#[must_use]
pub fn go_back() -> bool {
    let steps = if is_held(&state()) { 2 } else { 1 };
    let entries = web_sys::window().and_then(|window| window.history().ok()?.length().ok()).unwrap_or(0);
    let somewhere = entries > steps;
    if somewhere {
        HOLDING.set(false);
        travel(-i32::try_from(steps).unwrap_or(1));
    }
    somewhere
}

fn state() -> JsValue {
    web_sys::window().and_then(|window| window.history().ok()?.state().ok()).unwrap_or(JsValue::NULL)
}

fn is_held(state: &JsValue) -> bool {
    state.as_string().as_deref() == Some(HELD)
}

fn hold() {
    if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
        // Browsers refuse hundreds of entries a minute; then the back button leaves as it did.
        let pushed = history.push_state_with_url(&JsValue::from_str(HELD), "", None);
        HOLDING.set(pushed.is_ok());
    }
}

fn travel(steps: i32) {
    if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
        let _ = history.go_with_delta(steps);
    }
}

/// Events of the window seen before anything else on the page sees them, the router above all. Returns what ends it.
fn capture<E: wasm_bindgen::convert::FromWasmAbi + 'static>(
    name: &'static str,
    listener: impl Fn(E) + 'static,
) -> impl FnOnce() + Send + Sync {
    let closure = wasm_bindgen::prelude::Closure::<dyn Fn(E)>::new(listener);
    if let Some(window) = web_sys::window() {
        let _ = window.add_event_listener_with_callback_and_bool(name, closure.as_ref().unchecked_ref(), true);
    }
    let kept = StoredValue::new_local(Some(closure));
    move || {
        let closure = kept.try_update_value(Option::take).flatten();
        if let (Some(window), Some(closure)) = (web_sys::window(), closure) {
            let _ = window.remove_event_listener_with_callback_and_bool(name, closure.as_ref().unchecked_ref(), true);
        }
    }
}

/// Call `gone` whenever the page goes out of sight: another tab, another window, a locked screen.
pub fn on_hidden(gone: impl Fn() + 'static) {
    let listener = window_event_listener_untyped("visibilitychange", move |_| {
        let hidden = web_sys::window().and_then(|window| window.document()).is_some_and(|document| document.hidden());
        if hidden {
            gone();
        }
    });
    on_cleanup(move || listener.remove());
}
