//! Looks at bytes before Automerge does.
//!
//! Automerge 0.12 panics on some hostile bytes, and in WebAssembly a panic ends the instance. The chunks of anything loaded
//! are therefore walked first: magic, length, checksum, only the kinds of chunk that Plumbline writes, and none that unfolds
//! to more than a workspace can hold. What gets past this (a forged chunk with a right checksum) can still make Automerge
//! panic; the engine is replaceable and the command line catches it.

use sha2::{Digest, Sha256};

mod unfold;

/// Automerge's chunk magic.
const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];

/// Kinds of chunk Plumbline writes: saved documents and plain or deflated changes, never bundles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChunkKind {
    /// A whole document, columnar.
    Document,
    /// One change.
    Change,
}

/// One chunk, header included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chunk<'a> {
    /// What it holds.
    pub kind: ChunkKind,
    /// The whole chunk.
    pub bytes: &'a [u8],
}

/// Why bytes are not chunks of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChunkProblem {
    /// Does not start like a chunk.
    #[error("not a document chunk at byte {at}")]
    Magic {
        /// Offset in the bytes walked.
        at: usize,
    },
    /// Ends before its length says.
    #[error("{missing} bytes are missing")]
    Truncated {
        /// How many bytes.
        missing: u64,
    },
    /// The checksum does not fit.
    #[error("the checksum does not match at byte {at}")]
    Checksum {
        /// Offset in the bytes walked.
        at: usize,
    },
    /// A kind of chunk Plumbline never writes.
    #[error("a chunk of kind {kind}, which Plumbline never writes")]
    Kind {
        /// Automerge's number for it.
        kind: u8,
    },
    /// A sound checksum around content that is none.
    #[error("a chunk whose content cannot be read")]
    Layout,
    /// A few bytes that stand for more than any workspace holds.
    #[error("a chunk that unfolds to more than any workspace holds")]
    Bomb,
}

/// The chunks that `bytes` consist of.
///
/// # Errors
/// At the first thing that is not a whole, sound chunk of a kind Plumbline writes.
pub fn walk(bytes: &[u8]) -> Result<Vec<Chunk<'_>>, ChunkProblem> {
    each(bytes, Some(unfold::Budget::default()))
}

/// The chunks that bytes of this device's own storage consist of: what is in there was walked when it came, or is of our own
/// making, so that only damage is looked for and not what it unfolds to.
///
/// # Errors
/// As for [`walk`].
pub fn walk_own(bytes: &[u8]) -> Result<Vec<Chunk<'_>>, ChunkProblem> {
    each(bytes, None)
}

fn each(bytes: &[u8], mut budget: Option<unfold::Budget>) -> Result<Vec<Chunk<'_>>, ChunkProblem> {
    let mut chunks = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let (chunk, length) = first(rest, at, budget.as_mut())?;
        chunks.push(chunk);
        at += length;
    }
    Ok(chunks)
}

fn first<'a>(
    rest: &'a [u8],
    at: usize,
    budget: Option<&mut unfold::Budget>,
) -> Result<(Chunk<'a>, usize), ChunkProblem> {
    let seen = rest.len().min(MAGIC.len());
    if rest[..seen] != MAGIC[..seen] {
        return Err(ChunkProblem::Magic { at });
    }
    // magic 4, checksum 4, kind 1, length 1…10
    let Some(kind) = rest.get(8) else {
        return Err(ChunkProblem::Truncated { missing: (10 - rest.len()) as u64 });
    };
    let (length, length_size) = leb128(&rest[9..]).ok_or(ChunkProblem::Truncated { missing: 1 })?;
    let header = 9 + length_size;
    let available = (rest.len() - header) as u64;
    if length > available {
        return Err(ChunkProblem::Truncated { missing: length - available });
    }
    // `length` fits: it is at most the number of bytes at hand.
    let end = header + usize::try_from(length).map_err(|_| ChunkProblem::Truncated { missing: length })?;
    let (content, checksum) = (&rest[header..end], &rest[4..8]);
    let sound = || Sha256::digest(&rest[8..end])[..4] == *checksum;
    let chunk_kind = match kind {
        0 if sound() => {
            budget.map_or(Ok(()), |budget| unfold::document(content, budget))?;
            ChunkKind::Document
        }
        1 if sound() => {
            budget.map_or(Ok(()), |budget| unfold::change(content, budget))?;
            ChunkKind::Change
        }
        // It carries the checksum of its inflated form.
        2 if unfold::deflated_change(content, checksum, budget.unwrap_or(&mut unfold::Budget::default()))? => {
            ChunkKind::Change
        }
        0..=2 => return Err(ChunkProblem::Checksum { at }),
        other => return Err(ChunkProblem::Kind { kind: *other }),
    };
    Ok((Chunk { kind: chunk_kind, bytes: &rest[..end] }, end))
}

fn leb128(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0_u64;
    for (index, byte) in bytes.iter().enumerate().take(10) {
        let part = u64::from(byte & 0x7f);
        value |= part.checked_shl(7 * index as u32).filter(|shifted| shifted >> (7 * index) == part)?;
        if byte & 0x80 == 0 {
            return Some((value, index + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::id::WorkspaceId;
    use crate::time::Timestamp;
    use proptest::prelude::*;

    fn saved() -> Vec<u8> {
        Document::create(WorkspaceId::from_bytes([1; 16]), "Team", false, Timestamp(1), [1; 16]).save()
    }

    #[test]
    fn what_we_write_passes() {
        let bytes = saved();
        assert_eq!(walk(&bytes).map(|chunks| chunks.len()), Ok(1));
        let twice = [bytes.clone(), bytes].concat();
        assert_eq!(walk(&twice).map(|chunks| chunks.len()), Ok(2));
    }

    #[test]
    fn every_cut_is_noticed() {
        let bytes = saved();
        for end in 1..bytes.len() {
            assert!(walk(&bytes[..end]).is_err(), "cut at {end}");
            assert_eq!(walk_own(&bytes[..end]), walk(&bytes[..end]));
        }
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let bytes = saved();
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            for walked in [walk(&damaged), walk_own(&damaged)] {
                assert!(walked.is_err() || damaged[8] != bytes[8], "bit {bit}");
            }
        }
    }

    #[test]
    fn bundles_are_refused_before_automerge_sees_them() {
        let mut bytes = saved();
        bytes[8] = 3;
        assert_eq!(walk(&bytes), Err(ChunkProblem::Kind { kind: 3 }));
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_walk_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = walk(&bytes);
            let _ = walk(&[&MAGIC[..], &bytes].concat());
            let _ = walk_own(&[&MAGIC[..], &bytes].concat());
        }
    }
}
