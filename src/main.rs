//! The app: draws views and sends intents. The document lives in the engine's worker.

include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));

mod app;
mod components;
mod notice;
mod pages;
mod platform;
mod route;
mod workspace;

fn main() {
    console_error_panic_hook::set_once();
    platform::preferences::apply_theme(platform::preferences::theme());
    app::mount();
}
