//! A workspace with three writers and a reader, and peers that hear of what they wrote in whatever order.

use std::collections::{BTreeMap, BTreeSet};

use plumbline_wire::certificate::Certificate;
use plumbline_wire::envelope::{Envelope, Header, Kind};
use plumbline_wire::genesis::Genesis;
use plumbline_wire::id::{ItemId, SessionId};
use plumbline_wire::item::Item;
use plumbline_wire::key::Secrets;
use plumbline_wire::keyring::record::{Action, KeyName, Role, Target};
use plumbline_wire::keyring::{Keyring, RecordProblem};
use plumbline_wire::link::Link;
use plumbline_wire::mark::Mark;

use crate::body::Body;
use crate::graph::{Change, Fit, Graph, Judge, Verdict};
use crate::inspect::{Inspect, Span, Unfit};
use crate::seal::DataKey;
use crate::vault::Vault;

/// Who may write.
pub const WRITERS: usize = 3;
/// Who may only read.
pub const READER: usize = 3;

/// A payload is nothing, or the numbers of its first and last change.
pub struct Numbers;

impl Inspect for Numbers {
    fn inspect(&self, _: &[u8; 16], _: bool, payload: &[u8]) -> Result<Span, Unfit> {
        match *payload {
            [] => Ok(Span::Empty),
            [first, last] => Ok(Span::Changes { first: first.into(), last: last.into() }),
            _ => Err(Unfit::Unreadable),
        }
    }
}

pub struct Person {
    pub link: Secrets,
    pub device: Secrets,
    pub certificate: Certificate,
}

pub struct World {
    pub root: Secrets,
    pub people: Vec<Person>,
    pub keyring: Keyring,
    /// Everything that was ever signed.
    pub items: Vec<Vec<u8>>,
    nonce: u8,
}

pub fn key(epoch: u32) -> (KeyName, DataKey) {
    let key = DataKey::from_bytes([epoch as u8; 32]);
    (KeyName { epoch, commitment: key.commitment() }, key)
}

impl World {
    pub fn new() -> Self {
        let root = Link::founding_secrets(&[1; 32]);
        let mut keyring = Keyring::new(Genesis::found(&root, [0; 16], 1));
        let workspace = keyring.workspace();
        let mut people = Vec::new();
        for number in 0..=READER {
            let link = Link::founding_secrets(&[10 + number as u8; 32]);
            let device = Link::founding_secrets(&[20 + number as u8; 32]);
            let role = if number == READER { Role::Reader } else { Role::Writer };
            let action = Action::Grant { link: link.keys(), role, expires: None, label: vec![], keys: vec![] };
            let record = keyring.sign(&root.signing, 1, &action).expect("within limits");
            keyring.take(record).expect("the founder's");
            let certificate = Certificate::issue(workspace, &link.signing, &device, 1);
            people.push(Person { link, device, certificate });
        }
        Self { root, people, keyring, items: Vec::new(), nonce: 0 }
    }

    /// Opens a session.
    pub fn open(&mut self, who: usize) -> Mark {
        self.nonce += 1;
        let certificate = self.people[who].certificate.clone();
        self.open_with(who, &certificate, self.nonce)
    }

    pub fn open_with(&mut self, who: usize, certificate: &Certificate, nonce: u8) -> Mark {
        let (_, bytes) =
            Header::open(certificate, &[nonce; 16], &self.people[who].device.signing).expect("of fixed form");
        self.keep(bytes)
    }

    /// Writes after `before`, in the first epoch.
    pub fn write(&mut self, who: usize, before: Mark, on: &[Mark], payload: &[u8]) -> Mark {
        self.write_in(1, who, before, on, payload)
    }

    pub fn write_in(&mut self, epoch: u32, who: usize, before: Mark, on: &[Mark], payload: &[u8]) -> Mark {
        let dependencies: BTreeSet<Mark> = on.iter().copied().collect();
        let dependencies = dependencies.into_iter().collect();
        let text = Body { dependencies, witness: None, payload }.encode();
        self.nonce += 1;
        let (name, key) = key(epoch);
        let header = Header {
            kind: Kind::Changes,
            workspace: self.keyring.workspace(),
            device: self.people[who].device.keys().verify,
            session: before.session,
            seq: before.seq + 1,
            prev: before.item.0,
            epoch,
            commitment: name.commitment,
            nonce: [self.nonce; 24],
        };
        let sealed = key.seal(&header.nonce, &text, &header.encode(text.len() + 16));
        let bytes = header.finish(&sealed, &self.people[who].device.signing).expect("within limits");
        self.keep(bytes)
    }

    fn keep(&mut self, bytes: Vec<u8>) -> Mark {
        let mark = Envelope::parse(&bytes).expect("just written").mark();
        self.items.push(bytes);
        mark
    }

    /// The founder decides something.
    pub fn decide(&mut self, action: &Action) {
        let record = self.keyring.sign(&self.root.signing, 1, action).expect("within limits");
        self.items.push(record.bytes().to_vec());
        self.keyring.take(record).expect("the founder's");
    }

    pub fn revoke(&mut self, who: usize, frontier: Vec<Mark>) {
        let target = Target::Device(self.people[who].device.keys().verify);
        self.decide(&Action::Revoke { target, frontier });
    }

    pub fn peer(&self) -> Peer {
        Peer::new(World::new().keyring)
    }

    /// A peer that heard of everything, in the order in which it was written.
    pub fn told(&self) -> Peer {
        let mut peer = self.peer();
        peer.hear_all(&self.items);
        peer
    }
}

/// Keeps what comes too early, and checks every change against what the graph says.
pub struct Peer {
    pub graph: Graph,
    pub keyring: Keyring,
    pub vault: Vault,
    pub early: Vec<Vec<u8>>,
    counted: BTreeSet<ItemId>,
    pub equivocations: BTreeSet<(SessionId, u64)>,
}

impl Peer {
    fn new(keyring: Keyring) -> Self {
        let mut vault = Vault::default();
        let (name, key) = key(1);
        vault.put(name, key);
        let (early, counted, equivocations) = Default::default();
        Self { graph: Graph::default(), keyring, vault, early, counted, equivocations }
    }

    pub fn hear_all<'a>(&mut self, items: impl IntoIterator<Item = &'a Vec<u8>>) {
        for item in items {
            self.hear(item);
        }
    }

    /// Takes an item, and then those that came too early for it.
    pub fn hear(&mut self, item: &[u8]) {
        if !self.take(item) {
            self.early.push(item.to_vec());
            return;
        }
        let mut more = true;
        while more {
            more = false;
            for item in std::mem::take(&mut self.early) {
                if self.take(&item) { more = true } else { self.early.push(item) }
            }
        }
    }

    fn take(&mut self, item: &[u8]) -> bool {
        match Item::parse(item).expect("just written") {
            Item::Record(record) => {
                match self.keyring.take(record) {
                    Err(RecordProblem::Gap) => return false,
                    taken => drop(taken.expect("the founder's")),
                }
                let judge = Judge { keyring: &self.keyring, vault: &self.vault, inspect: &Numbers };
                let change = self.graph.settle_all(judge);
                self.follow(&change);
            }
            Item::Envelope(envelope) => {
                let certificate = envelope.certificate().ok();
                match self.graph.fit(&envelope, &envelope.id()) {
                    Fit::After(_) => return false,
                    Fit::Foreign => panic!("nobody writes in another's session here"),
                    // Taken again all the same: nothing may come of it.
                    Fit::Known | Fit::Fits => {}
                }
                let judge = Judge { keyring: &self.keyring, vault: &self.vault, inspect: &Numbers };
                let change = self.graph.add(&envelope, certificate, judge);
                self.follow(&change);
            }
        }
        true
    }

    pub fn unlock(&mut self, epoch: u32) {
        let (name, key) = key(epoch);
        self.vault.put(name, key);
        let change = self.graph.unlock(Judge { keyring: &self.keyring, vault: &self.vault, inspect: &Numbers });
        self.follow(&change);
    }

    fn follow(&mut self, change: &Change) {
        if change.retracted {
            self.counted.clear();
            self.counted.extend(self.graph.accepted());
        } else {
            for id in &change.accepted {
                assert!(self.counted.insert(*id), "said twice");
            }
        }
        self.equivocations.extend(change.equivocation.map(|mark| (mark.session, mark.seq)));
        let all: BTreeSet<ItemId> = self.graph.accepted().iter().copied().collect();
        assert_eq!(self.counted, all, "changes add up to what counts");
    }

    pub fn verdict(&self, mark: Mark) -> Option<Verdict> {
        self.graph.verdict(&mark.item)
    }

    pub fn held(&self) -> BTreeSet<ItemId> {
        self.graph.verdicts().map(|(mark, _)| mark.item).collect()
    }

    pub fn marks(&self) -> BTreeMap<SessionId, Vec<Mark>> {
        let mut marks: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for mark in self.graph.marks() {
            marks.entry(mark.session).or_default().push(mark);
        }
        marks
    }

    /// Everything that is a matter of what is held and not of how it came.
    pub fn says(&self) -> String {
        let verdicts: BTreeMap<Mark, Verdict> = self.graph.verdicts().collect();
        let heads = self.graph.heads(&SessionId::default());
        let marks = self.graph.marks();
        let frontier = self.graph.frontier(|_| true);
        format!("{verdicts:?}\n{heads:?}\n{marks:?}\n{frontier:?}\n{:?}", self.equivocations)
    }
}

/// Another order, chosen by `seed`.
pub fn shuffled(items: &[Vec<u8>], seed: u64) -> Vec<Vec<u8>> {
    let mut items = items.to_vec();
    items.sort_by_key(|item| ItemId::of(&[&seed.to_be_bytes()[..], item].concat()));
    items
}
