//! What stands for sharing in an engine without a peer: nothing of it is ever written.

use indexed_db_futures::error::Error;
use indexed_db_futures::object_store::ObjectStore;

/// What goes into a transaction beside chunks.
#[derive(Default)]
pub struct SharingWrites<'a>(std::marker::PhantomData<&'a ()>);

impl SharingWrites<'_> {
    #[allow(clippy::unused_self, reason = "as the other one")]
    pub(super) const fn is_empty(&self) -> bool {
        true
    }
}

#[allow(clippy::unused_async, reason = "as the other one")]
pub(super) async fn put(_: &ObjectStore<'_>, _: &ObjectStore<'_>, _: &SharingWrites<'_>) -> Result<(), Error> {
    Ok(())
}
