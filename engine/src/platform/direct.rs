//! The line to the page that holds connections to other devices, which a worker cannot (public/direct.js).

use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use plumbline_replica::mesh::Act;
use plumbline_replica::sync::peer::ConnId;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, MessagePort};

/// What a connection has to say.
#[derive(Debug)]
pub enum News {
    /// How this device can be reached over it.
    Described(String),
    /// It is open.
    Open,
    /// A frame came.
    Frame(Vec<u8>),
    /// It is closed, or was never opened.
    Closed,
}

/// The line. When it is dropped, the page hears nothing more; a new one ends what it still holds of this.
pub struct Direct {
    port: MessagePort,
    _hear: Closure<dyn FnMut(MessageEvent)>,
}

impl Direct {
    /// Ask the page for it; `None` where a page cannot be asked. Number 0 closes when the browser has no such connections.
    pub fn open(hear: impl Fn(ConnId, News) + 'static) -> Option<Self> {
        let scope = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>().ok()?;
        let channel = MessageChannel::new().ok()?;
        let port = channel.port1();
        let closure = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some((conn, news)) = read(&event.data()) {
                hear(conn, news);
            }
        });
        port.set_onmessage(Some(closure.as_ref().unchecked_ref()));
        scope.post_message_with_transfer(&JsValue::NULL, &Array::of1(&channel.port2())).ok()?;
        Some(Self { port, _hear: closure })
    }

    /// Do what the mesh wants of a connection.
    pub fn act(&self, act: &Act) {
        match act {
            Act::Describe { conn, answering } => {
                let answering = answering.as_deref().map_or(JsValue::UNDEFINED, JsValue::from_str);
                self.tell(*conn, &[("describe", JsValue::TRUE), ("answering", answering)], &Array::new());
            }
            Act::Answered { conn, sdp } => self.tell(*conn, &[("answered", JsValue::from_str(sdp))], &Array::new()),
            Act::Drop { conn } => self.tell(*conn, &[("drop", JsValue::TRUE)], &Array::new()),
            Act::Tell { .. } | Act::Carry { .. } => {}
        }
    }

    /// Send a frame.
    pub fn send(&self, conn: ConnId, frame: &[u8]) {
        let bytes = Uint8Array::from(frame);
        let moved = Array::of1(&bytes.buffer());
        self.tell(conn, &[("frame", bytes.into())], &moved);
    }

    fn tell(&self, conn: ConnId, fields: &[(&str, JsValue)], moved: &Array) {
        let message = Object::new();
        #[allow(
            clippy::cast_precision_loss,
            reason = "connections are counted from two to the 32nd, far below the 53rd"
        )]
        let conn = JsValue::from_f64(conn as f64);
        for (name, value) in fields.iter().chain([&("conn", conn)]) {
            // A plain object takes every field.
            let _ = Reflect::set(&message, &JsValue::from_str(name), value);
        }
        // Posting fails only for values that cannot be cloned.
        let _ = self.port.post_message_with_transferable(&message, moved);
    }
}

impl Drop for Direct {
    fn drop(&mut self) {
        self.port.set_onmessage(None);
        self.port.close();
    }
}

fn read(data: &JsValue) -> Option<(ConnId, News)> {
    let field = |name: &str| Reflect::get(data, &JsValue::from_str(name)).ok().filter(|value| !value.is_falsy());
    let conn = field("conn").and_then(|conn| conn.as_f64()).unwrap_or_default();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the page repeats our own numbers")]
    let conn = conn as ConnId;
    let news = if let Some(frame) = field("frame") {
        let bytes: ArrayBuffer = frame.dyn_into().ok()?;
        News::Frame(Uint8Array::new(&bytes).to_vec())
    } else if let Some(sdp) = field("sdp") {
        News::Described(sdp.as_string()?)
    } else if field("open").is_some() {
        News::Open
    } else {
        field("closed")?;
        News::Closed
    };
    Some((conn, news))
}
