//! What is inside a sealed snapshot: everything that counted when it was made, without the envelopes.
//!
//! A verdict is a function of all envelopes, also of old ones: a revocation that comes late may set aside what a snapshot covers,
//! and an adoption lets it count again. So a snapshot does not only say how far each session goes. It keeps of each envelope
//! what judging needs (name, place, what it builds on, how many changes), and whoever reads it judges as everybody else does.
//! What did not count, and what cannot be taken out of the document again, is in it whole.
//!
//! Layout: see docs/protocol.md, "Inside of a snapshot". Counts are four bytes and checked against what is at hand before
//! anything is allocated.

use plumbline_wire::certificate::{self, Certificate};
use plumbline_wire::codec::{Malformed, Reader, Writer};
use plumbline_wire::envelope::HEADER;
use plumbline_wire::id::{ItemId, SessionId};
use plumbline_wire::key::SIGNATURE;
use plumbline_wire::keyring::record::KeyName;
use plumbline_wire::mark::Mark;
use plumbline_wire::{item, limits};

use crate::seal::{TAG, padded};

/// The layout's version.
pub const VERSION: u8 = 1;
/// Largest inside: what fits a snapshot beside header, tag and signature.
pub const LIMIT: usize = limits::SNAPSHOT - HEADER - SIGNATURE - TAG;

/// The least that one of each takes.
const LEAST_SESSION: usize = 16 + 4 + 32 + 4;
const LEAST_STEP: usize = 32 + 4 + 2 + 4;
const DEPENDENCY: usize = 4 + 8;

/// The inside of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Inside<'a> {
    /// The certificates that sessions were opened with, and its author's, in order of their bytes.
    pub certificates: Vec<Certificate>,
    /// The data keys that envelopes were sealed with, in order.
    pub keys: Vec<KeyName>,
    /// Every session of which something counts, in order.
    pub sessions: Vec<Session>,
    /// Envelopes that are kept whole: what did not count, and steps that say so. Each after the one before it in its session.
    pub whole: Vec<&'a [u8]>,
    /// The document of what counts. Opaque.
    pub document: &'a [u8],
}

/// What counts of one session: everything up to a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its name.
    pub session: SessionId,
    /// Which certificate it was opened with.
    pub certificate: u32,
    /// The name of its opening.
    pub opening: ItemId,
    /// What follows: number 1, 2, …
    pub steps: Vec<Step>,
}

/// One envelope that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its name.
    pub item: ItemId,
    /// The data key it was sealed with, by its place in the list; [`Step::WHOLE`]: the envelope is among the whole ones.
    pub key: u32,
    /// What it builds on in other sessions: which one, by its place in the list, and the number there. In order.
    pub dependencies: Vec<(u32, u64)>,
    /// How many changes of its session are in it.
    pub changes: u32,
}

impl Step {
    /// Instead of a key: the envelope is kept whole, and says the rest itself.
    pub const WHOLE: u32 = u32::MAX;
}

impl Session {
    /// The last place that counts: the session's line in the version vector.
    #[must_use]
    pub fn last(&self) -> Mark {
        let item = self.steps.last().map_or(self.opening, |step| step.item);
        Mark { session: self.session, seq: self.steps.len() as u64, item }
    }

    /// The name of what is at a place.
    #[must_use]
    pub fn at(&self, seq: u64) -> Option<ItemId> {
        let Some(step) = seq.checked_sub(1) else { return Some(self.opening) };
        Some(self.steps.get(usize::try_from(step).ok()?)?.item)
    }
}

impl<'a> Inside<'a> {
    /// As padded bytes.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] when it fits no snapshot.
    pub fn encode(&self) -> Result<Vec<u8>, Malformed> {
        let mut out = Writer::with_capacity(self.document.len() + 4096);
        out.u8(VERSION);
        put_count(&mut out, self.certificates.len());
        for certificate in &self.certificates {
            out.raw(certificate.bytes());
        }
        put_count(&mut out, self.keys.len());
        for key in &self.keys {
            out.u32(key.epoch).raw(&key.commitment);
        }
        put_count(&mut out, self.sessions.len());
        for session in &self.sessions {
            out.raw(&session.session.0).u32(session.certificate).raw(&session.opening.0);
            put_count(&mut out, session.steps.len());
            for step in &session.steps {
                out.raw(&step.item.0).u32(step.key).list(&step.dependencies, |out, (session, seq)| {
                    out.u32(*session).u64(*seq);
                });
                out.u32(step.changes);
            }
        }
        put_count(&mut out, self.whole.len());
        for envelope in &self.whole {
            out.bytes(envelope);
        }
        out.bytes(self.document);
        let mut bytes = out.done();
        if bytes.len() > LIMIT {
            return Err(Malformed::TooLong { limit: LIMIT });
        }
        bytes.resize(padded(bytes.len()).min(LIMIT), 0);
        Ok(bytes)
    }

    /// Reads one. Certificates are checked; every number is one of something that is there.
    ///
    /// # Errors
    /// When it is not spelt as one.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        if bytes.len() > LIMIT {
            return Err(Malformed::TooLong { limit: LIMIT });
        }
        let mut reader = Reader::new(bytes);
        match reader.u8()? {
            VERSION => {}
            version => return Err(Malformed::Version { version }),
        }
        let certificates = many(&mut reader, certificate::LENGTH, limits::DEVICES, |reader| {
            Certificate::parse(reader.take(certificate::LENGTH)?).map_err(|_| Malformed::Value)
        })?;
        in_order(&certificates, |a, b| a.bytes() < b.bytes())?;
        let keys = many(&mut reader, 20, limits::RECORDS, |reader| {
            Ok(KeyName { epoch: reader.u32()?, commitment: reader.array()? })
        })?;
        in_order(&keys, |a, b| a < b)?;
        let sessions: Vec<Session> = many(&mut reader, LEAST_SESSION, limits::SESSIONS, |reader| {
            Ok(Session {
                session: SessionId(reader.array()?),
                certificate: index(reader.u32()?, certificates.len())?,
                opening: ItemId(reader.array()?),
                steps: many(reader, LEAST_STEP, usize::MAX, |reader| step(reader, keys.len()))?,
            })
        })?;
        in_order(&sessions, |a, b| a.session < b.session)?;
        for (place, session) in sessions.iter().enumerate() {
            for (other, seq) in session.steps.iter().flat_map(|step| &step.dependencies) {
                let on = sessions.get(*other as usize).filter(|_| *other as usize != place);
                on.and_then(|on| on.at(*seq)).ok_or(Malformed::Value)?;
            }
        }
        let whole = many(&mut reader, 4, usize::MAX, |reader| reader.bytes(item::LIMIT))?;
        let document = reader.bytes(LIMIT)?;
        if reader.take(reader.left())?.iter().any(|byte| *byte != 0) {
            return Err(Malformed::Value);
        }
        Ok(Self { certificates, keys, sessions, whole, document })
    }

    /// How far each session counts: what a snapshot covers, but for what is in it whole.
    pub fn marks(&self) -> impl Iterator<Item = Mark> + '_ {
        self.sessions.iter().map(Session::last)
    }
}

fn step(reader: &mut Reader<'_>, keys: usize) -> Result<Step, Malformed> {
    let item = ItemId(reader.array()?);
    let key = match reader.u32()? {
        Step::WHOLE => Step::WHOLE,
        key => index(key, keys)?,
    };
    let dependencies = reader.list(limits::DEPENDENCIES, DEPENDENCY, |reader| Ok((reader.u32()?, reader.u64()?)))?;
    in_order(&dependencies, |a, b| a < b)?;
    let changes = reader.u32()?;
    if key == Step::WHOLE && (changes > 0 || !dependencies.is_empty()) {
        return Err(Malformed::Value);
    }
    Ok(Step { item, key, dependencies, changes })
}

fn index(index: u32, count: usize) -> Result<u32, Malformed> {
    if (index as usize) < count { Ok(index) } else { Err(Malformed::Value) }
}

fn in_order<T>(list: &[T], less: impl Fn(&T, &T) -> bool) -> Result<(), Malformed> {
    if list.windows(2).all(|pair| less(&pair[0], &pair[1])) { Ok(()) } else { Err(Malformed::Order) }
}

fn put_count(out: &mut Writer, count: usize) {
    out.u32(u32::try_from(count).unwrap_or(u32::MAX));
}

/// A list whose number takes four bytes. What is left has to be long enough for all of them.
fn many<'a, T>(
    reader: &mut Reader<'a>,
    least: usize,
    limit: usize,
    mut read: impl FnMut(&mut Reader<'a>) -> Result<T, Malformed>,
) -> Result<Vec<T>, Malformed> {
    let count = reader.u32()? as usize;
    if count > limit {
        return Err(Malformed::TooLong { limit });
    }
    if count.saturating_mul(least) > reader.left() {
        return Err(Malformed::Truncated);
    }
    let mut entries = Vec::with_capacity(count);
    for _ in 0..count {
        entries.push(read(reader)?);
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use plumbline_wire::id::WorkspaceId;
    use plumbline_wire::key::{Secrets, SigningKey};
    use proptest::prelude::*;
    use zeroize::Zeroizing;

    fn inside() -> Inside<'static> {
        let device = Secrets::from_seed(&Zeroizing::new([2; 64]));
        let certificate = Certificate::issue(WorkspaceId([3; 16]), &SigningKey::from_seed(&[1; 32]), &device, 4);
        let step = |item, key, dependencies, changes| Step { item: ItemId([item; 32]), key, dependencies, changes };
        let session = |name, steps| Session {
            session: SessionId([name; 16]),
            certificate: 0,
            opening: ItemId([name; 32]),
            steps,
        };
        Inside {
            certificates: vec![certificate],
            keys: vec![KeyName { epoch: 1, commitment: [5; 16] }],
            sessions: vec![
                session(6, vec![step(7, 0, vec![], 3), step(8, Step::WHOLE, vec![], 0)]),
                session(9, vec![step(10, 0, vec![(0, 2)], 1)]),
            ],
            whole: vec![b"envelope"],
            document: b"document",
        }
    }

    #[test]
    fn round_trip() {
        let inside = inside();
        let bytes = inside.encode().expect("small");
        assert_eq!(Inside::parse(&bytes), Ok(inside.clone()));
        let last: Vec<(u64, ItemId)> = inside.marks().map(|mark| (mark.seq, mark.item)).collect();
        assert_eq!(last, [(2, ItemId([8; 32])), (1, ItemId([10; 32]))]);
        for cut in 0..bytes.len() {
            let _ = Inside::parse(&bytes[..cut]);
        }
    }

    #[test]
    fn numbers_of_what_is_not_there_are_refused() {
        let refused = |change: fn(&mut Inside<'_>)| {
            let mut inside = inside();
            change(&mut inside);
            Inside::parse(&inside.encode().expect("small")).is_err()
        };
        assert!(refused(|inside| inside.sessions[0].certificate = 1));
        assert!(refused(|inside| inside.sessions[0].steps[0].key = 1));
        assert!(refused(|inside| inside.sessions[1].steps[0].dependencies = vec![(0, 3)]));
        assert!(refused(|inside| inside.sessions[1].steps[0].dependencies = vec![(1, 0)]), "its own session");
        assert!(refused(|inside| inside.sessions[1].steps[0].dependencies = vec![(2, 0)]));
        assert!(refused(|inside| inside.sessions.swap(0, 1)));
        assert!(refused(|inside| inside.sessions[0].steps[1].changes = 1));
        assert!(!refused(|_| {}));
    }

    #[test]
    fn lengths_are_not_believed() {
        let lies = [&[VERSION][..], &u32::MAX.to_be_bytes()].concat();
        assert!(Inside::parse(&lies).is_err());
        let lies = [&[VERSION][..], &[0; 8], &150_000_u32.to_be_bytes()].concat();
        assert_eq!(Inside::parse(&lies), Err(Malformed::Truncated));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(mut bytes in prop::collection::vec(any::<u8>(), 1..400)) {
            let _ = Inside::parse(&bytes);
            bytes[0] = VERSION;
            let _ = Inside::parse(&bytes);
        }
    }
}
