//! The store for those who must not block: reading, on threads of its own and a few at a time.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::limits;
use crate::store::{Store, StoreError};

/// The store, to be read from.
#[derive(Clone)]
pub struct Shelf {
    store: Arc<dyn Store>,
    permits: Arc<Semaphore>,
}

impl Shelf {
    /// For this store.
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, permits: Arc::new(Semaphore::new(limits::READS)) }
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
        let permit = self.permits.clone().acquire_owned().await.map_err(failed)?;
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
