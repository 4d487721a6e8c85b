//! How long a step took. The one place of this tool that reads a clock.

use std::time::{Duration, Instant};

/// Starts when created.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts counting.
    #[allow(clippy::disallowed_methods, reason = "progress shown to a person")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Time since the start.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }

    /// Whole and tenth seconds since the start, for people.
    pub fn words(self) -> String {
        format!("{:.1} s", self.elapsed().as_secs_f64())
    }
}
