//! The page as a whole: its title, where focus stands, open menus.

use leptos::ev::KeyboardEvent;
use wasm_bindgen::JsCast;
use web_sys::{Document, HtmlElement};

fn document() -> Option<Document> {
    web_sys::window().and_then(|window| window.document())
}

fn find(selector: &str) -> Option<HtmlElement> {
    document()?.query_selector(selector).ok()??.dyn_into().ok()
}

/// The title of the tab.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Whether the frame that stands in for the app shows what somebody who was never here reads (public/paint.js).
#[must_use]
pub fn is_first() -> bool {
    document().and_then(|page| page.document_element()).is_some_and(|root| root.has_attribute("data-first"))
}

/// Take away the frame that stood in for the app while it loaded.
pub fn remove_skeleton() {
    if let Some(skeleton) = find("#skeleton") {
        skeleton.remove();
    }
}

/// Move focus to an element by its identifier.
pub fn focus(id: &str) {
    if let Some(element) = document().and_then(|document| document.get_element_by_id(id)).and_then(as_html) {
        // Focusing fails for nothing that is on the page.
        let _ = element.focus();
    }
}

/// Move focus to an element by its identifier, once what is being drawn is on the page.
pub fn focus_soon(id: impl Into<String>) {
    let id = id.into();
    gloo_timers::callback::Timeout::new(0, move || focus(&id)).forget();
}

fn as_html(element: web_sys::Element) -> Option<HtmlElement> {
    element.dyn_into().ok()
}

/// What has focus, for telling whether the person moved it meanwhile.
fn active() -> Option<web_sys::Element> {
    document()?.active_element()
}

/// After navigation: move focus to the page's heading as soon as it is there, unless the person moved it first.
pub async fn focus_heading() {
    focus_when_there("#main h1").await;
}

/// Move focus to the element a selector finds as soon as it is there, unless the person moved it first.
pub async fn focus_when_there(selector: &str) {
    const TRIES: u32 = 40;
    const PAUSE: u32 = 50;
    let before = active();
    for _ in 0..TRIES {
        super::clock::pause(PAUSE).await;
        let now = active();
        let on_body = now.as_ref().is_none_or(|element| element.tag_name() == "BODY");
        if !on_body && now != before {
            return;
        }
        if let Some(element) = find(selector) {
            let _ = element.focus();
            return;
        }
    }
}

/// After something was taken away: when focus went with it, move it to what the selector finds.
pub async fn rescue_focus(selector: &str) {
    const TRIES: u32 = 8;
    const PAUSE: u32 = 50;
    for _ in 0..TRIES {
        super::clock::pause(PAUSE).await;
        if active().is_none_or(|element| element.tag_name() == "BODY") {
            if let Some(element) = find(selector) {
                let _ = element.focus();
            }
            return;
        }
    }
}

/// Close every open menu and sheet.
pub fn close_popovers() {
    while let Some(popover) = find("[popover]:popover-open") {
        if popover.hide_popover().is_err() {
            return;
        }
    }
}

/// Whether a key was meant for a field that takes text, or for a dialog.
#[must_use]
pub fn is_typing(event: &KeyboardEvent) -> bool {
    let Some(element) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else { return false };
    match element.tag_name().as_str() {
        "TEXTAREA" | "SELECT" => true,
        "INPUT" => !matches!(element.get_attribute("type").as_deref(), Some("checkbox" | "radio" | "range" | "button")),
        _ => element.is_content_editable() || element.closest("dialog").is_ok_and(|dialog| dialog.is_some()),
    }
}

/// The address was changed behind the router's back: it looks again.
pub fn address_changed() {
    if let (Some(window), Ok(event)) = (web_sys::window(), web_sys::Event::new("popstate")) {
        let _ = window.dispatch_event(&event);
    }
}

/// Load the page anew.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}
