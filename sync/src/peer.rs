//! One device of one workspace, as a state machine: the browser's worker, a peer on a command line and the simulator drive the
//! same one. It reads no clock and does no input or output: events go in, [`Effect`]s come out.
//!
//! The driver's part, after every call: [`Peer::drain`], and do what it says in that order; call [`Peer::tick`] at
//! [`Peer::wake`]. `now` is milliseconds of a clock that only goes forward (since the page was opened, say); `at` is the wall
//! clock, in milliseconds since 1970, and decides nothing.
//!
//! What holds whatever happens: an own envelope leaves only when its transaction is durable; "on a relay" is said only after the
//! relay's signature over it was checked; a session is never resumed; what one member or relay sends wrong blocks nobody else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use plumbline_wire::envelope::Kind;
use plumbline_wire::id::{ItemId, SessionId, WorkspaceId};
use plumbline_wire::item::Item;
use plumbline_wire::key::VerifyKey;
use plumbline_wire::keyring::record::KeyName;
use plumbline_wire::keyring::{Keyring, Standing};
use plumbline_wire::statement::Place;
use zeroize::Zeroizing;

use crate::graph::{Graph, Judge, Verdict};
use crate::inspect::Inspect;
use crate::seal::{DataKey, Random};
use crate::vault::Vault;

mod admin;
mod conn;
mod effect;
mod identity;
mod ingest;
mod label;
mod log;
mod member;
mod outbox;
mod passing;
mod pen;
mod pool;
mod relay;
mod snapshot;
mod storage;

pub use admin::AdminProblem;
pub use conn::Side;
pub use effect::{CloseReason, ConnId, Delivery, Effect, Receipt, Ticket, Warning, Write};
pub use identity::{Identity, IdentityProblem, random};
pub use pen::{PAYLOAD, WriteProblem};
pub use snapshot::Policy;

use conn::Conn;
use log::Log;
use pen::Pen;
use pool::Pool;
use snapshot::Keeping;
use storage::Storage;

/// Milliseconds after which it is said that something is withheld.
const WITHHELD: u64 = 60_000;

/// What was stored, for [`Peer::restore`].
#[derive(Clone, Default)]
pub struct Stored {
    /// Items, snapshots among them, in the order of their [`Write::Item`], without those of a later [`Write::Forget`].
    pub items: Vec<Arc<[u8]>>,
    /// Data keys.
    pub keys: Vec<(KeyName, Zeroizing<[u8; 32]>)>,
    /// How far each relay's log was read.
    pub logs: Vec<(VerifyKey, Place)>,
    /// Relays' words about what was written here.
    pub receipts: Vec<(VerifyKey, ItemId, Place)>,
}

/// One device of one workspace.
pub struct Peer {
    identity: Identity,
    inspect: Box<dyn Inspect>,
    random: Random,
    keyring: Keyring,
    vault: Vault,
    graph: Graph,
    pool: Pool,
    pen: Pen,
    storage: Storage,
    /// Every item that was taken, under the number of its arrival: each after what it builds on.
    arrivals: BTreeMap<u64, ItemId>,
    numbers: BTreeMap<ItemId, u64>,
    /// What this device wrote, in this run and before.
    own: BTreeMap<ItemId, Own>,
    logs: BTreeMap<VerifyKey, Log>,
    conns: BTreeMap<ConnId, Conn>,
    /// Verdicts that were said and are not [`Verdict::Accepted`].
    said: BTreeMap<ItemId, Verdict>,
    warned: BTreeSet<Warning>,
    missing_since: BTreeMap<ItemId, u64>,
    look_at: Option<u64>,
    restoring: bool,
    /// While a rebuilding is prepared: it says all there is to say.
    rebuilding: bool,
    /// Stored while they waited in the pool.
    was_parked: BTreeSet<ItemId>,
    /// Taken from the pool and durable already: to be announced.
    released: Vec<ItemId>,
    /// Last numbers of presence of others' sessions, and of what this one passed on. By device too: presence names a session, and
    /// nobody checks whose it is, so that nobody may use up another's numbers.
    presence: BTreeMap<(VerifyKey, SessionId), u64>,
    passed: u64,
    keeping: Keeping,
    /// Numbers of arrival from here on are of this run.
    restored: u64,
    effects: Vec<Effect>,
}

#[derive(Default)]
struct Own {
    changes: Option<(u64, u64)>,
    here: bool,
    relays: BTreeMap<VerifyKey, Place>,
    devices: BTreeSet<VerifyKey>,
}

impl Peer {
    /// A device that has nothing yet but its identity. `seed`: 32 bytes from the platform's source of randomness.
    #[must_use]
    pub fn new(identity: Identity, inspect: Box<dyn Inspect>, seed: [u8; 32]) -> Self {
        let mut random = random(seed);
        let keyring = Keyring::new(identity.genesis().clone());
        let pen = Pen::new(&identity.certificate().device.verify, &mut random);
        Self {
            identity,
            inspect,
            random,
            keyring,
            vault: Vault::default(),
            graph: Graph::default(),
            pool: Pool::default(),
            pen,
            storage: Storage::default(),
            arrivals: BTreeMap::new(),
            numbers: BTreeMap::new(),
            own: BTreeMap::new(),
            logs: BTreeMap::new(),
            conns: BTreeMap::new(),
            said: BTreeMap::new(),
            warned: BTreeSet::new(),
            missing_since: BTreeMap::new(),
            look_at: None,
            restoring: false,
            rebuilding: false,
            was_parked: BTreeSet::new(),
            released: Vec::new(),
            presence: BTreeMap::new(),
            passed: 0,
            keeping: Keeping::default(),
            restored: 0,
            effects: Vec::new(),
        }
    }

    /// The founder's device of a workspace that begins now; its first data key is made. The driver keeps [`Peer::identity`] and
    /// takes the genesis to a relay. `nonce`: see [`Identity::found`].
    ///
    /// # Errors
    /// Never, unless the protocol's limits changed.
    pub fn found(nonce: [u8; 16], at: u64, inspect: Box<dyn Inspect>, seed: [u8; 32]) -> Result<Self, AdminProblem> {
        let mut source = random(seed);
        let identity = Identity::found(nonce, at, &mut source);
        let mut peer = Self::new(identity, inspect, crate::seal::draw(&mut source));
        peer.rotate(at)?;
        peer.finish(0);
        Ok(peer)
    }

    /// The device as it was stored, after a crash at any point; always with a new session. The first effects deliver everything
    /// that counts.
    #[must_use]
    pub fn restore(identity: Identity, stored: &Stored, inspect: Box<dyn Inspect>, seed: [u8; 32]) -> Self {
        let mut peer = Self::new(identity, inspect, seed);
        peer.read_back(stored, 0);
        peer
    }

    /// The second half of [`Peer::restore`], for a driver that needs [`Peer::session`] before it has read everything: called
    /// once, before anything else. Damaged items are left out or do not open; signatures of envelopes, checked before they were
    /// stored, are not checked again.
    pub fn read_back(&mut self, stored: &Stored, now: u64) {
        for (name, secret) in &stored.keys {
            self.vault.put(*name, DataKey::from_bytes(**secret));
        }
        self.take_back_items(&stored.items);
        self.restored = self.arrivals.last_key_value().map_or(0, |(last, _)| last + 1);
        for (relay, place) in &stored.logs {
            self.logs.insert(*relay, Log::new(*place));
        }
        for (relay, item, place) in &stored.receipts {
            if let Some(own) = self.own.get_mut(item) {
                own.relays.insert(*relay, *place);
            }
            if let Some(log) = self.logs.get_mut(relay) {
                log.claim(place, None);
            }
        }
        let own: Vec<ItemId> = self.own.keys().copied().collect();
        for item in own {
            self.say_receipt(&item);
        }
        self.finish(now);
    }

    /// Takes what another run of this device stored meanwhile (another tab with the same storage): not stored again, and given
    /// to everybody who lacks it.
    pub fn take_stored(&mut self, items: &[Arc<[u8]>], now: u64) {
        let new: Vec<Arc<[u8]>> =
            items.iter().filter(|item| !self.numbers.contains_key(&ItemId::of(item))).cloned().collect();
        self.take_back_items(&new);
        let taken: Vec<ItemId> =
            new.iter().map(|item| ItemId::of(item)).filter(|item| self.numbers.contains_key(item)).collect();
        self.announce(&taken, now);
        self.finish(now);
    }

    fn take_back_items(&mut self, items: &[Arc<[u8]>]) {
        let device = self.device();
        for item in items {
            if let Ok(Item::Envelope(envelope)) = Item::parse(item)
                && envelope.header.device == device
            {
                self.own.insert(envelope.id(), Own { here: true, ..Own::default() });
            }
        }
        self.restoring = true;
        self.take_items(items.iter().cloned(), device);
        self.restoring = false;
    }

    /// Time went on. To be called at [`Peer::wake`]; more often does no harm.
    pub fn tick(&mut self, now: u64) {
        if self.pen.is_due(now) {
            self.seal_batch();
        }
        let silent = self.conns.iter().filter(|(_, conn)| conn.deadline().is_some_and(|deadline| now >= deadline));
        for conn in silent.map(|(conn, _)| *conn).collect::<Vec<_>>() {
            self.close(conn, CloseReason::Silent);
        }
        if self.look_at.is_none_or(|at| now >= at) {
            self.look_for_missing(now);
        }
        self.finish(now);
    }

    /// When [`Peer::tick`] is to be called next; `None`: not before something happens.
    #[must_use]
    pub fn wake(&self) -> Option<u64> {
        let idle = self.storage.is_idle();
        let conns = self.conns.values().filter_map(|conn| conn.wake(idle));
        let rest = [self.pen.wake(), self.storage.wake(), self.look_at];
        conns.chain(rest.into_iter().flatten()).min()
    }

    /// What is to be done, in order. Empty until something happens.
    #[must_use]
    pub fn drain(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// Effects that were drained and are still to be done: they come first again.
    pub fn put_back(&mut self, mut effects: Vec<Effect>) {
        effects.append(&mut self.effects);
        self.effects = effects;
    }

    /// A transaction is durable.
    pub fn stored(&mut self, ticket: Ticket, now: u64) {
        let Some(items) = self.storage.commit(ticket) else { return };
        for item in &items {
            if let Some(own) = self.own.get_mut(item) {
                own.here = true;
                self.say_receipt(item);
            }
        }
        self.members_stored(ticket);
        let taken: Vec<ItemId> = items.into_iter().filter(|item| self.numbers.contains_key(item)).collect();
        self.announce(&taken, now);
        self.finish(now);
    }

    /// A transaction failed: quota, a lost connection to the database. It is tried again, whole.
    pub fn store_failed(&mut self, ticket: Ticket, now: u64) {
        if self.storage.fail(ticket, now) {
            self.effects.push(Effect::Warning(Warning::Storage));
            self.members_failed(now);
        }
        self.finish(now);
    }

    /// A connection is open.
    pub fn opened(&mut self, conn: ConnId, side: Side, now: u64) {
        match side {
            Side::Relay { pinned } => self.relay_opened(conn, pinned, now),
            Side::Member => self.member_opened(conn, false, now),
            Side::Bare => self.member_opened(conn, true, now),
        }
        self.finish(now);
    }

    /// A connection is closed.
    pub fn closed(&mut self, conn: ConnId, now: u64) {
        self.conns.remove(&conn);
        self.finish(now);
    }

    /// A frame came. Anything at all may be in it.
    pub fn frame(&mut self, conn: ConnId, bytes: &[u8], now: u64) {
        match self.conns.get(&conn) {
            Some(Conn::Relay(_)) => self.relay_frame(conn, bytes, now),
            Some(Conn::Member(_)) => self.member_frame(conn, bytes, now),
            None => {}
        }
        self.finish(now);
    }

    /// What every event ends with: what is to be stored, then what is to be sent.
    fn finish(&mut self, now: u64) {
        let released = std::mem::take(&mut self.released);
        if !released.is_empty() {
            self.announce(&released, now);
        }
        if let Some((ticket, writes)) = self.storage.start(now) {
            let mine = |write: &Write| matches!(write, Write::Item { item, .. } if self.own.contains_key(item));
            let own = writes.iter().any(mine);
            self.members_tell(Some(ticket), now);
            self.effects.push(Effect::Store { ticket, writes, own });
        } else if self.storage.is_idle() {
            self.members_tell(None, now);
        }
        self.tend_snapshots(now);
        self.pump(now);
        if self.look_at.is_none() && (self.pool.missing().next().is_some() || self.graph.missing().next().is_some()) {
            self.look_at = Some(now + WITHHELD / 4);
        }
    }

    /// Looks for what others build on and nobody sends.
    fn look_for_missing(&mut self, now: u64) {
        let is_link = |item: &ItemId| self.keyring.link(&VerifyKey(item.0)).is_some();
        let missing: BTreeSet<ItemId> =
            self.pool.missing().filter(|item| !is_link(item)).chain(self.graph.missing()).copied().collect();
        self.missing_since.retain(|item, _| missing.contains(item));
        let told_all = self.conns.values().any(|conn| self.is_caught_up(conn));
        for item in missing {
            let since = *self.missing_since.entry(item).or_insert(now);
            if told_all && now.saturating_sub(since) >= WITHHELD {
                self.warn(Warning::Withheld { item });
            }
        }
        self.look_at = (!self.missing_since.is_empty()).then_some(now + WITHHELD / 4);
    }

    fn warn(&mut self, warning: Warning) {
        if self.warned.insert(warning) {
            self.effects.push(Effect::Warning(warning));
        }
    }

    fn close(&mut self, conn: ConnId, reason: CloseReason) {
        if self.conns.remove(&conn).is_some() {
            self.effects.push(Effect::Close { conn, reason });
        }
    }

    fn say_receipt(&mut self, item: &ItemId) {
        if let (Some(receipt), Some(own)) = (self.receipt(item), self.own.get(item)) {
            self.effects.push(Effect::Receipt { item: *item, changes: own.changes, receipt });
        }
    }

    /// Where something is that this device wrote; `None` for what others wrote.
    #[must_use]
    pub fn receipt(&self, item: &ItemId) -> Option<Receipt> {
        let own = self.own.get(item)?;
        Some(Receipt { here: own.here, relays: own.relays.len(), devices: own.devices.len() })
    }

    /// How many envelopes this device wrote that no relay has acknowledged.
    #[must_use]
    pub fn unshared(&self) -> usize {
        let is_changes = |item: &ItemId| self.graph.header(item).is_some_and(|header| header.kind == Kind::Changes);
        self.own.iter().filter(|(item, own)| own.relays.is_empty() && is_changes(item)).count()
    }

    /// On how many other devices all of these are, as far as they said; zero when there are none.
    #[must_use]
    pub fn unshared_elsewhere(&self) -> usize {
        let is_changes = |item: &ItemId| self.graph.header(item).is_some_and(|header| header.kind == Kind::Changes);
        let unshared = self.own.iter().filter(|(item, own)| own.relays.is_empty() && is_changes(item));
        unshared.map(|(_, own)| own.devices.len()).min().unwrap_or(0)
    }

    /// An item's bytes, if it was taken.
    #[must_use]
    pub fn item(&self, item: &ItemId) -> Option<Arc<[u8]>> {
        let record = || self.keyring.record(item).map(|record| Arc::from(record.bytes()));
        self.graph.bytes(item).cloned().or_else(record)
    }

    fn judge(&mut self) -> (&mut Graph, Judge<'_>) {
        (&mut self.graph, Judge { keyring: &self.keyring, vault: &self.vault, inspect: &*self.inspect })
    }

    /// Who this device is. To be stored before anything else is.
    #[must_use]
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Which workspace.
    #[must_use]
    pub const fn workspace(&self) -> WorkspaceId {
        self.keyring.workspace()
    }

    /// This device.
    #[must_use]
    pub fn device(&self) -> VerifyKey {
        self.identity.certificate().device.verify
    }

    /// The session of this run, which is the Automerge actor of what is written.
    #[must_use]
    pub const fn session(&self) -> SessionId {
        self.pen.session
    }

    /// Who may do what.
    #[must_use]
    pub const fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// Everything that is held, and what becomes of it.
    #[must_use]
    pub const fn graph(&self) -> &Graph {
        &self.graph
    }

    /// How this device stands, as far as is known here.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.keyring.standing(self.identity.certificate())
    }

    /// Everything that counts, in order: the document from the beginning.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.graph.accepted().iter().filter_map(|id| self.delivery(id)).collect()
    }

    /// Relays that this device was ever let in by, and how far their logs were read: the keys to pin.
    pub fn relays(&self) -> impl Iterator<Item = (VerifyKey, Place)> + '_ {
        self.logs.iter().map(|(relay, log)| (*relay, log.place))
    }

    /// How many items came too early and wait.
    #[must_use]
    pub fn parked(&self) -> usize {
        self.pool.len()
    }

    /// How many entries are kept in memory, over all lists: for tests that nobody can make one grow without end. What is bounded
    /// by a number of its own (what waits, places and claims of a relay's log) is not counted.
    #[must_use]
    pub fn weight(&self) -> usize {
        let judged = self.arrivals.len() + self.numbers.len() + self.own.len() + self.said.len() + self.graph.len();
        let noted = self.warned.len() + self.missing_since.len() + self.released.len() + self.effects.len();
        let logs: usize = self.logs.values().map(|log| log.items.len() + 1).sum();
        let conns: usize = self.conns.values().map(Conn::weight).sum();
        let parked = self.was_parked.len().saturating_sub(self.pool.len());
        judged + noted + logs + conns + parked + self.storage.len().saturating_sub(self.pool.len())
    }
}
