//! The task of a room: its state, its loop, and how it loads, fails and ends.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use plumbline_wire::id::{ItemId, WorkspaceId};
use plumbline_wire::key::VerifyKey;
use plumbline_wire::refusal::Refusal;
use plumbline_wire::room::{Quota, Room};
use plumbline_wire::statement::Place;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::member::{Member, Outgoing};
use super::tail::Tail;
use super::{Command, MemberId};
use crate::bucket::Allowance;
use crate::clock;
use crate::close::Close;
use crate::limits;
use crate::relay::{Relay, short};
use crate::store::{StoreError, Stored};
use crate::writer::Receipt;

/// A room at work.
pub(super) struct Actor {
    pub relay: Arc<Relay>,
    pub workspace: WorkspaceId,
    pub room: Room,
    /// The beginnings of the names of everything that entered, so that only what looks like a retry is looked up in the store.
    pub names: HashSet<u64>,
    /// Durable items, up to the durable end of the log.
    pub tail: Tail,
    /// Up to here readers were told.
    pub told: u64,
    /// Entered and not durable yet: where, and who wants to know.
    pub waiting: HashMap<ItemId, (Place, Vec<MemberId>)>,
    /// Entered and not handed to the writer yet.
    pub pending: Vec<Stored>,
    pub pending_bytes: usize,
    /// With the writer.
    pub flight: Option<Flight>,
    /// Ordered, so that everybody is told in the order in which they came.
    pub members: BTreeMap<MemberId, Member>,
    /// Presence to be passed on.
    pub presence: Vec<(MemberId, Bytes)>,
    /// When readers may be told next.
    pub tick: Instant,
    /// Whether there is something to tell.
    pub news: bool,
    pub allowances: HashMap<VerifyKey, Arc<Mutex<Allowance>>>,
    /// Number of the next member.
    pub next: u64,
}

/// What is with the writer.
pub(super) struct Flight {
    pub items: Vec<Stored>,
    pub receipt: Receipt,
}

/// Whether the room goes on.
pub(super) type Outcome = Result<(), Over>;

/// The room cannot go on: its members are sent away and come again.
pub(super) struct Over;

/// Runs the room of a workspace until nobody needs it.
pub async fn run(relay: Arc<Relay>, workspace: WorkspaceId, mut mailbox: mpsc::Receiver<Command>) {
    let (room, names) = match load(&relay, workspace).await {
        Ok(loaded) => loaded,
        Err(error) => {
            tracing::error!(workspace = short(&workspace), %error, "a room cannot be loaded");
            // Whoever waits for an answer is told by the end of the mailbox.
            relay.put_away(&workspace, &mailbox, true);
            return;
        }
    };
    tracing::debug!(workspace = short(&workspace), position = room.head().position, "room loaded");
    relay.metrics.rooms.inc();
    let mut actor = Actor::new(relay.clone(), workspace, room, names);
    let close = match actor.serve(&mut mailbox).await {
        Ok(close) => close,
        Err(Over) => Close::Storage,
    };
    relay.put_away(&workspace, &mailbox, true);
    for member in actor.members.values() {
        let _ = member.line.send(Outgoing::Close(close), 0);
    }
    relay.metrics.members.dec_by(i64::try_from(actor.members.len()).unwrap_or(0));
    relay.metrics.rooms.dec();
}

type Loaded = (Room, HashSet<u64>);

async fn load(relay: &Relay, workspace: WorkspaceId) -> Result<Loaded, StoreError> {
    let quota = Quota { workspace: relay.limits.workspace, ..Quota::default() };
    let loaded = relay.shelf.with(move |store| store.load(&workspace, quota)).await?;
    let (room, names) = loaded.ok_or_else(|| StoreError::Damaged("the workspace is gone".to_owned()))?;
    Ok((room, names.iter().map(beginning).collect()))
}

/// The first bytes of a name.
pub(super) fn beginning(item: &ItemId) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&item.0[..8]);
    u64::from_le_bytes(first)
}

impl Actor {
    fn new(relay: Arc<Relay>, workspace: WorkspaceId, room: Room, names: HashSet<u64>) -> Self {
        let head = room.head();
        Self {
            relay,
            workspace,
            room,
            names,
            tail: Tail::new(head),
            told: head.position,
            waiting: HashMap::new(),
            pending: Vec::new(),
            pending_bytes: 0,
            flight: None,
            members: BTreeMap::new(),
            presence: Vec::new(),
            tick: Instant::now(),
            news: false,
            allowances: HashMap::new(),
            next: 0,
        }
    }

    async fn serve(&mut self, mailbox: &mut mpsc::Receiver<Command>) -> Result<Close, Over> {
        let mut idle = Instant::now() + limits::IDLE;
        loop {
            let empty = self.members.is_empty();
            tokio::select! {
                biased;
                () = self.relay.stop.cancelled() => break,
                result = landing(self.flight.as_mut()) => self.landed(result).await?,
                () = sleep_until(self.tick), if self.news => self.tell(),
                command = mailbox.recv(), if self.pending_bytes < limits::UNSTORED => match command {
                    Some(command) => self.handle(command).await?,
                    None => return Ok(Close::Stopping),
                },
                () = sleep_until(idle), if empty => {
                    if self.relay.put_away(&self.workspace, mailbox, false) {
                        // Its place may be another's from now on.
                        mailbox.close();
                        return Ok(Close::Stopping);
                    }
                }
            }
            if !empty {
                idle = Instant::now() + limits::IDLE;
            }
            self.submit().await;
        }
        // What was sent before the stop is still heard.
        mailbox.close();
        while let Some(command) = mailbox.recv().await {
            self.handle(command).await?;
        }
        self.settle().await?;
        self.tell();
        Ok(Close::Stopping)
    }

    async fn handle(&mut self, command: Command) -> Outcome {
        match command {
            Command::Join(join) => self.join(*join),
            Command::Leave(member) => self.leave(member),
            Command::Live { member, at, reply } => drop(reply.send(self.live(member, at))),
            Command::Append { member, items } => self.append(member, items).await,
            Command::Ephemeral { member, envelope } => self.ephemeral(member, &envelope),
            Command::Signal { member, device, envelope } => self.signal(member, &device, &envelope),
            Command::Have { member, reply } => drop(reply.send(self.holdings(member))),
            Command::Snapshot { member, envelope, bulk } => {
                self.snapshot(member, envelope).await?;
                drop(bulk);
            }
            Command::Endorse { member, envelope } => self.endorse(member, &envelope).await?,
        }
        Ok(())
    }

    /// Has everything stored that entered.
    pub(super) async fn settle(&mut self) -> Outcome {
        loop {
            self.submit().await;
            if self.flight.is_none() {
                return Ok(());
            }
            let result = landing(self.flight.as_mut()).await;
            self.landed(result).await?;
        }
    }

    /// Memory is ahead of the store: everything that waits is refused, and the room is loaded again.
    pub(super) async fn failed(&mut self, error: &StoreError) -> Outcome {
        tracing::warn!(workspace = short(&self.workspace), %error, "a room was not stored and is loaded again");
        // What is durable is told first, so that afterwards memory and store can be compared.
        self.tell();
        let waiting = std::mem::take(&mut self.waiting);
        for (item, (_, members)) in waiting {
            for member in members {
                self.refuse(member, &[(item, Refusal::Storage)]);
            }
        }
        self.pending.clear();
        self.pending_bytes = 0;
        let (room, names) = load(&self.relay, self.workspace).await.map_err(|error| {
            tracing::error!(workspace = short(&self.workspace), %error, "a room cannot be loaded");
            Over
        })?;
        let (head, told) = (room.head(), self.told);
        (self.room, self.names, self.tail) = (room, names, Tail::new(head));
        self.sweep();
        // The store has what readers were not told: they come again and read it.
        if head.position == told { Ok(()) } else { Err(Over) }
    }

    /// Sends away who is no longer a member, and drops who does not read.
    pub(super) fn sweep(&mut self) {
        let now = clock::now();
        let mut gone = Vec::new();
        for (id, member) in &mut self.members {
            let before = member.caller.may_read();
            member.caller.standing = self.room.standing(&member.caller.certificate, now);
            if before && !member.caller.may_read() {
                let _ = member.line.send(Outgoing::Close(Close::Removed), 0);
                gone.push(*id);
            }
        }
        gone.into_iter().for_each(|member| self.leave(member));
    }
}

/// The end of what is with the writer; never, if there is nothing.
async fn landing(flight: Option<&mut Flight>) -> Result<(), StoreError> {
    match flight {
        None => std::future::pending().await,
        Some(flight) => (&mut flight.receipt).await.unwrap_or_else(|gone| Err(StoreError::Failed(Box::new(gone)))),
    }
}

/// A lock whose holder never panics half-way.
pub fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
