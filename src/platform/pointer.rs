//! Pointers: mouse, finger and pen, as plain values.

use leptos::ev;
use wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent};

/// A pointer at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pointer {
    /// Which pointer, while it is down.
    pub id: i32,
    /// From the left edge of the window.
    pub x: f64,
    /// From the top edge of the window.
    pub y: f64,
    /// How far it may stray and still mean a click or tap.
    pub slop: f64,
}

/// A hand shakes more with a finger than with a mouse: pixels before a press becomes a drag.
const SLOP_MOUSE: f64 = 4.0;
const SLOP_TOUCH: f64 = 8.0;

/// What a pointer event says.
#[must_use]
pub fn read(event: &ev::PointerEvent) -> Pointer {
    Pointer {
        id: event.pointer_id(),
        x: f64::from(event.client_x()),
        y: f64::from(event.client_y()),
        slop: if event.pointer_type() == "mouse" { SLOP_MOUSE } else { SLOP_TOUCH },
    }
}

/// Whether a press may start a drag: the main button, and not on a control unless it is marked `data-drag`. Fingers and pens
/// scroll the page except on a grip.
#[must_use]
pub fn may_drag(event: &ev::PointerEvent) -> bool {
    if event.button() != 0 || !event.is_primary() {
        return false;
    }
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return false };
    let within = |selector: &str| target.closest(selector).ok().flatten().is_some();
    if event.pointer_type() == "mouse" {
        within("[data-grip], [data-drag]") || !within("button, a, input, select, textarea, label")
    } else {
        within("[data-grip]")
    }
}

/// Get every further event of this pointer on the element that listens, wherever it goes.
pub fn capture(event: &PointerEvent) {
    if let Some(element) = event.current_target().and_then(|target| target.dyn_into::<Element>().ok()) {
        // Fails when the pointer was lifted meanwhile; its lift is on the way.
        let _ = element.set_pointer_capture(event.pointer_id());
    }
}

/// Whether a capture was lost by the very element that listens: fingers are captured by what they touch first, and that
/// capture ends when the row takes over.
#[must_use]
pub fn is_own(event: &ev::PointerEvent) -> bool {
    event.target() == event.current_target()
}

/// Whether a click came from a keyboard or a screen reader rather than from a pointer.
#[must_use]
pub fn is_keyboard_click(event: &ev::MouseEvent) -> bool {
    event.detail() == 0
}
