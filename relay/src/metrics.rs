//! Figures for whoever runs the relay. They count; they name nobody, no workspace and no address.

use plumbline_wire::refusal::Refusal;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use tokio::time::Instant;

use crate::limits;

/// Why something was refused.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Reason {
    reason: String,
}

/// Everything that is counted.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    /// Members connected.
    pub members: Gauge,
    /// Rooms in memory.
    pub rooms: Gauge,
    /// Workspaces founded.
    pub founded: Counter,
    /// Items stored.
    pub items: Counter,
    /// Bytes of items stored.
    pub bytes: Counter,
    /// Messages received from members.
    pub received: Counter,
    /// Messages handed to members' sockets.
    pub delivered: Counter,
    /// Readers dropped for not reading.
    pub slow: Counter,
    /// Commits that failed.
    pub failed_commits: Counter,
    /// Batches that had to be judged again, because another relay had written first.
    pub conflicts: Counter,
    /// Items that other relays stored, and that members here were told.
    pub elsewhere: Counter,
    refused: Family<Reason, Counter>,
    commit_seconds: Histogram,
    commit_changes: Histogram,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("plumbline");
        let mut counter = |name: &str, help: &str| {
            let counter = Counter::default();
            registry.register(name, help, counter.clone());
            counter
        };
        let founded = counter("founded", "Workspaces founded");
        let items = counter("items", "Items stored");
        let bytes = counter("item_bytes", "Bytes of items stored");
        let received = counter("received", "Messages received from members");
        let delivered = counter("delivered", "Messages handed to members");
        let slow = counter("slow_readers", "Readers dropped for not reading");
        let failed_commits = counter("failed_commits", "Commits that failed");
        let conflicts = counter("conflicts", "Batches judged again because another relay had written first");
        let elsewhere = counter("items_elsewhere", "Items that other relays over the same store have stored");
        let mut gauge = |name: &str, help: &str| {
            let gauge = Gauge::default();
            registry.register(name, help, gauge.clone());
            gauge
        };
        let members = gauge("members", "Members connected");
        let rooms = gauge("rooms", "Rooms in memory");
        let refused = Family::default();
        registry.register("refused", "What was refused, by reason", refused.clone());
        let commit_seconds = Histogram::new(exponential_buckets(0.000_25, 2.0, 14));
        registry.register_with_unit("commit", "Time of one commit", Unit::Seconds, commit_seconds.clone());
        let commit_changes = Histogram::new(exponential_buckets(1.0, 2.0, 10));
        registry.register("commit_changes", "Rooms that shared one commit", commit_changes.clone());
        Self {
            registry,
            members,
            rooms,
            founded,
            items,
            bytes,
            received,
            delivered,
            slow,
            failed_commits,
            conflicts,
            elsewhere,
            refused,
            commit_seconds,
            commit_changes,
        }
    }
}

impl Metrics {
    /// Counts a refusal.
    pub fn refuse(&self, refusal: Refusal) {
        self.refused.get_or_create(&Reason { reason: format!("{refusal:?}").to_lowercase() }).inc();
    }

    /// Measures a commit.
    pub fn commit<T>(&self, changes: usize, commit: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = commit();
        let time = start.elapsed();
        if time > limits::SLOW_COMMIT {
            tracing::warn!(
                seconds = time.as_secs_f64(),
                changes,
                "the disk or the database is slow: a commit took long"
            );
        }
        self.commit_seconds.observe(time.as_secs_f64());
        self.commit_changes.observe(changes as f64);
        result
    }

    /// All of it, as Prometheus reads it.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = String::new();
        // Writing into a string does not fail.
        let _ = prometheus_client::encoding::text::encode(&mut text, &self.registry);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_text() {
        let metrics = Metrics::default();
        metrics.refuse(Refusal::TooLarge);
        metrics.commit(3, || ());
        let text = metrics.render();
        for line in ["plumbline_refused_total{reason=\"toolarge\"} 1", "plumbline_commit_seconds_count 1", "# EOF"] {
            assert!(text.contains(line), "{text}");
        }
    }
}
