//! The conversation with a relay.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::stream::SplitStream;
use futures_util::{FutureExt, SinkExt, StreamExt};
use plumbline_core::bridge::sharing::{Caution, Standing, Way, Why};
use plumbline_core::document::Document;
use plumbline_replica::sync::peer::{CloseReason, ConnId};
use plumbline_replica::sync::wire::refusal::Refusal;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_tungstenite::tungstenite::Message;

use crate::address::Address;
use crate::device::Device;
use crate::dial::{self, Socket, Unreached};
use crate::store::StoreProblem;

/// Frames that are taken in together, if they are there. Each acknowledgement is a frame, and each transaction waits for the disk.
const TOGETHER: usize = 64;
/// Counts of what came and went are told this far apart.
const COUNTS: Duration = Duration::from_secs(1);
/// A relay that is alive pings every 25 seconds.
const SILENT: Duration = Duration::from_secs(75);
/// For the last words of a connection.
const FAREWELL: Duration = Duration::from_secs(3);
/// Wait before the next attempt; doubled each time.
const LEAST: Duration = Duration::from_millis(250);
const MOST: Duration = Duration::from_secs(30);

/// A conversation that is going on.
pub struct Conversation {
    conn: ConnId,
    stream: SplitStream<Socket>,
    /// Writing has a task of its own: a relay that waits until it is read must not be waited for by its reader.
    out: UnboundedSender<Vec<u8>>,
    writer: JoinHandle<()>,
    heard: Instant,
    bytes: (usize, usize),
}

/// What a conversation waited for.
#[derive(Debug)]
pub enum Event {
    /// A frame.
    Frame(Vec<u8>),
    /// Any other sign of life.
    Alive,
    /// The device is to be woken.
    Wake,
    /// The connection is over.
    Closed,
}

impl Conversation {
    /// Begins one over an open socket.
    ///
    /// # Errors
    /// When the device could not store something.
    pub fn begin(socket: Socket, device: &mut Device, any_relay: bool) -> Result<Self, StoreProblem> {
        let (mut sink, stream) = socket.split();
        let (out, mut frames) = unbounded_channel::<Vec<u8>>();
        let writer = tokio::spawn(async move {
            while let Some(frame) = frames.recv().await {
                if sink.send(Message::Binary(frame.into())).await.is_err() {
                    return;
                }
            }
            // The sender is gone: this is the regular end.
            let _ = sink.close().await;
        });
        let conn = device.opened(any_relay)?;
        Ok(Self { conn, stream, out, writer, heard: Instant::now(), bytes: (0, 0) })
    }

    /// The connection's number.
    #[must_use]
    pub const fn conn(&self) -> ConnId {
        self.conn
    }

    /// Waits for what comes next. May be dropped at any moment; nothing is lost then.
    pub async fn wait(&mut self, device: &Device) -> Event {
        let wake = device.link().peer().wake().map(|at| Duration::from_millis(at.saturating_sub(device.now())));
        let silent = self.heard + SILENT;
        let until = wake.map_or(silent, |wake| silent.min(Instant::now() + wake));
        match timeout_at(until, dial::frame(&mut self.stream)).await {
            Ok(Some(message)) => {
                self.heard = Instant::now();
                match message {
                    Message::Binary(bytes) => Event::Frame(bytes.into()),
                    _ => Event::Alive,
                }
            }
            Ok(None) => Event::Closed,
            Err(_) if until == silent => Event::Closed,
            Err(_) => Event::Wake,
        }
    }

    /// Tells the device, and sends what it has to say. Whether the conversation goes on.
    ///
    /// # Errors
    /// When the device could not store something.
    pub fn tell(&mut self, device: &mut Device, event: Event) -> Result<bool, StoreProblem> {
        match event {
            Event::Frame(bytes) => {
                self.take(device, &bytes);
                let mut ended = false;
                for _ in 1..TOGETHER {
                    match dial::frame(&mut self.stream).now_or_never() {
                        Some(Some(Message::Binary(bytes))) => self.take(device, &bytes),
                        Some(Some(_)) => {}
                        Some(None) => {
                            ended = true;
                            break;
                        }
                        None => break,
                    }
                }
                device.settle()?;
                if ended {
                    return Ok(false);
                }
            }
            Event::Wake => device.tick()?,
            Event::Alive => {}
            Event::Closed => return Ok(false),
        }
        Ok(self.say(device) && device.wants_to_close().is_none())
    }

    /// Sends what the device has to say. Whether somebody is there to hear it.
    pub fn say(&mut self, device: &mut Device) -> bool {
        device.take_frames().into_iter().all(|frame| {
            self.bytes.1 += frame.len();
            self.out.send(frame).is_ok()
        })
    }

    fn take(&mut self, device: &mut Device, bytes: &[u8]) {
        self.bytes.0 += bytes.len();
        device.frame(self.conn, bytes);
    }

    /// Bytes of frames so far: received, sent.
    #[must_use]
    pub const fn bytes(&self) -> (usize, usize) {
        self.bytes
    }

    /// Ends it, with what is still to be sent.
    ///
    /// # Errors
    /// When the device could not store something.
    pub async fn end(mut self, device: &mut Device) -> Result<(), StoreProblem> {
        self.say(device);
        let Self { conn, mut stream, out, writer, .. } = self;
        drop(out);
        let farewell = async {
            while dial::frame(&mut stream).await.is_some() {}
            let _ = writer.await;
        };
        // A relay that does not say goodbye is not waited for.
        let _ = timeout(FAREWELL, farewell).await;
        device.closed(conn)
    }
}

/// How long to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// Until both sides have everything.
    Everything,
    /// Until it is stopped.
    Staying,
}

/// What happens meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// The relay let this device in.
    Connected,
    /// How this device stands, as far as is known here now.
    Standing(Standing),
    /// Edits, or bundles of edits made in one moment, came into the document.
    Received(usize),
    /// Edits, or bundles of edits, written here are with the relay.
    Sent(usize),
    /// Both sides have everything, and the document stands so.
    UpToDate(Option<String>),
    /// People should know.
    Caution(Caution),
    /// The relay will never take something that was written here.
    NotTaken(Refusal),
    /// The connection ended or was not made; the next attempt comes after this time.
    Away(Gone, Duration),
}

/// Why there is no connection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Gone {
    /// It was not made.
    #[error(transparent)]
    Unreached(#[from] Unreached),
    /// It ended: the relay stopped, or the network.
    #[error("the connection ended")]
    Ended,
    /// The device ended it: what the relay said did not fit.
    #[error("what it said did not fit: {0:?}")]
    Unfit(CloseReason),
    /// It is another relay than before.
    #[error("another relay than before")]
    Stranger,
    /// The link or the device was removed.
    #[error("removed")]
    Removed,
    /// The link's time was over when this device joined.
    #[error("expired")]
    Expired,
    /// The relay does not know the link.
    #[error("the link is not known")]
    UnknownLink,
    /// The relay does not let this device in.
    #[error("not let in")]
    Refused,
}

impl Gone {
    /// Whether trying again by itself can help.
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        match self {
            Self::Unreached(unreached) => unreached.may_pass(),
            Self::Ended | Self::Unfit(_) => true,
            Self::Stranger | Self::Removed | Self::Expired | Self::UnknownLink | Self::Refused => false,
        }
    }
}

/// Why an exchange ended before its goal.
#[derive(Debug, thiserror::Error)]
pub enum Unfinished {
    /// There is no way on.
    #[error(transparent)]
    Gone(#[from] Gone),
    /// The time was over.
    #[error("out of time")]
    Late {
        /// Why there is no connection, if there is none.
        gone: Option<Gone>,
    },
    /// Something could not be stored.
    #[error(transparent)]
    Store(#[from] StoreProblem),
}

/// What an exchange needs to know.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The relay.
    pub address: Address,
    /// How long to go on.
    pub goal: Goal,
    /// At most so long.
    pub limit: Option<Duration>,
    /// At most so long without a word from the relay that leads on; `None`: for ever. A large workspace over a slow line is
    /// not given up while it comes.
    pub patience: Option<Duration>,
    /// Whether any relay will do, whatever key it shows.
    pub any_relay: bool,
}

/// Exchanges with a relay, over one connection after the other.
///
/// # Errors
/// Why it ended before its goal. What was stored until then stays.
pub async fn exchange(device: &mut Device, terms: &Terms, news: &mut impl FnMut(News)) -> Result<(), Unfinished> {
    let progress = Instant::now();
    let mut run = Run {
        told: None,
        standing: Standing::Unknown,
        waiting: device.waiting(),
        received: 0,
        counted: progress,
        cautions: BTreeSet::new(),
        gone: None,
        progress,
        news,
    };
    let Some(limit) = terms.limit else { return run.all(device, terms).await };
    let result = timeout(limit, run.all(device, terms)).await;
    result.unwrap_or_else(|_| {
        device.hang_up()?;
        Err(Unfinished::Late { gone: run.gone.take() })
    })
}

/// What was said so far.
struct Run<'a, F> {
    told: Option<Option<String>>,
    standing: Standing,
    waiting: usize,
    received: usize,
    /// When counts were last told.
    counted: Instant,
    cautions: BTreeSet<Caution>,
    gone: Option<Gone>,
    /// When the relay last said something that leads on.
    progress: Instant,
    news: &'a mut F,
}

impl<F: FnMut(News)> Run<'_, F> {
    async fn all(&mut self, device: &mut Device, terms: &Terms) -> Result<(), Unfinished> {
        let mut pause = LEAST;
        loop {
            let Some(gone) = self.once(device, terms, &mut pause).await? else { return Ok(()) };
            // A link may be on its way to the relay: who stays waits for it.
            let unknown = gone == Gone::UnknownLink && terms.goal == Goal::Staying;
            if !gone.may_pass() && !unknown {
                return Err(gone.into());
            }
            self.gone = Some(gone.clone());
            if terms.patience.is_some_and(|patience| self.progress + patience < Instant::now() + pause) {
                return Err(Unfinished::Late { gone: self.gone.take() });
            }
            (self.news)(News::Away(gone, pause));
            sleep(pause).await;
            pause = (pause * 2).min(MOST);
        }
    }

    /// One connection, from its beginning to its end; `None` when the goal is reached.
    async fn once(
        &mut self,
        device: &mut Device,
        terms: &Terms,
        pause: &mut Duration,
    ) -> Result<Option<Gone>, Unfinished> {
        let socket = match reach(device, &terms.address).await {
            Ok(socket) => socket,
            Err(unreached) => return Ok(Some(unreached.into())),
        };
        let mut conversation = Conversation::begin(socket, device, terms.any_relay)?;
        let conn = conversation.conn();
        let mut let_in = false;
        loop {
            if !let_in && device.link().way() == Way::Open {
                (let_in, self.gone, *pause) = (true, None, LEAST);
                (self.news)(News::Connected);
            }
            self.tell(device, conn, false);
            if device.is_done(conn) {
                if let Way::Away(why) = device.link().way() {
                    // The removed have handed over what they had.
                    conversation.end(device).await?;
                    return Ok(Some(gone_of(why)));
                }
                if terms.goal == Goal::Everything {
                    conversation.end(device).await?;
                    return Ok(None);
                }
            }
            let lasting = terms.patience.unwrap_or(Duration::MAX).saturating_sub(self.progress.elapsed());
            let Ok(event) = timeout(lasting, conversation.wait(device)).await else {
                device.closed(conn)?;
                return Err(Unfinished::Late { gone: None });
            };
            if matches!(event, Event::Frame(_)) {
                self.progress = Instant::now();
            }
            if !conversation.tell(device, event)? {
                let reason = device.wants_to_close();
                device.closed(conn)?;
                self.tell(device, conn, true);
                return Ok(Some(match (device.link().way(), reason) {
                    (Way::Away(why), _) => gone_of(why),
                    (_, Some(reason)) => Gone::Unfit(reason),
                    (_, None) => Gone::Ended,
                }));
            }
        }
    }

    fn tell(&mut self, device: &mut Device, conn: ConnId, ended: bool) {
        let standing = device.link().standing();
        if standing != self.standing {
            self.standing = standing;
            (self.news)(News::Standing(standing));
        }
        self.received += device.take_arrived().len();
        let done = device.is_done(conn);
        if ended || done || self.counted.elapsed() >= COUNTS {
            self.count(device.waiting());
        }
        for refusal in device.take_not_taken() {
            (self.news)(News::NotTaken(refusal));
        }
        for caution in device.cautions() {
            if self.cautions.insert(*caution) {
                (self.news)(News::Caution(*caution));
            }
        }
        if done && device.link().way() == Way::Open {
            let fingerprint = device.document().map(Document::fingerprint);
            if self.told.as_ref() != Some(&fingerprint) {
                self.told = Some(fingerprint.clone());
                (self.news)(News::UpToDate(fingerprint));
            }
        }
    }
}

impl<F: FnMut(News)> Run<'_, F> {
    fn count(&mut self, waiting: usize) {
        self.counted = Instant::now();
        if self.received > 0 {
            (self.news)(News::Received(std::mem::take(&mut self.received)));
        }
        // More may wait than before: what a relay confirmed and then lost.
        if waiting < self.waiting {
            (self.news)(News::Sent(self.waiting - waiting));
        }
        self.waiting = waiting;
    }
}

/// A relay that lost everything, or another one, is told of the workspace.
async fn reach(device: &Device, address: &Address) -> Result<Socket, Unreached> {
    let keyring = device.link().peer().keyring();
    match dial::socket(address, &keyring.workspace()).await {
        Err(Unreached::Workspace) => {
            dial::found(address, keyring.genesis()).await?;
            dial::socket(address, &keyring.workspace()).await
        }
        reached => reached,
    }
}

const fn gone_of(why: Why) -> Gone {
    match why {
        Why::Offline | Why::NoRelay => Gone::Ended,
        Why::Unknown => Gone::UnknownLink,
        Why::Removed => Gone::Removed,
        Why::Expired => Gone::Expired,
        Why::Refused => Gone::Refused,
        Why::Stranger => Gone::Stranger,
        Why::Busy => Gone::Unreached(Unreached::Busy),
    }
}
