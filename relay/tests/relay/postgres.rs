//! One relay over PostgreSQL: what holds over a file holds here, and the database may fail.

use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use plumbline_wire::id::ItemId;
use plumbline_wire::refusal::Refusal;
use plumbline_wire::statement::Place;
use tokio::time::timeout;

use super::between::Between;
use super::client::{Client, Said};
use super::cluster::{Cluster, PASSWORD};
use super::joining::begin;
use super::process::Relay;
use super::team::{Author, CANARY, Device};
use super::web::ask;
use super::{appending, durability, snapshots};

#[tokio::test]
async fn what_holds_over_a_file_holds_over_a_database() {
    let Some(cluster) = Cluster::start() else { return };
    let data = tempfile::tempdir().expect("a place to write");
    let data = data.path();
    appending::everybody_gets_everything(data, &["--store", &cluster.database("everybody")]).await;
    appending::long_logs(data, &["--store", &cluster.database("long")]).await;
    appending::retry(data, &["--store", &cluster.database("retry")]).await;
    appending::refusals(data, &["--store", &cluster.database("refusals")]).await;
    snapshots::prune(data, &["--store", &cluster.database("prune")]).await;
    durability::kill_under_load(data, &["--store", &cluster.database("kill")]).await;
    let left: Vec<_> = std::fs::read_dir(data).expect("readable").collect();
    assert!(left.is_empty(), "the data folder is not used: {left:?}");
}

/// Asks until the relay says what is expected of it.
pub async fn until_ready(relay: &Relay, status: &str) {
    let expected = format!("HTTP/1.1 {status}");
    for _ in 0..600 {
        if ask(&relay.address, "GET /ready HTTP/1.1", b"").starts_with(&expected) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("never {status}: {}", relay.log());
}

/// Brings everything until everything is stored, as a member does who is told to come again.
pub async fn bring(client: &mut Client, author: &Author) -> Vec<Place> {
    let names: Vec<ItemId> = author.log.iter().map(|item| ItemId::of(item)).collect();
    let mut places = vec![None; names.len()];
    for _ in 0..300 {
        let missing: Vec<Vec<u8>> =
            author.log.iter().zip(&places).filter(|(_, place)| place.is_none()).map(|(item, _)| item.clone()).collect();
        client.append(&missing).await;
        let mut answers = 0;
        while answers < missing.len() {
            match client.said().await {
                Said::Ack(item, place) => {
                    let at = names.iter().position(|name| *name == item).expect("one of these");
                    places[at] = Some(place);
                    answers += 1;
                }
                Said::Nack(_, Refusal::Storage | Refusal::Gap, _) => answers += 1,
                Said::Push(..) => {}
                other => panic!("{other:?}"),
            }
        }
        if let Some(all) = places.iter().copied().collect() {
            return all;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("refused again and again");
}

/// Writes until `enough` is acknowledged, and goes on writing while something is brought to an end.
async fn load(
    client: &mut Client,
    author: &mut Author,
    enough: usize,
    end: impl FnOnce() -> Child,
) -> Vec<(ItemId, Place)> {
    let before = author.log.len();
    let (mut acknowledged, mut sent, mut answers) = (Vec::new(), before, 0);
    let (mut end, mut ending) = (Some(end), None::<Child>);
    let over = |ending: &mut Child| ending.try_wait().expect("ours").is_some();
    loop {
        if ending.as_mut().is_some_and(over) {
            break;
        }
        (0..5).for_each(|_| drop(author.write(700)));
        client.append(&author.log[sent..]).await;
        sent = author.log.len();
        // What there is to hear, without waiting for it.
        while let Ok(said) = timeout(Duration::from_millis(1), client.said()).await {
            match said {
                Said::Ack(item, place) => {
                    acknowledged.push((item, place));
                    answers += 1;
                }
                Said::Nack(..) => answers += 1,
                other => panic!("{other:?}"),
            }
        }
        if acknowledged.len() >= enough {
            ending = ending.or_else(|| end.take().map(|end| end()));
        }
    }
    while answers < sent - before {
        match client.said().await {
            Said::Ack(item, place) => {
                acknowledged.push((item, place));
                answers += 1;
            }
            Said::Nack(..) => answers += 1,
            other => panic!("{other:?}"),
        }
    }
    assert!(acknowledged.len() < sent - before, "it was stopped in the middle");
    acknowledged
}

/// The database itself, asked without a relay: positions are dense, and nothing is there twice.
pub fn check(cluster: &Cluster, items: usize) {
    let sql = "SELECT count(*), count(DISTINCT position), count(DISTINCT name), min(position), max(position) FROM item";
    assert_eq!(cluster.ask(sql), format!("{items}|{items}|{items}|1|{items}"));
    assert_eq!(cluster.ask("SELECT head FROM workspace"), items.to_string());
}

fn acknowledged_is_there(author: &Author, places: &[Place], acknowledged: &[(ItemId, Place)], round: usize) {
    for (item, place) in acknowledged {
        let at = author.log.iter().position(|bytes| ItemId::of(bytes) == *item).expect("written");
        assert_eq!(places[at], *place, "round {round}");
    }
}

#[tokio::test]
async fn an_immediate_stop_of_the_database_loses_nothing_acknowledged() {
    let Some(mut cluster) = Cluster::start() else { return };
    let data = tempfile::tempdir().expect("a place to write");
    let arguments = ["--store", &cluster.url(), "--poll", "0.2", "--messages", "100000"];
    let (relay, team, admin) = begin(data.path(), &arguments).await;
    let device = team.device(2, 2);
    let mut author = device.author();
    let mut acknowledged: Vec<(ItemId, Place)> = Vec::new();
    for round in 0..4 {
        // One and the same process all the time: it finds the database again by itself.
        let mut client = Client::join(&relay.address, team.workspace(), &device).await;
        let last = acknowledged.iter().map(|(_, place)| place.position).max().unwrap_or_default();
        assert!(client.head.position >= last, "round {round}");
        let places = bring(&mut client, &author).await;
        acknowledged_is_there(&author, &places, &acknowledged, round);
        acknowledged.extend(load(&mut client, &mut author, 30 + round * 7, || cluster.begin_stop()).await);
        until_ready(&relay, "503").await;
        assert!(ask(&relay.address, "GET /health HTTP/1.1", b"").starts_with("HTTP/1.1 200"));
        cluster.run();
        until_ready(&relay, "200").await;
    }
    let log = relay.kill();
    assert!(!log.contains("panicked") && !log.contains(PASSWORD), "{log}");
    let relay = Relay::start(data.path(), &arguments);
    let mut client = Client::join(&relay.address, team.workspace(), &device).await;
    assert_eq!(client.relay, admin.relay, "the key is in the database");
    let places = bring(&mut client, &author).await;
    acknowledged_is_there(&author, &places, &acknowledged, 4);
    let count = team.records.len() + author.log.len();
    check(&cluster, count);
    let mut reader = Client::join(&relay.address, team.workspace(), &team.device(3, 3)).await;
    reader.subscribe(0).await;
    assert_eq!(reader.items(0, count).await.1, reader.head, "the chain holds");
    println!("{} of {} items were acknowledged before a stop", acknowledged.len(), author.log.len());
}

#[tokio::test]
async fn members_stay_while_the_database_is_away() {
    let Some(mut cluster) = Cluster::start() else { return };
    let data = tempfile::tempdir().expect("a place to write");
    let (relay, team, mut admin) = begin(data.path(), &["--store", &cluster.url(), "--poll", "0.2"]).await;
    let device: Device = team.device(2, 2);
    let mut client = Client::join(&relay.address, team.workspace(), &device).await;
    let mut author = device.author();
    client.store(&author.log.clone()).await;
    admin.subscribe(admin.head.position).await;
    cluster.stop();
    let next = author.write(100);
    client.append(std::slice::from_ref(&next)).await;
    match client.said().await {
        Said::Nack(item, Refusal::Storage, wait) => assert!(item == ItemId::of(&next) && wait > 0),
        other => panic!("{other:?}"),
    }
    until_ready(&relay, "503").await;
    cluster.run();
    until_ready(&relay, "200").await;
    let places = client.store(&[next]).await;
    assert_eq!(places[0].position as usize, team.records.len() + 2, "on the same connection, without a gap");
    admin.items(0, team.records.len() + 2).await;
    // The connection that writes was idle and is broken after a restart; nobody notices.
    cluster.stop();
    cluster.run();
    until_ready(&relay, "200").await;
    let next = author.write(100);
    client.store(&[next]).await;
}

/// A relay that is expected not to start, and what it says.
fn refused(data: &Path, arguments: &[&str]) -> String {
    // One that starts after all does not end by itself.
    let output = Command::new("timeout")
        .args(["60", env!("CARGO_BIN_EXE_plumbline-relay"), "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .args(arguments)
        .output()
        .expect("starts");
    assert!(!output.status.success());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn a_database_that_does_not_keep_its_word_is_refused() {
    let Some(cluster) = Cluster::start() else { return };
    let data = tempfile::tempdir().expect("a place to write");
    let store = cluster.url();
    // What others chose for themselves does not count: the relay's own sessions wait for the disk.
    cluster.ask("ALTER SYSTEM SET synchronous_commit = off");
    cluster.ask("SELECT pg_reload_conf()");
    let relay = Relay::start(data.path(), &["--store", &store]);
    drop(relay);
    cluster.ask("ALTER SYSTEM SET fsync = off");
    cluster.ask("SELECT pg_reload_conf()");
    let words = refused(data.path(), &["--store", &store, "--log", "debug"]);
    assert!(words.contains("fsync = off") && !words.contains(PASSWORD), "{words}");
    cluster.ask("ALTER SYSTEM SET fsync = on");
    cluster.ask("SELECT pg_reload_conf()");
    cluster.ask("UPDATE plumbline SET version = 2");
    let words = refused(data.path(), &["--store", &store]);
    assert!(words.contains("version 2 of the store"), "{words}");
    for (store, expected) in [
        ("postgres://relay:correcthorse@127.0.0.1:1/none", "cannot be reached"),
        ("mysql://relay:correcthorse@127.0.0.1/none", "postgres://"),
        ("postgres://relay:correcthorse@[::1/none", "cannot be read"),
    ] {
        let words = refused(data.path(), &["--store", store]);
        assert!(words.contains(expected) && !words.contains(PASSWORD), "{words}");
    }
}

#[tokio::test]
async fn the_database_holds_no_plaintext() {
    let Some(cluster) = Cluster::start() else { return };
    let data = tempfile::tempdir().expect("a place to write");
    let (relay, team, _admin) = begin(data.path(), &["--store", &cluster.url()]).await;
    let device = team.device(2, 2);
    let mut client = Client::join(&relay.address, team.workspace(), &device).await;
    let mut author = device.author();
    (0..20).for_each(|_| drop(author.write(500)));
    client.store(&author.log).await;
    let dump = String::from_utf8(cluster.dump()).expect("text");
    let holds = |bytes: &[u8]| dump.contains(&data_encoding::HEXLOWER.encode(bytes));
    assert!(holds(&author.log[3]), "the search finds what is there");
    assert!(!holds(CANARY));
    for seed in [1, 2, 3, 4, 5, 102] {
        assert!(!holds(&[seed; 32]), "the seed of link {seed}");
    }
}

// The wire goes on while this waits for the relay's first words.
#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_answer_is_lost_is_found_again() {
    let Some(cluster) = Cluster::start() else { return };
    let data = tempfile::tempdir().expect("a place to write");
    let between = Between::start(&cluster).await;
    let (relay, team, mut admin) = begin(data.path(), &["--store", &between.url, "--poll", "0.2"]).await;
    let device = team.device(2, 2);
    let mut client = Client::join(&relay.address, team.workspace(), &device).await;
    let mut author = device.author();
    client.store(&author.log.clone()).await;
    admin.subscribe(team.records.len() as u64 + 1).await;
    for round in 0..6 {
        let head: usize = cluster.ask("SELECT head FROM workspace").parse().expect("a number");
        // Stored without the relay's knowing; or not at all, because it did not hear that its transaction had begun.
        let stored = round % 2 == 0;
        if stored {
            between.lose()
        } else {
            between.silence()
        }
        let items: Vec<_> = (0..3).map(|_| author.write(100)).collect();
        client.append(&items).await;
        while stored && cluster.ask("SELECT head FROM workspace") != (head + 3).to_string() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        between.cut();
        let places = bring(&mut client, &author).await;
        assert_eq!(places.last().map(|place| place.position as usize), Some(head + 3), "one place each");
        let (heard, _) = admin.items(head as u64, 3).await;
        assert_eq!(heard, items, "told once, in order");
    }
    check(&cluster, team.records.len() + author.log.len());
}

/// As a backup would be, or a standby that had not heard everything.
pub fn put_back(cluster: &Cluster, left: usize) {
    let chain = format!("SELECT chain FROM item WHERE position = {left}");
    cluster.ask(&format!(
        "DELETE FROM item WHERE position > {left}; UPDATE workspace SET head = {left}, chain = ({chain})"
    ));
}

#[tokio::test]
async fn a_database_that_was_put_back_heals_while_the_relay_runs() {
    let Some(cluster) = Cluster::start() else { return };
    let data = tempfile::tempdir().expect("a place to write");
    let (relay, team, _admin) = begin(data.path(), &["--store", &cluster.url(), "--poll", "0.2"]).await;
    let device = team.device(2, 2);
    let mut client = Client::join(&relay.address, team.workspace(), &device).await;
    let mut author = device.author();
    (0..10).for_each(|_| drop(author.write(100)));
    client.store(&author.log).await;
    let left = team.records.len() + 4;
    put_back(&cluster, left);
    let code = client.until(|said| match said {
        Said::Closed(code) => Some(code),
        _ => None,
    });
    assert_eq!(code.await, 4015);
    let mut client = Client::join(&relay.address, team.workspace(), &device).await;
    assert_eq!(client.head.position as usize, left, "the relay says itself that it has less");
    bring(&mut client, &author).await;
    check(&cluster, team.records.len() + author.log.len());
}

#[tokio::test]
async fn a_database_without_room_is_told_and_tried_again() {
    let Some(cluster) = Cluster::start() else { return };
    let data = tempfile::tempdir().expect("a place to write");
    let (relay, team, _admin) = begin(data.path(), &["--store", &cluster.url(), "--poll", "0.2"]).await;
    let device = team.device(2, 2);
    let mut client = Client::join(&relay.address, team.workspace(), &device).await;
    let author = device.author();
    let full = "CREATE FUNCTION full_up() RETURNS trigger LANGUAGE plpgsql AS \
                $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = 'disk_full'; END $$";
    cluster.ask(full);
    for table in ["item", "plumbline"] {
        cluster.ask(&format!("CREATE TRIGGER full_up BEFORE INSERT OR UPDATE ON {table} EXECUTE FUNCTION full_up()"));
    }
    client.append(&author.log).await;
    assert!(matches!(client.said().await, Said::Nack(_, Refusal::Storage, _)));
    until_ready(&relay, "503").await;
    for table in ["item", "plumbline"] {
        cluster.ask(&format!("DROP TRIGGER full_up ON {table}"));
    }
    // Nobody writes, because nobody is sent here: it finds out by itself.
    until_ready(&relay, "200").await;
    client.store(&author.log).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_says_nothing_is_taken_to_be_away() {
    let Some(cluster) = Cluster::start() else { return };
    let data = tempfile::tempdir().expect("a place to write");
    let between = Between::start(&cluster).await;
    let (relay, team, _admin) = begin(data.path(), &["--store", &between.url, "--poll", "0.2"]).await;
    let device = team.device(2, 2);
    let mut client = Client::join(&relay.address, team.workspace(), &device).await;
    let author = device.author();
    between.silence();
    until_ready(&relay, "503").await;
    client.append(&author.log).await;
    between.cut();
    until_ready(&relay, "200").await;
    // Waited for, or refused with a time to wait; stored in any case.
    let places = bring(&mut client, &author).await;
    assert_eq!(places[0].position as usize, team.records.len() + 1);
    assert!(!relay.kill().contains(PASSWORD));
}
