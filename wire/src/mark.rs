//! A place in a session, and with it everything of that session before it: one line of a version vector, of a frontier, of
//! an adoption, of what an envelope builds on. The item's name is in it because a sequence number alone would not say which
//! of two envelopes is meant, should somebody sign two at one place.
//!
//! Layout: `session16 seq8 item32`, 56 bytes.

use crate::codec::{Malformed, Reader, Writer};
use crate::id::{ItemId, SessionId};

/// Length of a mark.
pub const LENGTH: usize = 16 + 8 + 32;

/// A place in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mark {
    /// Which session.
    pub session: SessionId,
    /// Which of its envelopes, from 0, the opening.
    pub seq: u64,
    /// Its name.
    pub item: ItemId,
}

impl Mark {
    /// Writes it.
    pub fn write(writer: &mut Writer, mark: &Self) {
        writer.raw(&mark.session.0).u64(mark.seq).raw(&mark.item.0);
    }

    /// Reads one.
    ///
    /// # Errors
    /// When bytes are missing.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self { session: SessionId(reader.array()?), seq: reader.u64()?, item: ItemId(reader.array()?) })
    }

    /// Reads a list of at most `limit`, in order and without repeats.
    ///
    /// # Errors
    /// When it is longer, cut, or not in order.
    pub fn read_list(reader: &mut Reader<'_>, limit: usize) -> Result<Vec<Self>, Malformed> {
        let marks = reader.list(limit, LENGTH, Self::read)?;
        if marks.windows(2).all(|pair| pair[0] < pair[1]) { Ok(marks) } else { Err(Malformed::Order) }
    }
}
