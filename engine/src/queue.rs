//! Edits on their way to disk: everything that waits goes into one strict transaction, and every edit is answered only when
//! that transaction has completed. What storage refuses stays here and is tried again; nothing is dropped.

use std::cell::RefCell;
use std::rc::Rc;

use plumbline_core::bridge::{Answer, Failure, Push, Saving, StorageTrouble};
use plumbline_core::id::WorkspaceId;
use plumbline_core::time::Timestamp;

use crate::desk::{self, Internal};
use crate::outlet::Outlet;
use crate::platform;
use crate::storage::WorkspaceStore;

/// Wait this long before trying again what storage refused.
const RETRY_MILLISECONDS: u32 = 3_000;

/// The queue of one open workspace.
#[derive(Clone)]
pub struct Queue(Rc<RefCell<State>>);

struct State {
    workspace: WorkspaceId,
    store: Option<Rc<WorkspaceStore>>,
    outlet: Rc<Outlet>,
    waiting: Vec<Edit>,
    running: bool,
    saved_at: Option<Timestamp>,
    tell: Rc<dyn Fn()>,
}

struct Edit {
    /// What to store; `None` for a request that only waits for what is before it.
    chunk: Option<Vec<u8>>,
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
        let waiting = Vec::new();
        let state = State { workspace, store, outlet, waiting, running: false, saved_at: None, tell };
        Self(Rc::new(RefCell::new(state)))
    }

    /// Store an edit and answer its request when it is durable.
    pub fn push(&self, chunk: Vec<u8>, reply: Option<u32>) {
        self.0.borrow_mut().waiting.push(Edit { chunk: Some(chunk), reply });
        self.run();
    }

    /// Answer a request that changed nothing once what it may repeat is durable.
    pub fn after_all(&self, reply: u32) {
        self.0.borrow_mut().waiting.push(Edit { chunk: None, reply: Some(reply) });
        self.run();
    }

    /// Whether everything is on disk.
    pub fn is_empty(&self) -> bool {
        self.0.borrow().waiting.is_empty()
    }

    /// Say how things stand.
    pub fn announce(&self) {
        let state = self.0.borrow();
        state.outlet.push(Push::Saving(Saving::Saved { at: state.saved_at }));
    }

    fn run(&self) {
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
        loop {
            let workspace = self.0.borrow().workspace;
            let (store, chunks, edits) = {
                let state = self.0.borrow();
                if state.waiting.is_empty() {
                    return Ok(());
                }
                state.outlet.push(Push::Saving(Saving::Busy));
                let chunks: Vec<Vec<u8>> = state.waiting.iter().filter_map(|edit| edit.chunk.clone()).collect();
                (state.store.clone(), chunks, state.waiting.len())
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
            store.append(&chunks).await?;
            let mut state = self.0.borrow_mut();
            let saved_at = platform::now();
            state.saved_at = Some(saved_at);
            let stored: Vec<Edit> = state.waiting.drain(..edits).collect();
            for edit in stored {
                if let Some(id) = edit.reply {
                    state.outlet.reply(id, Ok(Answer::Edited(edit.chunk.is_some())));
                }
            }
            if state.waiting.is_empty() {
                state.outlet.push(Push::Saving(Saving::Saved { at: Some(saved_at) }));
            }
            (state.tell)();
        }
    }

    fn refuse(&self, trouble: StorageTrouble) {
        let mut state = self.0.borrow_mut();
        let unsaved = state.waiting.iter().filter(|edit| edit.chunk.is_some()).count();
        let edits = u32::try_from(unsaved).unwrap_or(u32::MAX);
        let unanswered: Vec<u32> = state.waiting.iter_mut().filter_map(|edit| edit.reply.take()).collect();
        for id in unanswered {
            state.outlet.reply(id, Err(Failure::NotStored(trouble)));
        }
        state.outlet.push(Push::Saving(Saving::Failing { edits, trouble }));
    }
}
