//! What only a browser shows: `IndexedDB` keeps what it acknowledged, in order, all or nothing.
#![cfg(target_arch = "wasm32")]

use plumbline_core::id::WorkspaceId;
use plumbline_engine::storage::{DirectoryStore, WorkspaceStore, erase};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

async fn fresh(n: u8) -> (WorkspaceId, WorkspaceStore) {
    let id = WorkspaceId::from_bytes([n; 16]);
    erase(id).await.expect("the browser has storage");
    (id, WorkspaceStore::open(id).await.expect("the browser has storage"))
}

fn bytes(chunks: &[(f64, Vec<u8>)]) -> Vec<&[u8]> {
    chunks.iter().map(|(_, bytes)| bytes.as_slice()).collect()
}

#[wasm_bindgen_test]
async fn chunks_come_back_in_order_and_from_a_position() {
    let (_, store) = fresh(1).await;
    store.append(&[b"one".to_vec(), b"two".to_vec()]).await.expect("room");
    store.append(&[b"three".to_vec()]).await.expect("room");
    let all = store.chunks_after(0.0).await.expect("readable");
    assert_eq!(bytes(&all), [b"one".as_slice(), b"two", b"three"]);
    let tail = store.chunks_after(all[1].0).await.expect("readable");
    assert_eq!(bytes(&tail), [b"three".as_slice()]);
}

#[wasm_bindgen_test]
async fn what_was_stored_is_there_for_another_connection() {
    let (id, store) = fresh(2).await;
    store.append(&[b"kept".to_vec()]).await.expect("room");
    let other = WorkspaceStore::open(id).await.expect("the same database");
    assert_eq!(bytes(&other.chunks_after(0.0).await.expect("readable")), [b"kept".as_slice()]);
}

#[wasm_bindgen_test]
async fn folding_takes_out_exactly_what_the_snapshot_covers() {
    let (_, store) = fresh(3).await;
    store.append(&[b"one".to_vec(), b"two".to_vec()]).await.expect("room");
    let covered = store.chunks_after(0.0).await.expect("readable")[1].0;
    // Another tab stores something between reading and folding.
    store.append(&[b"meanwhile".to_vec()]).await.expect("room");
    store.compact(b"one and two".to_vec(), covered).await.expect("room");
    let left = store.chunks_after(0.0).await.expect("readable");
    assert_eq!(bytes(&left), [b"meanwhile".as_slice(), b"one and two"]);
}

#[wasm_bindgen_test]
async fn damaged_chunks_are_set_aside_and_the_rest_stays() {
    let (_, store) = fresh(4).await;
    store.append(&[b"good".to_vec(), b"bad".to_vec(), b"fine".to_vec()]).await.expect("room");
    let all = store.chunks_after(0.0).await.expect("readable");
    store.set_aside(&all[1..2]).await.expect("room");
    assert_eq!(bytes(&store.chunks_after(0.0).await.expect("readable")), [b"good".as_slice(), b"fine"]);
}

#[wasm_bindgen_test]
async fn erasing_leaves_nothing() {
    let (id, store) = fresh(5).await;
    store.append(&[b"gone".to_vec()]).await.expect("room");
    erase(id).await.expect("the browser has storage");
    let again = WorkspaceStore::open(id).await.expect("the browser has storage");
    assert!(again.chunks_after(0.0).await.expect("readable").is_empty());
}

#[wasm_bindgen_test]
async fn the_list_of_workspaces_keeps_one_record_each() {
    let id = WorkspaceId::from_bytes([6; 16]);
    let list = DirectoryStore::open().await.expect("the browser has storage");
    list.put(id, Some(b"first")).await.expect("room");
    list.put(id, Some(b"second")).await.expect("room");
    assert_eq!(list.all().await.expect("readable"), [b"second".to_vec()]);
    list.put(id, None).await.expect("room");
    assert!(list.all().await.expect("readable").is_empty());
}
