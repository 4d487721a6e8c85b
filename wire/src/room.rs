//! A relay's judgement, without the relay: what may enter a workspace's log, and where. No input or output, no clock.
//!
//! How it is driven, by the real relay and by the simulated one:
//!
//! 1. [`Room::judge`] says whether an item may enter. The caller has looked up the item's name in its store first: a retry is
//!    answered with the first place, and nothing happens.
//! 2. [`Room::enter`] takes it in, in memory. Several may be judged and entered one after the other for one transaction.
//! 3. The caller stores the items at the places it was given, and acknowledges each **only after the commit is durable**.
//!    If the commit fails, memory is ahead of the store: the room is dropped and loaded again.
//!
//! Loading is [`Room::new`] or [`Room::restore`], then [`Room::replay`] for each stored item after that.

use std::collections::BTreeMap;

use crate::certificate::Certificate;
use crate::envelope::{Envelope, Kind};
use crate::genesis::Genesis;
use crate::id::{ItemId, SessionId};
use crate::item::Item;
use crate::key::{SIGNATURE, VerifyKey};
use crate::keyring::record::{KeyName, Record};
use crate::keyring::{Keyring, Permission, Standing, Taken};
use crate::limits;
use crate::mark::Mark;
use crate::refusal::Refusal;
use crate::statement::{self, Place};

mod snapshots;
mod summary;
#[cfg(test)]
mod tests;

pub use snapshots::{Endorsement, Prune, SnapshotAdmission};
pub use summary::SummaryProblem;

/// How much one workspace may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Bytes of all items in the log.
    pub workspace: u64,
    /// Bytes set aside for each device that was removed.
    pub removed: u64,
}

impl Default for Quota {
    fn default() -> Self {
        Self { workspace: limits::WORKSPACE_BYTES, removed: limits::REMOVED_BYTES }
    }
}

/// One workspace's log, as far as judging needs it.
#[derive(Debug, Clone)]
pub struct Room {
    keyring: Keyring,
    quota: Quota,
    base: Place,
    head: Place,
    bytes: u64,
    lines: BTreeMap<SessionId, Line>,
    /// By the hash of their bytes: a device that joined by two links has two.
    certificates: BTreeMap<ItemId, Certificate>,
    set_aside: BTreeMap<VerifyKey, u64>,
    snapshots: Vec<snapshots::Held>,
}

/// One session's line in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Line {
    device: VerifyKey,
    /// Which certificate it was opened with.
    certificate: ItemId,
    /// Number of the next envelope.
    next: u64,
    /// Name of the last one.
    tip: ItemId,
    /// What is below this number was absorbed by a snapshot.
    floor: u64,
    /// Conflicting envelopes kept as proof.
    evidence: usize,
}

/// Somebody who proved who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Their certificate.
    pub certificate: Certificate,
    /// How they stood when they came. Judging asks again.
    pub standing: Standing,
}

/// What is to be done with an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// It is in the log, there: acknowledge it again.
    Known(Place),
    /// It may enter.
    Fresh(Box<Admission>),
}

/// An item that may enter, and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// Its name.
    pub item: ItemId,
    /// Its place, if it enters next.
    pub place: Place,
    length: u64,
    what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Record(Record),
    Open { certificate: Certificate, session: SessionId, aside: bool },
    Next { session: SessionId, next: u64, aside: bool },
    Evidence { session: SessionId, aside: bool },
}

impl Room {
    /// The room of a workspace that was just founded.
    #[must_use]
    pub fn new(genesis: Genesis, quota: Quota) -> Self {
        let start = Place::start(&genesis.workspace());
        Self {
            keyring: Keyring::new(genesis),
            quota,
            base: start,
            head: start,
            bytes: 0,
            lines: BTreeMap::new(),
            certificates: BTreeMap::new(),
            set_aside: BTreeMap::new(),
            snapshots: Vec::new(),
        }
    }

    /// Lets somebody in who proved to `host`'s challenge who they are. Whoever was removed is let in too, to hand over what
    /// they wrote meanwhile; they are sent nothing (see [`Caller::may_read`]).
    ///
    /// # Errors
    /// When the proof does not hold, or the link was never granted, or its time is over by the relay's clock (`now`) and the
    /// device was not here before.
    pub fn greet(
        &self,
        certificate: &[u8],
        proof: &[u8; SIGNATURE],
        host: &VerifyKey,
        challenge: &[u8; 32],
        now: u64,
    ) -> Result<Caller, Refusal> {
        let certificate = Certificate::parse(certificate).map_err(|_| Refusal::Signature)?;
        if certificate.workspace != self.keyring.workspace() {
            return Err(Refusal::Workspace);
        }
        statement::check_proof(&certificate, host, challenge, proof).map_err(|_| Refusal::Signature)?;
        let standing = self.standing(&certificate, now);
        match Refusal::of_standing(standing) {
            None | Some(Refusal::Removed) => Ok(Caller { certificate, standing }),
            Some(refusal) => Err(refusal),
        }
    }

    /// How a device stands, by the relay's clock: who was here before a link expired stays.
    #[must_use]
    pub fn standing(&self, certificate: &Certificate, now: u64) -> Standing {
        let standing = self.keyring.standing(certificate);
        let known = self.certificates.contains_key(&ItemId::of(certificate.bytes()));
        match standing {
            Standing::Member(_) if !known => {
                self.keyring.link_standing(&certificate.link, now.saturating_sub(limits::EXPIRY_GRACE))
            }
            standing => standing,
        }
    }

    /// Judges an item. `known`: where the store has it already. `by`: who sends it; authors are checked in the item itself, so
    /// any member may bring what others wrote.
    ///
    /// # Errors
    /// When it may not enter; nothing changes.
    pub fn judge(&self, bytes: &[u8], known: Option<Place>, by: &Caller, now: u64) -> Result<Judgement, Refusal> {
        let item = Item::parse(bytes)?;
        if let Some(place) = known {
            return Ok(Judgement::Known(place));
        }
        if let Item::Envelope(envelope) = &item {
            envelope.verify().map_err(|_| Refusal::Signature)?;
            let removed = Refusal::of_standing(self.standing(&by.certificate, now)).is_some();
            if removed && envelope.header.device != by.certificate.device.verify {
                return Err(Refusal::Removed);
            }
        }
        self.admit(item, bytes.len() as u64, Some(now)).map(|admission| Judgement::Fresh(Box::new(admission)))
    }

    /// Takes an item in. The admission is the last judgement's, with nothing entered in between.
    pub fn enter(&mut self, admission: Admission) {
        self.head = admission.place;
        self.bytes = self.bytes.saturating_add(admission.length);
        let (item, length) = (admission.item, admission.length);
        let (session, aside) = match admission.what {
            // Judged in a copy before: it is taken again, with the same outcome.
            What::Record(record) => {
                let _ = self.keyring.take(record);
                return;
            }
            What::Open { certificate, session, aside } => {
                let (device, name) = (certificate.device.verify, ItemId::of(certificate.bytes()));
                let line = Line { device, certificate: name, next: 1, tip: item, floor: 0, evidence: 0 };
                self.lines.insert(session, line);
                self.certificates.insert(name, certificate);
                (session, aside)
            }
            What::Next { session, next, aside } => {
                if let Some(line) = self.lines.get_mut(&session) {
                    (line.next, line.tip) = (next, item);
                }
                (session, aside)
            }
            What::Evidence { session, aside } => {
                if let Some(line) = self.lines.get_mut(&session) {
                    line.evidence += 1;
                }
                (session, aside)
            }
        };
        if let Some(line) = self.lines.get(&session).filter(|_| aside) {
            let aside = self.set_aside.entry(line.device).or_default();
            *aside = aside.saturating_add(length);
        }
    }

    /// Takes in an item of the relay's own store, in the order of positions. Signatures of envelopes are not checked again.
    ///
    /// # Errors
    /// When it would not have been let in: then the store was damaged.
    pub fn replay(&mut self, bytes: &[u8]) -> Result<Place, Refusal> {
        let admission = self.admit(Item::parse(bytes)?, bytes.len() as u64, None)?;
        let place = admission.place;
        self.enter(admission);
        Ok(place)
    }

    /// `now` is absent for what was let in before.
    fn admit(&self, item: Item<'_>, length: u64, now: Option<u64>) -> Result<Admission, Refusal> {
        if now.is_some() && self.bytes.saturating_add(length) > self.quota.workspace {
            return Err(Refusal::Full);
        }
        let id = item.id();
        let what = match item {
            Item::Record(record) => {
                if self.keyring.would_take(&record)? == Taken::Known {
                    return Err(Refusal::Covered);
                }
                What::Record(record)
            }
            Item::Envelope(envelope) => self.admit_envelope(&envelope, now)?,
        };
        Ok(Admission { item: id, place: self.head.then(&id), length, what })
    }

    fn admit_envelope(&self, envelope: &Envelope<'_>, now: Option<u64>) -> Result<What, Refusal> {
        let header = &envelope.header;
        if header.workspace != self.keyring.workspace() {
            return Err(Refusal::Workspace);
        }
        let line = self.lines.get(&header.session);
        let opening = match header.kind {
            Kind::Open => Some(envelope.certificate().map_err(|_| Refusal::Signature)?),
            _ => None,
        };
        let certificate = match (&opening, line) {
            (Some(certificate), None) => certificate,
            (_, Some(line)) => self.certificates.get(&line.certificate).ok_or(Refusal::Gap)?,
            (None, None) => return Err(Refusal::Gap),
        };
        if certificate.device.verify != header.device {
            return Err(Refusal::Conflict);
        }
        let aside = self.may_stand(certificate, envelope, now)?;
        let held = self.set_aside.get(&header.device).copied().unwrap_or(0);
        let held = held.saturating_add(envelope.bytes().len() as u64);
        if now.is_some() && aside && held > self.quota.removed {
            return Err(Refusal::Full);
        }
        let session = header.session;
        let Some(line) = line else {
            let known = self.certificates.contains_key(&ItemId::of(certificate.bytes()));
            if self.lines.len() >= limits::SESSIONS || !known && self.certificates.len() >= limits::DEVICES {
                return Err(Refusal::Full);
            }
            return Ok(What::Open { certificate: certificate.clone(), session, aside });
        };
        if header.seq < line.floor {
            return Err(Refusal::Covered);
        }
        if header.seq > line.next {
            return Err(Refusal::Gap);
        }
        if header.seq == line.next && header.prev == line.tip.0 {
            return Ok(What::Next { session, next: line.next + 1, aside });
        }
        if line.evidence < limits::EVIDENCE { Ok(What::Evidence { session, aside }) } else { Err(Refusal::Conflict) }
    }

    /// Whether it is set aside. The relay goes by numbers where members go by names: it keeps, they judge.
    fn may_stand(&self, certificate: &Certificate, envelope: &Envelope<'_>, now: Option<u64>) -> Result<bool, Refusal> {
        let header = &envelope.header;
        if let Some(now) = now
            && !self.certificates.contains_key(&ItemId::of(certificate.bytes()))
        {
            match Refusal::of_standing(self.standing(certificate, now)) {
                None | Some(Refusal::Removed) => {}
                Some(refusal) => return Err(refusal),
            }
        }
        let key = KeyName { epoch: header.epoch, commitment: header.commitment };
        if header.epoch > 0 && !self.keyring.knows_key(&key) {
            return Err(Refusal::Epoch);
        }
        match self.keyring.permission(certificate, &header.session, header.seq, |_: &Mark| true) {
            Permission::Counts => Ok(false),
            Permission::SetAside => Ok(true),
            Permission::Refused(Standing::Member(_)) => Err(Refusal::Reader),
            Permission::Refused(standing) => Err(Refusal::of_standing(standing).unwrap_or(Refusal::Unknown)),
        }
    }

    /// Whether an envelope that is passed on and forgotten (presence, signalling) may be passed on: signed by the caller, for
    /// this workspace, and the caller is a member now.
    ///
    /// # Errors
    /// When it may not.
    pub fn pass_on(&self, bytes: &[u8], by: &Caller, now: u64) -> Result<(), Refusal> {
        let envelope = Envelope::parse(bytes)?;
        let header = &envelope.header;
        if header.workspace != self.keyring.workspace() {
            return Err(Refusal::Workspace);
        }
        if !matches!(header.kind, Kind::Ephemeral | Kind::Signal) {
            return Err(Refusal::Malformed);
        }
        if header.device != by.certificate.device.verify {
            return Err(Refusal::Signature);
        }
        Refusal::of_standing(self.standing(&by.certificate, now)).map_or(Ok(()), Err)?;
        envelope.verify().map_err(|_| Refusal::Signature)
    }

    /// What the log holds of every session, in order: the `Have` that lets a member send what is missing.
    #[must_use]
    pub fn marks(&self) -> Vec<Mark> {
        self.lines
            .iter()
            .map(|(session, line)| Mark { session: *session, seq: line.next - 1, item: line.tip })
            .collect()
    }

    /// Who may do what.
    #[must_use]
    pub const fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// Where the log begins.
    #[must_use]
    pub const fn base(&self) -> Place {
        self.base
    }

    /// Where the log ends.
    #[must_use]
    pub const fn head(&self) -> Place {
        self.head
    }

    /// Bytes of all items in the log.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Caller {
    /// Whether they are sent anything: the log, presence, snapshots.
    #[must_use]
    pub const fn may_read(&self) -> bool {
        matches!(self.standing, Standing::Member(_))
    }
}
