//! The engine: owns the document and its storage, answers views, takes intents. Runs in a worker, so that large documents and
//! hostile bytes never hold up the screen, and is started anew from storage if it ever traps.

#![cfg_attr(
    not(feature = "sharing"),
    allow(dead_code, reason = "the engine without a peer is the other one's lesser part")
)]

use std::cell::OnceCell;
use std::rc::Rc;

use futures_channel::mpsc::{UnboundedSender, unbounded};
use futures_util::{StreamExt, select};
use plumbline_core::bridge::ToEngine;
use wasm_bindgen::prelude::wasm_bindgen;

#[cfg(feature = "sharing")]
mod code;
mod desk;
pub mod directory;
#[cfg(feature = "sharing")]
mod join;
mod open;
mod outlet;
mod platform;
mod queue;
#[cfg(not(feature = "sharing"))]
#[path = "alone.rs"]
mod shared;
#[cfg(feature = "sharing")]
mod shared;
pub mod storage;

use desk::Desk;
use outlet::Outlet;

thread_local! {
    static INBOX: OnceCell<UnboundedSender<Vec<u8>>> = const { OnceCell::new() };
}

/// Start answering. Called once, by the worker's script.
#[wasm_bindgen]
pub fn start() {
    let (inbox, mut messages) = unbounded::<Vec<u8>>();
    INBOX.with(|cell| {
        // A second start would be the script's mistake; the first keeps its inbox.
        let _ = cell.set(inbox);
    });
    wasm_bindgen_futures::spawn_local(async move {
        let outlet = Rc::new(Outlet::default());
        let (mut desk, mut news) = Desk::new(Rc::clone(&outlet));
        loop {
            select! {
                message = messages.next() => match message.map(|bytes| (postcard::from_bytes::<ToEngine>(&bytes), bytes)) {
                    Some((Ok(message), _)) => desk.handle(message).await,
                    Some((Err(_), bytes)) => outlet.not_understood(&bytes),
                    None => return,
                },
                news = news.next() => match news {
                    Some(news) => desk.hear(news).await,
                    None => return,
                },
            }
        }
    });
}

/// Take a message of the app.
#[wasm_bindgen]
pub fn receive(bytes: js_sys::Uint8Array) {
    INBOX.with(|cell| {
        if let Some(inbox) = cell.get() {
            // The receiving end lives as long as the worker.
            let _ = inbox.unbounded_send(bytes.to_vec());
        }
    });
}
