//! Writing: payloads are gathered until it is quiet, then sealed and signed as the next envelope of this run's session.

use std::sync::Arc;

use plumbline_wire::codec::Malformed;
use plumbline_wire::envelope::{Envelope, Header, Kind};
use plumbline_wire::id::{ItemId, SessionId};
use plumbline_wire::key::VerifyKey;
use plumbline_wire::keyring::Standing;
use plumbline_wire::keyring::record::{KeyName, Role};
use plumbline_wire::limits;
use plumbline_wire::mark::Mark;

use super::{Effect, Own, Peer};
use crate::body::{Body, Witness, relay_tag};
use crate::graph::Verdict;
use crate::inspect::{Span, Unfit};
use crate::seal::{self, Random, TAG};

/// Largest payload of one envelope: what is left beside the most dependencies, the witness and the padding.
pub const PAYLOAD: usize = 220 * 1024;

/// Milliseconds of quiet after which a batch is sealed.
const QUIET: u64 = 150;
/// Milliseconds after which it is sealed although it is not quiet.
const LONGEST: u64 = 1000;

/// The session of this run.
pub(super) struct Pen {
    pub session: SessionId,
    nonce: [u8; 16],
    /// The last envelope; `None` before the session was opened, which is when something is written.
    tip: Option<Mark>,
    /// Number of the last change, in what is sealed or waits.
    end: u64,
    /// What waits, and the numbers of its changes as this peer counts them.
    batch: Vec<u8>,
    changes: Option<(u64, u64)>,
    last: u64,
    /// What counted when the last of the batch was written.
    heads: Vec<Mark>,
    quiet_at: u64,
    seal_by: u64,
    lost: bool,
}

/// Why a payload is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WriteProblem {
    /// This device may not write: a reader's link, a revoked one, or its grant has not come.
    #[error("this device may not write")]
    NotAWriter(Standing),
    /// The current data key is not at hand.
    #[error("the current data key is not at hand")]
    NoKey,
    /// Larger than [`PAYLOAD`].
    #[error("larger than {PAYLOAD} bytes")]
    TooLarge,
    /// Not by this session, or not the next change.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// What this session writes cannot count any more.
    #[error("this session is over")]
    SessionLost,
}

impl Pen {
    pub fn new(device: &VerifyKey, random: &mut Random) -> Self {
        let nonce = seal::draw(random);
        Self {
            session: SessionId::of(device, &nonce),
            nonce,
            tip: None,
            end: 0,
            batch: Vec::new(),
            changes: None,
            last: 0,
            heads: Vec::new(),
            quiet_at: 0,
            seal_by: 0,
            lost: false,
        }
    }

    pub fn is_due(&self, now: u64) -> bool {
        self.wake().is_some_and(|at| now >= at)
    }

    pub fn wake(&self) -> Option<u64> {
        self.changes.map(|_| self.quiet_at.min(self.seal_by))
    }
}

impl Peer {
    /// Takes changes that the document engine made in [`Peer::session`]. Two payloads put one behind the other are one payload.
    /// Returns the number that receipts call it by.
    ///
    /// # Errors
    /// When this device may not write, or the payload is not the next of its session. It is not kept then.
    pub fn write(&mut self, payload: &[u8], now: u64) -> Result<u64, WriteProblem> {
        if self.pen.lost {
            return Err(WriteProblem::SessionLost);
        }
        self.writing_key()?;
        if payload.len() > PAYLOAD {
            return Err(WriteProblem::TooLarge);
        }
        let last = match self.inspect.inspect(&self.pen.session.0, self.is_founder(), payload)? {
            Span::Changes { first, last } if Some(first) == self.pen.end.checked_add(1) && first <= last => last,
            _ => return Err(Unfit::Sequence.into()),
        };
        if self.pen.batch.len() + payload.len() > PAYLOAD {
            self.seal_batch();
        }
        let heads = self.graph.heads(&self.pen.session);
        let pen = &mut self.pen;
        pen.end = last;
        pen.last += 1;
        pen.batch.extend_from_slice(payload);
        let number = pen.last;
        match &mut pen.changes {
            Some((_, last)) => *last = number,
            none => {
                *none = Some((number, number));
                pen.seal_by = now.saturating_add(LONGEST);
            }
        }
        pen.heads = heads;
        pen.quiet_at = now.saturating_add(QUIET);
        self.finish(now);
        Ok(number)
    }

    /// Brings along what was written before the workspace was shared, by whoever wrote it: the founder's device only. The driver
    /// calls it with one whole payload after the other, each holding all that it builds on or coming after it.
    ///
    /// # Errors
    /// As [`Peer::write`].
    pub fn bring_along(&mut self, payload: &[u8], now: u64) -> Result<u64, WriteProblem> {
        if self.pen.lost {
            return Err(WriteProblem::SessionLost);
        }
        self.writing_key()?;
        if payload.len() > PAYLOAD {
            return Err(WriteProblem::TooLarge);
        }
        if self.inspect.inspect(&self.pen.session.0, self.is_founder(), payload)? != Span::Empty {
            return Err(Unfit::Sequence.into());
        }
        self.seal_batch();
        self.pen.heads = self.graph.heads(&self.pen.session);
        self.pen.batch.extend_from_slice(payload);
        self.pen.last += 1;
        self.pen.changes = Some((self.pen.last, self.pen.last));
        self.seal_batch();
        self.finish(now);
        Ok(self.pen.last)
    }

    /// Whether this device came by the founding link.
    #[must_use]
    pub fn is_founder(&self) -> bool {
        self.identity.certificate().link == self.keyring.genesis().root.verify
    }

    /// Seals what waits at once: the page is being closed, or the driver gathers by itself.
    pub fn flush(&mut self, now: u64) {
        self.seal_batch();
        self.finish(now);
    }

    /// Begins another session after [`Effect::SessionLost`]. The engine writes on under [`Peer::session`], from change 1.
    pub fn renew_session(&mut self, now: u64) {
        self.seal_batch();
        let last = self.pen.last;
        self.pen = Pen { last, ..Pen::new(&self.identity.certificate().device.verify, &mut self.random) };
        self.finish(now);
    }

    fn writing_key(&self) -> Result<KeyName, WriteProblem> {
        match self.standing() {
            Standing::Member(Role::Writer | Role::Admin) => {}
            standing => return Err(WriteProblem::NotAWriter(standing)),
        }
        let current = self.keyring.current().map(|epoch| epoch.key);
        current.filter(|key| self.vault.get(key).is_some()).ok_or(WriteProblem::NoKey)
    }

    /// Seals the batch, if there is one and it can be sealed; else it waits for the keyring to allow it.
    pub(super) fn seal_batch(&mut self) {
        let Some(changes) = self.pen.changes else { return };
        // Removed meanwhile: it is written all the same, set aside, and an administrator may adopt it. Without the current key
        // the one that it was written under has to do.
        let epochs = self.keyring.epochs().iter().rev().map(|epoch| epoch.key);
        let Some(key) = epochs.into_iter().find(|key| self.vault.get(key).is_some()) else { return };
        let heads = std::mem::take(&mut self.pen.heads);
        let batch = std::mem::take(&mut self.pen.batch);
        self.pen.changes = None;
        if self.pen.tip.is_none() {
            let (certificate, signing) = (self.identity.certificate(), &self.identity.device().signing);
            if let Ok((_, bytes)) = Header::open(certificate, &self.pen.nonce, signing) {
                self.append(bytes, None);
            }
        }
        // More heads than one envelope may name: empty envelopes take them in first.
        let mut groups: Vec<&[Mark]> = heads.chunks(limits::DEPENDENCIES).collect();
        let last = groups.pop().unwrap_or_default();
        for group in groups {
            if let Ok(bytes) = self.seal_next(group, &[], key) {
                self.append(bytes, None);
            }
        }
        if let Ok(bytes) = self.seal_next(last, &batch, key) {
            self.append(bytes, Some(changes));
        }
    }

    fn seal_next(&mut self, dependencies: &[Mark], payload: &[u8], name: KeyName) -> Result<Vec<u8>, Malformed> {
        let before = self.pen.tip.ok_or(Malformed::Value)?;
        let key = self.vault.get(&name).ok_or(Malformed::Value)?;
        // The relay that was read last: over time all of them are witnessed.
        let witness = self.logs.iter().filter(|(_, log)| log.place.position > 0).max_by_key(|(_, log)| log.read_at);
        let witness = witness.map(|(relay, log)| Witness { relay: relay_tag(relay), place: log.place });
        let text = Body { dependencies: dependencies.to_vec(), witness, payload }.encode();
        let header = Header {
            kind: Kind::Changes,
            workspace: self.workspace(),
            device: self.device(),
            session: self.pen.session,
            seq: before.seq + 1,
            prev: before.item.0,
            epoch: name.epoch,
            commitment: name.commitment,
            nonce: seal::draw(&mut self.random),
        };
        let sealed = key.seal(&header.nonce, &text, &header.encode(text.len() + TAG));
        header.finish(&sealed, &self.identity.device().signing)
    }

    /// Takes an own envelope in, as anybody's: it is stored, and leaves when it is durable.
    fn append(&mut self, bytes: Vec<u8>, changes: Option<(u64, u64)>) {
        let Ok(envelope) = Envelope::parse(&bytes) else { return };
        let mark = envelope.mark();
        self.pen.tip = Some(mark);
        // Only a copy of this device with the same randomness could have signed it before.
        if self.numbers.contains_key(&mark.item) {
            return;
        }
        let certificate = envelope.certificate().ok();
        let (graph, judge) = self.judge();
        let change = graph.add(&envelope, certificate, judge);
        self.own.insert(mark.item, Own { changes, ..Own::default() });
        self.arrived(mark.item, Arc::from(bytes));
        self.follow(&change, Some(&mark.item));
    }

    /// Whether the session still counts.
    pub(super) fn check_session(&mut self) {
        let Some(tip) = self.pen.tip else { return };
        if !self.pen.lost && self.verdict_of(&tip.item) != Some(Verdict::Accepted) {
            self.pen.lost = true;
            self.effects.push(Effect::SessionLost);
        }
    }

    fn verdict_of(&self, item: &ItemId) -> Option<Verdict> {
        self.graph.verdict(item)
    }
}
