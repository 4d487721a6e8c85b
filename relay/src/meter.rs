//! Bounds what is read towards one message, before anything looks at it: little from a stranger, a frame from a member, a
//! snapshot from a writer, and of those only a few at a time in the whole relay.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::limits;
use crate::room::held;

/// How much may be read. Shared between the stream and whoever takes messages off it.
#[derive(Debug)]
pub struct Gauge {
    read: AtomicUsize,
    most: AtomicUsize,
    large: AtomicUsize,
    bulks: Arc<Semaphore>,
    bulk: Mutex<Option<OwnedSemaphorePermit>>,
}

impl Gauge {
    /// For a stranger.
    #[must_use]
    pub fn new(bulks: Arc<Semaphore>) -> Self {
        let (most, large) = (AtomicUsize::new(limits::STRANGER), AtomicUsize::new(limits::STRANGER));
        Self { read: AtomicUsize::new(0), most, large, bulks, bulk: Mutex::new(None) }
    }

    /// The stranger is a member, and may send snapshots or not.
    pub fn admit(&self, snapshots: bool) {
        self.most.store(limits::MESSAGE, Ordering::Relaxed);
        self.large.store(if snapshots { limits::BULK } else { limits::MESSAGE }, Ordering::Relaxed);
    }

    /// A message is complete: counting begins anew. If it was large, its permit is the caller's, for as long as it is in memory.
    pub fn complete(&self) -> Option<OwnedSemaphorePermit> {
        self.read.store(0, Ordering::Relaxed);
        held(&self.bulk).take()
    }

    fn more(&self, bytes: usize) -> io::Result<()> {
        let read = self.read.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if read <= self.most.load(Ordering::Relaxed) {
            return Ok(());
        }
        if read > self.large.load(Ordering::Relaxed) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a message that is too large"));
        }
        let mut bulk = held(&self.bulk);
        if bulk.is_none() {
            let permit = self.bulks.clone().try_acquire_owned();
            *bulk = Some(permit.map_err(|_| io::Error::new(io::ErrorKind::QuotaExceeded, "too many large messages"))?);
        }
        Ok(())
    }
}

/// A stream that is measured as it is read.
#[derive(Debug)]
pub struct Metered<S> {
    stream: S,
    gauge: Arc<Gauge>,
}

impl<S> Metered<S> {
    /// Measures this one.
    pub const fn new(stream: S, gauge: Arc<Gauge>) -> Self {
        Self { stream, gauge }
    }

    /// The stream, measured no longer.
    pub fn into_inner(self) -> S {
        self.stream
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let poll = Pin::new(&mut self.stream).poll_read(context, buffer);
        if matches!(poll, Poll::Ready(Ok(()))) {
            self.gauge.more(buffer.filled().len() - before)?;
        }
        poll
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_members_and_snapshots() {
        let bulks = Arc::new(Semaphore::new(1));
        let gauges = [Gauge::new(bulks.clone()), Gauge::new(bulks.clone())];
        assert!(gauges[0].more(limits::STRANGER).is_ok() && gauges[0].more(1).is_err());
        assert!(gauges[0].complete().is_none());
        gauges[0].admit(false);
        assert!(gauges[0].more(limits::MESSAGE).is_ok() && gauges[0].more(1).is_err(), "a reader");
        gauges.iter().for_each(|gauge| gauge.admit(true));
        gauges[0].complete();
        assert!(gauges[0].more(limits::BULK).is_ok());
        let busy = gauges[1].more(limits::MESSAGE + 1).expect_err("one at a time");
        assert_eq!(busy.kind(), io::ErrorKind::QuotaExceeded);
        let permit = gauges[0].complete();
        gauges[1].complete();
        assert!(permit.is_some() && gauges[1].more(limits::MESSAGE + 1).is_err(), "still in memory");
        drop(permit);
        assert!(gauges[1].more(1).is_ok() && gauges[1].more(limits::BULK).is_err());
    }
}
