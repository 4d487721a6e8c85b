//! A relay: the real judgement over a simulated store. It can crash, lose its newest commits, come back from an old backup, and lie.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use plumbline_sync::wire::envelope::Envelope;
use plumbline_sync::wire::frame::{Frame, batches, keyring_digest};
use plumbline_sync::wire::genesis::Genesis;
use plumbline_sync::wire::id::{ItemId, WorkspaceId};
use plumbline_sync::wire::key::{SigningKey, VerifyKey};
use plumbline_sync::wire::refusal::Refusal;
use plumbline_sync::wire::room::{Caller, Judgement, Quota, Room};
use plumbline_sync::wire::statement::{self, Place};

/// One log, and who is shown it. An honest relay has one.
pub struct View {
    room: Room,
    /// Everything that was ever durable, with places: only what is behind the base is still in the log.
    pub all: Vec<(Arc<[u8]>, Place)>,
    names: BTreeMap<ItemId, u64>,
    /// What was stored with each snapshot and endorsement.
    keeps: Vec<Keep>,
    places: BTreeMap<ItemId, Place>,
    /// In memory, not durable yet: who is to be told.
    pending: Vec<(u64, Arc<[u8]>, Place)>,
}

/// What stands for the log before it.
struct Keep {
    head: u64,
    summary: Vec<u8>,
    snapshots: BTreeMap<ItemId, Arc<[u8]>>,
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
    pub made: usize,
    pub endorsed: usize,
    pub pruned: usize,
}

impl View {
    fn new(genesis: &Genesis) -> Self {
        let room = Room::new(genesis.clone(), Quota::default());
        let (names, places) = Default::default();
        Self { room, all: Vec::new(), names, keeps: Vec::new(), places, pending: Vec::new() }
    }

    /// The room as its store says.
    fn reload(&mut self, genesis: &Genesis) {
        self.room = match self.keeps.last() {
            Some(keep) => Room::restore(&keep.summary, Quota::default()).expect("as it was stored"),
            None => Room::new(genesis.clone(), Quota::default()),
        };
        self.places.clear();
        let (base, head) = (self.room.base().position, self.room.head().position);
        for (bytes, place) in self.all.iter().filter(|(_, place)| place.position > base) {
            if place.position > head {
                assert_eq!(self.room.replay(bytes), Ok(*place), "the store is what was let in");
            }
            self.places.insert(ItemId::of(bytes), *place);
        }
        self.pending.clear();
    }

    /// The log's end, as far as it is durable.
    fn end(&self, workspace: &WorkspaceId) -> Place {
        self.all.last().map_or(Place::start(workspace), |(_, place)| *place)
    }

    pub fn base(&self) -> u64 {
        self.room.base().position
    }

    /// A snapshot that is kept.
    pub fn snapshot(&self, item: &ItemId) -> Option<Arc<[u8]>> {
        self.keeps.last()?.snapshots.get(item).cloned()
    }

    fn keep(&mut self, change: impl FnOnce(&mut BTreeMap<ItemId, Arc<[u8]>>)) {
        let mut snapshots = self.keeps.last().map(|keep| keep.snapshots.clone()).unwrap_or_default();
        change(&mut snapshots);
        self.keeps.push(Keep { head: self.room.head().position, summary: self.room.summary(), snapshots });
        let base = self.base();
        self.places.retain(|_, place| place.position > base);
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
            made: 0,
            endorsed: 0,
            pruned: 0,
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
                let head = view.end(&self.workspace);
                let signature = statement::sign_head(&self.key, &self.workspace, &challenge, &head);
                let base = view.room.base();
                let mut out = vec![(conn, Frame::Welcome { standing, base, head, signature }.encode())];
                if may_read {
                    out.extend(self.introduce(conn, None));
                }
                out
            }
            Frame::Have { keyring, .. } => match guest.caller.as_ref().is_some_and(Caller::may_read) {
                true => self.introduce(conn, Some(keyring)),
                false => Vec::new(),
            },
            Frame::Snapshot { envelope } => self.take_snapshot(conn, envelope, now),
            Frame::Endorse { envelope } => self.take_endorsement(conn, envelope, now),
            Frame::GetSnapshot { item } => {
                let may_read = guest.caller.as_ref().is_some_and(Caller::may_read);
                match self.views[guest.view].snapshot(&item).filter(|_| may_read) {
                    Some(envelope) => vec![(conn, Frame::Snapshot { envelope: &envelope }.encode())],
                    None => refuse(item, Refusal::Snapshot),
                }
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

    /// What whoever may read is told first, and when they ask. With other records than ours they get those, too: the log they are
    /// in may begin later.
    fn introduce(&self, conn: u64, theirs: Option<[u8; 32]>) -> Vec<(u64, Vec<u8>)> {
        let room = &self.views[self.guests[&conn].view].room;
        let records: Vec<ItemId> = room.keyring().records().map(|record| record.id()).collect();
        let keyring = keyring_digest(&records);
        let mut out = vec![(conn, Frame::Have { keyring, marks: room.marks(), more: false }.encode())];
        if room.base().position > 0 && theirs.is_some_and(|theirs| theirs != keyring) {
            let bytes: Vec<&[u8]> = room.keyring().records().map(|record| record.bytes()).collect();
            out.extend(batches(&bytes).map(|items| (conn, Frame::Items { items }.encode())));
        }
        if !room.snapshots().is_empty() {
            out.push((conn, Frame::Snapshots { snapshots: room.snapshots() }.encode()));
        }
        out
    }

    fn take_snapshot(&mut self, conn: u64, bytes: &[u8], now: u64) -> Vec<(u64, Vec<u8>)> {
        let mut out = self.commit(false);
        let Some((number, caller)) = self.guests.get(&conn).and_then(|guest| Some((guest.view, guest.caller.clone()?)))
        else {
            return out;
        };
        let (item, view) = (ItemId::of(bytes), &mut self.views[number]);
        let covers = Envelope::parse(bytes).ok().and_then(|envelope| envelope.covers());
        let chain = covers.and_then(|covers| {
            let at = view.all.get(usize::try_from(covers.position).ok()?.checked_sub(1)?)?;
            (covers.position > view.base()).then_some(at.1.chain)
        });
        match view.room.judge_snapshot(bytes, chain, &caller, now) {
            Ok(admission) => {
                let dropped = view.room.enter_snapshot(admission);
                view.keep(|snapshots| {
                    snapshots.retain(|item, _| !dropped.contains(item));
                    snapshots.insert(item, Arc::from(bytes));
                });
                self.made += 1;
                out.push((conn, self.key.ack(&self.workspace, item, covers.expect("judged"))));
                out.extend(self.list(number));
            }
            Err(refusal) => out.push((conn, Frame::Nack { item, refusal, wait: 0 }.encode())),
        }
        out
    }

    fn take_endorsement(&mut self, conn: u64, bytes: &[u8], now: u64) -> Vec<(u64, Vec<u8>)> {
        let mut out = self.commit(false);
        let Some((number, caller)) = self.guests.get(&conn).and_then(|guest| Some((guest.view, guest.caller.clone()?)))
        else {
            return out;
        };
        let (item, view) = (ItemId::of(bytes), &mut self.views[number]);
        match view.room.judge_endorsement(bytes, &caller, now) {
            Ok(endorsement) => {
                let prune = view.room.enter_endorsement(&endorsement);
                if let Some(to) = prune.to {
                    let base = view.room.base().position;
                    let gone =
                        view.all.iter().filter(|(_, place)| place.position > base && place.position <= to.position);
                    let gone: Vec<Arc<[u8]>> = gone.map(|(bytes, _)| Arc::clone(bytes)).collect();
                    view.room.prune(to, gone.iter().map(|bytes| &**bytes));
                    self.pruned += 1;
                }
                view.keep(|snapshots| snapshots.retain(|item, _| !prune.drop.contains(item)));
                self.endorsed += 1;
                out.extend(self.list(number));
            }
            Err(refusal) => out.push((conn, Frame::Nack { item, refusal, wait: 0 }.encode())),
        }
        out
    }

    fn list(&self, number: usize) -> Vec<(u64, Vec<u8>)> {
        let frame = Frame::Snapshots { snapshots: self.views[number].room.snapshots() }.encode();
        let may_read = |guest: &Guest| guest.view == number && guest.caller.as_ref().is_some_and(Caller::may_read);
        self.guests.iter().filter(|(_, guest)| may_read(guest)).map(|(conn, _)| (*conn, frame.clone())).collect()
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
            let before = view.all.len();
            for (conn, bytes, place) in std::mem::take(&mut view.pending) {
                let item = ItemId::of(&bytes);
                out.push((conn, self.key.ack(&self.workspace, item, place)));
                view.places.insert(item, place);
                self.ever.insert(item);
                view.names.insert(item, place.position);
                view.all.push((bytes, place));
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
        if !may_read || since >= view.all.len() {
            return Vec::new();
        }
        let since = since.max(usize::try_from(view.base()).expect("small"));
        let mut after = if since == 0 { Place::start(&self.workspace) } else { view.all[since - 1].1 };
        let mut out = Vec::new();
        for part in view.all[since..].chunks(7) {
            let mut items: Vec<&[u8]> = part.iter().map(|(bytes, _)| &**bytes).collect();
            match self.lie {
                Some(Lie::Leave) => drop(items.remove(items.len() / 2)),
                Some(Lie::Swap) if items.len() > 1 => items.swap(0, 1),
                Some(Lie::Replay) => items.insert(0, items[0]),
                Some(Lie::Insert) => items.insert(items.len() / 2, &view.all[0].0),
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
            let left = view.all.len().saturating_sub(lost);
            view.all.truncate(left);
            view.names.retain(|_, position| *position <= left as u64);
            view.keeps.retain(|keep| keep.head <= left as u64);
        }
        self.crash();
    }

    /// From here on these devices are shown a log of their own.
    pub fn split(&mut self, devices: impl IntoIterator<Item = VerifyKey>) {
        let mut other = View::new(&self.genesis);
        (other.all, other.names) = (self.views[0].all.clone(), self.views[0].names.clone());
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
        self.views.iter().any(|view| view.names.contains_key(item))
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
