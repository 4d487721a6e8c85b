//! How much somebody may send. The balance may go below zero, so that one large message passes and is waited for afterwards.
//!
//! Written here and not taken from a crate: it is a dozen lines, with the time as an argument.

use std::time::Duration;

use tokio::time::Instant;

/// A balance that grows with time up to a bound.
#[derive(Debug, Clone, Copy)]
pub struct Bucket {
    rate: f64,
    most: f64,
    balance: f64,
    at: Instant,
}

impl Bucket {
    /// A full one: `rate` per second, at most `burst` seconds' worth.
    #[must_use]
    pub fn new(rate: f64, burst: f64, now: Instant) -> Self {
        let most = (rate * burst).max(1.0);
        Self { rate, most, balance: most, at: now }
    }

    /// Brings the balance up to date.
    fn fill(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.balance = (self.balance + passed * self.rate).min(self.most);
        self.at = now;
    }

    /// How long to wait until there is one to take; zero: now.
    #[must_use]
    pub fn wait(&mut self, now: Instant) -> Duration {
        self.fill(now);
        if self.balance >= 1.0 {
            return Duration::ZERO;
        }
        // Rounded up: who waits as long as told has waited long enough.
        let seconds = (1.0 - self.balance) / self.rate + 1e-6;
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
    }

    /// Takes `amount`.
    pub fn take(&mut self, amount: f64, now: Instant) {
        self.fill(now);
        self.balance -= amount;
    }

    /// Whether it is as full as it can be: forgetting it changes nothing.
    #[must_use]
    pub fn is_full(&mut self, now: Instant) -> bool {
        self.fill(now);
        self.balance >= self.most
    }
}

/// What one device may send.
#[derive(Debug)]
pub struct Allowance {
    frames: Bucket,
    bytes: Bucket,
}

impl Allowance {
    /// `frames` and `bytes` a second.
    #[must_use]
    pub fn new(frames: f64, bytes: f64, burst: f64, now: Instant) -> Self {
        Self { frames: Bucket::new(frames, burst, now), bytes: Bucket::new(bytes, burst, now) }
    }

    /// Whether forgetting it changes nothing.
    #[must_use]
    pub fn is_full(&mut self, now: Instant) -> bool {
        self.frames.is_full(now) && self.bytes.is_full(now)
    }

    /// Takes one frame of so many bytes.
    ///
    /// # Errors
    /// How long to wait; nothing was taken.
    pub fn take(&mut self, bytes: usize, now: Instant) -> Result<(), Duration> {
        let wait = self.frames.wait(now).max(self.bytes.wait(now));
        if wait > Duration::ZERO {
            return Err(wait);
        }
        self.frames.take(1.0, now);
        self.bytes.take(bytes as f64, now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_the_rate() {
        #[expect(clippy::disallowed_methods, reason = "any instant will do")]
        let start = Instant::from_std(std::time::Instant::now());
        let mut allowance = Allowance::new(2.0, 1000.0, 2.0, start);
        for _ in 0..4 {
            assert_eq!(allowance.take(1, start), Ok(()));
        }
        let wait = allowance.take(1, start).expect_err("four in two seconds");
        assert!(wait <= Duration::from_millis(501), "{wait:?}");
        assert_eq!(allowance.take(1, start + wait), Ok(()));
        let later = start + Duration::from_secs(3600);
        assert_eq!(allowance.take(10_000, later), Ok(()), "a large one passes once");
        let wait = allowance.take(1, later).expect_err("and is waited for");
        assert!(wait >= Duration::from_secs(8), "{wait:?}");
        assert!(!allowance.bytes.is_full(later) && allowance.bytes.is_full(later + Duration::from_secs(3600)));
    }
}
