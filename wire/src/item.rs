//! What a log is made of: envelopes and keyring records. One log for both, so that one chain of hashes covers both: a relay
//! that hides a revocation breaks the chain as surely as one that hides a change.

use crate::codec::Malformed;
use crate::envelope::{self, Envelope};
use crate::id::ItemId;
use crate::keyring::record::{self, Record};
use crate::limits;

/// One item of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item<'a> {
    /// Something a member said. Always of a kind that is logged.
    Envelope(Envelope<'a>),
    /// Something an administrator decided.
    Record(Record),
}

impl<'a> Item<'a> {
    /// Reads an item. Signatures are not checked here.
    ///
    /// # Errors
    /// When it is neither, or an envelope that is not logged.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        match bytes.first_chunk::<4>() {
            Some(magic) if magic == envelope::MAGIC => {
                let envelope = Envelope::parse(bytes)?;
                if envelope.header.kind.is_logged() { Ok(Self::Envelope(envelope)) } else { Err(Malformed::Value) }
            }
            Some(magic) if magic == record::MAGIC => Record::parse(bytes).map(Self::Record),
            Some(_) => Err(Malformed::Magic),
            None => Err(Malformed::Truncated),
        }
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> ItemId {
        match self {
            Self::Envelope(envelope) => envelope.id(),
            Self::Record(record) => record.id(),
        }
    }
}

/// Largest item.
pub const LIMIT: usize = limits::ENVELOPE;
