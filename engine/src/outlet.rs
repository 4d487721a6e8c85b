//! Everything the engine says to the app.

use std::cell::RefCell;

use plumbline_core::bridge::{Answer, Failure, FromEngine, Push, Saving};

use crate::platform;

/// Says it, and does not repeat a saving state that was just said.
#[derive(Default)]
pub struct Outlet {
    saving: RefCell<Option<Saving>>,
}

impl Outlet {
    /// The one answer to a request.
    pub fn reply(&self, id: u32, result: Result<Answer, Failure>) {
        Self::post(&FromEngine::Reply { id, result });
    }

    /// News.
    pub fn push(&self, push: Push) {
        if let Push::Saving(saving) = &push {
            let mut last = self.saving.borrow_mut();
            if last.as_ref() == Some(saving) {
                return;
            }
            *last = Some(saving.clone());
        }
        Self::post(&FromEngine::Push(push));
    }

    /// Storage cannot be read: nothing is lost, and nothing can be kept.
    pub fn trouble(&self, trouble: plumbline_core::bridge::StorageTrouble) {
        self.push(Push::Saving(Saving::Failing { edits: 0, trouble }));
    }

    /// Answer bytes that are no request of this version; the number stands first in every version.
    pub fn not_understood(&self, bytes: &[u8]) {
        if let Ok((id, _)) = postcard::take_from_bytes::<u32>(bytes) {
            self.reply(id, Err(Failure::Version));
        }
    }

    fn post(message: &FromEngine) {
        if let Ok(bytes) = postcard::to_allocvec(message) {
            platform::post(&bytes);
        }
    }
}
