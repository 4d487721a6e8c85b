//! `IndexedDB`, one database per workspace and one for the list of them.
//!
//! A workspace's database holds chunks in the order they were stored (`chunks`, numbered by the browser within its
//! transactions) and pieces found damaged (`damaged`). An edit is one strict transaction: when it completes, the edit is on
//! disk. Compaction puts a snapshot in and takes the chunks it covers out, in one transaction. A shared workspace has more in
//! the same database ([`sharing`]), so that an edit and the envelope it travels in are one transaction.

use indexed_db_futures::KeyRange;
use indexed_db_futures::database::Database;
use indexed_db_futures::error::{Error, OpenDbError};
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{TransactionDurability, TransactionMode, TransactionOptions};
use js_sys::Uint8Array;
use plumbline_core::bridge::StorageTrouble;
use plumbline_core::id::WorkspaceId;
use wasm_bindgen::{JsCast, JsValue};

#[cfg(not(feature = "sharing"))]
#[path = "storage/alone.rs"]
pub mod sharing;
#[cfg(feature = "sharing")]
pub mod sharing;

use sharing::SharingWrites;

/// Envelopes and records, numbered.
const ITEMS: &str = "items";
/// What a shared workspace keeps besides, under words.
const SHARING: &str = "sharing";
/// The word for who this device is.
const IDENTITY: &str = "identity";

const CHUNKS: &str = "chunks";
const DAMAGED: &str = "damaged";
const WORKSPACES: &str = "workspaces";
const DIRECTORY: &str = "plumbline";
/// Before the identifier of a workspace whose erasing was begun.
const ERASING: &str = "erasing ";

/// A stored chunk with its number.
pub type Numbered = (f64, Vec<u8>);

/// The database of one workspace.
pub struct WorkspaceStore {
    db: Database,
}

impl WorkspaceStore {
    /// Open it, making it if need be.
    ///
    /// # Errors
    /// When the browser offers no storage.
    pub async fn open(workspace: WorkspaceId) -> Result<Self, StorageTrouble> {
        let db = Database::open(database_name(workspace))
            .with_version(2_u8)
            .with_on_upgrade_needed(|event, db: Database| {
                if event.old_version() < 1.0 {
                    db.create_object_store(CHUNKS).with_auto_increment(true).build()?;
                    db.create_object_store(DAMAGED).with_auto_increment(true).build()?;
                }
                db.create_object_store(ITEMS).with_auto_increment(true).build()?;
                db.create_object_store(SHARING).build()?;
                Ok(())
            })
            .await
            .map_err(|error| open_trouble(&error))?;
        Ok(Self { db })
    }

    /// The chunks numbered above `after`, in order.
    ///
    /// # Errors
    /// When the browser fails to read.
    pub async fn chunks_after(&self, after: f64) -> Result<Vec<Numbered>, StorageTrouble> {
        self.read_after(CHUNKS, after).await.map_err(|error| trouble(&error))
    }

    async fn read_after(&self, store: &str, after: f64) -> Result<Vec<Numbered>, Error> {
        let tx = self.db.transaction(store).build()?;
        let store = tx.object_store(store)?;
        let range = KeyRange::LowerBound(JsValue::from_f64(after), true);
        let keys = store.get_all_keys::<JsValue>().with_query::<JsValue, _>(range.clone()).await?;
        let values = store.get_all::<JsValue>().with_query::<JsValue, _>(range).await?;
        let keys: Vec<JsValue> = keys.collect::<Result<_, _>>()?;
        let values: Vec<JsValue> = values.collect::<Result<_, _>>()?;
        Ok(keys
            .iter()
            .zip(values)
            .filter_map(|(key, value)| Some((key.as_f64()?, value.dyn_into::<Uint8Array>().ok()?.to_vec())))
            .collect())
    }

    /// Number of the last chunk; 0 when there is none.
    ///
    /// # Errors
    /// When the browser fails to read.
    pub async fn last_number(&self) -> Result<f64, StorageTrouble> {
        let work = async {
            let tx = self.db.transaction(CHUNKS).build()?;
            let keys = tx.object_store(CHUNKS)?.get_all_keys::<JsValue>().await?;
            let keys: Vec<JsValue> = keys.collect::<Result<_, _>>()?;
            Ok(keys.last().and_then(JsValue::as_f64).unwrap_or_default())
        };
        work.await.map_err(|error: Error| trouble(&error))
    }

    /// Store chunks durably, all or none.
    ///
    /// # Errors
    /// When the browser refuses; then none is stored.
    pub async fn append(&self, chunks: &[Vec<u8>]) -> Result<(), StorageTrouble> {
        self.write(chunks, None, SharingWrites::default(), true).await
    }

    /// Put one snapshot in place of all chunks numbered up to `covered`, which it must contain.
    ///
    /// # Errors
    /// When the browser refuses; then everything is as before.
    pub async fn compact(&self, snapshot: Vec<u8>, covered: f64) -> Result<(), StorageTrouble> {
        self.write(&[snapshot], Some(covered), SharingWrites::default(), true).await
    }

    /// Store chunks and what the peer wants stored in one transaction, after taking out the chunks numbered up to `replaced`.
    /// `strict`: whether it has to be on the disk when this returns; else a crash of the whole machine may take it back.
    ///
    /// # Errors
    /// When the browser refuses; then everything is as before.
    pub async fn write(
        &self,
        chunks: &[Vec<u8>],
        replaced: Option<f64>,
        writes: SharingWrites<'_>,
        strict: bool,
    ) -> Result<(), StorageTrouble> {
        let work = async {
            let durability = if strict { TransactionDurability::Strict } else { TransactionDurability::Relaxed };
            let options = TransactionOptions::new().with_durability(durability);
            let stores: &[&str] = if writes.is_empty() { &[CHUNKS] } else { &[CHUNKS, ITEMS, SHARING] };
            let tx = self
                .db
                .transaction(stores.to_vec())
                .with_mode(TransactionMode::Readwrite)
                .with_options(options)
                .build()?;
            let store = tx.object_store(CHUNKS)?;
            if let Some(covered) = replaced {
                store.delete::<JsValue, _>(KeyRange::UpperBound(JsValue::from_f64(covered), false)).await?;
            }
            for chunk in chunks {
                store.add(JsValue::from(Uint8Array::from(chunk.as_slice()))).await?;
            }
            if !writes.is_empty() {
                sharing::put(&tx.object_store(ITEMS)?, &tx.object_store(SHARING)?, &writes).await?;
            }
            tx.commit().await
        };
        work.await.map_err(|error: Error| trouble(&error))
    }

    /// Whether the workspace is shared.
    ///
    /// # Errors
    /// When the browser fails to read.
    pub async fn is_shared(&self) -> Result<bool, StorageTrouble> {
        let work = async {
            let tx = self.db.transaction(SHARING).build()?;
            let word = KeyRange::Only(JsValue::from_str(IDENTITY));
            Ok(tx.object_store(SHARING)?.get::<JsValue, JsValue, _>(word).await?.is_some())
        };
        work.await.map_err(|error: Error| trouble(&error))
    }

    /// Keep chunks aside that are in no other place.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn keep_aside(&self, chunks: &[Vec<u8>]) -> Result<(), StorageTrouble> {
        let work = async {
            let tx =
                self.db.transaction(DAMAGED).with_mode(TransactionMode::Readwrite).with_options(strict()).build()?;
            let aside = tx.object_store(DAMAGED)?;
            for bytes in chunks {
                aside.add(JsValue::from(Uint8Array::from(bytes.as_slice()))).await?;
            }
            tx.commit().await
        };
        work.await.map_err(|error: Error| trouble(&error))
    }

    /// Set chunks aside that cannot be read. Nothing is deleted: they move to a store of their own.
    ///
    /// # Errors
    /// When the browser refuses; then everything is as before.
    pub async fn set_aside(&self, chunks: &[Numbered]) -> Result<(), StorageTrouble> {
        let work = async {
            let tx = self
                .db
                .transaction([CHUNKS, DAMAGED])
                .with_mode(TransactionMode::Readwrite)
                .with_options(strict())
                .build()?;
            let (good, bad) = (tx.object_store(CHUNKS)?, tx.object_store(DAMAGED)?);
            for (number, bytes) in chunks {
                bad.add(JsValue::from(Uint8Array::from(bytes.as_slice()))).await?;
                good.delete::<JsValue, _>(KeyRange::Only(JsValue::from_f64(*number))).await?;
            }
            tx.commit().await
        };
        work.await.map_err(|error: Error| trouble(&error))
    }
}

/// Empty a workspace's database for good, but for what was stored after the chunk numbered `up_to`. The empty database itself
/// stays: deleting it would wait for every other tab to let go, and block whoever opens it meanwhile.
///
/// # Errors
/// When the browser refuses.
pub async fn erase(workspace: WorkspaceId, up_to: f64) -> Result<(), StorageTrouble> {
    let store = WorkspaceStore::open(workspace).await?;
    let clear = async {
        let tx = store
            .db
            .transaction([CHUNKS, DAMAGED, ITEMS, SHARING])
            .with_mode(TransactionMode::Readwrite)
            .with_options(strict())
            .build()?;
        tx.object_store(CHUNKS)?.delete::<JsValue, _>(KeyRange::UpperBound(JsValue::from_f64(up_to), false)).await?;
        for store in [DAMAGED, ITEMS, SHARING] {
            tx.object_store(store)?.clear()?.await?;
        }
        tx.commit().await
    };
    clear.await.map_err(|error: Error| trouble(&error))
}

impl Drop for WorkspaceStore {
    /// The binding does not close by itself, and an open connection lives until the browser collects it.
    fn drop(&mut self) {
        self.db.clone().close();
    }
}

/// The list of workspaces: one record of bytes for each, and a number for each whose erasing was begun.
pub struct DirectoryStore {
    db: Database,
}

/// What becomes of a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// It stays as it is.
    Keep,
    /// This takes its place.
    Put(Vec<u8>),
    /// It goes, and with it the workspace's chunks up to this number: see [`DirectoryStore::erasures`].
    Erase(f64),
}

impl DirectoryStore {
    /// Open it, making it if need be.
    ///
    /// # Errors
    /// When the browser offers no storage.
    pub async fn open() -> Result<Self, StorageTrouble> {
        let db = Database::open(DIRECTORY)
            .with_version(1_u8)
            .with_on_upgrade_needed(|_, db: Database| {
                db.create_object_store(WORKSPACES).build()?;
                Ok(())
            })
            .await
            .map_err(|error| open_trouble(&error))?;
        Ok(Self { db })
    }

    /// All records.
    ///
    /// # Errors
    /// When the browser fails to read.
    pub async fn all(&self) -> Result<Vec<Vec<u8>>, StorageTrouble> {
        let values = self.read().await.map_err(|error| trouble(&error))?;
        Ok(values.into_iter().filter_map(|(_, value)| bytes_of(value)).collect())
    }

    /// The workspaces whose erasing was begun and not finished, with the number of the last chunk that goes.
    ///
    /// # Errors
    /// When the browser fails to read.
    pub async fn erasures(&self) -> Result<Vec<(WorkspaceId, f64)>, StorageTrouble> {
        let values = self.read().await.map_err(|error| trouble(&error))?;
        let begun = |(key, value): (JsValue, JsValue)| {
            Some((key.as_string()?.strip_prefix(ERASING)?.parse().ok()?, value.as_f64()?))
        };
        Ok(values.into_iter().filter_map(begun).collect())
    }

    async fn read(&self) -> Result<Vec<(JsValue, JsValue)>, Error> {
        let tx = self.db.transaction(WORKSPACES).build()?;
        let store = tx.object_store(WORKSPACES)?;
        let keys = store.get_all_keys::<JsValue>().await?;
        let values = store.get_all::<JsValue>().await?;
        let keys: Vec<JsValue> = keys.collect::<Result<_, _>>()?;
        let values: Vec<JsValue> = values.collect::<Result<_, _>>()?;
        Ok(keys.into_iter().zip(values).collect())
    }

    /// Read one record and make of it what `change` says, durably and in one transaction: no other tab comes in between.
    /// `change` is given `None` when there is no such record.
    ///
    /// # Errors
    /// When the browser refuses; then everything is as before.
    pub async fn change(
        &self,
        workspace: WorkspaceId,
        change: impl FnOnce(Option<&[u8]>) -> Change,
    ) -> Result<(), StorageTrouble> {
        let work = async {
            let tx =
                self.db.transaction(WORKSPACES).with_mode(TransactionMode::Readwrite).with_options(strict()).build()?;
            let store = tx.object_store(WORKSPACES)?;
            let key = JsValue::from_str(&workspace.to_string());
            let found = store.get::<JsValue, JsValue, _>(KeyRange::Only(key.clone())).await?.and_then(bytes_of);
            match change(found.as_deref()) {
                // Left uncommitted: the transaction ends without having written.
                Change::Keep => return Ok(()),
                Change::Put(bytes) => {
                    store.put(JsValue::from(Uint8Array::from(bytes.as_slice()))).with_key(key).await?;
                }
                Change::Erase(up_to) => {
                    store.put(JsValue::from_f64(up_to)).with_key(erasing_key(workspace)).await?;
                    store.delete::<JsValue, _>(KeyRange::Only(key)).await?;
                }
            }
            tx.commit().await
        };
        work.await.map_err(|error: Error| trouble(&error))
    }

    /// Note that the chunks of a workspace are gone.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn erased(&self, workspace: WorkspaceId) -> Result<(), StorageTrouble> {
        let work = async {
            let tx =
                self.db.transaction(WORKSPACES).with_mode(TransactionMode::Readwrite).with_options(strict()).build()?;
            let key = erasing_key(workspace);
            tx.object_store(WORKSPACES)?.delete::<JsValue, _>(KeyRange::Only(key)).await?;
            tx.commit().await
        };
        work.await.map_err(|error: Error| trouble(&error))
    }
}

fn erasing_key(workspace: WorkspaceId) -> JsValue {
    JsValue::from_str(&format!("{ERASING}{workspace}"))
}

fn bytes_of(value: JsValue) -> Option<Vec<u8>> {
    Some(value.dyn_into::<Uint8Array>().ok()?.to_vec())
}

fn database_name(workspace: WorkspaceId) -> String {
    format!("plumbline-{workspace}")
}

fn strict() -> TransactionOptions {
    TransactionOptions::new().with_durability(TransactionDurability::Strict)
}

fn open_trouble(error: &OpenDbError) -> StorageTrouble {
    match error {
        OpenDbError::Base(error) if trouble(error) == StorageTrouble::Full => StorageTrouble::Full,
        _ => StorageTrouble::Unavailable,
    }
}

fn trouble(error: &Error) -> StorageTrouble {
    let name = match error {
        Error::DomException(error) => web_sys::DomException::from(error.clone()).name(),
        _ => String::new(),
    };
    if name == "QuotaExceededError" { StorageTrouble::Full } else { StorageTrouble::Failed }
}
