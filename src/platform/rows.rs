//! The rows of a list as they are drawn: measured, and moved smoothly.

use std::collections::HashMap;

use js_sys::{Array, Function, Object, Reflect};
use leptos::ev;
use plumbline_core::rearrange::Stretch;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CssStyleDeclaration, DomRect, Element, HtmlElement};

/// Rows carry their key in this attribute, the line between them this one.
const ROW: &str = "[data-key]";
const LINE: &str = "[data-line]";

fn each(list: &HtmlElement, selector: &str) -> Vec<HtmlElement> {
    let Ok(found) = list.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect()
}

/// Rows and line with what identifies them.
fn marked(list: &HtmlElement) -> impl Iterator<Item = (String, HtmlElement)> {
    each(list, &format!("{ROW}, {LINE}")).into_iter().filter_map(|row| {
        let key = row.get_attribute("data-key").or_else(|| row.get_attribute("data-line"))?;
        Some((key, row))
    })
}

/// Where a rectangle's corner stands, relative to a list's.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Spot {
    /// From the list's left edge.
    pub x: f64,
    /// From the list's top edge.
    pub y: f64,
    /// The rectangle's height.
    pub height: f64,
}

/// Where an element is drawn now, relative to a list drawn at `outer`.
fn spot(outer: &DomRect, element: &Element) -> Spot {
    let inner = element.get_bounding_client_rect();
    Spot { x: inner.left() - outer.left(), y: inner.top() - outer.top(), height: inner.height() }
}

/// Where all rows and the line are drawn now, by key.
#[must_use]
pub fn spots(list: &HtmlElement) -> Vec<(String, Spot)> {
    let outer = list.get_bounding_client_rect();
    marked(list).map(|(key, row)| (key, spot(&outer, &row))).collect()
}

/// Where the element that listens to a pointer is drawn now, relative to the list.
#[must_use]
pub fn spot_of_target(list: &HtmlElement, event: &ev::PointerEvent) -> Spot {
    let target = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
    target.map(|target| spot(&list.get_bounding_client_rect(), &target)).unwrap_or_default()
}

/// Where a row rests once nothing moves any more.
fn rest(row: &HtmlElement) -> Spot {
    Spot { x: f64::from(row.offset_left()), y: f64::from(row.offset_top()), height: f64::from(row.offset_height()) }
}

/// Rows and line as they are laid out, whatever they are moved by.
#[must_use]
pub fn stretches(list: &HtmlElement) -> (Vec<Stretch>, Option<Stretch>) {
    let stretch =
        |row: &HtmlElement| Stretch { top: f64::from(row.offset_top()), height: f64::from(row.offset_height()) };
    (each(list, ROW).iter().map(stretch).collect(), each(list, LINE).first().map(stretch))
}

/// The space between the rows of a list.
#[must_use]
pub fn row_gap(list: &HtmlElement) -> f64 {
    let style = web_sys::window().and_then(|window| window.get_computed_style(list).ok().flatten());
    style.map_or(0.0, |style| pixels(&style, "row-gap"))
}

/// Where a point of the window lies in the list, and how large the list is.
#[must_use]
pub fn point_in(list: &HtmlElement, x: f64, y: f64) -> (f64, f64, f64, f64) {
    let outer = list.get_bounding_client_rect();
    (x - outer.left(), y - outer.top(), outer.width(), outer.height())
}

/// Let rows glide from where they were drawn to where they rest now, which is returned for all rows and the line.
///
/// Sizes are read before anything is changed, so the browser lays the page out once, as it must for the next frame anyway.
pub fn glide(list: &HtmlElement, before: &[(String, Spot)]) -> Vec<(String, Spot)> {
    let before: HashMap<&str, Spot> = before.iter().map(|(key, spot)| (key.as_str(), *spot)).collect();
    let mut moved = Vec::new();
    let mut resting = Vec::with_capacity(before.len());
    for (key, row) in marked(list) {
        let now = rest(&row);
        if let Some(old) = before.get(key.as_str()) {
            let (x, y) = (old.x - now.x, old.y - now.y);
            if x.abs() >= 1.0 || y.abs() >= 1.0 {
                moved.push((row, x, y));
            }
        }
        resting.push((key, now));
    }
    if !moved.is_empty() {
        let lasting = milliseconds(list, "--motion");
        if lasting > 0.0 {
            for (row, x, y) in moved {
                // A browser that cannot shows the rows where they rest.
                let _ = glide_from(&row, x, y, lasting);
            }
        }
    }
    resting
}

/// Not by a transition: for that the browser would have to be made to style the rows twice more. A glide that is under way gives
/// way to a later one, which begins where the row is drawn.
fn glide_from(row: &HtmlElement, x: f64, y: f64, lasting: f64) -> Result<(), JsValue> {
    let frames = Object::new();
    let way = Array::of2(&JsValue::from_str(&format!("{x}px {y}px")), &JsValue::from_str("0 0"));
    Reflect::set(&frames, &"translate".into(), &way)?;
    let options = Object::new();
    Reflect::set(&options, &"duration".into(), &lasting.into())?;
    Reflect::set(&options, &"easing".into(), &"ease-out".into())?;
    let animate: Function = Reflect::get(row, &"animate".into())?.dyn_into()?;
    animate.call2(row, &frames, &options)?;
    Ok(())
}

/// The part of the window that the page shows between the bars at its edges: top and bottom. The style sheet says how much they
/// cover.
#[must_use]
pub fn shown_between() -> (f64, f64) {
    let Some(window) = web_sys::window() else { return (0.0, 0.0) };
    let height = window.inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(0.0);
    let root = window.document().and_then(|document| document.document_element());
    let style = root.and_then(|root| window.get_computed_style(&root).ok().flatten());
    let covered = |edge: &str| style.as_ref().map_or(0.0, |style| pixels(style, edge));
    (covered("scroll-padding-top"), height - covered("scroll-padding-bottom"))
}

/// A duration of the style sheet.
fn milliseconds(element: &HtmlElement, property: &str) -> f64 {
    let style = web_sys::window().and_then(|window| window.get_computed_style(element).ok().flatten());
    let value = style.and_then(|style| style.get_property_value(property).ok()).unwrap_or_default();
    let (number, unit) = value.trim().split_at(value.trim().trim_end_matches(char::is_alphabetic).len());
    number.parse().map_or(0.0, |number: f64| if unit == "s" { number * 1000.0 } else { number })
}

fn pixels(style: &CssStyleDeclaration, property: &str) -> f64 {
    let value = style.get_property_value(property).unwrap_or_default();
    value.trim_end_matches("px").parse().unwrap_or(0.0)
}

/// Scroll the page.
pub fn scroll_by(pixels: f64) {
    if let Some(window) = web_sys::window() {
        window.scroll_by_with_x_and_y(0.0, pixels);
    }
}
