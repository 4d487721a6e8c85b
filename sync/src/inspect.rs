//! What sync asks about a payload. Sync carries bytes; whoever knows what they mean answers.

/// Looks at payloads.
pub trait Inspect {
    /// Whether a payload may count as written in a session: every change in it is by the actor that the session is, and their
    /// sequence numbers follow one another. Who came by the founding link (`founder`) may also bring along what was written by
    /// others before the workspace was shared, in payloads of their own, which are [`Span::Empty`]. Called only on bytes that a
    /// member sealed and signed. The answer depends on the arguments alone, and is the same in every version: it decides what
    /// every replica shows.
    ///
    /// # Errors
    /// When it may not count.
    fn inspect(&self, session: &[u8; 16], founder: bool, payload: &[u8]) -> Result<Span, Unfit>;

    /// Every change of a document that was made of payloads, as payloads; in an order in which each comes after what it builds
    /// on. Called on bytes that a member sealed and signed, or that this device made. What every copy of a document has without
    /// anybody having written it is left out. Who knows no documents reads no snapshots.
    ///
    /// # Errors
    /// When it cannot be read.
    fn split(&self, document: &[u8]) -> Result<Vec<Piece>, Unfit> {
        let _ = document;
        Err(Unfit::Unreadable)
    }

    /// The names of a payload's changes, as [`Inspect::split`] calls them. Called on payloads that count.
    ///
    /// # Errors
    /// When it cannot be read.
    fn names(&self, payload: &[u8]) -> Result<Vec<[u8; 32]>, Unfit> {
        let _ = payload;
        Err(Unfit::Unreadable)
    }
}

/// One change of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The session that it was written in, or what stood there before there were sessions.
    pub actor: Vec<u8>,
    /// Its number there.
    pub number: u64,
    /// A hash of all that is in it and of what it builds on.
    pub name: [u8; 32],
    /// By itself, a payload.
    pub bytes: Vec<u8>,
}

/// The sequence numbers of a payload's changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// None of the session's own.
    Empty,
    /// From the first to the last, without gaps.
    Changes {
        /// The first, from 1.
        first: u64,
        /// The last.
        last: u64,
    },
}

/// Why a payload may not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It cannot be read.
    #[error("cannot be read")]
    Unreadable,
    /// It holds a change by another actor than its session.
    #[error("names another author than its session")]
    Actor,
    /// Its changes do not follow one another, or do not follow those before.
    #[error("leaves out a change")]
    Sequence,
}
