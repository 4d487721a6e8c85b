//! What only a browser shows: `IndexedDB` keeps what it acknowledged, in order, all or nothing.
#![cfg(target_arch = "wasm32")]

use plumbline_core::bridge::WorkspaceCard;
use plumbline_core::id::WorkspaceId;
use plumbline_core::time::Timestamp;
use plumbline_engine::directory::Directory;
use plumbline_engine::storage::{Change, DirectoryStore, WorkspaceStore, erase};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

async fn fresh(n: u8) -> (WorkspaceId, WorkspaceStore) {
    let id = WorkspaceId::from_bytes([n; 16]);
    erase(id, f64::MAX).await.expect("the browser has storage");
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
    erase(id, f64::MAX).await.expect("the browser has storage");
    let again = WorkspaceStore::open(id).await.expect("the browser has storage");
    assert!(again.chunks_after(0.0).await.expect("readable").is_empty());
}

#[wasm_bindgen_test]
async fn what_came_in_after_erasing_began_stays() {
    let (id, store) = fresh(7).await;
    store.append(&[b"old".to_vec()]).await.expect("room");
    let up_to = store.last_number().await.expect("readable");
    store.append(&[b"brought in again".to_vec()]).await.expect("room");
    erase(id, up_to).await.expect("the browser has storage");
    assert_eq!(bytes(&store.chunks_after(0.0).await.expect("readable")), [b"brought in again".as_slice()]);
}

#[wasm_bindgen_test]
async fn the_list_of_workspaces_keeps_one_record_each() {
    let id = WorkspaceId::from_bytes([6; 16]);
    let list = DirectoryStore::open().await.expect("the browser has storage");
    let put = |record: &'static [u8]| list.change(id, move |_| Change::Put(record.to_vec()));
    put(b"first").await.expect("room");
    put(b"second").await.expect("room");
    let mut seen = None;
    let kept = list.change(id, |record| {
        seen = record.map(<[u8]>::to_vec);
        Change::Keep
    });
    kept.await.expect("readable");
    assert_eq!(seen.as_deref(), Some(b"second".as_slice()));
    assert!(list.all().await.expect("readable").contains(&b"second".to_vec()));
    list.change(id, |_| Change::Erase(3.0)).await.expect("room");
    assert!(!list.all().await.expect("readable").contains(&b"second".to_vec()));
    assert!(list.erasures().await.expect("readable").contains(&(id, 3.0)));
    list.erased(id).await.expect("room");
    assert!(!list.erasures().await.expect("readable").contains(&(id, 3.0)));
}

fn card(id: WorkspaceId) -> WorkspaceCard {
    let at = Timestamp(1);
    WorkspaceCard { id, name: "Northwind".into(), sample: false, created: at, opened: at, deleted: None }
}

/// A workspace with its card, and the list as two tabs have read it.
async fn two_tabs(n: u8) -> (WorkspaceId, WorkspaceStore, Directory, Directory) {
    let (id, store) = fresh(n).await;
    let (mut one, mut two) = (Directory::default(), Directory::default());
    one.load().await.expect("the browser has storage");
    one.change(id, |_| Some(card(id))).await.expect("room");
    two.load().await.expect("the browser has storage");
    (id, store, one, two)
}

async fn listed(id: WorkspaceId) -> Option<WorkspaceCard> {
    let mut list = Directory::default();
    list.load().await.expect("the browser has storage");
    list.card(id).cloned()
}

#[wasm_bindgen_test]
async fn two_tabs_do_not_undo_what_the_other_did_to_the_list() {
    let (id, _store, mut one, mut two) = two_tabs(8).await;
    let deleted = Some(Timestamp(5));
    one.change(id, |card| card.map(|card| WorkspaceCard { deleted, ..card })).await.expect("room");
    two.change(id, |card| card.map(|card| WorkspaceCard { name: "Northwind AG".into(), ..card })).await.expect("room");
    let expected = WorkspaceCard { deleted, name: "Northwind AG".into(), ..card(id) };
    assert_eq!(listed(id).await, Some(expected.clone()));
    assert_eq!(two.card(id), Some(&expected), "the tab that wrote knows what the other did");
}

#[wasm_bindgen_test]
async fn what_another_tab_took_out_of_the_bin_is_not_erased() {
    let (id, store, mut one, mut two) = two_tabs(9).await;
    store.append(&[b"precious".to_vec()]).await.expect("room");
    one.change(id, |card| card.map(|card| WorkspaceCard { deleted: Some(Timestamp(5)), ..card })).await.expect("room");
    two.load().await.expect("readable");
    one.change(id, |card| card.map(|card| WorkspaceCard { deleted: None, ..card })).await.expect("room");
    assert_eq!(two.erase(id).await, Ok(false));
    assert_eq!(store.chunks_after(0.0).await.expect("readable").len(), 1);
    assert_eq!(listed(id).await, Some(card(id)));
}

#[wasm_bindgen_test]
async fn an_erased_workspace_is_not_listed_again_by_a_tab_that_still_shows_it() {
    let (id, store, mut one, mut two) = two_tabs(10).await;
    store.append(&[b"gone".to_vec()]).await.expect("room");
    one.change(id, |card| card.map(|card| WorkspaceCard { deleted: Some(Timestamp(5)), ..card })).await.expect("room");
    assert_eq!(one.erase(id).await, Ok(true));
    two.change(id, |card| card.map(|card| WorkspaceCard { opened: Timestamp(9), ..card })).await.expect("room");
    assert_eq!((listed(id).await, two.card(id)), (None, None));
    assert!(store.chunks_after(0.0).await.expect("readable").is_empty());
}

#[wasm_bindgen_test]
async fn the_bin_keeps_a_workspace_however_far_the_clock_leaps() {
    let (id, store, mut one, _two) = two_tabs(11).await;
    store.append(&[b"precious".to_vec()]).await.expect("room");
    one.change(id, |card| card.map(|card| WorkspaceCard { deleted: Some(Timestamp(i64::MIN)), ..card }))
        .await
        .expect("room");
    assert!(listed(id).await.is_some(), "reading the list erases nothing");
    assert_eq!(store.chunks_after(0.0).await.expect("readable").len(), 1);
}

#[wasm_bindgen_test]
async fn an_erasing_that_was_cut_short_is_finished_at_the_next_start() {
    let (id, store, mut one, _two) = two_tabs(12).await;
    store.append(&[b"gone".to_vec()]).await.expect("room");
    let list = DirectoryStore::open().await.expect("the browser has storage");
    list.change(id, |_| Change::Erase(f64::MAX)).await.expect("room");
    one.load().await.expect("readable");
    assert!(store.chunks_after(0.0).await.expect("readable").is_empty());
    assert!(list.erasures().await.expect("readable").iter().all(|(other, _)| *other != id));
}
