//! A value that several people may write at the same time.

use crate::intent::FieldValue;
use crate::time::Timestamp;

/// A single value with whatever was written at the same time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Register<T> {
    /// The value shown until a person settles: the same one on every replica.
    pub value: T,
    /// Empty when undisputed; else every value written at the same time, the shown one included.
    pub claims: Vec<Claim<T>>,
}

/// One of several values written at the same time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim<T> {
    /// What was written.
    pub value: T,
    /// The same, as the document holds it.
    pub raw: FieldValue,
    /// The session that wrote it; a key of [`super::Snapshot::sessions`].
    pub session: String,
    /// When, by the writer's clock.
    pub at: Timestamp,
}

impl<T> Register<T> {
    /// An undisputed value.
    pub const fn new(value: T) -> Self {
        Self { value, claims: Vec::new() }
    }

    /// The same with every value read as something else.
    #[must_use]
    pub fn map<U>(&self, read: impl Fn(&T) -> U) -> Register<U> {
        let claim = |claim: &Claim<T>| Claim {
            value: read(&claim.value),
            raw: claim.raw.clone(),
            session: claim.session.clone(),
            at: claim.at,
        };
        Register { value: read(&self.value), claims: self.claims.iter().map(claim).collect() }
    }

    /// Whether two different values were written at the same time.
    pub fn in_conflict(&self) -> bool {
        !self.claims.is_empty()
    }
}
