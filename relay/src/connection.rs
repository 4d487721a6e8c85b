//! One connection of one member, in one task: it proves who it is, and then hands frames to the room and back.

mod incoming;
mod socket;

use std::pin::pin;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::StreamExt;
use plumbline_wire::frame::{Frame, SnapshotInfo};
use plumbline_wire::id::{ItemId, WorkspaceId};
use plumbline_wire::keyring::Standing;
use plumbline_wire::keyring::record::Role;
use plumbline_wire::refusal::Refusal;
use plumbline_wire::{limits as wire, statement};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tokio_tungstenite::tungstenite::Message;

use crate::address::Counted;
use crate::bucket::Allowance;
use crate::close::Close;
use crate::limits;
use crate::meter::Gauge;
use crate::relay::{Relay, short};
use crate::room::{Command, Join, JoinProblem, Joined, Line, LineEnd, Live, MemberId, Outgoing};
use crate::store::{Page, StoreError};
use socket::Socket;

/// Somebody who is in.
struct Connection<S> {
    relay: Arc<Relay>,
    workspace: WorkspaceId,
    socket: Socket<S>,
    gauge: Arc<Gauge>,
    room: mpsc::Sender<Command>,
    member: MemberId,
    allowance: Arc<Mutex<Allowance>>,
    may_read: bool,
    /// Frames refused for coming too fast, without a pause between.
    defiance: u32,
    /// When the last of them was.
    refused: Option<Instant>,
    /// Where a member is that is catching up, and the part of the log that is being read for them.
    catching: Option<u64>,
    page: Option<JoinHandle<Result<Page, StoreError>>>,
}

/// Serves an upgraded stream until either side has enough of it.
pub async fn serve<S>(relay: Arc<Relay>, workspace: WorkspaceId, genesis: Vec<u8>, stream: S, counted: Option<Counted>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let gauge = Arc::new(Gauge::new(relay.bulks.clone()));
    let (line, mut end) = Line::new();
    let mut socket = Socket::new(stream, gauge.clone(), end.cut.clone(), relay.metrics.clone()).await;
    let close = match timeout(limits::HANDSHAKE, handshake(&relay, workspace, &genesis, &mut socket, line)).await {
        Err(_) => Close::Refused,
        Ok(Err(close)) => close,
        Ok(Ok((room, joined))) => {
            let role = joined.standing;
            gauge.complete();
            gauge.admit(matches!(role, Standing::Member(Role::Writer | Role::Admin)));
            tracing::debug!(workspace = short(&workspace), ?role, "a member came");
            let member = joined.member;
            let mut connection = Connection {
                relay: relay.clone(),
                workspace,
                socket,
                gauge,
                room: room.clone(),
                member,
                allowance: joined.allowance,
                may_read: matches!(role, Standing::Member(_)),
                defiance: 0,
                refused: None,
                catching: None,
                page: None,
            };
            let close = match connection.introduce(joined.snapshots).await {
                Ok(()) => connection.converse(&mut end).await,
                Err(close) => close,
            };
            let _ = room.send(Command::Leave(member)).await;
            tracing::debug!(workspace = short(&workspace), ?close, "a member went");
            socket = connection.socket;
            close
        }
    };
    socket.close(close).await;
    drop(counted);
}

type Room = mpsc::Sender<Command>;

async fn handshake<S>(
    relay: &Arc<Relay>,
    workspace: WorkspaceId,
    genesis: &[u8],
    socket: &mut Socket<S>,
    line: Line,
) -> Result<(Room, Joined), Close>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let host = relay.key.verify_key();
    let mut challenge = [0; 32];
    // The relay's edge.
    #[expect(clippy::disallowed_methods)]
    getrandom::fill(&mut challenge).map_err(|_| Close::Busy)?;
    socket.send(&[Frame::Challenge { host, challenge, genesis }.encode().into()]).await?;
    let message = tokio::select! {
        message = socket.stream.next() => message,
        () = relay.stop.cancelled() => return Err(Close::Stopping),
    };
    let message = match message {
        Some(Ok(Message::Binary(message))) => message,
        Some(Err(error)) => return Err(socket::reason(&error)),
        _ => return Err(Close::Refused),
    };
    let Ok(Frame::Hello { certificate, proof, challenge: theirs }) = Frame::parse(&message) else {
        return Err(refuse(socket, Refusal::Malformed).await);
    };
    let certificate = message.slice_ref(certificate);
    let mut tries = 0;
    let (room, joined) = loop {
        // A room may be put away in the very moment it is spoken to.
        let room = relay.room(workspace);
        let (reply, answer) = oneshot::channel();
        let join = Join { certificate: certificate.clone(), proof, challenge, line: line.clone(), reply };
        let sent = room.send(Command::Join(Box::new(join))).await.is_ok();
        match answer.await {
            Ok(Ok(joined)) if sent => break (room, joined),
            Ok(Err(JoinProblem::Refused(refusal))) => return Err(refuse(socket, refusal).await),
            Ok(Err(JoinProblem::Busy)) => return Err(Close::Busy),
            _ if tries < 3 => tries += 1,
            _ => return Err(Close::Storage),
        }
    };
    let signature = statement::sign_head(&relay.key, &workspace, &theirs, &joined.head);
    let welcome = Frame::Welcome { standing: joined.standing, base: joined.base, head: joined.head, signature };
    if let Err(close) = socket.send(&[welcome.encode().into()]).await {
        let _ = room.send(Command::Leave(joined.member)).await;
        return Err(close);
    }
    Ok((room, joined))
}

async fn refuse<S: AsyncRead + AsyncWrite + Unpin>(socket: &mut Socket<S>, refusal: Refusal) -> Close {
    socket.relay_metrics.refuse(refusal);
    let nack = Frame::Nack { item: ItemId::default(), refusal, wait: 0 }.encode();
    socket.send(&[nack.into()]).await.err().unwrap_or(Close::Refused)
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    /// What whoever may read is told first: what the log holds, so that they bring what it lacks, and which snapshots there are.
    async fn introduce(&mut self, snapshots: Vec<SnapshotInfo>) -> Result<(), Close> {
        if !self.may_read {
            return Ok(());
        }
        self.holdings(None).await?;
        if snapshots.is_empty() {
            return Ok(());
        }
        self.socket.send(&[Frame::Snapshots { snapshots }.encode().into()]).await
    }

    async fn converse(&mut self, end: &mut LineEnd) -> Close {
        let relay = self.relay.clone();
        let mut stop = pin!(relay.stop.cancelled());
        let mut stopping = false;
        let mut ping = interval(limits::PING);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut silent = 0;
        loop {
            let page = async {
                match self.page.as_mut() {
                    Some(page) => page.await,
                    None => std::future::pending().await,
                }
            };
            let outcome = tokio::select! {
                biased;
                () = end.cut.cancelled() => return Close::Slow,
                outgoing = end.queue.recv() => match outgoing {
                    Some(outgoing) => self.hand_on(outgoing, end).await,
                    // The room has ended without a word.
                    None => return Close::Storage,
                },
                // The room says good-bye when everything is stored.
                () = &mut stop, if !stopping => {
                    stopping = true;
                    Ok(())
                }
                message = self.socket.stream.next(), if !stopping => {
                    silent = 0;
                    self.receive(message).await
                }
                page = page => {
                    self.page = None;
                    match page {
                        Ok(Ok(page)) => self.turn(page).await,
                        _ => return Close::Storage,
                    }
                }
                _ = ping.tick() => {
                    silent += 1;
                    if silent > limits::SILENT {
                        return Close::Silent;
                    }
                    self.socket.ping().await
                }
            };
            if let Err(close) = outcome {
                return close;
            }
        }
    }

    /// Hands what is waiting to the network, all of it with one system call.
    async fn hand_on(&mut self, first: Outgoing, end: &mut LineEnd) -> Result<(), Close> {
        let mut next = Some(first);
        let (mut size, mut farewell) = (0, None);
        while let Some(outgoing) = next {
            size += outgoing.size();
            match outgoing {
                Outgoing::Frames(frames) => self.socket.feed(&frames).await?,
                Outgoing::Acks(acks) => {
                    for (item, place) in acks {
                        let signature = statement::sign_place(&self.relay.key, &self.workspace, &item, &place);
                        self.socket.feed(&[Frame::Ack { item, place, signature }.encode().into()]).await?;
                    }
                }
                Outgoing::Close(close) => farewell = Some(close),
            }
            next = if farewell.is_none() && size < wire::FRAME { end.queue.try_recv().ok() } else { None };
        }
        self.socket.flush().await?;
        end.sent(size);
        farewell.map_or(Ok(()), Err)
    }

    /// Goes on with catching up: asks the room, and reads from the store what is not in its memory.
    async fn advance(&mut self) -> Result<(), Close> {
        let Some(at) = self.catching else { return Ok(()) };
        let (reply, answer) = oneshot::channel();
        self.tell(Command::Live { member: self.member, at, reply }).await?;
        match answer.await.map_err(|_| Close::Storage)? {
            Live::Now => self.catching = None,
            Live::Refused(refusal) => {
                self.catching = None;
                self.nack(&[ItemId::default()], refusal, 0).await?;
            }
            Live::Behind(end) => {
                let (shelf, workspace) = (self.relay.shelf.clone(), self.workspace);
                let read = async move {
                    let mut page = shelf.with(move |store| store.read(&workspace, at, wire::FRAME)).await?;
                    // What another relay stored since then is the room's to tell: it may be that this member was removed.
                    page.items.retain(|stored| stored.place.position <= end);
                    Ok(page)
                };
                self.page = Some(tokio::spawn(read));
            }
        }
        Ok(())
    }

    /// A part of the log for a member that is catching up.
    async fn turn(&mut self, page: Page) -> Result<(), Close> {
        let items: Vec<&[u8]> = page.items.iter().map(|stored| &stored.bytes[..]).collect();
        let frame = Frame::Push { after: page.after, items }.encode();
        if let Some(last) = page.items.last() {
            self.socket.send(&[frame.into()]).await?;
            self.catching = Some(last.place.position);
        } else {
            self.catching = Some(page.after.position);
        }
        self.advance().await
    }

    async fn tell(&mut self, command: Command) -> Result<(), Close> {
        self.room
            .send(command)
            .await
            .map_err(|_| if self.relay.stop.is_cancelled() { Close::Stopping } else { Close::Storage })
    }

    async fn nack(&mut self, items: &[ItemId], refusal: Refusal, wait: u32) -> Result<(), Close> {
        let frames = items.iter().map(|&item| {
            self.relay.metrics.refuse(refusal);
            Bytes::from(Frame::Nack { item, refusal, wait }.encode())
        });
        let frames: Vec<Bytes> = frames.collect();
        self.socket.send(&frames).await
    }
}
