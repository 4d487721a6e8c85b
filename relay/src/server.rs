//! Listening, and stopping: what was acknowledged is stored, and what was stored is acknowledged if there is time.

mod opening;

use std::fs::File;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use crate::bus::Bus;
use crate::health::Health;
use crate::metrics::Metrics;
use crate::options::Options;
use crate::relay::{Parts, Relay};
use crate::shelf::Shelf;
use crate::store::Store;
use crate::web::{self, App, Origins, Peer, Web};
use crate::writer::Writer;
use crate::{identity, limits, watch};
use opening::Opened;

/// A relay that has its data and its port, and does not answer yet.
pub struct Server {
    relay: Arc<Relay>,
    writing: JoinHandle<()>,
    store: Arc<dyn Store>,
    listener: TcpListener,
    web: Web,
    /// Held as long as the data is ours.
    _lock: Option<File>,
}

impl Server {
    /// Opens the data and takes the port.
    ///
    /// # Errors
    /// When something of that cannot be done; the words say what.
    pub async fn bind(options: &Options) -> io::Result<Self> {
        let Opened { store, key, lock } = opening::open(options).await?;
        let app = match &options.app {
            Some(folder) => App::read(folder).map_err(saying("cannot read the app"))?,
            None => App::default(),
        };
        let metrics = Arc::new(Metrics::default());
        let health = Arc::new(Health::default());
        let (writer, writing) = Writer::start(store.clone(), metrics.clone(), health.clone())?;
        let bus = match &options.nats {
            Some(address) => Bus::connect(address, sender()?).await?,
            None => Bus::default(),
        };
        let (limits, shelf) = (options.limits(), Shelf::new(store.clone(), health.clone()));
        let relay = Arc::new(Relay::new(Parts { key, limits, shelf, writer, bus, health, metrics }));
        if store.is_shared() {
            relay.tasks.spawn(watch::run(relay.clone(), Duration::from_secs_f64(options.poll)));
        }
        let busy = format!("cannot listen on {}", options.listen);
        let listener = TcpListener::bind(options.listen).await.map_err(saying(&busy))?;
        if let Some(address) = options.metrics {
            let listener = TcpListener::bind(address).await.map_err(saying(&format!("cannot listen on {address}")))?;
            tokio::spawn(axum_lite(listener, web::metrics(relay.clone())));
        }
        tracing::info!(files = app.len(), key = %relay.key.verify_key(), "ready");
        let origins = Arc::new(Origins::new(&options.origins));
        let web = Web { relay: relay.clone(), app: Arc::new(app), origins, behind_proxy: options.behind_proxy };
        Ok(Self { relay, writing, store, listener, web, _lock: lock })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// When the system does not know.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `stop` comes to an end; then finishes what was begun.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let Self { relay, writing, store, listener, web, _lock } = self;
        let connections = Arc::new(Semaphore::new(relay.limits.connections.min(Semaphore::MAX_PERMITS)));
        let router = web.clone().router();
        tokio::select! {
            () = stop => {}
            () = accept(&relay, &listener, &connections, &router, web.behind_proxy) => {}
        }
        tracing::info!("stopping");
        drop(listener);
        relay.stop.cancel();
        relay.tasks.close();
        if timeout(limits::STOP, relay.tasks.wait()).await.is_err() {
            tracing::warn!("some members did not say good-bye in time");
        }
        // With the last writer the writing thread ends, after what it has.
        drop((router, web, relay));
        let ended = tokio::task::spawn_blocking(move || writing.join().is_ok());
        if !matches!(timeout(limits::STOP, ended).await, Ok(Ok(true))) {
            tracing::warn!("the writer did not end in time");
        }
        store.close();
        tracing::info!("stopped");
    }
}

/// A name among the relays.
fn sender() -> io::Result<[u8; 8]> {
    let [a, b, c, d, e, f, g, h, ..] = identity::fresh()?;
    Ok([a, b, c, d, e, f, g, h])
}

fn saying(words: &str) -> impl Fn(io::Error) -> io::Error {
    move |error| io::Error::new(error.kind(), format!("{words}: {error}"))
}

async fn accept(
    relay: &Arc<Relay>,
    listener: &TcpListener,
    connections: &Arc<Semaphore>,
    router: &Router,
    behind_proxy: bool,
) {
    loop {
        let (stream, address) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, mostly: some will come back.
                tracing::warn!(%error, "cannot accept");
                sleep(std::time::Duration::from_millis(100)).await;
                continue;
            }
        };
        let Ok(permit) = connections.clone().try_acquire_owned() else { continue };
        let counted = if behind_proxy {
            None
        } else {
            let Some(counted) = relay.addresses.enter(address.ip()) else { continue };
            Some(Arc::new(counted))
        };
        tracing::debug!(%address, "connected");
        let peer = Peer { address: address.ip(), permit: Arc::new(permit), counted };
        relay.tasks.spawn(converse(relay.clone(), stream, router.clone(), Some(peer)));
    }
}

/// One connection, in HTTP/1.1: a proxy speaks it to what is behind, and sockets are made from it.
async fn converse(relay: Arc<Relay>, stream: TcpStream, router: Router, peer: Option<Peer>) {
    // Frames are written whole: waiting for more would only delay them.
    let _ = stream.set_nodelay(true);
    let router = match peer {
        Some(peer) => router.layer(axum::Extension(peer)),
        None => router,
    };
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits::HANDSHAKE)
        .max_buf_size(limits::REQUEST_HEAD)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let stop = relay.stop.cancelled();
    tokio::select! {
        // A connection that breaks off is the client's business.
        _ = &mut connection => {}
        () = stop => {
            connection.as_mut().graceful_shutdown();
            let _ = timeout(limits::FAREWELL, connection).await;
        }
    }
}

async fn axum_lite(listener: TcpListener, router: Router) {
    while let Ok((stream, _)) = listener.accept().await {
        let service = TowerToHyperService::new(router.clone());
        tokio::spawn(async move {
            let mut http = hyper::server::conn::http1::Builder::new();
            let http = http.timer(TokioTimer::new()).header_read_timeout(limits::HANDSHAKE);
            let _ = http.serve_connection(TokioIo::new(stream), service).await;
        });
    }
}
