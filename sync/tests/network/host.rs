//! A relay: the real judgement over a simulated store. It can crash, lose its newest commits, come back from an old backup, and lie.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use plumbline_sync::wire::frame::{Frame, keyring_digest};
use plumbline_sync::wire::genesis::Genesis;
use plumbline_sync::wire::id::{ItemId, WorkspaceId};
use plumbline_sync::wire::key::{SigningKey, VerifyKey};
use plumbline_sync::wire::refusal::Refusal;
use plumbline_sync::wire::room::{Caller, Judgement, Quota, Room};
use plumbline_sync::wire::statement::{self, Place};

/// One log, and who is shown it. An honest relay has one.
pub struct View {
    room: Room,
    /// What is durable, with places.
    log: Vec<(Arc<[u8]>, Place)>,
    places: BTreeMap<ItemId, Place>,
    /// In memory, not durable yet: who is to be told.
    pending: Vec<(u64, Arc<[u8]>, Place)>,
}

/// Somebody connected.
pub struct Guest {
    challenge: [u8; 32],
    caller: Option<Caller>,
    subscribed: bool,
    pub view: usize,
}

/// What a lying relay does to what it sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    Leave,
    Swap,
    Replay,
    Insert,
    /// Goes on as if something else had come before.
    Elsewhere,
    /// Says that things are durable that are not, by a signature that is not its own.
    Ack,
}

pub struct Host {
    key: SigningKey,
    genesis: Genesis,
    workspace: WorkspaceId,
    pub views: Vec<View>,
    pub guests: BTreeMap<u64, Guest>,
    /// Which view a client is shown; the first by default.
    pub shown: BTreeMap<VerifyKey, usize>,
    pub lie: Option<Lie>,
    pub committing: bool,
    pub lied: u64,
    /// Everything that was ever durable here.
    pub ever: BTreeSet<ItemId>,
}

impl View {
    fn new(genesis: &Genesis) -> Self {
        let room = Room::new(genesis.clone(), Quota::default());
        Self { room, log: Vec::new(), places: BTreeMap::new(), pending: Vec::new() }
    }

    /// The room as its store says.
    fn reload(&mut self, genesis: &Genesis) {
        self.room = Room::new(genesis.clone(), Quota::default());
        self.places.clear();
        for (bytes, place) in &self.log {
            assert_eq!(self.room.replay(bytes), Ok(*place), "the store is what was let in");
            self.places.insert(ItemId::of(bytes), *place);
        }
        self.pending.clear();
    }
}

impl Host {
    pub fn new(seed: [u8; 32], genesis: Genesis) -> Self {
        let views = vec![View::new(&genesis)];
        let (guests, shown) = Default::default();
        let workspace = genesis.workspace();
        let key = SigningKey::from_seed(&seed);
        Self {
            key,
            genesis,
            workspace,
            views,
            guests,
            shown,
            lie: None,
            committing: false,
            lied: 0,
            ever: BTreeSet::new(),
        }
    }

    pub fn verify_key(&self) -> VerifyKey {
        self.key.verify_key()
    }

    pub fn connect(&mut self, conn: u64, challenge: [u8; 32]) -> Vec<u8> {
        self.guests.insert(conn, Guest { challenge, caller: None, subscribed: false, view: 0 });
        Frame::Challenge { host: self.verify_key(), challenge, genesis: self.genesis.bytes() }.encode()
    }

    /// Answers a frame; the second says whether something is to be committed.
    pub fn frame(&mut self, conn: u64, bytes: &[u8], now: u64) -> Vec<(u64, Vec<u8>)> {
        let host = self.verify_key();
        let Some(guest) = self.guests.get_mut(&conn) else { return Vec::new() };
        let Ok(frame) = Frame::parse(bytes) else { return Vec::new() };
        let refuse = |item, refusal| vec![(conn, Frame::Nack { item, refusal, wait: 0 }.encode())];
        match frame {
            Frame::Hello { certificate, proof, challenge } => {
                let caller = self.views[guest.view].room.greet(certificate, &proof, &host, &guest.challenge, now);
                let caller = match caller {
                    Ok(caller) => caller,
                    Err(refusal) => return refuse(ItemId::default(), refusal),
                };
                guest.view = self.shown.get(&caller.certificate.device.verify).copied().unwrap_or(0);
                let view = &self.views[guest.view];
                let standing = caller.standing;
                let may_read = caller.may_read();
                guest.caller = Some(caller);
                // Its word is about what is durable.
                let head = view.log.last().map_or(Place::start(&self.workspace), |(_, place)| *place);
                let signature = statement::sign_head(&self.key, &self.workspace, &challenge, &head);
                let base = view.room.base();
                let mut out = vec![(conn, Frame::Welcome { standing, base, head, signature }.encode())];
                if may_read {
                    let records: Vec<ItemId> = view.room.keyring().records().map(|record| record.id()).collect();
                    let have = Frame::Have { keyring: keyring_digest(&records), marks: view.room.marks(), more: false };
                    out.push((conn, have.encode()));
                }
                out
            }
            Frame::Subscribe { since } => {
                if !guest.caller.as_ref().is_some_and(Caller::may_read) {
                    return Vec::new();
                }
                guest.subscribed = true;
                let since = usize::try_from(since).unwrap_or(usize::MAX);
                self.push(conn, since)
            }
            Frame::Append { items } => {
                let Some(caller) = guest.caller.clone() else { return Vec::new() };
                let view = &mut self.views[guest.view];
                let mut out = Vec::new();
                for bytes in items {
                    let item = ItemId::of(bytes);
                    if self.lie == Some(Lie::Ack) {
                        let place = view.room.head().then(&item);
                        out.push((conn, SigningKey::from_seed(&[66; 32]).ack(&self.workspace, item, place)));
                        self.lied += 1;
                        continue;
                    }
                    if view.pending.iter().any(|(_, pending, _)| **pending == *bytes) {
                        continue;
                    }
                    let known = view.places.get(&item).copied();
                    match view.room.judge(bytes, known, &caller, now) {
                        Ok(Judgement::Known(place)) => out.push((conn, self.key.ack(&self.workspace, item, place))),
                        Ok(Judgement::Fresh(admission)) => {
                            view.pending.push((conn, Arc::from(bytes), admission.place));
                            view.room.enter(*admission);
                        }
                        Err(refusal) => out.extend(refuse(item, refusal)),
                    }
                }
                out
            }
            Frame::Ephemeral { envelope } => {
                let Some(caller) = &guest.caller else { return Vec::new() };
                if self.views[guest.view].room.pass_on(envelope, caller, now).is_err() {
                    return Vec::new();
                }
                let others = self.guests.iter().filter(|(other, guest)| **other != conn && guest.subscribed);
                others.map(|(other, _)| (*other, bytes.to_vec())).collect()
            }
            _ => refuse(ItemId::default(), Refusal::Malformed),
        }
    }

    pub fn has_pending(&self) -> bool {
        self.views.iter().any(|view| !view.pending.is_empty())
    }

    /// The transaction is durable, or failed.
    pub fn commit(&mut self, fails: bool) -> Vec<(u64, Vec<u8>)> {
        self.committing = false;
        let mut out = Vec::new();
        for number in 0..self.views.len() {
            let view = &mut self.views[number];
            if view.pending.is_empty() {
                continue;
            }
            if fails {
                view.reload(&self.genesis);
                continue;
            }
            let before = view.log.len();
            for (conn, bytes, place) in std::mem::take(&mut view.pending) {
                let item = ItemId::of(&bytes);
                out.push((conn, self.key.ack(&self.workspace, item, place)));
                view.places.insert(item, place);
                self.ever.insert(item);
                view.log.push((bytes, place));
            }
            let readers: Vec<u64> = self
                .guests
                .iter()
                .filter(|(_, guest)| guest.subscribed && guest.view == number)
                .map(|(conn, _)| *conn)
                .collect();
            for conn in readers {
                out.extend(self.push(conn, before));
            }
        }
        out
    }

    fn push(&mut self, conn: u64, since: usize) -> Vec<(u64, Vec<u8>)> {
        let Some(guest) = self.guests.get(&conn) else { return Vec::new() };
        let view = &self.views[guest.view];
        let may_read = guest.caller.as_ref().is_some_and(|caller| {
            matches!(view.room.standing(&caller.certificate, 0), plumbline_sync::wire::keyring::Standing::Member(_))
        });
        if !may_read || since >= view.log.len() {
            return Vec::new();
        }
        let mut after = if since == 0 { Place::start(&self.workspace) } else { view.log[since - 1].1 };
        let mut out = Vec::new();
        for part in view.log[since..].chunks(7) {
            let mut items: Vec<&[u8]> = part.iter().map(|(bytes, _)| &**bytes).collect();
            match self.lie {
                Some(Lie::Leave) => drop(items.remove(items.len() / 2)),
                Some(Lie::Swap) if items.len() > 1 => items.swap(0, 1),
                Some(Lie::Replay) => items.insert(0, items[0]),
                Some(Lie::Insert) => items.insert(items.len() / 2, &view.log[0].0),
                _ => {}
            }
            self.lied += u64::from(self.lie.is_some());
            let said = match self.lie {
                Some(Lie::Elsewhere) => Place { chain: after.chain.then(&ItemId([66; 32])), ..after },
                _ => after,
            };
            out.push((conn, Frame::Push { after: said, items }.encode()));
            after = part.last().map_or(after, |(_, place)| *place);
        }
        out
    }

    /// Dies; what is not durable is gone.
    pub fn crash(&mut self) {
        self.guests.clear();
        self.committing = false;
        for view in &mut self.views {
            view.reload(&self.genesis);
        }
    }

    /// Comes back from a backup that lacks the newest `lost`.
    pub fn roll_back(&mut self, lost: usize) {
        for view in &mut self.views {
            let left = view.log.len().saturating_sub(lost);
            view.log.truncate(left);
        }
        self.crash();
    }

    /// From here on these devices are shown a log of their own.
    pub fn split(&mut self, devices: impl IntoIterator<Item = VerifyKey>) {
        let mut other = View::new(&self.genesis);
        other.log = self.views[0].log.clone();
        other.reload(&self.genesis);
        self.views.push(other);
        for device in devices {
            self.shown.insert(device, self.views.len() - 1);
        }
        self.crash();
    }

    /// Honest again: one log for all, the first.
    pub fn repent(&mut self) {
        self.lie = None;
        self.shown.clear();
        self.views.truncate(1);
        self.crash();
    }

    pub fn holds(&self, item: &ItemId) -> bool {
        self.views.iter().any(|view| view.places.contains_key(item))
    }
}

trait Acks {
    fn ack(&self, workspace: &WorkspaceId, item: ItemId, place: Place) -> Vec<u8>;
}

impl Acks for SigningKey {
    fn ack(&self, workspace: &WorkspaceId, item: ItemId, place: Place) -> Vec<u8> {
        let signature = statement::sign_place(self, workspace, &item, &place);
        Frame::Ack { item, place, signature }.encode()
    }
}
