//! The way to a relay: TCP, TLS, one request over HTTP, or the socket.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use plumbline_replica::sync::wire::genesis::Genesis;
use plumbline_replica::sync::wire::id::WorkspaceId;
use plumbline_replica::sync::wire::limits;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Message};

use crate::address::Address;

/// For the way there and the first answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// Most of an answer that is read.
const ANSWER: u64 = 64 * 1024;
/// What a relay answers to `/ready`: other servers have a page of their own there.
const READY: &str = "ready\n";

/// Why a relay is not reached.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreached {
    /// Nobody answers.
    #[error("nobody answers: {0}")]
    Silent(String),
    /// The server's certificate, or its TLS, is not in order.
    #[error("not who it should be: {0}")]
    Certificate(String),
    /// Somebody answers who is no relay.
    #[error("no relay: it answers {0}")]
    NoRelay(u16),
    /// The relay does not know the workspace.
    #[error("the workspace is not known")]
    Workspace,
    /// It is full, or asks to wait.
    #[error("it asks to wait")]
    Busy,
    /// It does not take this caller.
    #[error("refused")]
    Refused,
}

impl Unreached {
    /// Whether trying again by itself can help.
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        matches!(self, Self::Silent(_) | Self::Busy)
    }
}

/// Anything that bytes go over.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// An open socket.
pub type Socket = WebSocketStream<Box<dyn Stream>>;

/// Opens a workspace's socket.
///
/// # Errors
/// Why it did not open.
pub async fn socket(address: &Address, workspace: &WorkspaceId) -> Result<Socket, Unreached> {
    let scheme = if address.tls { "wss" } else { "ws" };
    let url = format!("{scheme}://{}/w/{workspace}", address.authority());
    let config = WebSocketConfig::default()
        .max_message_size(Some(limits::SNAPSHOT_FRAME))
        .max_frame_size(Some(limits::SNAPSHOT_FRAME));
    let open = async {
        let stream = connect(address).await?;
        tokio_tungstenite::client_async_with_config(url, stream, Some(config)).await.map_err(|error| match error {
            tungstenite::Error::Http(answer) => match answer.status().as_u16() {
                404 => Unreached::Workspace,
                403 => Unreached::Refused,
                429 | 503 => Unreached::Busy,
                other => Unreached::NoRelay(other),
            },
            error => Unreached::Silent(error.to_string()),
        })
    };
    let (socket, _) = timeout(PATIENCE, open).await.map_err(|_| silent())??;
    Ok(socket)
}

/// The next message of a socket that is a frame; `None` at its end.
pub(crate) async fn frame(
    stream: &mut (impl futures_util::Stream<Item = tungstenite::Result<Message>> + Unpin),
) -> Option<Message> {
    use futures_util::StreamExt;
    match stream.next().await {
        Some(Ok(Message::Close(_)) | Err(_)) | None => None,
        Some(Ok(message)) => Some(message),
    }
}

/// Tells a relay of a workspace, new or known to it.
///
/// # Errors
/// Why it does not have it.
pub async fn found(address: &Address, genesis: &Genesis) -> Result<(), Unreached> {
    let path = format!("/w/{}", genesis.workspace());
    match ask(address, "POST", &path, genesis.bytes()).await?.0 {
        200 | 201 => Ok(()),
        429 | 503 => Err(Unreached::Busy),
        403 => Err(Unreached::Refused),
        other => Err(Unreached::NoRelay(other)),
    }
}

/// Who answered that there is no such workspace: a relay, or some other server.
pub async fn who_answers(address: &Address) -> Unreached {
    match ask(address, "GET", "/ready", &[]).await {
        Ok((200, text)) if text == READY => Unreached::Workspace,
        Ok((503, _)) => Unreached::Busy,
        Ok((status, _)) => Unreached::NoRelay(status),
        Err(unreached) => unreached,
    }
}

/// One request, one answer: its status and its text.
async fn ask(address: &Address, method: &str, path: &str, body: &[u8]) -> Result<(u16, String), Unreached> {
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/octet-stream\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        address.authority(),
        body.len()
    );
    let answer = async {
        let mut stream = connect(address).await?;
        let mut bytes = Vec::new();
        let spoken = async {
            stream.write_all(&[head.as_bytes(), body].concat()).await?;
            stream.flush().await?;
            stream.take(ANSWER).read_to_end(&mut bytes).await
        };
        match spoken.await {
            // Some end a TLS connection without saying so; what came is looked at below.
            Err(error) if bytes.is_empty() => Err(Unreached::Silent(error.to_string())),
            _ => Ok(bytes),
        }
    };
    let bytes = timeout(PATIENCE, answer).await.map_err(|_| silent())??;
    let text = String::from_utf8_lossy(&bytes);
    let status = text.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5)?.parse().ok());
    let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    Ok((status.ok_or_else(|| Unreached::Silent("what answers does not speak HTTP".into()))?, body.to_owned()))
}

async fn connect(address: &Address) -> Result<Box<dyn Stream>, Unreached> {
    let silent = |error: io::Error| Unreached::Silent(error.to_string());
    let stream = TcpStream::connect((address.host.as_str(), address.port)).await.map_err(silent)?;
    stream.set_nodelay(true).map_err(silent)?;
    if !address.tls {
        return Ok(Box::new(stream));
    }
    let certificate = |words: String| Unreached::Certificate(words);
    let name = ServerName::try_from(address.host.clone()).map_err(|error| certificate(error.to_string()))?;
    let connector = TlsConnector::from(Arc::new(tls()?));
    let stream = connector.connect(name, stream).await.map_err(|error| {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(problem) => certificate(problem.to_string()),
            None => Unreached::Silent(error.to_string()),
        }
    })?;
    Ok(Box::new(stream))
}

/// Trusts whom the system trusts: a company's own authority is among them.
fn tls() -> Result<ClientConfig, Unreached> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let words = "this system has no list of certificate authorities (Debian: apt-get install ca-certificates)";
        return Err(Unreached::Certificate(words.into()));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Unreached::Certificate(error.to_string()))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

fn silent() -> Unreached {
    Unreached::Silent(format!("no answer in {} seconds", PATIENCE.as_secs()))
}
