//! What sync asks about payloads, answered for Automerge changes.

use plumbline_core::document::shared::{NotOfSession, span_of};
use plumbline_sync::inspect::{Inspect, Span, Unfit};

/// Payloads are Automerge changes.
pub struct Changes;

impl Inspect for Changes {
    fn inspect(&self, session: &[u8; 16], founder: bool, payload: &[u8]) -> Result<Span, Unfit> {
        match span_of(session, founder, payload) {
            Ok(None) => Ok(Span::Empty),
            Ok(Some((first, last))) => Ok(Span::Changes { first, last }),
            Err(NotOfSession::Unreadable) => Err(Unfit::Unreadable),
            Err(NotOfSession::Actor) => Err(Unfit::Actor),
            Err(NotOfSession::Sequence) => Err(Unfit::Sequence),
        }
    }
}
