//! Snapshots, endorsements, pruning.

use std::path::Path;

use plumbline_wire::frame::{Frame, SnapshotInfo};
use plumbline_wire::id::ItemId;
use plumbline_wire::item::Item;
use plumbline_wire::refusal::Refusal;
use plumbline_wire::statement::Place;

use super::client::{Client, Said};
use super::joining::begin;
use super::process::Relay;

pub fn list(said: Said) -> Option<Vec<SnapshotInfo>> {
    match said {
        Said::Snapshots(snapshots) => Some(snapshots),
        _ => None,
    }
}

#[tokio::test]
async fn the_log_is_pruned_behind_two_endorsed_snapshots_and_survives_a_kill() {
    let data = tempfile::tempdir().expect("a place to write");
    prune(data.path(), &[]).await;
}

pub async fn prune(data: &Path, arguments: &[&str]) {
    let (relay, team, mut admin) = begin(data, &[arguments, &["--bytes", "100000000"]].concat()).await;
    let device = team.device(2, 2);
    let (mut author, boss) = (device.author(), team.device(1, 1).author());
    let mut client = Client::join(&relay.address, team.workspace(), &device).await;
    client.store(&author.log.clone()).await;
    let (mut places, mut snapshots) = (Vec::<Place>::new(), Vec::new());
    for round in 0..2 {
        let next = author.write(100);
        let place = client.store(&[next]).await[0];
        // Larger than an ordinary frame.
        let snapshot = author.snapshot(&place, 600_000);
        client.send(&Frame::Snapshot { envelope: &snapshot }).await;
        let ack = client.until(|said| match said {
            Said::Ack(item, place) if item == ItemId::of(&snapshot) => Some(place),
            _ => None,
        });
        assert_eq!(ack.await, place);
        admin.until(|said| list(said).filter(|list| list.iter().any(|held| held.place == place))).await;
        let own = author.endorse(&snapshot, &place);
        client.send(&Frame::Endorse { envelope: &own }).await;
        let refused = client.until(|said| match said {
            Said::Nack(_, refusal, _) => Some(refusal),
            _ => None,
        });
        assert_eq!(refused.await, Refusal::Snapshot, "one's own, round {round}");
        admin.send(&Frame::GetSnapshot { item: ItemId::of(&snapshot) }).await;
        let got = admin.until(|said| match said {
            Said::Snapshot(bytes) => Some(bytes),
            _ => None,
        });
        assert_eq!(got.await, snapshot);
        let endorsement = boss.endorse(&snapshot, &place);
        admin.send(&Frame::Endorse { envelope: &endorsement }).await;
        let endorsed = client.until(|said| list(said).filter(|list| list.iter().all(|held| held.endorsed)));
        assert_eq!(endorsed.await.len(), round + 1);
        places.push(place);
        snapshots.push(snapshot);
    }
    relay.kill();

    let relay = Relay::start(data, arguments);
    let mut late = Client::join(&relay.address, team.workspace(), &team.device(3, 3)).await;
    assert_eq!((late.base, late.head), (places[0], places[1]));
    let held = late.until(list).await;
    assert_eq!(
        held.iter().map(|held| held.item).collect::<Vec<_>>(),
        snapshots.iter().map(|bytes| ItemId::of(bytes)).collect::<Vec<_>>()
    );
    // The log that the records were in is gone: whoever has others is given them, and the list again.
    late.send(&Frame::Have { keyring: [0; 32], marks: Vec::new(), more: false }).await;
    let items = late.until(|said| match said {
        Said::Items(items) => Some(items),
        _ => None,
    });
    let items = items.await;
    assert!(!items.is_empty() && items.iter().all(|item| matches!(Item::parse(item), Ok(Item::Record(_)))));
    assert_eq!(late.until(list).await.len(), 2);
    late.subscribe(0).await;
    assert_eq!(late.items(places[0].position, 1).await.1, places[1], "what is left");
    let mut client = Client::join(&relay.address, team.workspace(), &device).await;
    client.until(list).await;
    client.append(&author.log[..1]).await;
    assert!(matches!(client.said().await, Said::Nack(_, Refusal::Covered, _)), "pruned");
    let next = author.write(10);
    assert_eq!(client.store(&[next]).await[0].position, places[1].position + 1, "the session goes on");
}
