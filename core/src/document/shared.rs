//! What a shared workspace asks of its document: whose changes a payload holds, the history in payloads, a session's beginning.
//!
//! A payload is change chunks, one after the other. A session is an Automerge actor of 16 bytes.

use std::collections::BTreeSet;

use automerge::{ActorId, Change, ChangeHash};

use super::{Document, LoadProblem, MIGRATIONS, guard, section};
use crate::id::LeaderId;
use crate::time::Timestamp;

/// Why a payload may not count as a session's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotOfSession {
    /// It is no payload.
    #[error("cannot be read")]
    Unreadable,
    /// It holds a change by somebody else.
    #[error("names another author than its session")]
    Actor,
    /// Its changes do not follow one another.
    #[error("leaves out a change")]
    Sequence,
}

/// The sequence numbers of a payload's first and last change, if all are by this session; `None` when there are none.
///
/// With `brings_along`, a payload may instead hold changes by others only, and is then `None` too.
///
/// # Errors
/// When it may not count.
pub fn span_of(session: &[u8; 16], brings_along: bool, payload: &[u8]) -> Result<Option<(u64, u64)>, NotOfSession> {
    let changes = changes_in(payload).ok_or(NotOfSession::Unreadable)?;
    let own = changes.iter().filter(|change| change.actor_id().to_bytes() == session).count();
    if own == 0 && (changes.is_empty() || brings_along) {
        return Ok(None);
    }
    if own < changes.len() {
        return Err(NotOfSession::Actor);
    }
    if changes.windows(2).any(|pair| pair[0].seq().checked_add(1) != Some(pair[1].seq())) {
        return Err(NotOfSession::Sequence);
    }
    let ends = changes.first().zip(changes.last());
    Ok(ends.map(|(first, last)| (first.seq(), last.seq())))
}

/// A payload's name: SHA-256.
#[must_use]
pub fn name_of(payload: &[u8]) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    Sha256::digest(payload).into()
}

/// One change of a document that was taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The actor's bytes: a session, or what stood there before there were sessions.
    pub actor: Vec<u8>,
    /// Its number there.
    pub number: u64,
    /// The change's hash, which covers what it builds on.
    pub hash: [u8; 32],
    /// By itself, a payload.
    pub bytes: Vec<u8>,
}

/// Every change of a document of somebody else's, in an order in which each comes after what it builds on. Schema steps do not
/// count: every copy makes them. One chunk that is whole by itself, as [`compacted`] makes it, and nothing else.
///
/// # Errors
/// When it is no such thing.
pub fn apart(document: &[u8]) -> Result<Vec<Part>, LoadProblem> {
    let chunks = guard::walk(document)?;
    let [guard::Chunk { kind: guard::ChunkKind::Document, bytes }] = chunks[..] else {
        return Err(LoadProblem::NotAWorkspace);
    };
    let steps = steps();
    let changes = super::load_snapshot(bytes)?.get_changes(&[]);
    let own = changes.into_iter().filter(|change| !steps.contains(&change.hash()));
    Ok(own
        .map(|mut change| Part {
            actor: change.actor_id().to_bytes().to_vec(),
            number: change.seq(),
            hash: change.hash().0,
            bytes: change.bytes().to_vec(),
        })
        .collect())
}

/// The hashes of a payload's changes, without schema steps; `None` when it is no payload.
#[must_use]
pub fn hashes_of(payload: &[u8]) -> Option<Vec<[u8; 32]>> {
    let steps = steps();
    let hashes = changes_in(payload)?.iter().map(Change::hash).collect::<Vec<_>>();
    Some(hashes.into_iter().filter(|hash| !steps.contains(hash)).map(|hash| hash.0).collect())
}

fn steps() -> BTreeSet<ChangeHash> {
    MIGRATIONS.iter().filter_map(|step| step.hash.trim().parse().ok()).collect()
}

/// The document that payloads make, as bytes that [`apart`] takes apart again.
///
/// # Errors
/// As for [`Document::of_payloads`].
pub fn compacted(payloads: &[impl AsRef<[u8]>]) -> Result<Vec<u8>, LoadProblem> {
    Ok(Document::of_payloads(payloads, [0; 16])?.save())
}

fn changes_in(payload: &[u8]) -> Option<Vec<Change>> {
    let chunks = guard::walk(payload).ok()?;
    chunks
        .iter()
        .map(|chunk| match chunk.kind {
            guard::ChunkKind::Change => Change::from_bytes(chunk.bytes.to_vec()).ok(),
            guard::ChunkKind::Document => None,
        })
        .collect()
}

/// A document's changes in payloads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pieces {
    /// Each holds all that it builds on, or comes after it.
    pub payloads: Vec<Vec<u8>>,
    /// The sessions they were written in, as actors' bytes.
    pub sessions: BTreeSet<Vec<u8>>,
    /// The size of the largest change, if one did not fit.
    pub too_large: Option<usize>,
}

/// A document held against payloads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// What the document has and they have not.
    pub extra: Pieces,
    /// The payloads, by their place, that have something the document has not.
    pub lacking: Vec<usize>,
}

impl Document {
    /// Whoever writes from now on does so in this session: 16 bytes that were never used before. Who they are stays.
    pub fn begin_session(&mut self, session: [u8; 16]) {
        self.announced = false;
        self.doc.set_actor(ActorId::from(session));
    }

    /// Say who writes in this session before anything is written in it: others know the device from then on. Returns whether
    /// that had still to be said.
    pub fn introduce(&mut self, now: Timestamp) -> bool {
        if self.announced {
            return false;
        }
        let (session, who) = (self.session(), self.author.leader.map_or_else(String::new, |leader| leader.to_string()));
        !self.write(now, |writer| writer.set(&[section::SESSIONS, &session], who)).is_empty()
    }

    /// Who writes in this session, if the device belongs to somebody.
    #[must_use]
    pub const fn author(&self) -> Option<LeaderId> {
        self.author.leader
    }

    /// Whoever wrote in another copy writes in this one.
    pub fn take_author_of(&mut self, other: &Self) {
        self.author = other.author.clone();
    }

    /// The session of what is written now, as it stands in [`super::Snapshot::sessions`].
    #[must_use]
    pub fn session(&self) -> String {
        self.doc.get_actor().to_hex_string()
    }

    /// The document that payloads make, in any order; what builds on something that is not among them waits inside.
    ///
    /// # Errors
    /// When one is no payload, or when there is no workspace in them yet.
    pub fn of_payloads(payloads: &[impl AsRef<[u8]>], session: [u8; 16]) -> Result<Self, LoadProblem> {
        let steps = MIGRATIONS.iter().flat_map(|step| step.seed().get_changes(&[]));
        let steps: Vec<Vec<u8>> = steps.map(|change| change.raw_bytes().to_vec()).collect();
        let all: Vec<&[u8]> = steps.iter().map(Vec::as_slice).chain(payloads.iter().map(AsRef::as_ref)).collect();
        let document = Self::load_what_fits(&all, session)?;
        if document.snapshot.workspace.id.is_none() {
            return Err(LoadProblem::NotAWorkspace);
        }
        Ok(document)
    }

    /// Everything, in payloads of at most `limit` bytes.
    #[must_use]
    pub fn pieces(&self, limit: usize) -> Pieces {
        self.pieces_without(&BTreeSet::new(), limit)
    }

    /// Holds the document against payloads; what it has more comes in payloads of at most `limit` bytes. Schema steps do not
    /// count: every copy makes them.
    ///
    /// # Errors
    /// When one is no payload.
    pub fn compare(&self, payloads: &[impl AsRef<[u8]>], limit: usize) -> Result<Comparison, LoadProblem> {
        let mut known: BTreeSet<ChangeHash> =
            MIGRATIONS.iter().filter_map(|step| step.hash.trim().parse().ok()).collect();
        let mut lacking = Vec::new();
        for (place, payload) in payloads.iter().enumerate() {
            let mut lacks = false;
            for chunk in guard::walk_own(payload.as_ref())? {
                let change = Change::from_bytes(chunk.bytes.to_vec());
                let hash = change.map_err(|error| LoadProblem::Content(error.to_string()))?.hash();
                lacks |= self.doc.get_change_meta_by_hash(&hash).is_none();
                known.insert(hash);
            }
            if lacks {
                lacking.push(place);
            }
        }
        Ok(Comparison { extra: self.pieces_without(&known, limit), lacking })
    }

    fn pieces_without(&self, known: &BTreeSet<ChangeHash>, limit: usize) -> Pieces {
        let mut pieces = Pieces::default();
        let mut piece = Vec::new();
        for mut change in self.doc.get_changes(&[]) {
            if known.contains(&change.hash()) {
                continue;
            }
            pieces.sessions.insert(change.actor_id().to_bytes().to_vec());
            let bytes = change.bytes();
            if bytes.len() > limit {
                pieces.too_large = pieces.too_large.max(Some(bytes.len()));
            }
            if piece.len() + bytes.len() > limit && !piece.is_empty() {
                pieces.payloads.push(std::mem::take(&mut piece));
            }
            piece.extend_from_slice(&bytes);
        }
        if !piece.is_empty() {
            pieces.payloads.push(piece);
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Author;
    use crate::id::WorkspaceId;
    use crate::intent::{Intent, apply};

    const NOW: Timestamp = Timestamp(1_790_000_000_000);

    fn document() -> Document {
        Document::create(WorkspaceId::from_bytes([1; 16]), "Team", false, NOW, [7; 16])
    }

    fn rename(document: &mut Document, name: &str) -> Vec<u8> {
        let before = document.heads();
        apply(document, NOW, &Intent::RenameWorkspace { name: name.into() }).expect("allowed");
        document.changes_since(&before)
    }

    #[test]
    fn a_session_s_payload_names_its_places() {
        let mut document = document();
        document.begin_session([9; 16]);
        let first = rename(&mut document, "A");
        let second = rename(&mut document, "B");
        let both = [first.clone(), second.clone()].concat();
        assert_eq!(span_of(&[9; 16], false, &both), Ok(Some((1, 2))));
        assert_eq!(span_of(&[9; 16], false, &second), Ok(Some((2, 2))));
        assert_eq!(span_of(&[9; 16], false, &[]), Ok(None));
        assert_eq!(span_of(&[9; 16], false, &[second, first].concat()), Err(NotOfSession::Sequence));
        assert_eq!(span_of(&[8; 16], false, &both), Err(NotOfSession::Actor));
        assert_eq!(span_of(&[8; 16], true, &both), Ok(None), "brought along");
        assert_eq!(span_of(&[9; 16], false, &both[1..]), Err(NotOfSession::Unreadable));
        assert_eq!(span_of(&[9; 16], true, &document.save()), Err(NotOfSession::Unreadable), "changes only");
    }

    #[test]
    fn own_and_others_changes_do_not_go_into_one_payload() {
        let mut document = document();
        let before = rename(&mut document, "A");
        document.begin_session([9; 16]);
        let after = rename(&mut document, "B");
        let both = [before, after].concat();
        assert_eq!(span_of(&[9; 16], true, &both), Err(NotOfSession::Actor));
    }

    #[test]
    fn a_document_comes_apart_into_what_it_was_made_of() {
        let mut document = document();
        let created = document.pieces(1 << 20).payloads;
        document.begin_session([9; 16]);
        let named = rename(&mut document, "A");
        let payloads = [created.clone(), vec![named.clone()]].concat();
        let bytes = compacted(&payloads).expect("whole");
        let parts = apart(&bytes).expect("sound");
        let hashes: BTreeSet<[u8; 32]> =
            payloads.iter().flat_map(|payload| hashes_of(payload).expect("sound")).collect();
        assert_eq!(parts.iter().map(|part| part.hash).collect::<BTreeSet<_>>(), hashes);
        let of_session: Vec<u8> =
            parts.iter().filter(|part| part.actor == [9; 16]).flat_map(|part| part.bytes.clone()).collect();
        assert_eq!(span_of(&[9; 16], false, &of_session), Ok(Some((1, 1))));
        let again = Document::of_payloads(&parts.iter().map(|part| &part.bytes).collect::<Vec<_>>(), [1; 16]);
        assert_eq!(again.expect("whole").heads(), document.heads());
        assert!(apart(&named).is_err(), "changes are no document");
        assert!(apart(&[bytes.clone(), named].concat()).is_err(), "one chunk only");
        assert!(apart(&bytes[..bytes.len() - 1]).is_err());
    }

    #[test]
    fn pieces_make_the_same_document() {
        let mut document = document();
        document.set_author(Author::default(), [8; 16]);
        let known = rename(&mut document, "A");
        for n in 0..40 {
            rename(&mut document, &format!("Name {n}"));
        }
        let pieces = document.pieces(1000);
        assert!(pieces.payloads.len() > 2 && pieces.payloads.iter().all(|piece| piece.len() <= 1000));
        assert_eq!(pieces.too_large, None);
        let copy = Document::of_payloads(&pieces.payloads, [1; 16]).expect("whole");
        assert_eq!(Document::of_payloads(&[] as &[Vec<u8>], [1; 16]).err(), Some(LoadProblem::NotAWorkspace));
        assert_eq!(copy.heads(), document.heads());
        let rest = document.compare(&[known], 1000).expect("sound");
        assert!(rest.extra.payloads.concat().len() < pieces.payloads.concat().len() && rest.lacking.is_empty());
        let same = document.compare(&pieces.payloads, 1000).expect("sound");
        assert_eq!(same, Comparison::default());
        let mut ahead = Document::of_payloads(&pieces.payloads, [1; 16]).expect("whole");
        let news = rename(&mut ahead, "Newer");
        let behind = document.compare(&[pieces.payloads.concat(), news], 1000).expect("sound");
        assert_eq!(behind, Comparison { lacking: vec![1], ..Comparison::default() });
        assert!(document.pieces(10).too_large.is_some());
    }

    #[test]
    fn whoever_is_introduced_is_known_before_they_write_and_only_once() {
        let mut document = document();
        document.begin_session([9; 16]);
        let leader = LeaderId::from_bytes([3; LeaderId::BYTES]);
        document.set_author(Author { leader: Some(leader) }, [9; 16]);
        let before = document.heads();
        assert!(document.introduce(NOW));
        assert_eq!(
            document.snapshot().sessions.get(&document.session()).and_then(|session| session.leader),
            Some(leader)
        );
        assert_eq!(span_of(&[9; 16], false, &document.changes_since(&before)), Ok(Some((1, 1))));
        assert!(!document.introduce(NOW));
        rename(&mut document, "B");
        assert!(!document.introduce(NOW));
    }

    #[test]
    fn a_session_that_begins_says_who_writes() {
        let mut document = document();
        rename(&mut document, "A");
        document.begin_session([9; 16]);
        assert!(!document.snapshot().sessions.contains_key(&document.session()));
        rename(&mut document, "B");
        assert!(document.snapshot().sessions.contains_key(&document.session()));
    }
}
