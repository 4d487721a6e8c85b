//! The engine's worker: bytes out, bytes in, and word when it failed.

use std::rc::Rc;

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CustomEvent, CustomEventInit, ErrorEvent, MessageEvent, MessagePort, Worker, WorkerOptions, WorkerType};

/// News from the worker.
pub enum FromWorker {
    /// A message of the engine.
    Bytes(Vec<u8>),
    /// The engine's instance trapped: it cannot be used any more.
    Trapped(String),
    /// The engine could not be loaded at all.
    Failed(String),
}

/// A running worker. Dropping it ends the worker.
pub struct EngineLink {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

impl EngineLink {
    /// Start the worker; `with_peer`: the one that can share.
    ///
    /// # Errors
    /// When the browser refuses workers, in its own words.
    pub fn start(with_peer: bool, listener: impl Fn(FromWorker) + 'static) -> Result<Self, String> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        // public/engine-worker.js chooses by it.
        options.set_name(if with_peer { "shared" } else { "alone" });
        let worker = Worker::new_with_options(&script(), &options).map_err(|error| text(&error))?;
        let listener = Rc::new(listener);

        let hear = Rc::clone(&listener);
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let data = event.data();
            if let Some(bytes) = data.dyn_ref::<Uint8Array>() {
                hear(FromWorker::Bytes(bytes.to_vec()));
            } else if let Ok(port) = event.ports().get(0).dyn_into::<MessagePort>() {
                offer_direct(&port);
            } else if let Some(message) = field(&data, "trapped") {
                hear(FromWorker::Trapped(message));
            } else if let Some(message) = field(&data, "failed") {
                hear(FromWorker::Failed(message));
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));

        let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
            event.prevent_default();
            listener(FromWorker::Trapped(event.message()));
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));

        Ok(Self { worker, _on_message: on_message, _on_error: on_error })
    }

    /// Hand bytes to the engine. The worker's own script keeps them until its module has loaded.
    pub fn post(&self, bytes: &[u8]) {
        let message = Uint8Array::from(bytes);
        // Posting fails only for values that cannot be cloned; bytes always can.
        let _ = self.worker.post_message(&message);
    }
}

impl Drop for EngineLink {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// The engine wants connections to other devices, which only a page can make: public/direct.js does, and speaks with it over this.
fn offer_direct(port: &MessagePort) {
    let options = CustomEventInit::new();
    options.set_detail(port);
    let event = CustomEvent::new_with_event_init_dict("plumbline-direct", &options);
    if let (Some(window), Ok(event)) = (web_sys::window(), event) {
        // Nobody listening means no direct connections, and the relay all the same.
        let _ = window.dispatch_event(&event);
    }
}

/// The worker's script. Its name carries the version: a tab that still runs an older Plumbline restarts the engine it came with.
fn script() -> String {
    web_sys::window()
        .and_then(|window| window.document())
        .and_then(|page| page.query_selector("meta[name='engine-worker']").ok().flatten())
        .and_then(|meta| meta.get_attribute("content"))
        .unwrap_or_else(|| "/engine-worker.js".into())
}

fn field(data: &JsValue, key: &str) -> Option<String> {
    if !data.is_object() {
        return None;
    }
    Reflect::get(data, &JsValue::from_str(key)).ok().and_then(|value| value.as_string())
}

fn text(error: &JsValue) -> String {
    field(error, "message").or_else(|| error.as_string()).unwrap_or_default()
}
