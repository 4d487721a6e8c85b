//! Several relays over one database: to their members they are one.

use std::collections::HashSet;

use plumbline_wire::envelope::Kind;
use plumbline_wire::frame::Frame;
use plumbline_wire::id::ItemId;
use plumbline_wire::refusal::Refusal;
use plumbline_wire::statement::Place;

use super::client::{Client, Said};
use super::cluster::{Cluster, Nats, PASSWORD};
use super::joining::begin;
use super::postgres::{bring, check, put_back};
use super::process::Relay;
use super::snapshots::list;
use super::team::{Author, Team};

/// Two relays, and a workspace that both know.
struct Pair {
    _data: tempfile::TempDir,
    relays: [Relay; 2],
    team: Team,
}

impl Pair {
    async fn start(cluster: &Cluster, arguments: &[&str]) -> Self {
        let data = tempfile::tempdir().expect("a place to write");
        let store = cluster.url();
        let arguments = [&["--store", &store, "--messages", "100000", "--bytes", "100000000"], arguments].concat();
        let (one, team, admin) = begin(data.path(), &arguments).await;
        let two = Relay::start(data.path(), &arguments);
        let other = Client::join(&two.address, team.workspace(), &team.device(1, 1)).await;
        assert_eq!((other.relay, other.head.position as usize), (admin.relay, team.records.len()), "one relay");
        Self { _data: data, relays: [one, two], team }
    }

    async fn join(&self, relay: usize, link: u8, device: u8) -> Client {
        Client::join(&self.relays[relay].address, self.team.workspace(), &self.team.device(link, device)).await
    }
}

/// Writes `rounds` times `count` items, and waits each time until they are stored.
async fn write(mut client: Client, mut author: Author, rounds: usize, count: usize) -> (Author, Vec<Place>) {
    let mut places = client.store(&author.log.clone()).await;
    for _ in 0..rounds {
        let items: Vec<_> = (0..count).map(|_| author.write(300)).collect();
        places.extend(client.store(&items).await);
    }
    (author, places)
}

/// Writers and readers on both sides; `event` happens while they write. Returns what was counted.
async fn crowd(cluster: &Cluster, pair: &Pair, event: impl FnOnce()) {
    const ROUNDS: usize = 40;
    const ITEMS: usize = 4;
    let start = pair.team.records.len() as u64;
    let mut readers = [pair.join(0, 3, 30).await, pair.join(1, 3, 31).await];
    for reader in &mut readers {
        reader.subscribe(start).await;
    }
    let mut writers = Vec::new();
    for (number, relay) in [0, 1, 0, 1].into_iter().enumerate() {
        let (link, device) = (if number < 2 { 2 } else { 4 }, 40 + number as u8);
        let author = pair.team.device(link, device).author();
        writers.push(tokio::spawn(write(pair.join(relay, link, device).await, author, ROUNDS, ITEMS)));
    }
    let count = writers.len() * (1 + ROUNDS * ITEMS);
    // Half of it is read, then something happens, then the rest.
    let [one, two] = &mut readers;
    let half = some(one, start, count / 2).await;
    event();
    let (rest, end) = one.items(half.1.position, count - half.0.len()).await;
    let log = [half.0, rest].concat();
    assert_eq!(two.items(start, count).await, (log.clone(), end), "both sides hear the same");
    let mut known = HashSet::new();
    for writer in writers {
        let (author, places) = writer.await.expect("no panic");
        for (item, place) in author.log.iter().zip(&places) {
            assert_eq!(log[(place.position - start) as usize - 1], *item, "acknowledged where it stands");
            assert!(known.insert(place.position));
        }
    }
    assert_eq!(known.len(), count);
    check(cluster, pair.team.records.len() + count);
}

/// Reads pushes until at least `count` items came.
async fn some(client: &mut Client, mut after: u64, count: usize) -> (Vec<Vec<u8>>, Place) {
    let mut all = Vec::new();
    loop {
        if let Said::Push(place, items) = client.said().await {
            assert_eq!(place.position, after, "no gap, no repeat");
            let end = items.iter().fold(place, |place, item| place.then(&ItemId::of(item)));
            after = end.position;
            all.extend(items);
            if all.len() >= count {
                return (all, end);
            }
        }
    }
}

#[tokio::test]
async fn without_hints_everybody_hears_everything_by_asking() {
    let Some(cluster) = Cluster::start() else { return };
    let pair = Pair::start(&cluster, &["--poll", "0.2"]).await;
    crowd(&cluster, &pair, || {}).await;
    // Nobody writes here any more, and yet what is written there is heard.
    let (mut here, there) = (pair.join(0, 3, 50).await, pair.join(1, 2, 51).await);
    let head = here.head.position;
    here.subscribe(head).await;
    let (author, _) = write(there, pair.team.device(2, 51).author(), 0, 0).await;
    assert_eq!(here.items(head, 1).await.0, author.log);
}

#[tokio::test]
async fn hints_alone_carry_what_is_new_and_presence() {
    let (Some(cluster), Some(nats)) = (Cluster::start(), Nats::start()) else { return };
    // It does not ask by itself in the time that this takes.
    let pair = Pair::start(&cluster, &["--nats", &nats.url, "--poll", "3600"]).await;
    crowd(&cluster, &pair, || {}).await;
    let (mut ana, mut ben) = (pair.join(0, 2, 2).await, pair.join(1, 4, 4).await);
    let authors = [pair.team.device(2, 2).author(), pair.team.device(4, 4).author()];
    ana.subscribe(ana.head.position).await;
    ben.subscribe(ben.head.position).await;
    let (presence, signal) = (authors[0].passing(Kind::Ephemeral, 100), authors[1].passing(Kind::Signal, 100));
    ana.send(&Frame::Ephemeral { envelope: &presence }).await;
    assert_eq!(ben.said().await, Said::Ephemeral(presence));
    let [to, from] = [&authors[0], &authors[1]].map(|author| author.device.certificate.device.verify);
    ben.send(&Frame::Signal { device: to, envelope: &signal }).await;
    assert_eq!(ana.said().await, Said::Signal(from, signal));
}

#[tokio::test]
async fn hints_may_be_lost_repeated_and_reordered() {
    let (Some(cluster), Some(nats)) = (Cluster::start(), Nats::start()) else { return };
    let pair = Pair::start(&cluster, &["--nats", &nats.url, "--poll", "0.2"]).await;
    let echo = tokio::spawn(echo(nats.url.clone()));
    crowd(&cluster, &pair, || nats.kill()).await;
    echo.abort();
    let [one, two] = pair.relays;
    for log in [one.stop(), two.stop()] {
        assert!(log.contains("no connection to NATS") && !log.contains("panicked"), "{log}");
        assert!(log.contains("connected to NATS") && !log.contains(PASSWORD), "{log}");
        let workspace = pair.team.workspace().to_string();
        assert!(!log.contains(&workspace[..7]), "{log}");
    }
}

/// Says everything again, later and in another order, and some things that are none.
async fn echo(url: String) {
    use futures_util::StreamExt;
    let login = async_nats::ConnectOptions::with_user_and_password("relay".to_owned(), PASSWORD.to_owned());
    let client = login.connect(url).await.expect("there");
    let mut heard = client.subscribe("plumbline.>").await.expect("there");
    let mut kept = Vec::new();
    while let Some(message) = heard.next().await {
        let _ = client.publish(message.subject.clone(), "nonsense".into()).await;
        kept.push(message);
        // Its own echo comes back as well; it is not to go on for ever.
        if kept.len() == 5 {
            for message in kept.drain(..).rev() {
                let _ = client.publish(message.subject, message.payload).await;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }
}

#[tokio::test]
async fn a_relay_is_killed_and_its_members_go_to_the_other() {
    let Some(cluster) = Cluster::start() else { return };
    let mut pair = Pair::start(&cluster, &["--poll", "0.2"]).await;
    let start = pair.team.records.len() as u64;
    let mut reader = pair.join(1, 3, 30).await;
    reader.subscribe(start).await;
    let (device, other) = (pair.team.device(2, 2), pair.team.device(4, 4));
    let beside = tokio::spawn(write(pair.join(1, 4, 4).await, other.author(), 60, 2));
    let mut author = device.author();
    let mut acknowledged = Vec::new();
    for round in 0..3 {
        let mut client = pair.join(0, 2, 2).await;
        let last = acknowledged.iter().map(|(_, place): &(ItemId, Place)| place.position).max().unwrap_or_default();
        assert!(client.head.position >= last, "never told of less than before, round {round}");
        bring(&mut client, &author).await;
        let (mut count, mut sent) = (0, author.log.len());
        while count < 30 {
            (0..5).for_each(|_| drop(author.write(700)));
            client.append(&author.log[sent..]).await;
            sent = author.log.len();
            if let Said::Ack(item, place) = client.said().await {
                acknowledged.push((item, place));
                count += 1;
            }
        }
        let data = pair.relays[0].data.clone();
        let fresh = Relay::start(&data, &["--store", &cluster.url(), "--poll", "0.2", "--messages", "100000"]);
        let log = std::mem::replace(&mut pair.relays[0], fresh).kill();
        assert!(!log.contains("panicked"), "{log}");
        loop {
            match client.said().await {
                Said::Ack(item, place) => acknowledged.push((item, place)),
                Said::Closed(_) => break,
                _ => {}
            }
        }
        // The other relay knows what this one acknowledged, at once.
        let mut client = pair.join(1, 2, 2).await;
        let last = acknowledged.iter().map(|(_, place)| place.position).max().unwrap_or_default();
        assert!(client.head.position >= last, "round {round}");
        let places = bring(&mut client, &author).await;
        for (item, place) in &acknowledged {
            let at = author.log.iter().position(|bytes| ItemId::of(bytes) == *item).expect("written");
            assert_eq!(places[at], *place, "round {round}");
        }
    }
    let (theirs, _) = beside.await.expect("no panic");
    let count = author.log.len() + theirs.log.len();
    let (log, _) = reader.items(start, count).await;
    for author in [author, theirs] {
        let own: Vec<_> = log.iter().filter(|item| author.log.contains(item)).cloned().collect();
        assert_eq!(own, author.log);
    }
    check(&cluster, pair.team.records.len() + count);
}

#[tokio::test]
async fn the_same_item_brought_to_both_has_one_place() {
    let Some(cluster) = Cluster::start() else { return };
    let pair = Pair::start(&cluster, &["--poll", "0.2"]).await;
    let mut clients = [pair.join(0, 2, 2).await, pair.join(1, 4, 4).await];
    let mut author = pair.team.device(2, 2).author();
    for _ in 0..20 {
        (0..3).for_each(|_| drop(author.write(50)));
        // A member may bring what another wrote.
        let [one, two] = &mut clients;
        let (here, there) = tokio::join!(one.store(&author.log), two.store(&author.log));
        assert_eq!(here, there);
    }
    check(&cluster, pair.team.records.len() + author.log.len());
}

#[tokio::test]
async fn whoever_is_removed_at_one_relay_is_sent_away_from_the_other() {
    let Some(cluster) = Cluster::start() else { return };
    let mut pair = Pair::start(&cluster, &["--poll", "0.2"]).await;
    let (mut ana, mut admin) = (pair.join(1, 2, 2).await, pair.join(0, 1, 1).await);
    ana.subscribe(ana.head.position).await;
    let mut author = pair.team.device(2, 2).author();
    ana.store(&author.log.clone()).await;
    let revocation = pair.team.revoke(author.device.certificate.device.verify);
    admin.store(&[revocation]).await;
    let code = ana.until(|said| match said {
        Said::Closed(code) => Some(code),
        Said::Push(after, items) => {
            assert!(after.position as usize + items.len() < pair.team.records.len() + 1, "not told any more");
            None
        }
        _ => None,
    });
    assert_eq!(code.await, 4003);
    let mut ana = Client::join(&pair.relays[1].address, pair.team.workspace(), &author.device).await;
    let late = author.write(100);
    ana.store(&[late]).await;
}

#[tokio::test]
async fn a_snapshot_of_one_relay_is_the_other_s_too() {
    let Some(cluster) = Cluster::start() else { return };
    let pair = Pair::start(&cluster, &["--poll", "0.2"]).await;
    let (mut ana, mut admin) = (pair.join(0, 2, 2).await, pair.join(1, 1, 1).await);
    let (mut author, boss) = (pair.team.device(2, 2).author(), pair.team.device(1, 1).author());
    ana.store(&author.log.clone()).await;
    let mut places = Vec::new();
    for round in 0..2 {
        let next = author.write(100);
        let place = ana.store(&[next]).await[0];
        let snapshot = author.snapshot(&place, 600_000);
        ana.send(&Frame::Snapshot { envelope: &snapshot }).await;
        // Somebody there hears of it and vouches for it.
        admin.until(|said| list(said).filter(|list| list.iter().any(|held| held.place == place))).await;
        admin.send(&Frame::GetSnapshot { item: ItemId::of(&snapshot) }).await;
        admin.until(|said| (said == Said::Snapshot(snapshot.clone())).then_some(())).await;
        let endorsement = boss.endorse(&snapshot, &place);
        admin.send(&Frame::Endorse { envelope: &endorsement }).await;
        let vouched = ItemId::of(&endorsement);
        admin.until(|said| matches!(said, Said::Ack(item, _) if item == vouched).then_some(())).await;
        ana.until(|said| list(said).filter(|list| list.len() > round && list.iter().all(|held| held.endorsed))).await;
        places.push(place);
    }
    let reader = pair.join(0, 3, 3).await;
    assert_eq!((reader.base, reader.head), (places[0], places[1]), "pruned there, known here");
    // What is gone is not taken for something new.
    ana.append(&author.log[..1]).await;
    let refusal = ana.until(|said| match said {
        Said::Nack(_, refusal, _) => Some(refusal),
        _ => None,
    });
    assert_eq!(refusal.await, Refusal::Covered);
    // And both go on.
    let next = author.write(10);
    assert_eq!(ana.store(&[next]).await[0].position, places[1].position + 1);
    let own = boss.log.clone();
    assert_eq!(admin.store(&own).await[0].position, places[1].position + 2);
    let later = pair.join(1, 3, 3).await;
    assert_eq!(later.head.position, places[1].position + 2);
}

/// Relays that are told nothing and do not ask in the time that a test takes: each finds out when it has to.
async fn unaware(cluster: &Cluster) -> Pair {
    Pair::start(cluster, &["--poll", "3600"]).await
}

#[tokio::test]
async fn a_relay_that_knows_nothing_of_much_catches_up_when_it_is_overtaken() {
    let Some(cluster) = Cluster::start() else { return };
    let pair = unaware(&cluster).await;
    let start = pair.team.records.len() as u64;
    let (mut ana, mut ben, mut reader) = (pair.join(0, 2, 2).await, pair.join(1, 4, 4).await, pair.join(1, 3, 3).await);
    reader.subscribe(start).await;
    let (mut here, mut there) = (pair.team.device(2, 2).author(), pair.team.device(4, 4).author());
    // More than is read in one go.
    (0..30).for_each(|_| drop(here.write(100_000)));
    ana.store(&here.log).await;
    // Some of it is there already, and then comes more that is not known here.
    let places = ben.store(&here.log[..2]).await;
    assert_eq!(places[1].position, start + 2);
    here.write(100);
    ana.store(&here.log[here.log.len() - 1..]).await;
    there.write(100);
    let places = ben.store(&there.log).await;
    assert_eq!(places[0].position as usize, start as usize + here.log.len() + 1);
    let (log, _) = reader.items(start, here.log.len() + there.log.len()).await;
    assert_eq!(log, [here.log, there.log].concat());
}

#[tokio::test]
async fn whoever_comes_from_another_relay_is_told_of_nothing_less_and_nothing_twice() {
    let Some(cluster) = Cluster::start() else { return };
    let pair = unaware(&cluster).await;
    let (mut ana, mut early) = (pair.join(0, 2, 2).await, pair.join(1, 3, 3).await);
    let mut author = pair.team.device(2, 2).author();
    (0..5).for_each(|_| drop(author.write(100)));
    let last = ana.store(&author.log).await[5];
    let late = pair.join(1, 4, 4).await;
    assert_eq!(late.head, last);
    let next = author.write(100);
    let last = ana.store(&[next]).await[0];
    // Read at the other relay, gone on with here.
    early.subscribe(last.position).await;
    let next = author.write(100);
    let mut again = pair.join(1, 2, 2).await;
    again.store(std::slice::from_ref(&next)).await;
    assert_eq!(early.items(last.position, 1).await.0, [next]);
}

#[tokio::test]
async fn what_another_relay_pruned_is_not_taken_for_something_new() {
    let Some(cluster) = Cluster::start() else { return };
    let pair = unaware(&cluster).await;
    let (mut ana, mut admin) = (pair.join(0, 2, 2).await, pair.join(1, 1, 1).await);
    let (mut author, boss) = (pair.team.device(2, 2).author(), pair.team.device(1, 1).author());
    // More than the relay keeps in memory: of what is in there it knows the place.
    (0..4).for_each(|_| drop(author.write(100_000)));
    ana.store(&author.log.clone()).await;
    for _ in 0..2 {
        let next = author.write(100);
        let place = ana.store(&[next]).await[0];
        let snapshot = author.snapshot(&place, 1_000);
        ana.send(&Frame::Snapshot { envelope: &snapshot }).await;
        ana.until(|said| matches!(said, Said::Ack(item, _) if item == ItemId::of(&snapshot)).then_some(())).await;
        let endorsement = boss.endorse(&snapshot, &place);
        admin.send(&Frame::Endorse { envelope: &endorsement }).await;
        let vouched = ItemId::of(&endorsement);
        admin.until(|said| matches!(said, Said::Ack(item, _) if item == vouched).then_some(())).await;
    }
    assert_eq!(cluster.ask("SELECT base > 0 FROM workspace"), "t");
    let head = cluster.ask("SELECT head FROM workspace");
    // Without knowing that it was pruned, this would look like a second branch, and be kept as proof.
    ana.append(&author.log[..1]).await;
    let refusal = ana.until(|said| match said {
        Said::Nack(_, refusal, _) => Some(refusal),
        _ => None,
    });
    assert_eq!(refusal.await, Refusal::Covered);
    assert_eq!(cluster.ask("SELECT head FROM workspace"), head);
}

#[tokio::test]
async fn another_log_of_the_same_length_is_not_continued() {
    let Some(cluster) = Cluster::start() else { return };
    let pair = unaware(&cluster).await;
    let mut ana = pair.join(0, 2, 2).await;
    let mut author = pair.team.device(2, 2).author();
    (0..3).for_each(|_| drop(author.write(100)));
    ana.store(&author.log).await;
    // A backup is put back, and somebody writes as much as was lost.
    let left = pair.team.records.len();
    put_back(&cluster, left);
    let mut other = pair.team.device(4, 4).author();
    (0..3).for_each(|_| drop(other.write(100)));
    pair.join(1, 4, 4).await.store(&other.log).await;
    let next = author.write(100);
    ana.append(&[next]).await;
    let code = ana.until(|said| match said {
        Said::Closed(code) => Some(code),
        other => panic!("{other:?}"),
    });
    assert_eq!(code.await, 4015, "neither acknowledged nor mixed");
    let mut ana = pair.join(0, 2, 2).await;
    bring(&mut ana, &author).await;
    check(&cluster, left + author.log.len() + other.log.len());
    let mut reader = pair.join(1, 3, 3).await;
    reader.subscribe(0).await;
    assert_eq!(reader.items(0, reader.head.position as usize).await.1, reader.head, "the chain holds");
}
