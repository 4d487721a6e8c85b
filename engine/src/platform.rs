//! The engine's edge: clock, random source, message channels.

use js_sys::{Date, Uint8Array};
use plumbline_core::time::Timestamp;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, DedicatedWorkerGlobalScope, MessageEvent};

#[cfg(feature = "sharing")]
pub mod direct;
#[cfg(feature = "sharing")]
pub mod relay;
#[cfg(feature = "sharing")]
pub mod socket;

#[cfg(feature = "sharing")]
/// Milliseconds since this engine started, by a clock that only goes forward.
#[must_use]
pub fn monotonic() -> u64 {
    let scope = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>().ok();
    let now = scope.and_then(|scope| scope.performance()).map_or_else(Date::now, |clock| clock.now());
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "milliseconds since a start fit")]
    {
        now.max(0.0) as u64
    }
}

#[cfg(feature = "sharing")]
/// This moment by the device's clock, for the protocol, which knows no time before 1970.
#[must_use]
pub fn wall() -> u64 {
    u64::try_from(now().0).unwrap_or_default()
}

#[cfg(feature = "sharing")]
/// Randomness for keys.
#[must_use]
pub fn key_seed() -> [u8; 32] {
    random()
}

/// This moment by the device's clock.
#[must_use]
pub fn now() -> Timestamp {
    #[allow(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit")]
    Timestamp(Date::now() as i64)
}

/// A fresh actor: one for every session that writes, never used again.
#[must_use]
pub fn actor() -> [u8; 16] {
    random()
}

/// A seed for the sample team.
#[must_use]
pub fn seed() -> u64 {
    u64::from_le_bytes(random())
}

#[allow(
    clippy::disallowed_methods,
    reason = "the engine's one edge to the random source; all else takes what it draws"
)]
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the browser has a random source");
    bytes
}

/// Bytes to the app.
pub fn post(bytes: &[u8]) {
    if let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() {
        // Posting fails only for values that cannot be cloned; bytes always can.
        let _ = scope.post_message(&Uint8Array::from(bytes));
    }
}

/// A line to the other tabs: they are only told that there is something to read.
pub struct Tabs {
    channel: Option<BroadcastChannel>,
    _hear: Option<Closure<dyn FnMut(MessageEvent)>>,
}

impl Tabs {
    /// Join the line of that name.
    pub fn join(name: &str, hear: impl Fn() + 'static) -> Self {
        let Ok(channel) = BroadcastChannel::new(name) else {
            return Self { channel: None, _hear: None };
        };
        let closure = Closure::<dyn FnMut(MessageEvent)>::new(move |_| hear());
        channel.set_onmessage(Some(closure.as_ref().unchecked_ref()));
        Self { channel: Some(channel), _hear: Some(closure) }
    }

    /// Tell the others.
    pub fn tell(&self) {
        if let Some(channel) = &self.channel {
            // A closed channel has nobody left to tell.
            let _ = channel.post_message(&JsValue::TRUE);
        }
    }
}

impl Drop for Tabs {
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.set_onmessage(None);
            channel.close();
        }
    }
}
