//! The one thread that writes. It takes what all rooms have ready and stores it in one transaction, so that a commit, which
//! waits for the disk, is paid for once.

use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot};

use crate::health::Health;
use crate::limits;
use crate::metrics::Metrics;
use crate::store::{Change, Fate, Store, StoreError, What};

/// Hands changes to the writing thread.
#[derive(Debug, Clone)]
pub struct Writer {
    jobs: mpsc::Sender<Job>,
}

/// Says when a change is durable.
pub type Receipt = oneshot::Receiver<Result<(), StoreError>>;

#[derive(Debug)]
struct Job {
    change: Change,
    done: oneshot::Sender<Result<(), StoreError>>,
}

impl Writer {
    /// Starts the thread. It ends when every `Writer` is gone and everything is stored.
    ///
    /// # Errors
    /// When there can be no thread.
    pub fn start(
        store: Arc<dyn Store>,
        metrics: Arc<Metrics>,
        health: Arc<Health>,
    ) -> std::io::Result<(Self, JoinHandle<()>)> {
        let (jobs, inbox) = mpsc::channel(limits::WRITER);
        let thread = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || run(&*store, inbox, &metrics, &health))?;
        Ok((Self { jobs }, thread))
    }

    /// Has a change stored. A room hands over one at a time.
    pub async fn store(&self, change: Change) -> Receipt {
        let (done, receipt) = oneshot::channel();
        // If the thread is gone, the receipt says so by itself.
        let _ = self.jobs.send(Job { change, done }).await;
        receipt
    }

    /// Whether the thread still runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        !self.jobs.is_closed()
    }
}

fn run(store: &dyn Store, mut inbox: mpsc::Receiver<Job>, metrics: &Metrics, health: &Health) {
    while let Some(first) = inbox.blocking_recv() {
        let mut size = weight(&first.change);
        let mut jobs = vec![first];
        while jobs.len() < limits::COMMIT.0
            && size < limits::COMMIT.1
            && let Ok(job) = inbox.try_recv()
        {
            size += weight(&job.change);
            jobs.push(job);
        }
        let (changes, waiting): (Vec<Change>, Vec<_>) = jobs.into_iter().map(|job| (job.change, job.done)).unzip();
        let outcome = health.check().and_then(|()| metrics.commit(changes.len(), || store.commit(&changes)));
        let results: Vec<Result<(), StoreError>> = match outcome {
            Ok(fates) => fates.into_iter().map(landed).collect(),
            Err(error) if changes.len() == 1 => vec![Err(error)],
            // Nobody's own trouble: to ask again for each would only take longer.
            Err(StoreError::Lost(words)) => changes.iter().map(|_| Err(StoreError::Lost(words.clone()))).collect(),
            // One room's trouble is not the others': each for itself.
            Err(_) => changes.iter().map(|change| alone(store, change)).collect(),
        };
        for (result, done) in results.into_iter().zip(waiting) {
            match &result {
                Ok(()) => health.stored(),
                Err(StoreError::Moved) => {}
                Err(error) => {
                    metrics.failed_commits.inc();
                    health.not_stored(error);
                }
            }
            let _ = done.send(result);
        }
    }
}

fn alone(store: &dyn Store, change: &Change) -> Result<(), StoreError> {
    let fates = store.commit(std::slice::from_ref(change))?;
    fates.into_iter().try_for_each(landed)
}

fn landed(fate: Fate) -> Result<(), StoreError> {
    match fate {
        Fate::Stored => Ok(()),
        Fate::Moved => Err(StoreError::Moved),
    }
}

fn weight(change: &Change) -> usize {
    match &change.what {
        What::Append(items) => items.iter().map(|item| item.bytes.len()).sum(),
        What::Keep(keep) => keep.summary.len() + keep.snapshot.as_ref().map_or(0, |(_, bytes)| bytes.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::Sqlite;
    use crate::store::{End, Stored};
    use bytes::Bytes;
    use plumbline_wire::genesis::Genesis;
    use plumbline_wire::id::ItemId;
    use plumbline_wire::link::Link;
    use plumbline_wire::statement::Place;

    #[tokio::test]
    async fn one_room_s_trouble_is_not_the_others() {
        let folder = tempfile::tempdir().expect("a place to write");
        let store = Arc::new(Sqlite::open(&folder.path().join("store.db")).expect("made"));
        let root = Link::founding_secrets(&[1; 32]);
        let change = |nonce: u8, after: u64| {
            let genesis = Genesis::found(&root, [nonce; 16], 1);
            store.found(&genesis).expect("stored");
            let workspace = genesis.workspace();
            let item = ItemId([nonce; 32]);
            let place = Place { position: after + 1, ..Place::start(&workspace).then(&item) };
            let what = What::Append(vec![Stored { item, place, bytes: Bytes::from_static(b"sealed") }]);
            Change { workspace, after: End { place: Place { position: after, ..place }, keeps: 0 }, what }
        };
        let health = Arc::new(Health::default());
        let changes = [change(1, 0), change(2, 5), change(3, 0)];
        let (writer, thread) = Writer::start(store.clone(), Arc::default(), health.clone()).expect("a thread");
        let mut receipts = Vec::new();
        for change in changes {
            receipts.push(writer.store(change).await);
        }
        let mut results = Vec::new();
        for receipt in receipts {
            results.push(receipt.await.expect("answered").is_ok());
        }
        assert_eq!(results, [true, false, true]);
        assert!(health.is_good(), "a log that ends elsewhere is no failing disk");
        drop(writer);
        thread.join().expect("ends with the last writer");
    }
}
