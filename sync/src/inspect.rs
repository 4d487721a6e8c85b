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
