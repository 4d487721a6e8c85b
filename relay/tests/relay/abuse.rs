//! Garbage, floods, and readers that do not read.

use futures_util::SinkExt;
use plumbline_wire::frame::Frame;
use plumbline_wire::limits as wire;
use plumbline_wire::refusal::Refusal;
use tokio_tungstenite::tungstenite::Message;

use super::client::{Client, Said, hello, message, open};
use super::joining::begin;

#[tokio::test]
async fn garbage_ends_a_connection_with_a_word() {
    let data = tempfile::tempdir().expect("a place to write");
    let (relay, team, mut admin) = begin(data.path(), &[]).await;
    let ana = team.device(2, 2);
    let mut number = 0_u8;
    let mut check = async |frame: Message, expected: u16| {
        number += 1;
        let mut client = Client::join(&relay.address, team.workspace(), &ana).await;
        // The relay may close while this is still being sent.
        let _ = client.socket.send(frame).await;
        let code = client.until(|said| match said {
            Said::Closed(code) => Some(code),
            Said::Nack(_, Refusal::Malformed | Refusal::TooLarge, _) => None,
            other => panic!("{other:?}"),
        });
        assert_eq!(code.await, expected, "case {number}");
    };
    let binary = |bytes: Vec<u8>| Message::Binary(bytes.into());
    check(binary(Vec::new()), 1002).await;
    check(binary(vec![99, 1, 2]), 1002).await;
    check(binary(vec![5, 255, 255, 0]), 1009).await;
    check(Message::Text("hello".into()), 1002).await;
    let ack = Frame::Nack { item: Default::default(), refusal: Refusal::Full, wait: 0 };
    check(binary(ack.encode()), 1002).await;
    check(binary([&[5][..], &vec![0; wire::FRAME]].concat()), 1009).await;
    let mut stranger = open(&relay.address, &team.workspace(), None).await.expect("a socket");
    let _ = stranger.send(binary(vec![2; 100_000])).await;
    let _ = message(&mut stranger).await.expect("a challenge");
    assert_eq!(message(&mut stranger).await, Err(1009), "before anybody knows who it is");
    let mut stranger = open(&relay.address, &team.workspace(), None).await.expect("a socket");
    let _ = stranger.send(binary(vec![2; 100])).await;
    let _ = message(&mut stranger).await.expect("a challenge");
    assert_eq!(message(&mut stranger).await.expect("a word")[33], Refusal::Malformed as u8);
    assert_eq!(message(&mut stranger).await, Err(4001));
    // Nobody else notices.
    let mut author = ana.author();
    author.write(10);
    admin.store(&author.log).await;
}

#[tokio::test]
async fn only_writers_may_send_what_is_large() {
    let data = tempfile::tempdir().expect("a place to write");
    let (relay, team, _admin) = begin(data.path(), &[]).await;
    let large = Message::Binary([&[14][..], &vec![0; 2 * wire::FRAME]].concat().into());
    for (link, expected) in [(2, 1002), (3, 1009)] {
        let mut client = Client::join(&relay.address, team.workspace(), &team.device(link, link)).await;
        let _ = client.socket.send(large.clone()).await;
        let code = client.until(|said| match said {
            Said::Closed(code) => Some(code),
            _ => None,
        });
        assert_eq!(code.await, expected, "link {link}");
    }
}

#[tokio::test]
async fn whoever_sends_too_much_is_told_to_wait() {
    let data = tempfile::tempdir().expect("a place to write");
    let (relay, team, _admin) = begin(data.path(), &["--messages", "2"]).await;
    let ana = team.device(2, 2);
    let mut client = Client::join(&relay.address, team.workspace(), &ana).await;
    let mut author = ana.author();
    (0..60).for_each(|_| drop(author.write(10)));
    for item in &author.log {
        client.append(std::slice::from_ref(item)).await;
    }
    let wait = client.until(|said| match said {
        Said::Nack(_, Refusal::Rate, wait) => Some(wait),
        Said::Ack(..) | Said::Nack(_, Refusal::Gap, _) => None,
        other => panic!("{other:?}"),
    });
    assert!(wait.await > 0);
    // A second connection of the same device does not help; whoever goes on is sent away.
    let mut again = Client::join(&relay.address, team.workspace(), &ana).await;
    let frame = Message::Binary(Frame::Append { items: vec![&author.log[0]] }.encode().into());
    for _ in 0..300 {
        if again.socket.send(frame.clone()).await.is_err() {
            break;
        }
    }
    let code = again.until(|said| match said {
        Said::Closed(code) => Some(code),
        _ => None,
    });
    assert_eq!(code.await, 4029);
}

#[tokio::test]
async fn too_many_connections_are_refused() {
    let data = tempfile::tempdir().expect("a place to write");
    let (relay, team, _admin) = begin(data.path(), &["--max-per-room", "2"]).await;
    let _second = Client::join(&relay.address, team.workspace(), &team.device(2, 2)).await;
    let third = Client::try_join(&relay.address, team.workspace(), &team.device(2, 3)).await;
    assert_eq!(third.err(), Some((None, 1013)));
}

#[tokio::test]
async fn a_reader_that_does_not_read_is_dropped_and_comes_back() {
    let data = tempfile::tempdir().expect("a place to write");
    let (relay, team, mut admin) = begin(data.path(), &["--bytes", "1000000000", "--messages", "100000"]).await;
    let (ana, reader) = (team.device(2, 2), team.device(3, 3));
    let mut slow = open(&relay.address, &team.workspace(), None).await.expect("a socket");
    hello(&mut slow, &reader, None).await;
    message(&mut slow).await.expect("welcome");
    message(&mut slow).await.expect("what the log holds");
    slow.send(Message::Binary(Frame::Subscribe { since: 0 }.encode().into())).await.expect("sent");
    message(&mut slow).await.expect("what is there");
    let mut client = Client::join(&relay.address, team.workspace(), &ana).await;
    let mut author = ana.author();
    client.store(&author.log.clone()).await;
    // More than any buffer on the way holds.
    let mut stored = author.log.len();
    while !relay.log().contains("close=Slow") {
        for _ in 0..10 {
            author.write(200_000);
        }
        client.store(&author.log[stored..]).await;
        stored = author.log.len();
        assert!(stored < 1000, "200 MB were waited for: {}", relay.log());
    }
    admin.subscribe(admin.head.position).await;
    let mut back = Client::join(&relay.address, team.workspace(), &reader).await;
    back.subscribe(team.records.len() as u64).await;
    assert_eq!(back.items(team.records.len() as u64, author.log.len()).await.0, author.log);
}
