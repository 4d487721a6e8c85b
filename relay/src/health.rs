//! Whether the relay can do what it is for.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::store::StoreError;

/// What is known of the store.
#[derive(Debug)]
pub struct Health {
    stores: AtomicBool,
    there: AtomicBool,
}

impl Default for Health {
    fn default() -> Self {
        Self { stores: AtomicBool::new(true), there: AtomicBool::new(true) }
    }
}

impl Health {
    /// Something was stored.
    pub fn stored(&self) {
        self.stores.store(true, Ordering::Relaxed);
        self.reached();
    }

    /// Something could not be stored.
    pub fn not_stored(&self, error: &StoreError) {
        if matches!(error, StoreError::Lost(_)) {
            self.lost(error);
        } else if self.stores.swap(false, Ordering::Relaxed) {
            tracing::error!(%error, "cannot store: members are told to try again");
        }
    }

    /// Whether the last thing that was to be stored was.
    #[must_use]
    pub fn is_storing(&self) -> bool {
        self.stores.load(Ordering::Relaxed)
    }

    /// The store has answered.
    pub fn reached(&self) {
        if !self.there.swap(true, Ordering::Relaxed) {
            tracing::info!("the store answers again");
        }
    }

    /// The store does not answer.
    pub fn lost(&self, error: &StoreError) {
        if self.there.swap(false, Ordering::Relaxed) {
            tracing::error!(%error, "the store does not answer: members are told to come again");
        }
    }

    /// Nothing, or that the store does not answer: then it is not waited for. Only who watches it goes on asking.
    ///
    /// # Errors
    /// When it does not.
    pub fn check(&self) -> Result<(), StoreError> {
        let away = || StoreError::Lost("it did not answer when last asked".to_owned());
        if self.there.load(Ordering::Relaxed) { Ok(()) } else { Err(away()) }
    }

    /// Whether members can be sent here.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.stores.load(Ordering::Relaxed) && self.there.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_over_with_the_next_commit_and_a_lost_database_with_the_next_answer() {
        let health = Health::default();
        health.not_stored(&StoreError::Failed("full".into()));
        health.reached();
        assert!(!health.is_good(), "reading is not storing");
        health.stored();
        assert!(health.is_good());
        health.not_stored(&StoreError::Lost("gone".to_owned()));
        assert!(!health.is_good() && health.check().is_err());
        health.reached();
        assert!(health.is_good());
    }
}
