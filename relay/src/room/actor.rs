//! The task of a room: its state, its loop, and how it loads, fails and ends.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use plumbline_wire::id::{ItemId, WorkspaceId};
use plumbline_wire::key::VerifyKey;
use plumbline_wire::refusal::Refusal;
use plumbline_wire::room::{Caller, Quota, Room};
use plumbline_wire::statement::Place;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::member::{Member, Outgoing};
use super::tail::Tail;
use super::{Command, MemberId};
use crate::bucket::Allowance;
use crate::bus::Word;
use crate::clock;
use crate::close::Close;
use crate::limits;
use crate::relay::{Relay, short};
use crate::store::{End, Loaded, StoreError, Stored};
use crate::writer::Receipt;

/// A room at work.
pub(super) struct Actor {
    pub relay: Arc<Relay>,
    pub workspace: WorkspaceId,
    pub room: Room,
    /// The room as it is stored, where other relays may write too: `room` is ahead of it by what waits. What was judged for
    /// nothing, because somebody else was first, is undone by going back to it.
    pub stored: Option<Room>,
    /// How far the keeping is, in the store.
    pub keeps: u64,
    /// Others have written, or may have.
    pub behind: bool,
    /// Until when others are taken to be writing, and until when it is their turn.
    pub rivals: Instant,
    pub turn: Instant,
    /// From other relays.
    pub words: mpsc::Receiver<Word>,
    /// The beginnings of the names of everything that entered, so that only what looks like a retry is looked up in the store.
    pub names: HashSet<u64>,
    /// Durable items, up to the durable end of the log.
    pub tail: Tail,
    /// Up to here readers were told.
    pub told: u64,
    /// Entered and not durable yet: where, and who wants to know.
    pub waiting: HashMap<ItemId, Waiting>,
    /// Entered and not handed to the writer yet.
    pub pending: Vec<Stored>,
    pub pending_bytes: usize,
    /// With the writer.
    pub flight: Option<Flight>,
    /// Ordered, so that everybody is told in the order in which they came.
    pub members: BTreeMap<MemberId, Member>,
    /// Presence to be passed on.
    pub presence: Vec<(Option<MemberId>, Bytes)>,
    /// When readers may be told next.
    pub tick: Instant,
    /// Whether there is something to tell.
    pub news: bool,
    pub allowances: HashMap<VerifyKey, Arc<Mutex<Allowance>>>,
    /// Number of the next member.
    pub next: u64,
}

/// Who waits for an item.
pub(super) struct Waiting {
    /// Where it is to stand.
    pub place: Place,
    /// Who wants to know.
    pub members: Vec<MemberId>,
    /// Who brought it first: it may have to be judged again.
    pub caller: Arc<Caller>,
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
    // Before it is read how far the log is: nothing falls between the two.
    let words = relay.bus.listen(workspace);
    let loaded = match load(&relay, workspace).await {
        Ok(loaded) => loaded,
        Err(error) => {
            tracing::error!(workspace = short(&workspace), %error, "a room cannot be loaded");
            // Whoever waits for an answer is told by the end of the mailbox.
            relay.put_away(&workspace, &mailbox, true);
            return;
        }
    };
    tracing::debug!(workspace = short(&workspace), position = loaded.room.head().position, "room loaded");
    relay.metrics.rooms.inc();
    let mut actor = Actor::new(relay.clone(), workspace, loaded, words);
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

pub(super) async fn load(relay: &Relay, workspace: WorkspaceId) -> Result<Loaded, StoreError> {
    let quota = Quota { workspace: relay.limits.workspace, ..Quota::default() };
    let loaded = relay.shelf.with(move |store| store.load(&workspace, quota)).await?;
    loaded.ok_or_else(|| StoreError::Damaged("the workspace is gone".to_owned()))
}

/// The first bytes of a name.
pub(super) fn beginning(item: &ItemId) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&item.0[..8]);
    u64::from_le_bytes(first)
}

impl Actor {
    fn new(relay: Arc<Relay>, workspace: WorkspaceId, loaded: Loaded, words: mpsc::Receiver<Word>) -> Self {
        let Loaded { room, names, keeps } = loaded;
        let (head, stored) = (room.head(), relay.shelf.is_shared().then(|| room.clone()));
        let now = Instant::now();
        Self {
            relay,
            workspace,
            room,
            stored,
            keeps,
            behind: false,
            rivals: now,
            turn: now,
            words,
            names: names.iter().map(beginning).collect(),
            tail: Tail::new(head),
            told: head.position,
            waiting: HashMap::new(),
            pending: Vec::new(),
            pending_bytes: 0,
            flight: None,
            members: BTreeMap::new(),
            presence: Vec::new(),
            tick: now,
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
                Some(word) = self.words.recv() => self.heard(word),
                () = sleep_until(self.turn), if self.flight.is_none() && !self.pending.is_empty() => {}
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
            self.look().await?;
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
            Command::Join(join) => self.join(*join).await?,
            Command::Leave(member) => self.leave(member),
            Command::Live { member, at, reply } => drop(reply.send(self.live(member, at).await?)),
            Command::Append { member, items } => self.append(member, items).await,
            Command::Ephemeral { member, envelope } => self.ephemeral(member, &envelope),
            Command::Signal { member, device, envelope } => self.signal(member, &device, &envelope),
            Command::Have { theirs, member, reply } => drop(reply.send(self.holdings(member, theirs))),
            Command::Snapshot { member, envelope, bulk } => {
                self.snapshot(member, envelope).await?;
                drop(bulk);
            }
            Command::Stored(end) => self.behind |= self.stored.is_some() && end != self.end(),
            Command::Endorse { member, envelope } => self.endorse(member, &envelope).await?,
        }
        Ok(())
    }

    /// Has everything stored that entered.
    pub(super) async fn settle(&mut self) -> Outcome {
        loop {
            self.hand_over().await;
            if self.flight.is_none() {
                return Ok(());
            }
            let result = landing(self.flight.as_mut()).await;
            self.landed(result).await?;
        }
    }

    /// Memory is ahead of the store: everything that waits is refused, and the room is as it was stored again.
    pub(super) async fn failed(&mut self, error: &StoreError) -> Outcome {
        tracing::warn!(workspace = short(&self.workspace), %error, "a room was not stored");
        // What is durable is told first, so that afterwards memory and store can be compared.
        self.tell();
        let waiting = std::mem::take(&mut self.waiting);
        for (item, waiting) in waiting {
            for member in waiting.members {
                self.refuse(member, &[(item, Refusal::Storage)]);
            }
        }
        self.pending.clear();
        self.pending_bytes = 0;
        if let Some(stored) = &self.stored {
            // Whether the store has it after all is seen when it says how far it is.
            self.room = stored.clone();
            return Ok(());
        }
        let loaded = load(&self.relay, self.workspace).await.map_err(|error| self.over(&error))?;
        let (head, told) = (loaded.room.head(), self.told);
        self.names = loaded.names.iter().map(beginning).collect();
        (self.room, self.tail) = (loaded.room, Tail::new(head));
        self.sweep();
        // The store has what readers were not told: they come again and read it.
        if head.position == told { Ok(()) } else { Err(Over) }
    }

    /// It cannot go on.
    pub(super) fn over(&self, error: &StoreError) -> Over {
        tracing::error!(workspace = short(&self.workspace), %error, "a room cannot go on");
        Over
    }

    /// How far the room is, durably.
    pub(super) fn end(&self) -> End {
        End { place: self.tail.end(), keeps: self.keeps }
    }

    /// Sends away who is no longer a member, and drops who does not read.
    pub(super) fn sweep(&mut self) {
        let now = clock::now();
        let mut gone = Vec::new();
        for (id, member) in &mut self.members {
            let before = member.caller.may_read();
            let standing = self.room.standing(&member.caller.certificate, now);
            if standing != member.caller.standing {
                Arc::make_mut(&mut member.caller).standing = standing;
            }
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
