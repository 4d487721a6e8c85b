//! What sync asks about payloads, answered for Automerge changes.
//!
//! Automerge can trap on forged bytes, and a trap ends the engine. A member's forged change would come again after every start;
//! so a device that was started anew because of a trap takes payloads in with care: it says which one it is about to look at,
//! and whoever outlives it knows the culprit. Suspects are poisoned from then on, and what others wrote goes on.

use std::collections::BTreeSet;
use std::rc::Rc;

use plumbline_core::document::shared::{NotOfSession, apart, hashes_of, name_of, span_of};
use plumbline_sync::inspect::{Inspect, Piece, Span, Unfit};

/// Told which payload is about to be looked at, and `None` after.
pub type Watch = Rc<dyn Fn(Option<[u8; 32]>)>;

/// Care about what is taken in.
#[derive(Clone, Default)]
pub struct Care {
    /// Names of payloads that are not looked at: SHA-256.
    pub suspects: BTreeSet<[u8; 32]>,
    /// Absent in good times.
    pub watch: Option<Watch>,
}

impl Care {
    /// Looks at a payload; `None` when it is a suspect.
    pub(crate) fn around<T>(&self, payload: &[u8], look: impl FnOnce() -> T) -> Option<T> {
        if self.suspects.is_empty() && self.watch.is_none() {
            return Some(look());
        }
        let name = name_of(payload);
        if self.suspects.contains(&name) {
            return None;
        }
        let Some(watch) = &self.watch else { return Some(look()) };
        watch(Some(name));
        let seen = look();
        watch(None);
        Some(seen)
    }
}

/// Payloads are Automerge changes.
#[derive(Default)]
pub struct Changes(pub Care);

impl Inspect for Changes {
    fn inspect(&self, session: &[u8; 16], founder: bool, payload: &[u8]) -> Result<Span, Unfit> {
        match self.0.around(payload, || span_of(session, founder, payload)).ok_or(Unfit::Unreadable)? {
            Ok(None) => Ok(Span::Empty),
            Ok(Some((first, last))) => Ok(Span::Changes { first, last }),
            Err(NotOfSession::Unreadable) => Err(Unfit::Unreadable),
            Err(NotOfSession::Actor) => Err(Unfit::Actor),
            Err(NotOfSession::Sequence) => Err(Unfit::Sequence),
        }
    }

    fn split(&self, document: &[u8]) -> Result<Vec<Piece>, Unfit> {
        let parts = self.0.around(document, || apart(document)).ok_or(Unfit::Unreadable)?;
        let piece = |part: plumbline_core::document::shared::Part| Piece {
            actor: part.actor,
            number: part.number,
            name: part.hash,
            bytes: part.bytes,
        };
        Ok(parts.map_err(|_| Unfit::Unreadable)?.into_iter().map(piece).collect())
    }

    fn names(&self, payload: &[u8]) -> Result<Vec<[u8; 32]>, Unfit> {
        self.0.around(payload, || hashes_of(payload)).flatten().ok_or(Unfit::Unreadable)
    }
}
