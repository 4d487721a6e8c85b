//! From a request to a socket.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use hyper_util::rt::TokioIo;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::{Web, parse};
use crate::address::Counted;
use crate::{connection, limits};

/// Who is at the other end of a connection, and that it is counted.
#[derive(Debug, Clone)]
pub struct Peer {
    /// Their address, or the proxy's.
    pub address: IpAddr,
    /// One of all connections.
    pub permit: Arc<OwnedSemaphorePermit>,
    /// One of their address.
    pub counted: Option<Arc<Counted>>,
}

fn has(headers: &HeaderMap, name: header::HeaderName, word: &str) -> bool {
    let values = headers.get_all(name);
    let mut words = values.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    words.any(|found| found.trim().eq_ignore_ascii_case(word))
}

/// Whether a request wants a socket.
pub fn is_asked_for(headers: &HeaderMap) -> bool {
    has(headers, header::CONNECTION, "upgrade") && has(headers, header::UPGRADE, "websocket")
}

impl Web {
    pub(super) async fn upgrade(self, peer: &Peer, workspace: &str, mut request: Request) -> Response {
        let headers = request.headers();
        if self.origins.judge(headers).is_err() {
            return (StatusCode::FORBIDDEN, "another site's page\n").into_response();
        }
        let key = headers.get(header::SEC_WEBSOCKET_KEY).map(|key| derive_accept_key(key.as_bytes()));
        let (Some(key), true) = (key, has(headers, header::SEC_WEBSOCKET_VERSION, "13")) else {
            return (StatusCode::BAD_REQUEST, [(header::SEC_WEBSOCKET_VERSION, "13")]).into_response();
        };
        // Behind a proxy all connections are the proxy's; so whoever is behind it is counted here.
        let behind = if self.behind_proxy {
            let Some(counted) = self.relay.addresses.enter(self.address(peer, headers)) else {
                return (StatusCode::TOO_MANY_REQUESTS, "too many connections\n").into_response();
            };
            Some(counted)
        } else {
            None
        };
        let Some(workspace) = parse(workspace) else { return StatusCode::NOT_FOUND.into_response() };
        let genesis = match self.relay.shelf.with(move |store| store.genesis(&workspace)).await {
            Ok(Some(genesis)) => genesis,
            Ok(None) => return (StatusCode::NOT_FOUND, "no such workspace here\n").into_response(),
            Err(error) => {
                tracing::error!(%error, "the store cannot be read");
                return StatusCode::SERVICE_UNAVAILABLE.into_response();
            }
        };
        let upgrade = hyper::upgrade::on(&mut request);
        let (relay, peer) = (self.relay.clone(), peer.clone());
        self.relay.tasks.spawn(async move {
            let Ok(Ok(stream)) = timeout(limits::HANDSHAKE, upgrade).await else { return };
            connection::serve(relay, workspace, genesis, TokioIo::new(stream), behind).await;
            // Counted until here.
            drop(peer);
        });
        let switch = [
            (header::CONNECTION, "upgrade".to_owned()),
            (header::UPGRADE, "websocket".to_owned()),
            (header::SEC_WEBSOCKET_ACCEPT, key),
        ];
        (StatusCode::SWITCHING_PROTOCOLS, switch, Body::empty()).into_response()
    }
}
