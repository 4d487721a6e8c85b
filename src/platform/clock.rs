//! Now and today, and how the reader's language writes them.

use chrono::NaiveDate;
use js_sys::{Date, Intl, Object, Reflect};
use plumbline_core::time::Timestamp;
use wasm_bindgen::{JsCast, JsValue};

/// This moment by the device's clock.
#[must_use]
pub fn now() -> Timestamp {
    // Browser clocks give whole milliseconds far inside the range of i64.
    #[allow(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit")]
    Timestamp(Date::now() as i64)
}

/// The calendar day where the reader is.
#[must_use]
pub fn today() -> NaiveDate {
    let date = Date::new_0();
    i32::try_from(date.get_full_year())
        .ok()
        .and_then(|year| NaiveDate::from_ymd_opt(year, date.get_month() + 1, date.get_date()))
        .unwrap_or_default()
}

/// A moment as "22 Nov 2026", in the reader's language.
#[must_use]
pub fn day_text(moment: Timestamp) -> String {
    format_with(moment, &[("dateStyle", "medium")])
}

/// A moment as "22 Nov 2026, 14:05", in the reader's language.
#[must_use]
pub fn moment_text(moment: Timestamp) -> String {
    format_with(moment, &[("dateStyle", "medium"), ("timeStyle", "short")])
}

/// The time of day of a moment, as "14:05".
#[must_use]
pub fn time_text(moment: Timestamp) -> String {
    format_with(moment, &[("timeStyle", "short")])
}

/// A calendar day as "22 Nov 2026", whatever the time zone.
#[must_use]
pub fn date_text(day: NaiveDate) -> String {
    format_with(Timestamp::from_day(day), &[("dateStyle", "medium"), ("timeZone", "UTC")])
}

fn format_with(moment: Timestamp, options: &[(&str, &str)]) -> String {
    let settings = Object::new();
    for (key, value) in options {
        // Setting a property of a fresh plain object cannot fail.
        let _ = Reflect::set(&settings, &JsValue::from_str(key), &JsValue::from_str(value));
    }
    #[allow(clippy::cast_precision_loss, reason = "milliseconds since 1970 are exact in f64")]
    let date = Date::new(&JsValue::from_f64(moment.0 as f64));
    let formatter = Intl::DateTimeFormat::new(&js_sys::Array::new(), settings.unchecked_ref());
    formatter.format().call1(&JsValue::UNDEFINED, &date).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

/// This moment, some days from now.
#[must_use]
pub fn in_days(days: u32) -> Timestamp {
    Timestamp(now().0 + i64::from(days) * 86_400_000)
}

/// Wait without holding anything up.
pub async fn pause(milliseconds: u32) {
    gloo_timers::future::TimeoutFuture::new(milliseconds).await;
}
