//! A device: link, document and store, kept in step. Everything here happens at once; waiting is [`crate::exchange`]'s part.

use std::collections::BTreeSet;
use std::mem;

use plumbline_core::bridge::sharing::{Caution, SharingProblem, Standing, Way};
use plumbline_core::document::Document;
use plumbline_core::intent::{self, Intent};
use plumbline_replica::Link;
use plumbline_replica::sharing::admin_problem;
use plumbline_replica::sync::peer::{CloseReason, ConnId, Effect, Identity, Side, Write, WriteProblem};
use plumbline_replica::sync::wire::key::VerifyKey;
use plumbline_replica::sync::wire::keyring::record::{Role, Target};
use plumbline_replica::sync::wire::link;
use plumbline_replica::sync::wire::refusal::Refusal;

use crate::clock::{self, Clock};
use crate::store::{Store, StoreProblem};

/// Why an edit was not made. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum EditProblem {
    /// Nothing of the workspace has come yet.
    #[error("nothing of the workspace is here yet")]
    Nothing,
    /// The device may only read, or no longer belongs to the workspace.
    #[error("this device may not write")]
    NotAWriter(Standing),
    /// A rule of the workspace forbids it.
    #[error(transparent)]
    Refused(#[from] intent::Refusal),
    /// It cannot travel.
    #[error(transparent)]
    Write(#[from] WriteProblem),
    /// It could not be stored.
    #[error(transparent)]
    Store(#[from] StoreProblem),
}

/// A device of a workspace.
pub struct Device {
    link: Link,
    document: Option<Document>,
    store: Store,
    clock: Clock,
    pin: Option<VerifyKey>,
    last: ConnId,
    out: Vec<Vec<u8>>,
    closed: Option<CloseReason>,
    arrived: Vec<Vec<u8>>,
    not_taken: Vec<Refusal>,
    /// How much in this run the relay will never take.
    refused: usize,
    session_lost: bool,
}

/// A workspace that is shared from now on, before it is stored.
pub struct Founded {
    link: Link,
    document: Document,
    /// All of it, for one transaction.
    pub writes: Vec<Write>,
}

impl Founded {
    /// Everything in `document` is brought along.
    ///
    /// # Errors
    /// When something in it is too large to travel.
    pub fn of(mut document: Document) -> Result<Self, SharingProblem> {
        let mut link = Link::found(&mut document, clock::wall(), 0, clock::draw())?;
        let mut writes = Vec::new();
        // There is no connection yet, so nothing leaves before it is stored, though the peer is told that it is.
        loop {
            let effects = link.drain();
            if effects.is_empty() {
                return Ok(Self { link, document, writes });
            }
            for effect in effects {
                if let Effect::Store { ticket, writes: more, .. } = effect {
                    writes.extend(more);
                    link.stored(ticket, 0);
                }
            }
        }
    }

    /// Who the founder's device is.
    #[must_use]
    pub const fn identity(&self) -> &Identity {
        self.link.peer().identity()
    }

    /// The device, once [`Founded::writes`] are stored.
    #[must_use]
    pub fn device(self, store: Store) -> Device {
        Device::around(self.link, Some(self.document), store)
    }
}

impl Device {
    /// The device that is kept in a store.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn open(identity: Identity, store: Store) -> Result<Self, StoreProblem> {
        let mut device = Self::around(Link::new(identity, clock::draw()), None, store);
        let stored = device.store.stored()?;
        device.pin = device.store.pin()?;
        if let Some(relay) = device.pin {
            device.link.pin(relay);
        }
        let now = device.now();
        device.link.read_back(&stored, None, now);
        device.document = device.link.first_document();
        device.settle()?;
        Ok(device)
    }

    fn around(link: Link, document: Option<Document>, store: Store) -> Self {
        Self {
            link,
            document,
            store,
            clock: Clock::start(),
            pin: None,
            last: 0,
            out: Vec::new(),
            closed: None,
            arrived: Vec::new(),
            not_taken: Vec::new(),
            refused: 0,
            session_lost: false,
        }
    }

    /// Milliseconds of the device's own clock.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.clock.now()
    }

    /// Does what the peer asks for, until it asks for nothing more. What is to be sent waits for [`Device::take_frames`].
    ///
    /// # Errors
    /// When something could not be stored: nothing that builds on it leaves.
    pub fn settle(&mut self) -> Result<(), StoreProblem> {
        loop {
            let effects = self.link.drain();
            self.apply();
            self.keep_pin()?;
            if effects.is_empty() {
                return Ok(());
            }
            for effect in effects {
                self.act(effect)?;
            }
            if mem::take(&mut self.session_lost)
                && let Some(document) = &mut self.document
            {
                self.link.renew_session(document, self.clock.now());
            }
        }
    }

    /// The relay that was let in by someone who accepted it is the one to be expected from now on.
    fn keep_pin(&mut self) -> Result<(), StoreProblem> {
        let pinned = self.link.pinned();
        if let Some(relay) = pinned.filter(|_| pinned != self.pin) {
            self.store.set_pin(relay)?;
            self.pin = pinned;
        }
        Ok(())
    }

    fn act(&mut self, effect: Effect) -> Result<(), StoreProblem> {
        match effect {
            Effect::Store { ticket, writes, .. } => {
                let committed = self.store.commit(&writes);
                let now = self.now();
                match &committed {
                    Ok(()) => self.link.stored(ticket, now),
                    Err(_) => self.link.store_failed(ticket, now),
                }
                committed?;
            }
            Effect::Send { frame, .. } => self.out.push(frame),
            Effect::Close { reason, .. } => self.closed = Some(reason),
            Effect::NotTaken { refusal, .. } => {
                self.not_taken.push(refusal);
                self.refused += 1;
            }
            Effect::SessionLost => self.session_lost = true,
            // What the link does not keep for itself is of no use without a screen.
            _ => {}
        }
        Ok(())
    }

    /// Brings the document up to date.
    fn apply(&mut self) {
        if !self.link.has_arrived() {
            return;
        }
        match &mut self.document {
            Some(document) => self.arrived.extend(self.link.apply(document).chunks),
            // Made once, when all has come, instead of anew for every part.
            none if self.link.peer().is_current() => *none = self.link.first_document(),
            _ => {}
        }
    }

    /// Makes an edit. It is sealed and stored when this returns, and leaves with the next exchange.
    ///
    /// # Errors
    /// Why not. Nothing of it is stored then, and what is in memory is to be let go of.
    pub fn edit(&mut self, intent: &Intent) -> Result<bool, EditProblem> {
        let document = self.document.as_mut().ok_or(EditProblem::Nothing)?;
        if !self.link.may_write() {
            return Err(EditProblem::NotAWriter(self.link.standing()));
        }
        let before = document.heads();
        if !intent::apply(document, clock::moment(), intent)?.changed {
            return Ok(false);
        }
        let change = document.changes_since(&before);
        let now = self.now();
        if let Err(problem) = self.link.wrote(&change, now) {
            self.link.start_again();
            self.apply();
            return Err(problem.into());
        }
        self.link.seal(now);
        self.settle()?;
        Ok(true)
    }

    /// Makes a link. Stored when this returns; good once the relay has it.
    ///
    /// # Errors
    /// Why not; `Err` of the outer one when it could not be stored.
    pub fn grant(
        &mut self,
        role: Role,
        expires: Option<u64>,
        name: &str,
    ) -> Result<Result<link::Link, SharingProblem>, StoreProblem> {
        let now = self.now();
        let peer = self.link.peer_mut();
        let label = peer.seal_label(name);
        let made = peer.grant(role, expires, label, clock::wall(), now).map_err(|problem| admin_problem(&problem));
        self.settle()?;
        Ok(made)
    }

    /// Closes a link for everybody who came by it, and makes a new data key for the others.
    ///
    /// # Errors
    /// As for [`Device::grant`].
    pub fn close_link(&mut self, link: VerifyKey) -> Result<Result<(), SharingProblem>, StoreProblem> {
        let now = self.now();
        let closed = self.link.peer_mut().revoke(Target::Link(link), clock::wall(), now);
        self.settle()?;
        Ok(closed.map_err(|problem| admin_problem(&problem)))
    }

    /// A connection to the relay is open. `any_relay`: whatever key it shows, instead of the one it had before.
    ///
    /// # Errors
    /// As for [`Device::settle`], and so for all that follow.
    pub fn opened(&mut self, any_relay: bool) -> Result<ConnId, StoreProblem> {
        self.last += 1;
        (self.closed, self.out, self.refused) = (None, Vec::new(), 0);
        self.link.set_way(Way::Reaching);
        let now = self.now();
        if any_relay {
            self.link.peer_mut().opened(self.last, Side::Relay { pinned: None }, now);
        } else {
            self.link.opened(self.last, now);
        }
        self.settle()?;
        Ok(self.last)
    }

    /// A frame came. [`Device::settle`] is to follow, after as many frames as are there: they share a transaction then.
    pub fn frame(&mut self, conn: ConnId, bytes: &[u8]) {
        let now = self.now();
        self.link.frame(conn, bytes, now);
    }

    /// Time went on.
    ///
    /// # Errors
    /// As for [`Device::settle`].
    pub fn tick(&mut self) -> Result<(), StoreProblem> {
        let now = self.now();
        self.link.tick(now);
        self.settle()
    }

    /// The connection is closed.
    ///
    /// # Errors
    /// As for [`Device::settle`].
    pub fn closed(&mut self, conn: ConnId) -> Result<(), StoreProblem> {
        let now = self.now();
        self.link.closed(conn, now);
        self.out.clear();
        self.settle()
    }

    /// The connection is no longer wanted; nothing happens when there is none.
    ///
    /// # Errors
    /// As for [`Device::settle`].
    pub fn hang_up(&mut self) -> Result<(), StoreProblem> {
        self.closed(self.last)
    }

    /// Frames to be sent over the open connection.
    pub fn take_frames(&mut self) -> Vec<Vec<u8>> {
        mem::take(&mut self.out)
    }

    /// Payloads that came into the document since this was last asked; not what it began with.
    pub fn take_arrived(&mut self) -> Vec<Vec<u8>> {
        mem::take(&mut self.arrived)
    }

    /// Why the relay will never take something that was written here.
    pub fn take_not_taken(&mut self) -> Vec<Refusal> {
        mem::take(&mut self.not_taken)
    }

    /// Why the peer wants the connection closed, if it does.
    #[must_use]
    pub const fn wants_to_close(&self) -> Option<CloseReason> {
        self.closed
    }

    /// Whether both sides have everything: what was written here is with the relay or was refused for good, and what the relay
    /// spoke of is here and durable.
    #[must_use]
    pub fn is_done(&self, conn: ConnId) -> bool {
        // The peer gives up what was not answered for long: that is not done. The removed hand over what they can. In this order,
        // because counting looks at everything that was written here.
        self.link.peer().is_done(conn) && (self.link.way() != Way::Open || self.waiting() <= self.refused)
    }

    /// How many edits, or bundles of edits made in one moment, no relay has confirmed.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.link.peer().unshared()
    }

    /// What people should know.
    #[must_use]
    pub const fn cautions(&self) -> &BTreeSet<Caution> {
        self.link.cautions()
    }

    /// The replica.
    #[must_use]
    pub const fn link(&self) -> &Link {
        &self.link
    }

    /// The document; `None` before anything has come.
    #[must_use]
    pub const fn document(&self) -> Option<&Document> {
        self.document.as_ref()
    }

    /// The store, for what is not the peer's.
    pub const fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }
}
