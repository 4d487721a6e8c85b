//! Leaving the page: warned before the tab closes, asked before a link is followed, told when the page goes out of sight.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlAnchorElement};

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
    let following = capture_clicks(move |event| {
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

/// Clicks seen before anything else on the page sees them, so that the router does not follow the link.
fn capture_clicks(listener: impl Fn(web_sys::MouseEvent) + 'static) -> impl FnOnce() + Send + Sync {
    let closure = wasm_bindgen::prelude::Closure::<dyn Fn(web_sys::MouseEvent)>::new(listener);
    if let Some(window) = web_sys::window() {
        let _ = window.add_event_listener_with_callback_and_bool("click", closure.as_ref().unchecked_ref(), true);
    }
    let kept = StoredValue::new_local(Some(closure));
    move || {
        let closure = kept.try_update_value(Option::take).flatten();
        if let (Some(window), Some(closure)) = (web_sys::window(), closure) {
            let _ =
                window.remove_event_listener_with_callback_and_bool("click", closure.as_ref().unchecked_ref(), true);
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
