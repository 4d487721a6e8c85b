//! What was acknowledged is there, whatever happens to the process or the disk.

use std::path::Path;

use plumbline_wire::envelope::Envelope;
use plumbline_wire::frame::Frame;
use plumbline_wire::id::ItemId;
use plumbline_wire::refusal::Refusal;
use plumbline_wire::statement::Place;

use super::client::{Client, Said};
use super::joining::begin;
use super::process::Relay;

#[tokio::test]
async fn a_kill_under_load_loses_nothing_acknowledged() {
    let data = tempfile::tempdir().expect("a place to write");
    kill_under_load(data.path(), &[]).await;
}

pub async fn kill_under_load(data: &Path, arguments: &[&str]) {
    let (mut relay, team, admin) = begin(data, &[arguments, &["--messages", "100000"]].concat()).await;
    let key = admin.relay;
    let device = team.device(2, 2);
    let mut author = device.author();
    let mut acknowledged: Vec<(ItemId, Place)> = Vec::new();
    for round in 0..6 {
        let mut client = Client::join(&relay.address, team.workspace(), &device).await;
        assert_eq!(client.relay, key, "the same relay");
        let last = acknowledged.iter().map(|(_, place)| place.position).max().unwrap_or_default();
        assert!(client.head.position >= last, "round {round}");
        // Everything again: what is there keeps its place, what was lost comes again.
        let places = client.store(&author.log).await;
        for (item, place) in &acknowledged {
            let at = author.log.iter().position(|bytes| ItemId::of(bytes) == *item).expect("written");
            assert_eq!(places[at], *place, "round {round}");
        }
        let enough = 20 + round * 7;
        let (mut count, mut sent) = (0, author.log.len());
        let log = loop {
            (0..5).for_each(|_| drop(author.write(700)));
            client.append(&author.log[sent..]).await;
            sent = author.log.len();
            if let Said::Ack(item, place) = client.said().await {
                acknowledged.push((item, place));
                count += 1;
            }
            if count >= enough {
                break relay.kill();
            }
        };
        // What was on its way still counts.
        loop {
            match client.said().await {
                Said::Ack(item, place) => acknowledged.push((item, place)),
                Said::Closed(_) => break,
                _ => {}
            }
        }
        assert!(!log.contains("panicked"), "{log}");
        relay = Relay::start(data, &[arguments, &["--messages", "100000"]].concat());
    }
    assert!(acknowledged.len() > 100);
}

#[cfg(unix)]
#[tokio::test]
async fn stopping_finishes_what_was_begun() {
    let data = tempfile::tempdir().expect("a place to write");
    let (relay, team, _admin) = begin(data.path(), &[]).await;
    let device = team.device(2, 2);
    let mut client = Client::join(&relay.address, team.workspace(), &device).await;
    let mut author = device.author();
    (0..200).for_each(|_| drop(author.write(500)));
    client.append(&author.log).await;
    assert!(matches!(client.said().await, Said::Ack(..)));
    let log = relay.stop();
    let code = client.until(|said| match said {
        Said::Closed(code) => Some(code),
        _ => None,
    });
    assert_eq!(code.await, 1001);
    assert!(log.contains("stopped") && !log.contains("in time"), "{log}");
    assert!(!data.path().join("relay.db-wal").exists(), "the write-ahead log was folded in");
    let relay = Relay::start(data.path(), &[]);
    let client = Client::join(&relay.address, team.workspace(), &device).await;
    assert_eq!(client.head.position as usize, team.records.len() + author.log.len());
}

#[cfg(unix)]
#[tokio::test]
async fn an_old_backup_heals_when_members_bring_what_is_missing() {
    let data = tempfile::tempdir().expect("a place to write");
    let (relay, mut team, _) = begin(data.path(), &[]).await;
    let device = team.device(2, 2);
    let mut client = Client::join(&relay.address, team.workspace(), &device).await;
    let mut author = device.author();
    (0..5).for_each(|_| drop(author.write(100)));
    client.store(&author.log).await;
    relay.stop();
    let backup = tempfile::tempdir().expect("a place to write");
    copy(data.path(), backup.path());
    let relay = Relay::start(data.path(), &[]);
    let mut admin = Client::join(&relay.address, team.workspace(), &team.device(1, 1)).await;
    client = Client::join(&relay.address, team.workspace(), &device).await;
    let revocation = team.revoke(team.device(4, 4).certificate.device.verify);
    admin.store(&[revocation]).await;
    let more: Vec<_> = (0..5).map(|_| author.write(100)).collect();
    let places = client.store(&more).await;
    relay.stop();

    let relay = Relay::start(backup.path(), &[]);
    let mut client = Client::join(&relay.address, team.workspace(), &device).await;
    assert_eq!(client.relay, admin.relay, "the key is in the backup");
    assert!(client.head.position < places[4].position, "the relay says itself that it has less");
    client.send(&Frame::Have { keyring: [0; 32], marks: Vec::new(), more: false }).await;
    let marks = client.until(|said| match said {
        Said::Have(_, marks) => Some(marks),
        _ => None,
    });
    let held = marks.await.first().map_or(0, |mark| mark.seq);
    let missing: Vec<_> = author.log[held as usize + 1..].to_vec();
    assert_eq!(missing, more);
    assert!(missing.iter().all(|item| Envelope::parse(item).is_ok()));
    client.store(&missing).await;
    admin = Client::join(&relay.address, team.workspace(), &team.device(1, 1)).await;
    admin.store(&team.records).await;
    let reader = Client::join(&relay.address, team.workspace(), &team.device(3, 3)).await;
    assert_eq!(reader.head.position as usize, team.records.len() + author.log.len());
}

#[cfg(unix)]
fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("there") {
        let entry = entry.expect("readable");
        std::fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
    }
}

/// A store that fails: the relay's file limit is below what it wants to write, so that the system refuses (EFBIG, as a full
/// disk would with ENOSPC).
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_is_told_and_nothing_is_acknowledged() {
    let data = tempfile::tempdir().expect("a place to write");
    let (relay, team, _admin) = begin(data.path(), &[]).await;
    let device = team.device(2, 2);
    let mut client = Client::join(&relay.address, team.workspace(), &device).await;
    let mut author = device.author();
    client.store(&author.log.clone()).await;
    let limit = |bytes: &str| {
        let id = relay.id().to_string();
        let limited = std::process::Command::new("prlimit").args(["--pid", &id, &format!("--fsize={bytes}")]).status();
        limited.is_ok_and(|status| status.success())
    };
    if !limit("1024:unlimited") {
        eprintln!("prlimit is missing; skipped");
        return;
    }
    let (first, second) = (author.write(50_000), author.write(50_000));
    client.append(&[first.clone(), second.clone()]).await;
    for _ in 0..2 {
        match client.said().await {
            Said::Nack(_, Refusal::Storage, wait) => assert!(wait > 0),
            other => panic!("{other:?}"),
        }
    }
    let answer = super::web::ask(&relay.address, "GET /ready HTTP/1.1", b"");
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(limit("unlimited:unlimited"));
    let places = client.store(&[first, second]).await;
    assert_eq!(places[0].position as usize, team.records.len() + 2, "on the same connection, without a gap");
    let answer = super::web::ask(&relay.address, "GET /ready HTTP/1.1", b"");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}
