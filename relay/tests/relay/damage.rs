//! A store with flipped bits or a torn end: what is read from it is what was stored, or it is refused, or its log ends earlier,
//! which the relay's own word then tells every member. Never another log that passes for the right one, and never a panic.

use std::fs;
use std::path::Path;

use plumbline_relay::store::Store;
use plumbline_relay::store::sqlite::Sqlite;
use plumbline_wire::id::{ItemId, WorkspaceId};
use plumbline_wire::room::Quota;
use plumbline_wire::statement::Place;

use super::client::Client;
use super::joining::begin;

/// A generator for places (Lehmer's): the same every time.
struct Places(u64);

impl Places {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(0xda94_2042_e4dd_58b5).wrapping_add(1);
        usize::try_from(self.0 >> 33).expect("31 bits") % end
    }
}

/// What a damaged file turned out to be.
#[derive(Default, Debug)]
struct Outcomes {
    whole: usize,
    refused: usize,
    shorter: usize,
}

/// Opens the file as a relay does, and reads everything.
fn look(file: &Path, workspace: &WorkspaceId, log: &[(Place, Vec<u8>)], outcomes: &mut Outcomes) {
    let Ok(store) = Sqlite::open(file) else { return outcomes.refused += 1 };
    let Ok(loaded) = store.load(workspace, Quota::default()) else { return outcomes.refused += 1 };
    let Some(loaded) = loaded else { return outcomes.shorter += 1 };
    let head = loaded.room.head();
    let known = usize::try_from(head.position).expect("a few");
    assert!(known <= log.len() && (known == 0 || log[known - 1].0 == head), "another log: {head:?}");
    let mut after = 0;
    while after < head.position {
        let Ok(page) = store.read(workspace, after, 1 << 20) else { return outcomes.refused += 1 };
        if page.items.is_empty() {
            break;
        }
        for stored in &page.items {
            let (place, bytes) = &log[usize::try_from(after).expect("a few")];
            let same = (&stored.place, &stored.bytes[..], stored.item) == (place, &bytes[..], ItemId::of(bytes));
            assert!(same, "another item at {place:?}");
            after += 1;
        }
    }
    if known == log.len() { outcomes.whole += 1 } else { outcomes.shorter += 1 }
}

/// Stored whole, with the place of each item.
async fn filled(data: &Path) -> (WorkspaceId, Vec<(Place, Vec<u8>)>) {
    let (relay, team, mut admin) = begin(data, &[]).await;
    let device = team.device(2, 2);
    let mut client = Client::join(&relay.address, team.workspace(), &device).await;
    let mut author = device.author();
    (0..60).for_each(|_| drop(author.write(600)));
    client.store(&author.log).await;
    admin.subscribe(0).await;
    let (items, _) = admin.items(0, team.records.len() + author.log.len()).await;
    let mut place = Place::start(&team.workspace());
    let log = items.into_iter().map(|item| {
        place = place.then(&ItemId::of(&item));
        (place, item)
    });
    let log = log.collect();
    drop((client, admin));
    relay.stop();
    (team.workspace(), log)
}

#[tokio::test]
async fn flipped_bits_and_torn_ends_never_pass_for_the_log() {
    let data = tempfile::tempdir().expect("a place to write");
    let (workspace, log) = filled(data.path()).await;
    let sound = fs::read(data.path().join("relay.db")).expect("stored");
    let mut outcomes = Outcomes::default();
    look(&data.path().join("relay.db"), &workspace, &log, &mut outcomes);
    assert_eq!(outcomes.whole, 1, "as it was stored");

    let broken = tempfile::tempdir().expect("a place to write");
    let mut places = Places(7);
    for round in 0..400 {
        let mut bytes = sound.clone();
        if round % 4 == 0 {
            bytes.truncate(places.below(sound.len()));
        } else {
            for _ in 0..=round % 3 {
                let at = places.below(bytes.len());
                bytes[at] ^= 1 << places.below(8);
            }
        }
        let file = broken.path().join("relay.db");
        for name in ["relay.db-wal", "relay.db-shm"] {
            let _ = fs::remove_file(broken.path().join(name));
        }
        fs::write(&file, bytes).expect("writable");
        look(&file, &workspace, &log, &mut outcomes);
    }
    // Each kind happens: flips where nothing is, flips that are found, ends that are missing.
    assert!(outcomes.whole > 10 && outcomes.refused > 100, "{outcomes:?}");
}
