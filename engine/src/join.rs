//! Joining a workspace by its link: everything is fetched first and stored in one transaction, so that a joining that breaks off
//! leaves nothing behind.

use std::time::Duration;

use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use futures_util::{FutureExt, StreamExt, select};
use gloo_timers::future::TimeoutFuture;
use plumbline_core::bridge::Failure;
use plumbline_core::bridge::sharing::{SharingProblem, Way, Why};
use plumbline_core::document::Document;
use plumbline_core::id::WorkspaceId;
use plumbline_replica::Link;
use plumbline_replica::sync::peer::{Effect, Identity, Write, random};
use plumbline_replica::sync::wire;
use plumbline_replica::sync::wire::link::BadLink;

use crate::directory::Directory;
use crate::platform::socket::{News, Socket};
use crate::platform::{self, relay};
use crate::storage::WorkspaceStore;
use crate::storage::sharing::SharingWrites;

/// How long everything may take to come, without any progress.
const PATIENCE: Duration = Duration::from_secs(15);
const CONN: u64 = 1;

/// A workspace that this device has joined.
pub struct Joined {
    /// Which.
    pub workspace: WorkspaceId,
    /// Its name.
    pub name: String,
}

/// Join by a link, through a relay given by scheme, host and port.
///
/// # Errors
/// Why it was not possible; nothing is stored then.
pub async fn join(text: &str, relay: &str, directory: &Directory) -> Result<Joined, Failure> {
    let link: wire::link::Link = text.parse().map_err(|bad| Failure::Sharing(problem_of(&bad)))?;
    let mut joining = Joining::connect(link, relay).await.map_err(Failure::Sharing)?;
    // The name that the workspace had before it was shared.
    let workspace = WorkspaceId::from_bytes(joining.link.peer().identity().genesis().nonce);
    let store = WorkspaceStore::open(workspace).await.map_err(Failure::NotStored)?;
    let known = store.sharing().await.map_err(Failure::NotStored)?;
    let own = joining.link.peer().identity();
    if let Some(known) = &known
        && known.identity.certificate().link == own.certificate().link
        && let Some(card) = directory.card(workspace)
    {
        return Ok(Joined { workspace, name: card.name.clone() });
    }
    // A copy that came from a file was never in the workspace that the link leads to.
    let has_chunks = store.last_number().await.map_err(Failure::NotStored)? > 0.0;
    if known.is_none() && has_chunks {
        return Err(Failure::Sharing(SharingProblem::CopyHere));
    }
    let document = joining.gather().await.map_err(Failure::Sharing)?;
    let snapshot = document.snapshot();
    if snapshot.workspace.id != Some(workspace) {
        return Err(Failure::Sharing(SharingProblem::Nothing));
    }
    // With another link the device is another one; what it has of the document stays as it is.
    let chunks = if has_chunks { Vec::new() } else { vec![document.save_with_waiting()] };
    let beginning = Some((joining.link.peer().identity(), relay));
    let writes = SharingWrites { beginning, writes: &joining.writes, link: None };
    store.write(&chunks, None, writes, true).await.map_err(Failure::NotStored)?;
    Ok(Joined { workspace, name: snapshot.workspace.name.value.clone() })
}

struct Joining {
    link: Link,
    relay: String,
    socket: Socket,
    news: UnboundedReceiver<News>,
    writes: Vec<Write>,
}

impl Joining {
    /// As far as the first frame, which says whose workspace it is.
    async fn connect(link: wire::link::Link, relay: &str) -> Result<Self, SharingProblem> {
        let (sender, mut news) = unbounded();
        let address = relay::socket_address(relay, &link.workspace);
        let hear = move |news| {
            // The receiver is gone when joining is over.
            let _ = sender.unbounded_send(news);
        };
        let socket = Socket::open(&address, hear).map_err(|_| SharingProblem::Way(Why::NoRelay))?;
        let frame = loop {
            match next(&mut news).await {
                Some(News::Open) => {}
                Some(News::Frame(frame)) => break frame,
                Some(News::Closed) | None => {
                    return Err(match relay::why_closed(relay).await {
                        Why::Unknown => SharingProblem::Unknown,
                        why => SharingProblem::Way(why),
                    });
                }
            }
        };
        let genesis = Identity::genesis_in(&frame).ok_or(SharingProblem::Way(Why::NoRelay))?;
        let identity = Identity::join(link, &genesis, platform::wall(), &mut random(platform::key_seed()))
            .map_err(|_| SharingProblem::Way(Why::Stranger))?;
        let mut link = Link::new(identity, platform::key_seed());
        let now = platform::monotonic();
        link.read_back(&Default::default(), None, now);
        link.opened(CONN, now);
        link.frame(CONN, &frame, now);
        let relay = relay.to_owned();
        Ok(Self { link, relay, socket, news, writes: Vec::new() })
    }

    /// Until everything is here.
    async fn gather(&mut self) -> Result<Document, SharingProblem> {
        loop {
            let mut closed = false;
            loop {
                let effects = self.link.drain();
                if effects.is_empty() {
                    break;
                }
                for effect in effects {
                    match effect {
                        // Stored all at once at the end: nothing is acknowledged to anybody before.
                        Effect::Store { ticket, writes, .. } => {
                            self.writes.extend(writes);
                            self.link.stored(ticket, platform::monotonic());
                        }
                        Effect::Send { frame, .. } => self.socket.send(&frame),
                        Effect::Close { .. } => closed = true,
                        _ => {}
                    }
                }
            }
            match self.link.way() {
                Way::Away(Why::Removed) => return Err(SharingProblem::Closed),
                Way::Away(Why::Expired) => return Err(SharingProblem::Expired),
                Way::Away(Why::Unknown) => return Err(SharingProblem::Unknown),
                Way::Away(why) => return Err(SharingProblem::Way(why)),
                Way::Reaching | Way::Open if closed => return Err(SharingProblem::Way(Why::Refused)),
                Way::Reaching | Way::Open => {}
            }
            if self.link.peer().is_current()
                && let Some(document) = self.link.first_document()
            {
                return Ok(document);
            }
            match next(&mut self.news).await {
                Some(News::Frame(frame)) => self.link.frame(CONN, &frame, platform::monotonic()),
                Some(News::Open) => {}
                Some(News::Closed) => return Err(SharingProblem::Way(relay::why_closed(&self.relay).await)),
                None => return Err(SharingProblem::Nothing),
            }
        }
    }
}

/// The next news; `None` when there is none for too long.
async fn next(news: &mut UnboundedReceiver<News>) -> Option<News> {
    #[allow(clippy::cast_possible_truncation, reason = "some seconds")]
    let mut late = TimeoutFuture::new(PATIENCE.as_millis() as u32).fuse();
    select! {
        news = news.next() => news,
        () = late => None,
    }
}

const fn problem_of(bad: &BadLink) -> SharingProblem {
    match bad {
        BadLink::Later => SharingProblem::Later,
        BadLink::Cut { .. } | BadLink::Longer { .. } => SharingProblem::Cut,
        BadLink::NotALink | BadLink::Character { .. } => SharingProblem::NotALink,
    }
}
