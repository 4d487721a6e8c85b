//! The app: draws views and sends intents. The document lives in the engine's worker.

#![allow(
    clippy::redundant_closure,
    reason = "a closure written in place is boxed by `view!`, a named one is compiled anew"
)]

/// Typed keys of the sentences under `locales/`, made by the build script.
#[allow(missing_docs, unused, clippy::all, clippy::unwrap_used, reason = "generated; tidy looks for unused keys")]
mod sentences {
    include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));
}

mod app;
mod boxed;
mod components;
mod notice;
mod pages;
mod parts;
mod platform;
mod route;
mod workspace;

use sentences::i18n;

fn main() {
    console_error_panic_hook::set_once();
    platform::preferences::apply_theme(platform::preferences::theme());
    app::mount();
}
