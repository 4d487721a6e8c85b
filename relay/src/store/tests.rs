use super::sqlite::Sqlite;
use super::*;
use plumbline_wire::link::Link;

struct Bench {
    _folder: tempfile::TempDir,
    store: Sqlite,
    genesis: Vec<Genesis>,
}

fn bench() -> Bench {
    let folder = tempfile::tempdir().expect("a place to write");
    let store = Sqlite::open(&folder.path().join("store.db")).expect("made");
    let root = Link::founding_secrets(&[1; 32]);
    let genesis: Vec<Genesis> = (0..2).map(|nonce| Genesis::found(&root, [nonce; 16], 1)).collect();
    for one in &genesis {
        assert!(store.found(one).expect("stored"));
        assert!(!store.found(one).expect("stored"), "once");
    }
    Bench { _folder: folder, store, genesis }
}

/// `count` items behind `after`; the store does not look into them.
fn items(mut after: Place, count: u8) -> Vec<Stored> {
    let mut items = Vec::new();
    for number in 0..count {
        let bytes = Bytes::from(vec![number; 1000]);
        let item = ItemId::of(&[&bytes[..], &after.chain.0].concat());
        after = after.then(&item);
        items.push(Stored { item, place: after, bytes });
    }
    items
}

/// A single relay's store goes by the position.
fn end(position: u64) -> End {
    End { place: Place { position, chain: Chain([0; 32]) }, keeps: 0 }
}

fn append(workspace: WorkspaceId, items: &[Stored]) -> Change {
    let position = items.first().map_or(0, |first| first.place.position - 1);
    Change { workspace, after: end(position), what: What::Append(items.to_vec()) }
}

#[test]
fn a_change_is_stored_as_a_whole_or_not_at_all() {
    let bench = bench();
    let [one, two] = [0, 1].map(|at| bench.genesis[at].workspace());
    let (first, second) = (items(Place::start(&one), 3), items(Place::start(&two), 3));
    // The second begins where its log does not end.
    let gap = append(two, &second[1..]);
    assert_eq!(bench.store.commit(&[gap.clone(), append(one, &first)]).expect("fits"), [Fate::Moved, Fate::Stored]);
    assert_eq!(bench.store.read(&one, 0, 1 << 20).expect("readable").items, first);
    assert_eq!(bench.store.read(&two, 0, 1 << 20).expect("readable").items, []);
    // A name twice in one log: the store refuses all of it.
    let mut twice = items(first[2].place, 1);
    twice.push(Stored { item: twice[0].item, ..items(twice[0].place, 1).remove(0) });
    assert!(bench.store.commit(&[append(two, &second), append(one, &twice)]).is_err());
    assert_eq!(bench.store.read(&two, 0, 1 << 20).expect("readable").items, []);
    let again = [append(one, &first), append(two, &second)];
    assert_eq!(bench.store.commit(&again).expect("fits"), [Fate::Moved, Fate::Stored], "not twice");
    let mut ends = bench.store.ends(&[one, WorkspaceId([9; 16]), two]).expect("readable");
    ends.sort_by_key(|(workspace, _)| *workspace != one);
    let end = |place| End { place, keeps: 0 };
    assert_eq!(ends, [(one, end(first[2].place)), (two, end(second[2].place))]);
    assert_eq!(bench.store.read(&two, 0, 1 << 20).expect("readable").items, second);
    assert_eq!(bench.store.find(&one, &first[1].item).expect("readable"), Some(first[1].place));
    assert_eq!(bench.store.find(&two, &first[1].item).expect("readable"), None, "another workspace's");
    assert_eq!(bench.store.chain(&one, 2).expect("readable"), Some(first[1].place.chain));
}

#[test]
fn pages_are_as_large_as_asked_and_follow_each_other() {
    let bench = bench();
    let workspace = bench.genesis[0].workspace();
    let all = items(Place::start(&workspace), 10);
    bench.store.commit(&[append(workspace, &all)]).expect("fits");
    let page = bench.store.read(&workspace, 4, 3_100).expect("readable");
    assert_eq!((page.after, page.items), (all[3].place, all[4..7].to_vec()));
    assert_eq!(bench.store.read(&workspace, 9, 1).expect("readable").items, all[9..], "one at least");
    let end = bench.store.read(&workspace, 10, 1_000).expect("readable");
    assert_eq!((end.after, end.items.len()), (all[9].place, 0));
    assert!(matches!(bench.store.read(&workspace, 11, 1_000), Err(StoreError::Moved)), "there is no such place");
}

#[test]
fn what_is_pruned_is_gone_with_one_transaction() {
    let bench = bench();
    let workspace = bench.genesis[0].workspace();
    let all = items(Place::start(&workspace), 10);
    bench.store.commit(&[append(workspace, &all)]).expect("fits");
    let (name, bytes) = (ItemId([7; 32]), Bytes::from_static(b"snapshot"));
    let keep = |snapshot, drop, prune, position| Change {
        workspace,
        after: end(position),
        what: What::Keep(Keep { snapshot, drop, prune, summary: vec![1] }),
    };
    let snapshot = Some((name, bytes.clone()));
    assert_eq!(bench.store.commit(&[keep(snapshot.clone(), vec![], None, 9)]).expect("readable"), [Fate::Moved]);
    bench.store.commit(&[keep(snapshot, vec![], Some(all[5].place), 10)]).expect("at the end");
    assert_eq!(bench.store.snapshot(&workspace, &name).expect("readable"), Some(bytes.to_vec()));
    let page = bench.store.read(&workspace, 2, 1 << 20).expect("readable");
    assert_eq!((page.after, page.items), (all[5].place, all[6..].to_vec()), "from the base");
    bench.store.commit(&[keep(None, vec![name], None, 10)]).expect("at the end");
    assert_eq!(bench.store.snapshot(&workspace, &name).expect("readable"), None);
}

#[test]
fn a_damaged_store_is_not_a_room() {
    let bench = bench();
    let workspace = bench.genesis[0].workspace();
    let loaded = bench.store.load(&workspace, Quota::default()).expect("readable").expect("there");
    assert_eq!((loaded.room.head(), loaded.names.len()), (Place::start(&workspace), 0));
    bench.store.commit(&[append(workspace, &items(Place::start(&workspace), 1))]).expect("stored");
    // What is stored is no item.
    let damaged = bench.store.load(&workspace, Quota::default()).err();
    assert!(matches!(damaged, Some(StoreError::Damaged(_))), "{damaged:?}");
    let unknown = bench.store.load(&WorkspaceId([9; 16]), Quota::default()).expect("readable");
    assert!(unknown.is_none());
}
