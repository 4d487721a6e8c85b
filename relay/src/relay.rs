//! What every connection and every room shares.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use plumbline_wire::id::WorkspaceId;
use plumbline_wire::key::SigningKey;
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::address::Addresses;
use crate::bus::Bus;
use crate::health::Health;
use crate::limits::{self, Limits};
use crate::metrics::Metrics;
use crate::room::{self, Command};
use crate::shelf::Shelf;
use crate::writer::Writer;

/// The relay.
#[derive(Debug)]
pub struct Relay {
    /// Its word.
    pub key: SigningKey,
    /// What is allowed.
    pub limits: Limits,
    /// Reading.
    pub shelf: Shelf,
    /// Writing.
    pub writer: Writer,
    /// Other relays over the same store.
    pub bus: Bus,
    /// Whether the store does its part.
    pub health: Arc<Health>,
    /// Counting.
    pub metrics: Arc<Metrics>,
    /// Who is here, by address.
    pub addresses: Arc<Addresses>,
    /// Large messages that may be in memory at once.
    pub bulks: Arc<Semaphore>,
    /// Set when the relay is to stop.
    pub stop: CancellationToken,
    /// Every connection and every room.
    pub tasks: TaskTracker,
    rooms: Mutex<HashMap<WorkspaceId, mpsc::Sender<Command>>>,
}

/// What a relay is made of.
#[derive(Debug)]
pub struct Parts {
    /// Its word.
    pub key: SigningKey,
    /// What is allowed.
    pub limits: Limits,
    /// Reading.
    pub shelf: Shelf,
    /// Writing.
    pub writer: Writer,
    /// Other relays over the same store.
    pub bus: Bus,
    /// Whether the store does its part.
    pub health: Arc<Health>,
    /// Counting.
    pub metrics: Arc<Metrics>,
}

impl Relay {
    /// A relay without members.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let Parts { key, limits, shelf, writer, bus, health, metrics } = parts;
        Self {
            key,
            limits,
            shelf,
            writer,
            bus,
            health,
            metrics,
            addresses: Arc::new(Addresses::new(limits)),
            bulks: Arc::new(Semaphore::new(limits::BULKS)),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            rooms: Mutex::default(),
        }
    }

    /// The room of a workspace that exists, loaded if need be. It may be put away just before it is spoken to; then ask again.
    pub fn room(self: &Arc<Self>, workspace: WorkspaceId) -> mpsc::Sender<Command> {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(room) = rooms.get(&workspace)
            && !room.is_closed()
        {
            return room.clone();
        }
        let (commands, mailbox) = mpsc::channel(limits::MAILBOX);
        rooms.insert(workspace, commands.clone());
        self.tasks.spawn(room::run(self.clone(), workspace, mailbox));
        commands
    }

    /// The rooms that are open.
    pub fn rooms(&self) -> Vec<(WorkspaceId, mpsc::Sender<Command>)> {
        let rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        rooms.iter().map(|(workspace, room)| (*workspace, room.clone())).collect()
    }

    /// Takes a room off the list, unless somebody has spoken to it (`mailbox` is not empty) and it is not over anyway.
    pub fn put_away(&self, workspace: &WorkspaceId, mailbox: &mpsc::Receiver<Command>, over: bool) -> bool {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if !over && !mailbox.is_empty() {
            return false;
        }
        // If it was closed, another may have taken its place.
        if !mailbox.is_closed() {
            rooms.remove(workspace);
        }
        true
    }
}

/// A workspace's name for the log: enough to tell two apart, not enough to find one.
#[must_use]
pub fn short(workspace: &WorkspaceId) -> String {
    workspace.to_string().chars().take(6).collect()
}
