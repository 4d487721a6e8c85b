//! The WebSocket, with an end to patience: a peer that does not take what it is sent is left.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::SinkExt;
use plumbline_wire::limits as wire;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::error::{CapacityError, Error};
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_util::sync::CancellationToken;

use crate::close::Close;
use crate::limits;
use crate::meter::{Gauge, Metered};
use crate::metrics::Metrics;

pub struct Socket<S> {
    pub stream: WebSocketStream<Metered<S>>,
    /// Set when the room has given up on this reader.
    cut: CancellationToken,
    pub relay_metrics: Arc<Metrics>,
}

/// Why reading ended.
pub fn reason(error: &Error) -> Close {
    match error {
        Error::Capacity(CapacityError::MessageTooLong { .. }) => Close::TooLarge,
        Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => Close::TooLarge,
        Error::Io(error) if error.kind() == io::ErrorKind::QuotaExceeded => Close::Busy,
        Error::Protocol(_) | Error::Utf8(_) => Close::Frame,
        _ => Close::Silent,
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Socket<S> {
    pub async fn new(stream: S, gauge: Arc<Gauge>, cut: CancellationToken, relay_metrics: Arc<Metrics>) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(limits::READ_BUFFER)
            // Messages that go together are one system call.
            .write_buffer_size(wire::FRAME)
            .max_message_size(Some(wire::SNAPSHOT_FRAME))
            .max_frame_size(Some(wire::SNAPSHOT_FRAME));
        let stream = Metered::new(stream, gauge);
        Self { stream: WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await, cut, relay_metrics }
    }

    /// Puts frames into the buffer.
    pub async fn feed(&mut self, frames: &[Bytes]) -> Result<(), Close> {
        self.relay_metrics.delivered.inc_by(frames.len() as u64);
        for frame in frames {
            let message = Message::Binary(frame.clone());
            patience(&self.cut, self.stream.feed(message)).await?;
        }
        Ok(())
    }

    /// Empties the buffer.
    pub async fn flush(&mut self) -> Result<(), Close> {
        patience(&self.cut, self.stream.flush()).await
    }

    /// Both.
    pub async fn send(&mut self, frames: &[Bytes]) -> Result<(), Close> {
        self.feed(frames).await?;
        self.flush().await
    }

    pub async fn ping(&mut self) -> Result<(), Close> {
        patience(&self.cut, self.stream.send(Message::Ping(Bytes::new()))).await
    }

    /// Says why, and reads what the other side had sent already: unread, it would reset the connection and take our word
    /// with it.
    pub async fn close(mut self, why: Close) {
        let farewell = async {
            self.stream.send(Message::Close(Some(why.frame()))).await.ok()?;
            let mut stream = self.stream.into_inner().into_inner();
            stream.shutdown().await.ok()?;
            tokio::io::copy(&mut stream.take(limits::REMAINDER), &mut tokio::io::sink()).await.ok()
        };
        let _ = timeout(limits::FAREWELL, farewell).await;
    }
}

async fn patience(cut: &CancellationToken, write: impl Future<Output = Result<(), Error>>) -> Result<(), Close> {
    tokio::select! {
        biased;
        () = cut.cancelled() => Err(Close::Slow),
        result = timeout(limits::PING * limits::SILENT, write) => match result {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(reason(&error)),
            Err(_) => Err(Close::Slow),
        }
    }
}
