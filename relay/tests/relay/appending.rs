//! What is brought, acknowledged, and told to the others.

use std::path::Path;

use plumbline_wire::envelope::Kind;
use plumbline_wire::frame::{Frame, keyring_digest};
use plumbline_wire::id::ItemId;
use plumbline_wire::refusal::Refusal;

use super::client::{Client, Said};
use super::joining::begin;

#[tokio::test]
async fn everybody_gets_everything_once_and_in_order() {
    let data = tempfile::tempdir().expect("a place to write");
    everybody_gets_everything(data.path(), &[]).await;
}

pub async fn everybody_gets_everything(data: &Path, arguments: &[&str]) {
    let (relay, team, mut admin) = begin(data, arguments).await;
    let (ana, ben) = (team.device(2, 2), team.device(4, 4));
    let mut writers = [
        Client::join(&relay.address, team.workspace(), &ana).await,
        Client::join(&relay.address, team.workspace(), &ben).await,
    ];
    admin.subscribe(0).await;
    let mut authors = [ana.author(), ben.author()];
    for _ in 0..150 {
        for (client, author) in writers.iter_mut().zip(&mut authors) {
            author.write(300);
            let at = author.log.len();
            let from = if at == 2 { 0 } else { at - 1 };
            client.append(&author.log[from..]).await;
        }
    }
    let count = team.records.len() + 2 * 151;
    let (live, end) = admin.items(0, count).await;
    let mut late = Client::join(&relay.address, team.workspace(), &team.device(3, 3)).await;
    assert_eq!(late.head, end);
    late.subscribe(0).await;
    assert_eq!(late.items(0, count).await, (live.clone(), end), "a reader, later, from memory");
    late.subscribe(100).await;
    assert_eq!(late.items(100, count - 100).await.0, live[100..], "from a position");
    for author in &authors {
        let own: Vec<_> = live.iter().filter(|item| author.log.contains(item)).cloned().collect();
        assert_eq!(own, author.log);
    }
}

#[tokio::test]
async fn long_logs_are_read_from_the_store() {
    let data = tempfile::tempdir().expect("a place to write");
    long_logs(data.path(), &[]).await;
}

pub async fn long_logs(data: &Path, arguments: &[&str]) {
    let (relay, team, _admin) = begin(data, arguments).await;
    let ana = team.device(2, 2);
    let mut client = Client::join(&relay.address, team.workspace(), &ana).await;
    let mut author = ana.author();
    (0..30).for_each(|_| drop(author.write(100_000)));
    client.store(&author.log).await;
    let mut late = Client::join(&relay.address, team.workspace(), &team.device(3, 3)).await;
    late.subscribe(0).await;
    let (items, end) = late.items(0, team.records.len() + 31).await;
    assert_eq!((items[team.records.len()..].to_vec(), end), (author.log.clone(), late.head));
    let next = author.write(10);
    client.store(std::slice::from_ref(&next)).await;
    assert_eq!(late.items(end.position, 1).await.0, [next], "and then what is new");
}

#[tokio::test]
async fn a_retry_gets_the_first_place() {
    let data = tempfile::tempdir().expect("a place to write");
    retry(data.path(), &[]).await;
}

pub async fn retry(data: &Path, arguments: &[&str]) {
    let (relay, team, mut admin) = begin(data, arguments).await;
    let ana = team.device(2, 2);
    let mut client = Client::join(&relay.address, team.workspace(), &ana).await;
    let mut author = ana.author();
    (0..5).for_each(|_| drop(author.write(50)));
    let first = client.store(&author.log).await;
    assert_eq!(client.store(&author.log).await, first);
    assert_eq!(admin.store(&author.log).await, first, "whoever brings it");
    // Not yet durable when it comes again: still one place.
    let next = author.write(50);
    client.append(std::slice::from_ref(&next)).await;
    admin.append(std::slice::from_ref(&next)).await;
    let placed = |said| match said {
        Said::Ack(item, place) if item == ItemId::of(&next) => Some(place),
        _ => None,
    };
    assert_eq!(client.until(placed).await, admin.until(placed).await);
    drop(relay.kill());
    let relay = super::process::Relay::start(data, arguments);
    let mut client = Client::join(&relay.address, team.workspace(), &ana).await;
    assert_eq!(client.store(&author.log[..6]).await, first, "after a restart");
}

#[tokio::test]
async fn what_may_not_enter_is_named_and_the_rest_enters() {
    let data = tempfile::tempdir().expect("a place to write");
    refusals(data.path(), &[]).await;
}

pub async fn refusals(data: &Path, arguments: &[&str]) {
    let (relay, team, _admin) = begin(data, arguments).await;
    let (ana, reader) = (team.device(2, 2), team.device(3, 3));
    let mut client = Client::join(&relay.address, team.workspace(), &ana).await;
    let mut refused = async |item: Vec<u8>| {
        client.append(std::slice::from_ref(&item)).await;
        match client.said().await {
            Said::Nack(name, refusal, _) if name == ItemId::of(&item) => refusal,
            other => panic!("{other:?}"),
        }
    };
    let mut author = ana.author();
    let (first, second) = (author.write(10), author.write(10));
    assert_eq!(refused(first.clone()).await, Refusal::Gap);
    let mut forged = first.clone();
    forged[200] ^= 1;
    assert_eq!(refused(forged).await, Refusal::Signature);
    assert_eq!(refused(reader.author().log[0].clone()).await, Refusal::Reader);
    assert_eq!(refused(b"PLxx".to_vec()).await, Refusal::Malformed);
    let elsewhere = super::team::Team::new(2).device(2, 2).author().log[0].clone();
    assert_eq!(refused(elsewhere).await, Refusal::Workspace);
    client.append(&[b"PLxx".to_vec(), author.log[0].clone(), second.clone(), first.clone(), second]).await;
    let mut said = Vec::new();
    while said.len() < 5 {
        said.push(match client.said().await {
            Said::Ack(..) => None,
            Said::Nack(_, refusal, _) => Some(refusal),
            other => panic!("{other:?}"),
        });
    }
    assert_eq!(said, [Some(Refusal::Malformed), Some(Refusal::Gap), None, None, None]);
    let mut client = Client::join(&relay.address, team.workspace(), &reader).await;
    client.append(&[reader.author().log[0].clone()]).await;
    assert!(matches!(client.said().await, Said::Nack(_, Refusal::Reader, _)), "a reader, on their own");
}

#[tokio::test]
async fn presence_signals_and_what_is_held() {
    let data = tempfile::tempdir().expect("a place to write");
    let (relay, team, mut admin) = begin(data.path(), &[]).await;
    let (ana, ben) = (team.device(2, 2), team.device(4, 4));
    let mut clients = [
        Client::join(&relay.address, team.workspace(), &ana).await,
        Client::join(&relay.address, team.workspace(), &ben).await,
    ];
    let (author, boss) = (ana.author(), team.device(1, 1).author());
    admin.subscribe(admin.head.position + team.records.len() as u64).await;
    let presence = author.passing(Kind::Ephemeral, 100);
    // Asking for something is answered after the subscription was.
    admin.send(&Frame::Have { keyring: [0; 32], marks: Vec::new(), more: false }).await;
    let (keyring, marks) = admin
        .until(|said| match said {
            Said::Have(keyring, marks) => Some((keyring, marks)),
            _ => None,
        })
        .await;
    let names: Vec<ItemId> = team.records.iter().map(|record| ItemId::of(record)).collect();
    assert_eq!((keyring, marks), (keyring_digest(&names), Vec::new()));
    clients[0].subscribe(u64::MAX).await;
    clients[0].send(&Frame::Ephemeral { envelope: &presence }).await;
    assert_eq!(admin.said().await, Said::Ephemeral(presence.clone()));
    admin
        .send(&Frame::Signal { device: ana.certificate.device.verify, envelope: &boss.passing(Kind::Signal, 50) })
        .await;
    assert!(matches!(clients[0].said().await, Said::Signal(..)), "and not one's own presence");
    let signal = author.passing(Kind::Signal, 100);
    let to = ben.certificate.device.verify;
    clients[0].send(&Frame::Signal { device: to, envelope: &signal }).await;
    assert_eq!(clients[1].said().await, Said::Signal(ana.certificate.device.verify, signal));
    clients[1].send(&Frame::Ephemeral { envelope: &presence }).await;
    assert!(matches!(clients[1].said().await, Said::Nack(_, Refusal::Signature, _)), "somebody else's");
    clients[0].store(&author.log).await;
    admin.send(&Frame::Have { keyring: [0; 32], marks: Vec::new(), more: false }).await;
    let marks = admin.until(|said| match said {
        Said::Have(_, marks) => Some(marks),
        _ => None,
    });
    assert_eq!(marks.await.first().map(|mark| mark.item), Some(ItemId::of(&author.log[0])));
}
