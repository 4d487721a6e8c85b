//! Edits on their way to disk: everything that waits goes into one strict transaction, and every edit is answered only when
//! that transaction has completed. What storage refuses stays here and is tried again; nothing is dropped.
//!
//! When the workspace is shared, the envelopes that edits travel in are stored in the same transaction as the edits: neither is
//! ever there without the other.

use std::cell::RefCell;
use std::rc::Rc;

use plumbline_core::bridge::{Answer, Failure, Push, Saving, StorageTrouble};
use plumbline_core::id::WorkspaceId;
use plumbline_core::time::Timestamp;

use crate::desk::{self, Internal};
use crate::outlet::Outlet;
use crate::platform;
use crate::shared::{Shared, ToStore};
use crate::storage::WorkspaceStore;
use crate::storage::sharing::SharingWrites;

/// Wait this long before trying again what storage refused.
const RETRY_MILLISECONDS: u32 = 3_000;

/// The queue of one open workspace.
#[derive(Clone)]
pub struct Queue(Rc<RefCell<State>>);

struct State {
    workspace: WorkspaceId,
    store: Option<Rc<WorkspaceStore>>,
    outlet: Rc<Outlet>,
    shared: Option<Shared>,
    waiting: Vec<Edit>,
    /// What is being stored, or was refused and is tried again: so many of those that wait, with these envelopes.
    flight: Option<Flight>,
    running: bool,
    saved_at: Option<Timestamp>,
    tell: Rc<dyn Fn()>,
}

#[derive(Clone)]
struct Flight {
    edits: usize,
    envelopes: Option<ToStore>,
}

struct Edit {
    /// What to store; `None` for a request that only waits for what is before it.
    chunk: Option<Vec<u8>>,
    /// Whether it takes the place of everything that was stored of the document.
    replaces: bool,
    /// Whether somebody here wrote it: it has to survive a crash of the machine from the moment it is called saved.
    own: bool,
    /// The request to answer; `None` once it was answered with a failure.
    reply: Option<u32>,
}

impl Queue {
    /// A queue into `store`; without one, everything waits for better times. `tell` lets the other tabs know.
    pub fn new(
        workspace: WorkspaceId,
        store: Option<Rc<WorkspaceStore>>,
        outlet: Rc<Outlet>,
        tell: Rc<dyn Fn()>,
    ) -> Self {
        let (waiting, shared, flight) = (Vec::new(), None, None);
        let state = State { workspace, store, outlet, shared, waiting, flight, running: false, saved_at: None, tell };
        Self(Rc::new(RefCell::new(state)))
    }

    /// The workspace is shared from now on.
    pub fn share(&self, shared: Shared) {
        self.0.borrow_mut().shared = Some(shared);
    }

    /// Store an edit and answer its request when it is durable.
    pub fn push(&self, chunk: Vec<u8>, reply: Option<u32>) {
        self.0.borrow_mut().waiting.push(Edit { chunk: Some(chunk), replaces: false, own: true, reply });
        self.run();
    }

    /// Store what others wrote. It is with them, and comes again if this device crashes first.
    pub fn push_others(&self, chunk: Vec<u8>) {
        self.0.borrow_mut().waiting.push(Edit { chunk: Some(chunk), replaces: false, own: false, reply: None });
        self.run();
    }

    /// Store the document anew in place of all that is stored of it. What a shared workspace's document is made of are its
    /// envelopes, so nothing is lost that another tab stored meanwhile.
    pub fn replace(&self, chunk: Vec<u8>) {
        self.0.borrow_mut().waiting.push(Edit { chunk: Some(chunk), replaces: true, own: false, reply: None });
        self.run();
    }

    /// Let the other tabs know that there is something to read.
    pub fn tell_tabs(&self) {
        (self.0.borrow().tell)();
    }

    /// Answer a request that changed nothing once what it may repeat is durable.
    pub fn after_all(&self, reply: u32) {
        self.0.borrow_mut().waiting.push(Edit { chunk: None, replaces: false, own: false, reply: Some(reply) });
        self.run();
    }

    /// Whether everything is on disk.
    pub fn is_empty(&self) -> bool {
        self.0.borrow().waiting.is_empty()
    }

    /// Whether everything is on disk, here and at the peer.
    pub fn is_settled(&self) -> bool {
        let state = self.0.borrow();
        let pending = state.shared.as_ref().is_some_and(Shared::has_to_store);
        state.waiting.is_empty() && state.flight.is_none() && !pending
    }

    /// Say how things stand.
    pub fn announce(&self) {
        let state = self.0.borrow();
        state.outlet.push(Push::Saving(Saving::Saved { at: state.saved_at }));
    }

    /// Store what waits, here or at the peer.
    pub fn run(&self) {
        // Before the peer has read back what it had, there is nothing for edits to travel in.
        if self.0.borrow().shared.as_ref().is_some_and(|shared| !shared.is_ready()) {
            return;
        }
        if std::mem::replace(&mut self.0.borrow_mut().running, true) {
            return;
        }
        let queue = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            while let Err(trouble) = queue.drain().await {
                queue.refuse(trouble);
                gloo_timers::future::TimeoutFuture::new(RETRY_MILLISECONDS).await;
            }
            queue.0.borrow_mut().running = false;
            desk::post(Internal::Stored);
        });
    }

    /// Write until nothing waits.
    async fn drain(&self) -> Result<(), StorageTrouble> {
        while let Some(flight) = self.next() {
            let workspace = self.0.borrow().workspace;
            let (store, chunks, own, replaced) = {
                let state = self.0.borrow();
                let edits = &state.waiting[..flight.edits];
                let own = edits.iter().any(|edit| edit.own) || flight.envelopes.as_ref().is_some_and(ToStore::own);
                if own {
                    state.outlet.push(Push::Saving(Saving::Busy));
                }
                let replaced_at = edits.iter().rposition(|edit| edit.replaces);
                let chunks = edits[replaced_at.unwrap_or(0)..].iter().filter_map(|edit| edit.chunk.clone());
                let chunks: Vec<Vec<u8>> = chunks.collect();
                (state.store.clone(), chunks, own, replaced_at.map(|_| f64::MAX))
            };
            let store = match store {
                Some(store) => store,
                // It could not be opened before; perhaps it can now.
                None => {
                    let store = Rc::new(WorkspaceStore::open(workspace).await?);
                    self.0.borrow_mut().store = Some(Rc::clone(&store));
                    store
                }
            };
            let writes = flight.envelopes.as_ref().map_or_else(SharingWrites::default, ToStore::writes);
            store.write(&chunks, replaced, writes, own).await?;
            let shared = {
                let mut state = self.0.borrow_mut();
                let saved_at = platform::now();
                if own {
                    state.saved_at = Some(saved_at);
                }
                state.flight = None;
                let stored: Vec<Edit> = state.waiting.drain(..flight.edits).collect();
                for edit in stored {
                    if let Some(id) = edit.reply {
                        state.outlet.reply(id, Ok(Answer::Edited(edit.chunk.is_some())));
                    }
                }
                if !state.waiting.iter().any(|edit| edit.own) {
                    state.outlet.push(Push::Saving(Saving::Saved { at: state.saved_at }));
                }
                (state.tell)();
                state.shared.clone()
            };
            if let (Some(shared), Some(envelopes)) = (shared, flight.envelopes) {
                shared.stored(&envelopes);
            }
        }
        Ok(())
    }

    /// What goes into the next transaction.
    fn next(&self) -> Option<Flight> {
        if let Some(flight) = &self.0.borrow().flight {
            return Some(flight.clone());
        }
        let shared = self.0.borrow().shared.clone();
        let flight = match shared {
            None => Flight { edits: self.0.borrow().waiting.len(), envelopes: None },
            // What the peer handed over before has nothing of what was written since: that goes with the next.
            Some(shared) => match shared.take_to_store() {
                Some(envelopes) => Flight { edits: 0, envelopes: Some(envelopes) },
                None => {
                    let edits = self.0.borrow().waiting.len();
                    let envelopes = if edits > 0 { shared.seal() } else { None };
                    Flight { edits, envelopes }
                }
            },
        };
        if flight.edits == 0 && flight.envelopes.is_none() {
            return None;
        }
        self.0.borrow_mut().flight = Some(flight.clone());
        Some(flight)
    }

    fn refuse(&self, trouble: StorageTrouble) {
        let mut state = self.0.borrow_mut();
        let unsaved = state.waiting.iter().filter(|edit| edit.own).count();
        let edits = u32::try_from(unsaved).unwrap_or(u32::MAX);
        let unanswered: Vec<u32> = state.waiting.iter_mut().filter_map(|edit| edit.reply.take()).collect();
        for id in unanswered {
            state.outlet.reply(id, Err(Failure::NotStored(trouble)));
        }
        state.outlet.push(Push::Saving(Saving::Failing { edits, trouble }));
    }
}
