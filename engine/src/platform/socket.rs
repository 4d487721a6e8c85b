//! A socket to a relay.

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};

/// What a socket has to say.
#[derive(Debug)]
pub enum News {
    /// It is open.
    Open,
    /// A frame came.
    Frame(Vec<u8>),
    /// It is closed, or was never opened.
    Closed,
}

/// An open socket, or one that is being opened. Closed when dropped, and silent from then on.
pub struct Socket {
    socket: WebSocket,
    _open: Closure<dyn FnMut(JsValue)>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _close: Closure<dyn FnMut(CloseEvent)>,
}

impl Socket {
    /// Begin to open one.
    ///
    /// # Errors
    /// When the address is none, or the page may not connect to it.
    pub fn open(address: &str, hear: impl Fn(News) + Clone + 'static) -> Result<Self, JsValue> {
        let socket = WebSocket::new(address)?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let (on_open, on_message) = (hear.clone(), hear.clone());
        let open = Closure::<dyn FnMut(JsValue)>::new(move |_| on_open(News::Open));
        let message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            // The relay sends nothing but frames; a text is somebody else's.
            if let Ok(bytes) = event.data().dyn_into::<ArrayBuffer>() {
                on_message(News::Frame(Uint8Array::new(&bytes).to_vec()));
            }
        });
        let close = Closure::<dyn FnMut(CloseEvent)>::new(move |_| hear(News::Closed));
        socket.set_onopen(Some(open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(close.as_ref().unchecked_ref()));
        Ok(Self { socket, _open: open, _message: message, _close: close })
    }

    /// Send a frame. A socket that is closing says so by its own event.
    pub fn send(&self, frame: &[u8]) {
        let _ = self.socket.send_with_u8_array(frame);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}
