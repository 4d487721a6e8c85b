//! The Automerge document, and the only place that knows Automerge.
//!
//! A document is a tree of maps: section → entity → field. Every value is a register; when two people wrote one at the same
//! time both values stay visible in the [`Snapshot`] as claims, with their authors. Nothing but the settling of a person
//! removes a claim.

use automerge::{
    ActorId, Automerge, Change, LoadOptions, ObjId, OnPartialLoad, PatchLog, ROOT, ReadDoc, SaveOptions, TextEncoding,
    Value,
};

use crate::id::{LeaderId, WorkspaceId};
use crate::time::Timestamp;

pub mod guard;
mod keys;
mod read;
mod register;
mod schema;
mod sealed;
pub mod shared;
mod snapshot;
mod write;
mod written;

pub use register::{Claim, Register};
pub use schema::{MIGRATIONS, Migration, SCHEMA};
pub use snapshot::{
    AtClose, Ballot, LeaderRecord, PriorityRecord, RoundRecord, SealedBallot, SealingRecord, SessionRecord, Signature,
    Snapshot, WorkspaceRecord,
};
pub use write::{Write, Writer};

pub(crate) use keys::{field, section};
pub(crate) use sealed::written as written_sealed;

/// How Automerge counts characters in texts. Browsers count UTF-16 units, so positions from a text field can be used as
/// they are. Fixed here, never by a feature flag: two peers that count differently would diverge.
const TEXT_ENCODING: TextEncoding = TextEncoding::Utf16CodeUnit;

/// Why bytes could not become a document, or could not be added to one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadProblem {
    /// The chunk walk found something Plumbline never writes, or a checksum that does not fit.
    #[error(transparent)]
    Guard(#[from] guard::ChunkProblem),
    /// Automerge refused the content.
    #[error("the content is not a document: {0}")]
    Content(String),
    /// Loaded, and not a Plumbline workspace.
    #[error("the document is not a Plumbline workspace")]
    NotAWorkspace,
    /// The changes build on others that are not here.
    #[error("the changes build on {missing} others that are missing")]
    Gap {
        /// How many.
        missing: usize,
    },
}

/// Who writes in this session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Author {
    /// The leader this laptop belongs to, if it belongs to one.
    pub leader: Option<LeaderId>,
}

/// A workspace's document with its snapshot kept up to date.
#[derive(Debug, Clone)]
pub struct Document {
    doc: Automerge,
    snapshot: Snapshot,
    author: Author,
    /// Whether the document says who writes in this session.
    announced: bool,
}

impl Document {
    /// A new workspace. `actor` is drawn by the caller, fresh for every session that writes and never used again.
    #[must_use]
    pub fn create(workspace: WorkspaceId, name: &str, sample: bool, now: Timestamp, actor: [u8; 16]) -> Self {
        let mut doc = Automerge::new_with_encoding(TEXT_ENCODING);
        doc.set_actor(ActorId::from(actor));
        schema::apply_migrations(&mut doc);
        let snapshot = read::everything(&doc);
        let mut document = Self { doc, snapshot, author: Author::default(), announced: false };
        document.write(now, |writer| {
            writer.set(&[section::WORKSPACE, field::ID], workspace.to_string());
            writer.set(&[section::WORKSPACE, field::NAME], name);
            writer.set(&[section::WORKSPACE, field::SAMPLE], sample);
            writer.set(&[section::WORKSPACE, field::CREATED], now);
            writer.set(&[section::WORKSPACE, field::TOP], i64::from(crate::intent::limits::TOP_DEFAULT));
        });
        document
    }

    /// A document from chunks of bytes: a saved snapshot and later changes, in any order and with repeats.
    ///
    /// # Errors
    /// When a chunk is not what Plumbline writes, when changes are missing in between, or when it is no workspace.
    pub fn load(chunks: &[impl AsRef<[u8]>], actor: [u8; 16]) -> Result<Self, LoadProblem> {
        whole(Self::assemble(chunks, actor, guard::walk)?)
    }

    /// As [`Document::load`], from this device's own storage: faster, for only damage is looked for ([`guard::walk_own`]).
    ///
    /// # Errors
    /// As for [`Document::load`].
    pub fn load_own(chunks: &[impl AsRef<[u8]>], actor: [u8; 16]) -> Result<Self, LoadProblem> {
        whole(Self::assemble(chunks, actor, guard::walk_own)?)
    }

    /// The document, and how many changes it waits for.
    fn assemble(
        chunks: &[impl AsRef<[u8]>],
        actor: [u8; 16],
        walk: fn(&[u8]) -> Result<Vec<guard::Chunk<'_>>, guard::ChunkProblem>,
    ) -> Result<(Self, usize), LoadProblem> {
        let mut doc: Option<Automerge> = None;
        let mut changes: Vec<Change> = Vec::new();
        for bytes in chunks {
            for chunk in walk(bytes.as_ref())? {
                match chunk.kind {
                    guard::ChunkKind::Document if doc.is_none() => doc = Some(load_snapshot(chunk.bytes)?),
                    guard::ChunkKind::Document => {
                        let other = load_snapshot(chunk.bytes)?;
                        changes.extend(other.get_changes(&[]));
                    }
                    guard::ChunkKind::Change => changes.push(
                        Change::from_bytes(chunk.bytes.to_vec())
                            .map_err(|error| LoadProblem::Content(error.to_string()))?,
                    ),
                }
            }
        }
        let mut doc = doc.unwrap_or_else(|| Automerge::new_with_encoding(TEXT_ENCODING));
        doc.apply_changes(changes).map_err(|error| LoadProblem::Content(error.to_string()))?;
        if !schema::is_workspace(&doc) {
            return Err(LoadProblem::NotAWorkspace);
        }
        doc.set_actor(ActorId::from(actor));
        schema::apply_migrations(&mut doc);
        // Counted after the migrations: an edit may build on a step that is made anew at every loading and never stored.
        let missing = doc.get_missing_deps(&[]).len();
        let snapshot = read::everything(&doc);
        Ok((Self { doc, snapshot, author: Author::default(), announced: false }, missing))
    }

    /// As [`Document::load`], and what builds on missing changes is left waiting inside instead of refused: for reading back
    /// what is left of a damaged store.
    ///
    /// # Errors
    /// When not even a workspace is left.
    pub fn load_what_fits(chunks: &[impl AsRef<[u8]>], actor: [u8; 16]) -> Result<Self, LoadProblem> {
        Self::assemble(chunks, actor, guard::walk).map(|(document, _)| document)
    }

    /// Everything the document says, as plain values.
    #[must_use]
    pub const fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Say who writes from now on; returns whether that is somebody else than before. What was written in a session stays with
    /// who wrote it: another session begins here, under `actor`, drawn by the caller as for [`Document::create`].
    pub fn set_author(&mut self, author: Author, actor: [u8; 16]) -> bool {
        if self.author == author {
            return false;
        }
        self.author = author;
        // A session that has written nothing yet has nothing to keep.
        if std::mem::take(&mut self.announced) {
            self.doc.set_actor(ActorId::from(actor));
        }
        true
    }

    /// Add changes made elsewhere: any order, repeats welcome. Returns whether anything was new.
    ///
    /// # Errors
    /// When a chunk is not what Plumbline writes, or builds on changes that are not here (nothing visible changes then; the
    /// changes wait inside for what they build on).
    pub fn receive(&mut self, bytes: &[u8]) -> Result<bool, LoadProblem> {
        let mut changes = Vec::new();
        for chunk in guard::walk(bytes)? {
            match chunk.kind {
                guard::ChunkKind::Document => changes.extend(load_snapshot(chunk.bytes)?.get_changes(&[])),
                guard::ChunkKind::Change => changes.push(
                    Change::from_bytes(chunk.bytes.to_vec())
                        .map_err(|error| LoadProblem::Content(error.to_string()))?,
                ),
            }
        }
        let before = self.doc.get_heads();
        let mut log = PatchLog::active();
        if let Err(error) = self.doc.apply_changes_log_patches(changes, &mut log) {
            // However far it got, the snapshot shows what is there.
            self.snapshot = read::everything(&self.doc);
            return Err(LoadProblem::Content(error.to_string()));
        }
        let patches = self.doc.make_patches(&mut log);
        let mut touched = read::touched_by(&patches);
        written::mark(&self.doc, &self.doc.get_changes(&before), &mut touched);
        read::refresh(&self.doc, &mut self.snapshot, &touched);
        let missing = self.doc.get_missing_deps(&[]).len();
        if missing > 0 {
            return Err(LoadProblem::Gap { missing });
        }
        Ok(self.doc.get_heads() != before)
    }

    /// Everything another document has and this one does not. Returns whether anything was new.
    ///
    /// # Errors
    /// As for [`Document::receive`].
    pub fn merge(&mut self, other: &Self) -> Result<bool, LoadProblem> {
        self.receive(&other.save())
    }

    /// One compact chunk that holds everything, history included; not the changes that wait for others.
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        self.doc.save_with_options(SaveOptions { retain_orphans: false, ..SaveOptions::default() })
    }

    /// As [`Document::save`], followed by a chunk for each change that waits for others: what storage keeps, in case those
    /// are found one day.
    #[must_use]
    pub fn save_with_waiting(&self) -> Vec<u8> {
        self.doc.save()
    }

    /// Whether bytes can be read by themselves: whole, sound, of a kind Plumbline writes.
    ///
    /// # Errors
    /// At the first chunk that cannot.
    pub fn check(bytes: &[u8]) -> Result<(), LoadProblem> {
        for chunk in guard::walk(bytes)? {
            match chunk.kind {
                guard::ChunkKind::Document => drop(load_snapshot(chunk.bytes)?),
                guard::ChunkKind::Change => drop(
                    Change::from_bytes(chunk.bytes.to_vec())
                        .map_err(|error| LoadProblem::Content(error.to_string()))?,
                ),
            }
        }
        Ok(())
    }

    /// Whether another session wrote anything below a path that still stands.
    #[must_use]
    pub fn touched_by_others(&self, path: &[&str]) -> bool {
        let mut object = ROOT;
        for key in path {
            match self.doc.get(&object, *key) {
                Ok(Some((Value::Object(_), id))) => object = id,
                _ => return false,
            }
        }
        let mut open = vec![object];
        while let Some(object) = open.pop() {
            for key in self.doc.keys(&object) {
                for (value, id) in self.doc.get_all(&object, key.as_str()).unwrap_or_default() {
                    if matches!(&id, ObjId::Id(_, actor, _) if actor != self.doc.get_actor()) {
                        return true;
                    }
                    if value.is_object() {
                        open.push(id);
                    }
                }
            }
        }
        false
    }

    /// The changes made here since `heads`, as chunks that [`Document::receive`] takes.
    #[must_use]
    pub fn changes_since(&self, heads: &Heads) -> Vec<u8> {
        self.doc.get_changes(&heads.0).iter().flat_map(|change| change.raw_bytes().to_vec()).collect()
    }

    /// Where the document stands.
    #[must_use]
    pub fn heads(&self) -> Heads {
        Heads(self.doc.get_heads())
    }

    /// How many changes `self` holds that `other` does not.
    #[must_use]
    pub fn changes_ahead_of(&self, other: &Self) -> u64 {
        other.doc.get_changes_added(&self.doc).len() as u64
    }

    /// How many changes were recorded since the beginning.
    #[must_use]
    pub fn change_count(&self) -> u64 {
        self.doc.stats().num_changes
    }

    /// Short fingerprint such as "4F2A-91C0": equal on two devices exactly when they hold the same changes (but for one
    /// chance in four thousand million).
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.heads().fingerprint()
    }
}

/// The latest changes of a document: two documents with equal heads are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heads(Vec<automerge::ChangeHash>);

impl Heads {
    /// Short fingerprint of the heads; see [`Document::fingerprint`].
    #[must_use]
    pub fn fingerprint(&self) -> String {
        use sha2::{Digest, Sha256};
        let mut heads: Vec<_> = self.0.iter().map(|head| head.0).collect();
        heads.sort_unstable();
        let mut hash = Sha256::new();
        heads.iter().for_each(|head| hash.update(head));
        let hash = hash.finalize();
        format!("{:02X}{:02X}-{:02X}{:02X}", hash[0], hash[1], hash[2], hash[3])
    }
}

fn whole((document, missing): (Document, usize)) -> Result<Document, LoadProblem> {
    if missing == 0 { Ok(document) } else { Err(LoadProblem::Gap { missing }) }
}

fn load_snapshot(bytes: &[u8]) -> Result<Automerge, LoadProblem> {
    let options = LoadOptions::new().on_partial_load(OnPartialLoad::Error).text_encoding(TEXT_ENCODING);
    Automerge::load_with_options(bytes, options).map_err(|error| LoadProblem::Content(error.to_string()))
}

#[cfg(test)]
mod tests;
