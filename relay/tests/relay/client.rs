//! A member's side of the socket, in small.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use plumbline_wire::frame::{Frame, SnapshotInfo};
use plumbline_wire::id::{Chain, ItemId, WorkspaceId};
use plumbline_wire::key::VerifyKey;
use plumbline_wire::keyring::Standing;
use plumbline_wire::mark::Mark;
use plumbline_wire::refusal::Refusal;
use plumbline_wire::statement::{self, Place};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use super::team::Device;

/// Nothing is expected to take this long: it ends a test that waits for what does not come.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a relay says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    Ack(ItemId, Place),
    Nack(ItemId, Refusal, u32),
    Push(Place, Vec<Vec<u8>>),
    Ephemeral(Vec<u8>),
    Signal(VerifyKey, Vec<u8>),
    Snapshots(Vec<SnapshotInfo>),
    Snapshot(Vec<u8>),
    Have([u8; 32], Vec<Mark>),
    Items(Vec<Vec<u8>>),
    Closed(u16),
}

/// A member, connected.
pub struct Client {
    pub socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub workspace: WorkspaceId,
    pub relay: VerifyKey,
    pub genesis: Vec<u8>,
    pub standing: Standing,
    pub base: Place,
    pub head: Place,
}

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A socket on which nothing was said yet.
pub async fn open(address: &str, workspace: &WorkspaceId, origin: Option<&str>) -> tungstenite::Result<Socket> {
    let mut request = format!("ws://{address}/w/{workspace}").into_client_request().expect("an address");
    if let Some(origin) = origin {
        request.headers_mut().insert("origin", origin.parse().expect("a value"));
    }
    let config = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
    let (socket, _) = tokio_tungstenite::connect_async_with_config(request, Some(config), true).await?;
    Ok(socket)
}

/// The next message, or the code with which the relay closed.
pub async fn message(socket: &mut Socket) -> Result<Vec<u8>, u16> {
    loop {
        match timeout(PATIENCE, socket.next()).await.expect("something comes") {
            Some(Ok(Message::Binary(bytes))) => return Ok(bytes.to_vec()),
            Some(Ok(Message::Close(frame))) => return Err(frame.map_or(1005, |frame| frame.code.into())),
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return Err(1006),
        }
    }
}

/// Waits for the challenge and answers it.
pub async fn hello(socket: &mut Socket, device: &Device, sign_for: Option<VerifyKey>) -> (VerifyKey, Vec<u8>) {
    let bytes = message(socket).await.expect("a challenge");
    let Ok(Frame::Challenge { host, challenge, genesis }) = Frame::parse(&bytes) else { panic!("{bytes:?}") };
    let signer = sign_for.unwrap_or(host);
    let proof = statement::prove(&device.secrets.signing, &device.certificate, &signer, &challenge);
    let hello = Frame::Hello { certificate: device.certificate.bytes(), proof, challenge: [3; 32] };
    socket.send(Message::Binary(hello.encode().into())).await.expect("sent");
    (host, genesis.to_vec())
}

impl Client {
    /// Joins; panics when refused.
    pub async fn join(address: &str, workspace: WorkspaceId, device: &Device) -> Self {
        Self::try_join(address, workspace, device).await.expect("let in")
    }

    pub async fn try_join(
        address: &str,
        workspace: WorkspaceId,
        device: &Device,
    ) -> Result<Self, (Option<Refusal>, u16)> {
        let mut socket = open(address, &workspace, None).await.expect("a socket");
        let (relay, genesis) = hello(&mut socket, device, None).await;
        let bytes = message(&mut socket).await.map_err(|code| (None, code))?;
        match Frame::parse(&bytes) {
            Ok(Frame::Welcome { standing, base, head, signature }) => {
                statement::check_head(&relay, &workspace, &[3; 32], &head, &signature).expect("the relay's word");
                let mut client = Self { socket, workspace, relay, genesis, standing, base, head };
                if matches!(standing, Standing::Member(_)) {
                    client.until(|said| matches!(said, Said::Have(..)).then_some(())).await;
                }
                Ok(client)
            }
            Ok(Frame::Nack { refusal, .. }) => {
                let code = message(&mut socket).await.expect_err("and closed");
                Err((Some(refusal), code))
            }
            other => panic!("{other:?}"),
        }
    }

    pub async fn send(&mut self, frame: &Frame<'_>) {
        self.socket.send(Message::Binary(frame.encode().into())).await.expect("sent");
    }

    pub async fn append(&mut self, items: &[Vec<u8>]) {
        for items in plumbline_wire::frame::batches(items) {
            self.send(&Frame::Append { items }).await;
        }
    }

    /// Appends and waits until all is durable.
    pub async fn store(&mut self, items: &[Vec<u8>]) -> Vec<Place> {
        self.append(items).await;
        let mut places = vec![None; items.len()];
        while places.iter().any(Option::is_none) {
            match self.said().await {
                Said::Ack(item, place) => {
                    let at = items.iter().position(|bytes| ItemId::of(bytes) == item).expect("one of these");
                    places[at] = Some(place);
                }
                Said::Push(..) | Said::Snapshots(_) => {}
                other => panic!("{other:?}"),
            }
        }
        places.into_iter().flatten().collect()
    }

    pub async fn subscribe(&mut self, since: u64) {
        self.send(&Frame::Subscribe { since }).await;
    }

    /// What comes next.
    pub async fn said(&mut self) -> Said {
        let bytes = match message(&mut self.socket).await {
            Ok(bytes) => bytes,
            Err(code) => return Said::Closed(code),
        };
        let own = |items: Vec<&[u8]>| items.into_iter().map(<[u8]>::to_vec).collect();
        match Frame::parse(&bytes).expect("a frame") {
            Frame::Ack { item, place, signature } => {
                statement::check_place(&self.relay, &self.workspace, &item, &place, &signature).expect("its word");
                Said::Ack(item, place)
            }
            Frame::Nack { item, refusal, wait } => Said::Nack(item, refusal, wait),
            Frame::Push { after, items } => Said::Push(after, own(items)),
            Frame::Ephemeral { envelope } => Said::Ephemeral(envelope.to_vec()),
            Frame::Signal { device, envelope } => Said::Signal(device, envelope.to_vec()),
            Frame::Snapshots { snapshots } => Said::Snapshots(snapshots),
            Frame::Snapshot { envelope } => Said::Snapshot(envelope.to_vec()),
            Frame::Have { keyring, marks, .. } => Said::Have(keyring, marks),
            Frame::Items { items } => Said::Items(items.into_iter().map(<[u8]>::to_vec).collect()),
            other => panic!("{other:?}"),
        }
    }

    /// Reads pushes until `count` items came; checks that they follow each other from `after`.
    pub async fn items(&mut self, mut after: u64, count: usize) -> (Vec<Vec<u8>>, Place) {
        let mut all = Vec::new();
        let mut chain: Option<Chain> = None;
        loop {
            match self.said().await {
                Said::Push(place, items) => {
                    assert_eq!(place.position, after, "no gap, no repeat");
                    assert!(chain.is_none_or(|chain| chain == place.chain));
                    let end = items.iter().fold(place, |place, item| place.then(&ItemId::of(item)));
                    (after, chain) = (end.position, Some(end.chain));
                    all.extend(items);
                    if all.len() >= count {
                        assert_eq!(all.len(), count);
                        return (all, end);
                    }
                }
                Said::Ack(..) | Said::Snapshots(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// Skips everything up to the first that `wanted` takes.
    pub async fn until<T>(&mut self, mut wanted: impl FnMut(Said) -> Option<T>) -> T {
        loop {
            let said = self.said().await;
            let closed = matches!(said, Said::Closed(_)).then(|| said.clone());
            if let Some(found) = wanted(said) {
                return found;
            }
            assert_eq!(closed, None, "while waiting for something else");
        }
    }
}
