//! The edge where time and randomness come in.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use plumbline_core::time::Timestamp;

/// A clock that only goes forward, from when it was made.
#[derive(Debug, Clone, Copy)]
pub struct Clock(Instant);

impl Clock {
    /// Starts now.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the edge")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Milliseconds since the start.
    #[must_use]
    pub fn now(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// The wall clock, in milliseconds since 1970.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the edge")]
pub fn wall() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}

/// The wall clock, as the document writes it.
#[must_use]
pub fn moment() -> Timestamp {
    Timestamp(i64::try_from(wall()).unwrap_or(i64::MAX))
}

/// Random bytes from the system.
///
/// # Panics
/// When the system has none: nothing secret could be made then.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the edge")]
pub fn draw<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("a system without randomness cannot keep a secret");
    bytes
}
