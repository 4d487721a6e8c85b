//! What the relay answers over HTTP: the app, the founding of a workspace, the way to its socket, and whether it is well.

mod app;
mod origin;
mod upgrade;

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Extension, Path, Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use plumbline_site::policy;
use plumbline_wire::genesis::{self, Genesis};
use plumbline_wire::id::WorkspaceId;
use tokio::time::{Instant, timeout};

use crate::limits;
use crate::relay::{Relay, short};

pub use app::App;
pub use origin::Origins;
pub use upgrade::Peer;

/// What the answers are made of.
#[derive(Debug, Clone)]
pub struct Web {
    /// The relay.
    pub relay: Arc<Relay>,
    /// The app, if it is served here.
    pub app: Arc<App>,
    /// Which pages may talk to the relay.
    pub origins: Arc<Origins>,
    /// Whether a proxy in front says who calls.
    pub behind_proxy: bool,
}

impl Web {
    /// Everything but the metrics.
    pub fn router(self) -> Router {
        let workspace = get(page_or_socket).post(found).options(preflight);
        Router::new()
            .route("/w/{workspace}", workspace)
            .route("/health", get(|| async { "ok\n" }))
            .route("/ready", get(ready))
            .route("/clear-site-data", get(clear))
            .fallback(any(page))
            .layer(axum::middleware::map_response(secure))
            .with_state(self)
    }

    /// Whose request this is. Behind a proxy the last address it added to the list: the ones before anybody can make up.
    fn address(&self, peer: &Peer, headers: &HeaderMap) -> IpAddr {
        let forwarded = headers.get_all("x-forwarded-for").iter().next_back();
        let last = forwarded.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
        last.filter(|_| self.behind_proxy).unwrap_or(peer.address)
    }
}

/// The metrics, on an address of their own.
pub fn metrics(relay: Arc<Relay>) -> Router {
    let render = move || {
        let text = relay.metrics.render();
        async move { ([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text) }
    };
    Router::new().route("/metrics", get(render))
}

async fn secure(mut response: Response) -> Response {
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        for (name, value) in policy::headers() {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                response.headers_mut().insert(name, value);
            }
        }
    }
    response
}

async fn page(State(web): State<Web>, request: Request) -> Response {
    web.app.answer(request.method(), request.uri().path(), request.headers())
}

/// The app has a page at the same path.
async fn page_or_socket(
    State(web): State<Web>,
    Extension(peer): Extension<Peer>,
    Path(workspace): Path<String>,
    request: Request,
) -> Response {
    if upgrade::is_asked_for(request.headers()) {
        return web.upgrade(&peer, &workspace, request).await;
    }
    web.app.answer(request.method(), request.uri().path(), request.headers())
}

fn parse(workspace: &str) -> Option<WorkspaceId> {
    let bytes = data_encoding::BASE64URL_NOPAD.decode(workspace.as_bytes()).ok()?;
    bytes.try_into().ok().map(WorkspaceId)
}

async fn preflight(State(web): State<Web>, headers: HeaderMap) -> Response {
    let Ok(allowed) = web.origins.judge(&headers) else { return StatusCode::FORBIDDEN.into_response() };
    let methods = (header::ACCESS_CONTROL_ALLOW_METHODS, "POST");
    let names = (header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type");
    (StatusCode::NO_CONTENT, allowed, [methods, names]).into_response()
}

async fn found(
    State(web): State<Web>,
    Extension(peer): Extension<Peer>,
    Path(workspace): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let Ok(allowed) = web.origins.judge(&headers) else {
        return (StatusCode::FORBIDDEN, "another site's page\n").into_response();
    };
    let bytes = match timeout(limits::HANDSHAKE, to_bytes(body, genesis::LENGTH)).await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(_)) => return (StatusCode::PAYLOAD_TOO_LARGE, allowed, "longer than a genesis\n").into_response(),
        Err(_) => return (StatusCode::REQUEST_TIMEOUT, allowed).into_response(),
    };
    let parsed = parse(&workspace).map(|workspace| Genesis::parse_for(&workspace, &bytes));
    let Some(Ok(genesis)) = parsed else {
        return (StatusCode::BAD_REQUEST, allowed, "not the genesis of this workspace\n").into_response();
    };
    if let Err(wait) = web.relay.addresses.found(web.address(&peer, &headers), Instant::now()) {
        let wait = [(header::RETRY_AFTER, (wait.as_secs() + 1).to_string())];
        return (StatusCode::TOO_MANY_REQUESTS, allowed, wait, "too many workspaces\n").into_response();
    }
    let workspace = genesis.workspace();
    match web.relay.shelf.with(move |store| store.found(&genesis)).await {
        Ok(true) => {
            web.relay.metrics.founded.inc();
            tracing::info!(workspace = short(&workspace), "a workspace was founded");
            (StatusCode::CREATED, allowed).into_response()
        }
        Ok(false) => (StatusCode::OK, allowed).into_response(),
        Err(error) => {
            tracing::error!(%error, "a workspace was not founded");
            (StatusCode::SERVICE_UNAVAILABLE, allowed, "cannot store\n").into_response()
        }
    }
}

async fn ready(State(web): State<Web>) -> Response {
    if web.relay.stop.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    if !web.relay.health.is_good() || !web.relay.writer.is_running() {
        return (StatusCode::SERVICE_UNAVAILABLE, "cannot store\n").into_response();
    }
    "ready\n".into_response()
}

/// The last way out when a device holds a broken version of the app. Only for whoever typed the address: a link or an image
/// of another site must not be able to delete what is on this device only.
async fn clear(request: Request) -> Response {
    let said = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let typed = said("sec-fetch-site") == Some("none") && said("sec-fetch-dest") == Some("document");
    if !typed {
        return (StatusCode::FORBIDDEN, "type this address into the address bar; a link does not do\n").into_response();
    }
    let (what, words) = match request.uri().query() {
        Some("everything") => {
            ("\"cache\", \"storage\"", "The app and everything it kept on this device were removed.\n")
        }
        _ => (
            "\"cache\"",
            "The browser's copies of the app were removed; your workspaces are untouched.\n\
             If the app still does not start: save a file of each workspace if you can, then open\n\
             /clear-site-data?everything which removes the app AND every workspace that is on this device only.\n",
        ),
    };
    let headers = [(HeaderName::from_static("clear-site-data"), what), (header::CACHE_CONTROL, "no-store")];
    (headers, words).into_response()
}
