//! The store for those who must not block: reading, on threads of its own and a few at a time.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::health::Health;
use crate::limits;
use crate::store::{Store, StoreError};

/// The store, to be read from.
#[derive(Clone)]
pub struct Shelf {
    store: Arc<dyn Store>,
    permits: Arc<Semaphore>,
    watching: Arc<Semaphore>,
    health: Arc<Health>,
}

impl Shelf {
    /// For this store.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, health: Arc<Health>) -> Self {
        let (permits, watching) = (Arc::new(Semaphore::new(limits::READS)), Arc::new(Semaphore::new(1)));
        Self { store, permits, watching, health }
    }

    /// Whether other processes may write to it.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.store.is_shared()
    }

    /// Does something with the store.
    ///
    /// # Errors
    /// What the store says.
    pub async fn with<T: Send + 'static>(
        &self,
        act: impl FnOnce(&dyn Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.health.check()?;
        let permit = self.permits.clone().acquire_owned().await.map_err(failed)?;
        // It may have gone while others were waited for.
        self.health.check()?;
        self.act(permit, act).await
    }

    /// The same for whoever watches whether the store is there: however many wait for it, and though it was not.
    ///
    /// # Errors
    /// What the store says.
    pub async fn watch<T: Send + 'static>(
        &self,
        act: impl FnOnce(&dyn Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let permit = self.watching.clone().acquire_owned().await.map_err(failed)?;
        self.act(permit, act).await
    }

    async fn act<T: Send + 'static>(
        &self,
        permit: OwnedSemaphorePermit,
        act: impl FnOnce(&dyn Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = self.store.clone();
        let work = tokio::task::spawn_blocking(move || {
            let result = act(&*store);
            drop(permit);
            result
        });
        work.await.map_err(failed)?
    }
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Failed(Box::new(error))
}

impl std::fmt::Debug for Shelf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shelf(…)")
    }
}
