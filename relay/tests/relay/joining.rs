//! Who is let in, and what they are told.

use plumbline_wire::key::VerifyKey;
use plumbline_wire::keyring::Standing;
use plumbline_wire::keyring::record::Role;
use plumbline_wire::refusal::Refusal;

use super::client::{Client, Said, hello, message, open};
use super::process::Relay;
use super::team::Team;
use super::web::found;

/// A relay with a workspace and its first records.
pub async fn begin(data: &std::path::Path, arguments: &[&str]) -> (Relay, Team, Client) {
    let relay = Relay::start(data, arguments);
    let team = Team::new(1);
    assert!(found(&relay, &team).contains(" 201 "));
    let mut admin = Client::join(&relay.address, team.workspace(), &team.device(1, 1)).await;
    admin.store(&team.records).await;
    (relay, team, admin)
}

#[tokio::test]
async fn members_come_in_and_are_told_how_they_stand() {
    let data = tempfile::tempdir().expect("a place to write");
    let (relay, team, admin) = begin(data.path(), &[]).await;
    assert_eq!(admin.standing, Standing::Member(Role::Admin));
    assert_eq!(admin.genesis, team.genesis.bytes());
    let join =
        async |link, device| Client::try_join(&relay.address, team.workspace(), &team.device(link, device)).await;
    let writer = join(2, 2).await.expect("a member");
    assert_eq!((writer.standing, writer.head.position), (Standing::Member(Role::Writer), team.records.len() as u64));
    assert_eq!(join(3, 3).await.expect("a member").standing, Standing::Member(Role::Reader));
    assert_eq!(join(5, 5).await.err(), Some((Some(Refusal::Expired), 4001)));
    assert_eq!(join(6, 6).await.err(), Some((Some(Refusal::Unknown), 4001)));
    let other = Team::new(2).device(2, 2);
    let refused = Client::try_join(&relay.address, team.workspace(), &other).await.err();
    assert_eq!(refused, Some((Some(Refusal::Workspace), 4001)));
}

#[tokio::test]
async fn a_proof_is_good_for_one_relay() {
    let data = tempfile::tempdir().expect("a place to write");
    let (relay, team, _admin) = begin(data.path(), &[]).await;
    let mut socket = open(&relay.address, &team.workspace(), None).await.expect("a socket");
    hello(&mut socket, &team.device(2, 2), Some(VerifyKey([8; 32]))).await;
    let nack = message(&mut socket).await.expect("a word");
    assert_eq!(nack[33], Refusal::Signature as u8);
    assert_eq!(message(&mut socket).await, Err(4001));
}

#[tokio::test]
async fn pages_of_other_sites_and_unknown_workspaces_get_no_socket() {
    let data = tempfile::tempdir().expect("a place to write");
    let (relay, team, _admin) = begin(data.path(), &[]).await;
    let code = async |workspace, origin: Option<String>| match open(&relay.address, &workspace, origin.as_deref()).await
    {
        Ok(_) => 101,
        Err(tokio_tungstenite::tungstenite::Error::Http(response)) => response.status().as_u16(),
        Err(other) => panic!("{other}"),
    };
    assert_eq!(code(team.workspace(), Some("https://elsewhere.example".to_owned())).await, 403);
    assert_eq!(code(team.workspace(), Some("null".to_owned())).await, 403);
    assert_eq!(code(team.workspace(), Some(format!("http://{}", relay.address))).await, 101);
    assert_eq!(code(Team::new(9).workspace(), None).await, 404);
}

#[tokio::test]
async fn the_removed_are_sent_away_and_may_hand_over_their_own() {
    let data = tempfile::tempdir().expect("a place to write");
    let (relay, mut team, mut admin) = begin(data.path(), &[]).await;
    let ana = team.device(2, 2);
    let mut client = Client::join(&relay.address, team.workspace(), &ana).await;
    client.subscribe(client.head.position).await;
    let mut author = ana.author();
    client.store(&author.log.clone()).await;
    let revocation = team.revoke(ana.certificate.device.verify);
    admin.store(&[revocation]).await;
    let code = client.until(|said| match said {
        Said::Closed(code) => Some(code),
        // What was there before; not the revocation.
        Said::Push(after, items) => {
            assert!(after.position as usize + items.len() <= team.records.len(), "not told any more");
            None
        }
        _ => None,
    });
    assert_eq!(code.await, 4003);
    let mut client = Client::join(&relay.address, team.workspace(), &ana).await;
    assert_eq!(client.standing, Standing::Removed);
    client.subscribe(0).await;
    assert!(matches!(client.said().await, Said::Nack(_, Refusal::Removed, _)), "is sent nothing");
    let late = author.write(100);
    client.store(&[late]).await;
    let mut stranger = team.device(2, 7).author();
    let others = stranger.write(10);
    client.append(&[stranger.log[0].clone(), others]).await;
    assert!(matches!(client.said().await, Said::Nack(_, Refusal::Removed, _)));
}
