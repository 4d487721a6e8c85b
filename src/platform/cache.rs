//! The last views of each workspace, so that a known workspace paints before its document has loaded. A copy that may be
//! lost at any time: it never counts as data.

use indexed_db_futures::database::Database;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::TransactionMode;
use js_sys::Uint8Array;
use plumbline_core::id::WorkspaceId;
use wasm_bindgen::{JsCast, JsValue};

const DATABASE: &str = "plumbline-views";
const STORE: &str = "views";

/// The bytes kept for a workspace, if any.
pub async fn load(workspace: WorkspaceId) -> Option<Vec<u8>> {
    let db = open().await?;
    let tx = db.transaction(STORE).build().ok()?;
    let value: Option<JsValue> = tx.object_store(STORE).ok()?.get(key(workspace)).await.ok()?;
    Some(value?.dyn_into::<Uint8Array>().ok()?.to_vec())
}

/// Keep bytes for a workspace in place of those kept before. Best effort: without them the next start is merely slower.
pub async fn save(workspace: WorkspaceId, bytes: &[u8]) {
    let Some(db) = open().await else { return };
    let value = JsValue::from(Uint8Array::from(bytes));
    let work = async {
        let tx = db.transaction(STORE).with_mode(TransactionMode::Readwrite).build()?;
        tx.object_store(STORE)?.put(value).with_key(key(workspace)).await?;
        tx.commit().await
    };
    let _: indexed_db_futures::Result<()> = work.await;
}

/// Forget what is kept for a workspace.
pub async fn forget(workspace: WorkspaceId) {
    let Some(db) = open().await else { return };
    let work = async {
        let tx = db.transaction(STORE).with_mode(TransactionMode::Readwrite).build()?;
        tx.object_store(STORE)?.delete(key(workspace)).await?;
        tx.commit().await
    };
    let _: indexed_db_futures::Result<()> = work.await;
}

async fn open() -> Option<Database> {
    Database::open(DATABASE)
        .with_version(1_u8)
        .with_on_upgrade_needed(|_, db: Database| {
            db.create_object_store(STORE).build()?;
            Ok(())
        })
        .await
        .ok()
}

fn key(workspace: WorkspaceId) -> JsValue {
    JsValue::from_str(&workspace.to_string())
}
