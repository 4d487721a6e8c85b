//! The service worker: keeps the app on the device, and says when a new version is ready.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::Reflect;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ServiceWorker, ServiceWorkerContainer, ServiceWorkerRegistration, ServiceWorkerState};

/// What the waiting version is told when the person wants it; public/sw.js listens for it.
const TAKE_OVER: &str = "skip-waiting";

fn container() -> Option<ServiceWorkerContainer> {
    let navigator = web_sys::window()?.navigator();
    let present = Reflect::get(&navigator, &JsValue::from_str("serviceWorker")).is_ok_and(|found| found.is_object());
    present.then(|| navigator.service_worker())
}

/// The service worker's path: written into the page by a release build, absent in development.
fn script() -> Option<String> {
    let page = web_sys::window()?.document()?;
    page.query_selector("meta[name='service-worker']").ok()??.get_attribute("content")
}

/// Keep the app on this device; `ready` is called whenever a new version has been stored and waits.
pub async fn watch(ready: impl Fn() + 'static) {
    let (Some(container), Some(script)) = (container(), script()) else { return };
    let Ok(registration) = JsFuture::from(container.register(&script)).await else { return };
    let registration: ServiceWorkerRegistration = registration.unchecked_into();
    let ready = Rc::new(ready);
    // The first version to arrive controls nothing yet and replaces nobody.
    if registration.waiting().is_some() && container.controller().is_some() {
        ready();
    }
    let arriving = registration.clone();
    let on_found = Closure::<dyn FnMut()>::new(move || {
        if let Some(worker) = arriving.installing() {
            follow(&worker, Rc::clone(&ready));
        }
    });
    registration.set_onupdatefound(Some(on_found.as_ref().unchecked_ref()));
    // The page listens for as long as it lives.
    on_found.forget();
}

fn follow(worker: &ServiceWorker, ready: Rc<impl Fn() + 'static>) {
    let following = worker.clone();
    let on_change = Closure::<dyn FnMut()>::new(move || {
        let replaces = container().is_some_and(|container| container.controller().is_some());
        if following.state() == ServiceWorkerState::Installed && replaces {
            ready();
        }
    });
    worker.set_onstatechange(Some(on_change.as_ref().unchecked_ref()));
    on_change.forget();
}

/// Let the waiting version take over, and load the page anew once it has.
pub async fn take_over() {
    let Some(container) = container() else { return super::page::reload() };
    let reloaded = Cell::new(false);
    let on_change = Closure::<dyn FnMut()>::new(move || {
        if !reloaded.replace(true) {
            super::page::reload();
        }
    });
    container.set_oncontrollerchange(Some(on_change.as_ref().unchecked_ref()));
    on_change.forget();
    let registration = JsFuture::from(container.get_registration()).await.ok();
    let registration = registration.and_then(|found| found.dyn_into::<ServiceWorkerRegistration>().ok());
    let waiting = registration.and_then(|registration| registration.waiting());
    match waiting {
        Some(worker) => {
            let _ = worker.post_message(&JsValue::from_str(TAKE_OVER));
        }
        None => super::page::reload(),
    }
}
