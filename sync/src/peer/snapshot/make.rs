//! Making one: everything that is held here, when the relay says that it holds nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use plumbline_wire::certificate::Certificate;
use plumbline_wire::codec::Malformed;
use plumbline_wire::envelope::{Header, Kind};
use plumbline_wire::frame::Frame;
use plumbline_wire::id::{ItemId, SessionId};
use plumbline_wire::keyring::record::KeyName;
use plumbline_wire::mark::Mark;
use plumbline_wire::statement::Place;

use super::super::{ConnId, Delivery, Effect, Peer, Ticket, Warning};
use super::AGAIN;
use crate::graph::Verdict;
use crate::inspect::Span;
use crate::seal::{self, TAG};
use crate::snapshot::{Inside, Session, Step};

/// Milliseconds that the driver may take over the document.
const DRIVER: u64 = 120_000;
/// Bytes of envelopes that are kept whole. What somebody removed wrote meanwhile waits to be adopted, at most 4 MiB of a device;
/// beyond this a snapshot would be mostly that.
const WHOLE: usize = 12 * 1024 * 1024;

/// One that is being made.
pub struct Making {
    ticket: Ticket,
    conn: ConnId,
    place: Place,
    pub until: u64,
    certificates: Vec<Certificate>,
    keys: Vec<KeyName>,
    sessions: Vec<Session>,
    whole: Vec<Arc<[u8]>>,
    /// What counts, in order.
    accepted: Vec<ItemId>,
}

impl Peer {
    /// Makes a time for it when the log is long enough, and begins when the time has come.
    pub(super) fn plan_making(&mut self, conn: ConnId, now: u64) {
        let Some(policy) = self.keeping.policy else { return };
        let ready = self.keeping.making.is_none() && self.conns.get(&conn).is_some_and(|conn| self.is_caught_up(conn));
        let may = self.may_vouch();
        let Some(relay) = self.relay_of(conn) else { return };
        let Some(log) = relay.relay.as_ref().and_then(|key| self.logs.get(key)) else { return };
        let newest = relay.shelf.newest(&self.keeping.bad).max(relay.base.position);
        let since = log.place.position.saturating_sub(newest);
        let long = since >= policy.items || (log.bytes >= policy.bytes && since > 0);
        let due = relay.shelf.make_at;
        let next = match due {
            _ if !may || !long => None,
            None => Some(now + self.draw_pause(policy.pause)),
            Some(at) if now < at => Some(at),
            // In a busy room something is always under way: soon again.
            Some(_) if !ready => Some(now + AGAIN / 10),
            Some(_) => {
                self.ask_what_it_holds(conn);
                Some(now + AGAIN)
            }
        };
        let asked = ready && due.is_some_and(|at| now >= at) && next.is_some();
        if let Some(shelf) = self.shelf(conn) {
            shelf.make_at = next;
            shelf.audit |= asked;
        }
    }

    /// The relay said what it holds, as it was asked.
    pub(in super::super) fn audited(&mut self, conn: ConnId, marks: &[Mark], now: u64) {
        let caught_up = self.conns.get(&conn).is_some_and(|conn| self.is_caught_up(conn));
        let held = marks.iter().all(|mark| self.graph.header(&mark.item).is_some());
        let Some(shelf) = self.shelf(conn) else { return };
        if !std::mem::take(&mut shelf.audit) {
            return;
        }
        shelf.make_at = Some(now + AGAIN / 5);
        if held && caught_up && self.storage.is_idle() && self.begin_snapshot(conn, now).is_some() {
            let again = self.keeping.policy.map_or(DRIVER, |policy| policy.pause + DRIVER);
            if let Some(shelf) = self.shelf(conn) {
                shelf.make_at = Some(now + again);
            }
        }
    }

    fn begin_snapshot(&mut self, conn: ConnId, now: u64) -> Option<()> {
        let relay = self.relay_of(conn)?.relay?;
        let log = self.logs.get(&relay)?;
        // Something in the log was not taken, or waits for something that is not there.
        if log.holes || log.items.iter().any(|item| self.pool.contains(item)) {
            return None;
        }
        let place = log.place;
        let (certificates, keys, sessions, whole) = self.skeleton()?;
        self.keeping.last += 1;
        let (ticket, accepted) = (self.keeping.last, self.graph.accepted().to_vec());
        let until = now + DRIVER;
        self.keeping.making =
            Some(Making { ticket, conn, place, until, certificates, keys, sessions, whole, accepted });
        self.effects.push(Effect::Compact { ticket });
        Some(())
    }

    /// All that is held: what counts as judging needs it, the rest whole. `None` when something can be kept neither way.
    #[allow(clippy::type_complexity, reason = "the parts of a snapshot")]
    fn skeleton(&self) -> Option<(Vec<Certificate>, Vec<KeyName>, Vec<Session>, Vec<Arc<[u8]>>)> {
        let mut lines: BTreeMap<SessionId, BTreeMap<u64, ItemId>> = BTreeMap::new();
        let (mut whole, mut bytes) = (Vec::new(), 0);
        let mut names: BTreeSet<KeyName> = BTreeSet::new();
        let mut brought: BTreeSet<ItemId> = BTreeSet::new();
        for (mark, verdict) in self.graph.verdicts() {
            let mut keep = verdict != Verdict::Accepted;
            if verdict == Verdict::Accepted {
                lines.entry(mark.session).or_default().insert(mark.seq, mark.item);
                let (header, _, span) = self.graph.told(&mark.item)?;
                // Whose changes these are cannot be told from the document.
                keep = header.kind == Kind::Changes
                    && span == Span::Empty
                    && !self.graph.payload(&mark.item, &self.vault)?.is_empty();
                if keep {
                    brought.insert(mark.item);
                } else if header.kind == Kind::Changes {
                    names.insert(KeyName { epoch: header.epoch, commitment: header.commitment });
                }
            }
            if keep {
                let envelope = self.graph.bytes(&mark.item)?;
                bytes += envelope.len();
                whole.push(Arc::clone(envelope));
            }
        }
        if bytes > WHOLE {
            return None;
        }
        let mut certificates = BTreeMap::from([(self.identity.certificate().bytes().to_vec(), ())]);
        for opening in lines.values().filter_map(|line| line.get(&0)) {
            certificates.insert(self.graph.certificate(opening)?.bytes().to_vec(), ());
        }
        let certificates: Vec<Vec<u8>> = certificates.into_keys().collect();
        let keys: Vec<KeyName> = names.into_iter().collect();
        let places: BTreeMap<SessionId, u32> = lines.keys().copied().zip(0..).collect();
        let mut sessions = Vec::new();
        for (session, line) in lines {
            let mut line = line.into_values();
            let opening = line.next()?;
            let certificate = self.graph.certificate(&opening)?.bytes();
            let certificate = certificates.binary_search_by(|other| other.as_slice().cmp(certificate)).ok()?;
            let steps: Option<Vec<Step>> =
                line.map(|item| self.step(item, brought.contains(&item), &keys, &places)).collect();
            sessions.push(Session { session, certificate: u32::try_from(certificate).ok()?, opening, steps: steps? });
        }
        let certificates: Option<Vec<Certificate>> =
            certificates.iter().map(|bytes| Certificate::parse(bytes).ok()).collect();
        Some((certificates?, keys, sessions, whole))
    }

    fn step(&self, item: ItemId, whole: bool, keys: &[KeyName], places: &BTreeMap<SessionId, u32>) -> Option<Step> {
        if whole {
            return Some(Step { item, key: Step::WHOLE, dependencies: Vec::new(), changes: 0 });
        }
        let (header, dependencies, span) = self.graph.told(&item)?;
        let name = KeyName { epoch: header.epoch, commitment: header.commitment };
        let key = u32::try_from(keys.binary_search(&name).ok()?).ok()?;
        let dependencies: Option<Vec<(u32, u64)>> =
            dependencies.iter().map(|mark| Some((*places.get(&mark.session)?, mark.seq))).collect();
        let changes = match span {
            Span::Empty => 0,
            Span::Changes { first, last } => u32::try_from(last - first + 1).ok()?,
        };
        Some(Step { item, key, dependencies: dependencies?, changes })
    }

    /// What the document of [`Effect::Compact`] is to be made of, in order: exactly this, and nothing that came later.
    #[must_use]
    pub fn covered(&self, ticket: Ticket) -> Option<Vec<Delivery>> {
        let making = self.keeping.making.as_ref().filter(|making| making.ticket == ticket)?;
        making.accepted.iter().filter(|item| !self.is_opening(item)).map(|item| self.delivery(item)).collect()
    }

    /// The document that [`Effect::Compact`] asked for. It is taken apart and held against what it was made of before it is
    /// given to the relay.
    pub fn compacted(&mut self, ticket: Ticket, document: &[u8], now: u64) {
        let Some(making) = self.keeping.making.take_if(|making| making.ticket == ticket) else { return };
        if self.hand_in(&making, document).is_none() {
            // Another attempt would end in the same way.
            self.keeping.policy = None;
            self.warn(Warning::NoSnapshot);
        }
        self.finish(now);
    }

    fn hand_in(&mut self, making: &Making, document: &[u8]) -> Option<()> {
        let payloads: Option<Vec<Vec<u8>>> = making
            .accepted
            .iter()
            .map(|item| self.graph.payload(item, &self.vault).or_else(|| self.is_opening(item).then(Vec::new)))
            .collect();
        if !self.holds_exactly(document, &payloads?) {
            return None;
        }
        let inside = Inside {
            certificates: making.certificates.clone(),
            keys: making.keys.clone(),
            sessions: making.sessions.clone(),
            whole: making.whole.iter().map(|bytes| &**bytes).collect(),
            document,
        };
        let envelope = self.seal_snapshot(&inside, &making.place).ok()?;
        // Not for this device to vouch for.
        self.judged(ItemId::of(&envelope));
        if self.relay_of(making.conn).is_some() {
            let frame = Frame::Snapshot { envelope: &envelope }.encode();
            self.effects.push(Effect::Send { conn: making.conn, frame });
        }
        Some(())
    }

    fn is_opening(&self, item: &ItemId) -> bool {
        self.graph.header(item).is_some_and(|header| header.kind == Kind::Open)
    }

    fn seal_snapshot(&mut self, inside: &Inside<'_>, place: &Place) -> Result<Vec<u8>, Malformed> {
        let text = inside.encode()?;
        let name = self.keyring.current().map(|epoch| epoch.key).ok_or(Malformed::Value)?;
        let header = Header {
            kind: Kind::Snapshot,
            workspace: self.workspace(),
            device: self.device(),
            session: self.pen.session,
            seq: place.position,
            prev: place.chain.0,
            epoch: name.epoch,
            commitment: name.commitment,
            nonce: seal::draw(&mut self.random),
        };
        let key = self.vault.get(&name).ok_or(Malformed::Value)?;
        let sealed = key.seal(&header.nonce, &text, &header.encode(text.len() + TAG));
        header.finish(&sealed, &self.identity.device().signing)
    }
}
