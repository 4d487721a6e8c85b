//! What a member says.

use bytes::Bytes;
use plumbline_wire::codec::Malformed;
use plumbline_wire::frame::{self, Frame};
use plumbline_wire::id::ItemId;
use plumbline_wire::limits as wire;
use plumbline_wire::refusal::Refusal;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio::time::{Instant, sleep};
use tokio_tungstenite::tungstenite::{self, Message};

use super::{Connection, socket};
use crate::close::Close;
use crate::limits;
use crate::room::{Command, held};

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    pub(super) async fn receive(&mut self, message: Option<tungstenite::Result<Message>>) -> Result<(), Close> {
        let message = match message {
            None | Some(Ok(Message::Close(_))) => return Err(Close::Silent),
            Some(Err(error)) => return Err(socket::reason(&error)),
            Some(Ok(message)) => message,
        };
        let bulk = self.gauge.complete();
        match message {
            Message::Binary(message) => self.frame(message, bulk).await,
            Message::Text(_) => Err(Close::Frame),
            _ => Ok(()),
        }
    }

    async fn frame(&mut self, message: Bytes, bulk: Option<OwnedSemaphorePermit>) -> Result<(), Close> {
        self.relay.metrics.received.inc();
        let frame = match Frame::parse(&message) {
            Ok(frame) => frame,
            Err(problem) => {
                self.nack(&[ItemId::default()], problem.into(), 0).await?;
                return Err(if matches!(problem, Malformed::TooLong { .. }) { Close::TooLarge } else { Close::Frame });
            }
        };
        let now = Instant::now();
        let taken = held(&self.allowance).take(message.len(), now);
        if let Err(wait) = taken {
            if self.refused.is_none_or(|at| now.duration_since(at) > limits::FORGIVEN) {
                self.defiance = 0;
            }
            self.refused = Some(now);
            self.defiance += 1;
            if self.defiance > limits::DEFIANT {
                return Err(Close::TooFast);
            }
            let items = match &frame {
                Frame::Append { items } => items.iter().map(|item| ItemId::of(item)).collect(),
                Frame::Snapshot { envelope } | Frame::Endorse { envelope } => vec![ItemId::of(envelope)],
                Frame::Ephemeral { envelope } | Frame::Signal { envelope, .. } => vec![ItemId::of(envelope)],
                Frame::GetSnapshot { item } => vec![*item],
                _ => vec![ItemId::default()],
            };
            self.nack(&items, Refusal::Rate, u32::try_from(wait.as_millis()).unwrap_or(u32::MAX)).await?;
            sleep(limits::DEAF).await;
            return Ok(());
        }
        let member = self.member;
        match frame {
            Frame::Append { items } => {
                let items = items.into_iter().map(|item| message.slice_ref(item)).collect();
                self.tell(Command::Append { member, items }).await
            }
            Frame::Subscribe { since } => {
                self.page = None;
                self.catching = Some(since);
                self.advance().await
            }
            Frame::Ephemeral { envelope } => {
                self.tell(Command::Ephemeral { member, envelope: message.slice_ref(envelope) }).await
            }
            Frame::Signal { device, envelope } => {
                self.tell(Command::Signal { member, device, envelope: message.slice_ref(envelope) }).await
            }
            Frame::Have { keyring, .. } => self.holdings(Some(keyring)).await,
            Frame::Snapshot { envelope } => {
                self.tell(Command::Snapshot { member, envelope: message.slice_ref(envelope), bulk }).await
            }
            Frame::GetSnapshot { item } => self.hand_over(item).await,
            Frame::Endorse { envelope } => {
                self.tell(Command::Endorse { member, envelope: message.slice_ref(envelope) }).await
            }
            // A relay's to say, not a member's.
            Frame::Challenge { .. }
            | Frame::Hello { .. }
            | Frame::Welcome { .. }
            | Frame::Ack { .. }
            | Frame::Nack { .. }
            | Frame::Push { .. }
            | Frame::Items { .. }
            | Frame::Snapshots { .. } => Err(Close::Frame),
        }
    }

    /// What the log holds of every session, so that the member can send what is missing. Written as the network takes it: a
    /// workspace with many sessions fills many frames.
    pub(super) async fn holdings(&mut self, theirs: Option<[u8; 32]>) -> Result<(), Close> {
        let (reply, answer) = oneshot::channel();
        self.tell(Command::Have { theirs, member: self.member, reply }).await?;
        let Some(holdings) = answer.await.map_err(|_| Close::Storage)? else {
            return self.nack(&[ItemId::default()], Refusal::Removed, 0).await;
        };
        let keyring = frame::keyring_digest(&holdings.records);
        let mut parts = holdings.marks.chunks(wire::HAVE_MARKS).peekable();
        loop {
            let marks = parts.next().unwrap_or_default().to_vec();
            let more = parts.peek().is_some();
            self.socket.send(&[Frame::Have { keyring, marks, more }.encode().into()]).await?;
            if !more {
                break;
            }
        }
        for items in frame::batches(&holdings.bytes) {
            self.socket.send(&[Frame::Items { items }.encode().into()]).await?;
        }
        if holdings.snapshots.is_empty() {
            return Ok(());
        }
        self.socket.send(&[Frame::Snapshots { snapshots: holdings.snapshots }.encode().into()]).await
    }

    /// A snapshot that was asked for. Few at a time: each is in memory twice.
    async fn hand_over(&mut self, item: ItemId) -> Result<(), Close> {
        if !self.may_read {
            return self.nack(&[item], Refusal::Removed, 0).await;
        }
        let Ok(bulk) = self.relay.bulks.clone().try_acquire_owned() else {
            return self.nack(&[item], Refusal::Rate, limits::BULK_WAIT).await;
        };
        let workspace = self.workspace;
        let found = self.relay.shelf.with(move |store| store.snapshot(&workspace, &item)).await;
        let sent = match found {
            Ok(Some(envelope)) => self.socket.send(&[Frame::Snapshot { envelope: &envelope }.encode().into()]).await,
            Ok(None) => self.nack(&[item], Refusal::Snapshot, 0).await,
            Err(_) => self.nack(&[item], Refusal::Storage, limits::STORAGE_WAIT).await,
        };
        drop(bulk);
        sent
    }
}
