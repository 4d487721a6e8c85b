//! A member as the room sees them, and the way to them: a queue with an end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use plumbline_wire::id::ItemId;
use plumbline_wire::room::Caller;
use plumbline_wire::statement::Place;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::close::Close;
use crate::limits;

/// Something for a member.
#[derive(Debug, Clone)]
pub enum Outgoing {
    /// Frames, ready to be sent; shared by everybody who gets the same.
    Frames(Arc<[Bytes]>),
    /// Items that are durable. The connection signs, so that the room need not.
    Acks(Vec<(ItemId, Place)>),
    /// Good-bye.
    Close(Close),
}

/// The way to a member.
#[derive(Debug, Clone)]
pub struct Line {
    queue: mpsc::Sender<Outgoing>,
    waiting: Arc<AtomicUsize>,
    cut: CancellationToken,
}

/// The other end of a [`Line`].
#[derive(Debug)]
pub struct LineEnd {
    /// What is waiting.
    pub queue: mpsc::Receiver<Outgoing>,
    waiting: Arc<AtomicUsize>,
    /// Set when the member did not read and is not waited for.
    pub cut: CancellationToken,
}

/// One member, connected.
#[derive(Debug)]
pub struct Member {
    /// Who.
    pub caller: Arc<Caller>,
    /// The way to them.
    pub line: Line,
    /// Whether they are told what is new.
    pub live: bool,
    /// What became durable since they were last told.
    pub acks: Vec<(ItemId, Place)>,
}

impl Outgoing {
    /// Bytes, about.
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            Self::Frames(frames) => frames.iter().map(Bytes::len).sum(),
            Self::Acks(acks) => acks.len() * 137,
            Self::Close(_) => 0,
        }
    }
}

impl Line {
    /// A line and its end.
    #[must_use]
    pub fn new() -> (Self, LineEnd) {
        let (sender, receiver) = mpsc::channel(limits::QUEUE);
        let (waiting, cut) = (Arc::new(AtomicUsize::new(0)), CancellationToken::new());
        (Self { queue: sender, waiting: waiting.clone(), cut: cut.clone() }, LineEnd { queue: receiver, waiting, cut })
    }

    /// Queues something. `false` when the member is gone, or so far behind that the line was cut.
    #[must_use]
    pub fn send(&self, outgoing: Outgoing, size: usize) -> bool {
        let full = self.waiting.fetch_add(size, Ordering::Relaxed) + size > limits::QUEUE_BYTES;
        if full || self.queue.try_send(outgoing).is_err() {
            self.cut.cancel();
            return false;
        }
        true
    }
}

impl LineEnd {
    /// Something was taken off the queue and handed to the network.
    pub fn sent(&self, size: usize) {
        self.waiting.fetch_sub(size, Ordering::Relaxed);
    }
}
