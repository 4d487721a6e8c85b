//! A device: a peer with its disk and its document.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use plumbline_sync::inspect::{Inspect, Piece, Span, Unfit};
use plumbline_sync::peer::{Delivery, Effect, Identity, Peer, Policy, Receipt, Stored, Ticket, Warning, Write};
use plumbline_sync::wire::id::{ItemId, SessionId};
use plumbline_sync::wire::key::VerifyKey;
use plumbline_sync::wire::keyring::record::KeyName;
use plumbline_sync::wire::statement::Place;
use zeroize::Zeroizing;

use super::watch::Watch;

/// A change: actor16, number8, value8.
pub const CHANGE: usize = 32;

pub fn change(session: &SessionId, number: u64, value: u64) -> Vec<u8> {
    [&session.0[..], &number.to_be_bytes(), &value.to_be_bytes()].concat()
}

pub fn values(payload: &[u8]) -> Vec<(SessionId, u64, u64)> {
    let parts = payload.chunks_exact(CHANGE);
    parts
        .map(|part| {
            let word = |at: usize| u64::from_be_bytes(part[at..at + 8].try_into().unwrap());
            (SessionId(part[..16].try_into().unwrap()), word(16), word(24))
        })
        .collect()
}

pub struct Changes;

impl Inspect for Changes {
    fn inspect(&self, session: &[u8; 16], _: bool, payload: &[u8]) -> Result<Span, Unfit> {
        if !payload.len().is_multiple_of(CHANGE) {
            return Err(Unfit::Unreadable);
        }
        let changes = values(payload);
        let (Some(first), Some(last)) = (changes.first(), changes.last()) else { return Ok(Span::Empty) };
        if changes.iter().any(|change| change.0.0 != *session) {
            return Err(Unfit::Actor);
        }
        if changes.windows(2).any(|pair| pair[0].1 + 1 != pair[1].1) {
            return Err(Unfit::Sequence);
        }
        Ok(Span::Changes { first: first.1, last: last.1 })
    }

    fn split(&self, document: &[u8]) -> Result<Vec<Piece>, Unfit> {
        if !document.len().is_multiple_of(CHANGE) {
            return Err(Unfit::Unreadable);
        }
        let piece = |bytes: &[u8]| {
            let (session, number, _) = values(bytes)[0];
            Piece { actor: session.0.to_vec(), number, name: ItemId::of(bytes).0, bytes: bytes.to_vec() }
        };
        Ok(document.chunks_exact(CHANGE).map(piece).collect())
    }

    fn names(&self, payload: &[u8]) -> Result<Vec<[u8; 32]>, Unfit> {
        Ok(payload.chunks_exact(CHANGE).map(|bytes| ItemId::of(bytes).0).collect())
    }
}

/// What survives a crash.
#[derive(Default, Clone)]
pub struct Disk {
    items: Vec<(ItemId, Arc<[u8]>)>,
    names: BTreeSet<ItemId>,
    pub keys: BTreeMap<KeyName, Zeroizing<[u8; 32]>>,
    logs: BTreeMap<VerifyKey, Place>,
    receipts: BTreeMap<(VerifyKey, ItemId), Place>,
}

impl Disk {
    pub fn commit(&mut self, writes: &[Write]) {
        for write in writes {
            match write {
                Write::Item { item, bytes } => {
                    assert!(self.names.insert(*item), "stored twice");
                    self.items.push((*item, Arc::clone(bytes)));
                }
                Write::Forget { item } => {
                    self.names.remove(item);
                    self.items.retain(|(held, _)| held != item);
                }
                Write::Key { key, secret } => drop(self.keys.insert(*key, secret.clone())),
                Write::Log { relay, place } => drop(self.logs.insert(*relay, *place)),
                Write::Receipt { relay, item, place: Some(place) } => {
                    self.receipts.insert((*relay, *item), *place);
                }
                Write::Receipt { relay, item, place: None } => drop(self.receipts.remove(&(*relay, *item))),
            }
        }
    }

    fn stored(&self) -> Stored {
        Stored {
            items: self.items.iter().map(|(_, bytes)| Arc::clone(bytes)).collect(),
            keys: self.keys.iter().map(|(name, secret)| (*name, secret.clone())).collect(),
            logs: self.logs.iter().map(|(relay, place)| (*relay, *place)).collect(),
            receipts: self.receipts.iter().map(|((relay, item), place)| (*relay, *item, *place)).collect(),
        }
    }

    pub fn holds(&self, item: &ItemId) -> bool {
        self.names.contains(item)
    }
}

/// What the document engine was told.
#[derive(Default)]
pub struct Doc {
    pub counted: BTreeSet<ItemId>,
    pub values: BTreeSet<u64>,
    last: BTreeMap<SessionId, u64>,
    /// Of a device that breaks the rules itself: nothing is expected of it.
    loose: bool,
}

impl Doc {
    fn take(&mut self, deliveries: &[Delivery]) {
        for delivery in deliveries {
            let new = self.counted.insert(delivery.mark.item);
            assert!(new || self.loose, "delivered twice");
            for (session, number, value) in values(&delivery.payload) {
                assert_eq!(session, delivery.mark.session);
                self.write(session, number, value);
            }
        }
    }

    pub fn write(&mut self, session: SessionId, number: u64, value: u64) {
        let last = self.last.entry(session).or_default();
        assert!(*last + 1 == number || self.loose, "delivered {number} after {last}");
        *last = number;
        self.values.insert(value);
    }
}

pub struct Client {
    pub identity: Identity,
    pub disk: Disk,
    pub peer: Option<Peer>,
    pub doc: Doc,
    /// Milliseconds that its wall clock is off.
    pub skew: i64,
    /// Whether it keeps to the rules and is a member until the end.
    pub honest: bool,
    pub removed: bool,
    /// Destroyed with its disk: what it shared is all that is left of it.
    pub gone: bool,
    pub writes: bool,
    /// Number of the next change of its session.
    next: u64,
    /// Values by their numbers in receipts, of this run.
    numbers: BTreeMap<u64, u64>,
    /// Own envelopes that its disk said are durable.
    pub durable: BTreeSet<ItemId>,
    /// Own envelopes that a relay was said to have.
    pub shared: BTreeSet<ItemId>,
    /// Values whose batch is durable here.
    pub safe: BTreeSet<u64>,
    pub warnings: BTreeSet<Warning>,
    /// Warnings of this run: each is said once in a run.
    pub noticed: BTreeSet<Warning>,
    pub watch: Watch,
    pub lost: bool,
    /// Own envelopes of this run, sent or not: nothing may leave before it is on the disk.
    pub store: Option<(Ticket, Vec<Write>)>,
    /// How often it started.
    pub run: u64,
    pub wake_at: Option<u64>,
    pub policy: Option<Policy>,
    /// Whether what it hands in as snapshots is not what it should be.
    pub saboteur: bool,
    /// Whether it comes only in the end.
    pub late: bool,
}

impl Client {
    pub fn new(identity: Identity) -> Self {
        Self {
            identity,
            disk: Disk::default(),
            peer: None,
            doc: Doc::default(),
            skew: 0,
            honest: true,
            removed: false,
            gone: false,
            writes: true,
            next: 1,
            numbers: BTreeMap::new(),
            durable: BTreeSet::new(),
            shared: BTreeSet::new(),
            safe: BTreeSet::new(),
            warnings: BTreeSet::new(),
            noticed: BTreeSet::new(),
            watch: Watch::default(),
            lost: false,
            store: None,
            run: 0,
            wake_at: None,
            policy: None,
            saboteur: false,
            late: false,
        }
    }

    /// Starts, from nothing or after a crash.
    pub fn start(&mut self, seed: [u8; 32]) {
        let stored = self.disk.stored();
        self.begin(Peer::restore(self.identity.clone(), &stored, Box::new(Changes), seed));
    }

    pub fn begin(&mut self, peer: Peer) {
        (self.next, self.lost, self.store, self.wake_at) = (1, false, None, None);
        self.run += 1;
        self.doc = Doc { loose: !self.honest, ..Doc::default() };
        self.numbers.clear();
        self.noticed.clear();
        self.watch = Watch::default();
        self.peer = Some(peer);
        if let Some(peer) = &mut self.peer {
            peer.keep_snapshots(self.policy);
        }
    }

    pub fn write(&mut self, value: u64, now: u64) -> bool {
        let Some(peer) = &mut self.peer else { return false };
        if self.lost {
            peer.renew_session(now);
            (self.next, self.lost) = (1, false);
        }
        let session = peer.session();
        let Ok(number) = peer.write(&change(&session, self.next, value), now) else { return false };
        self.doc.write(session, self.next, value);
        self.next += 1;
        self.numbers.insert(number, value);
        true
    }

    /// What concerns nobody else.
    pub fn follow(&mut self, effect: &Effect) {
        match effect {
            Effect::Deliver(deliveries) => self.doc.take(deliveries),
            Effect::Rebuild(deliveries) => {
                self.doc = Doc { loose: !self.honest, ..Doc::default() };
                self.doc.take(deliveries);
            }
            Effect::Warning(warning) => {
                self.warnings.insert(*warning);
                self.noticed.insert(*warning);
            }
            Effect::SessionLost => self.lost = true,
            Effect::Receipt { item, changes, receipt: Receipt { here, relays, .. } } => {
                if *here {
                    assert!(self.disk.holds(item), "said to be here, and is not");
                    self.durable.insert(*item);
                    if let Some((first, last)) = changes {
                        self.safe.extend(self.numbers.range(*first..=*last).map(|(_, value)| *value));
                    }
                }
                if *relays > 0 {
                    self.shared.insert(*item);
                }
            }
            _ => {}
        }
    }
}
