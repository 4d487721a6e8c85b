//! The workspace file: the whole document, history included, in one checked piece.
//!
//! Layout: `PLUMBLIN` (8 bytes) · version (1) · length of the content (8, little-endian) · SHA-256 of the content (32) ·
//! content (an Automerge document). The hash tells accidental damage apart from a file that was never ours.

use sha2::{Digest, Sha256};

use crate::bridge::FileProblem;
use crate::document::guard::{self, ChunkKind, ChunkProblem};
use crate::document::{Document, LoadProblem};

const MAGIC: &[u8; 8] = b"PLUMBLIN";
const VERSION: u8 = 1;
const HEADER: usize = 8 + 1 + 8 + 32;

/// Largest file that is opened: far above any real workspace, far below what a browser tab can hold.
pub const MOST_MEGABYTES: u32 = 64;

/// The file's ending.
pub const EXTENSION: &str = "plumbline";

/// The document as a file.
#[must_use]
pub fn write(document: &Document) -> Vec<u8> {
    let content = document.save();
    let mut bytes = Vec::with_capacity(HEADER + content.len());
    bytes.extend_from_slice(MAGIC);
    bytes.push(VERSION);
    bytes.extend_from_slice(&(content.len() as u64).to_le_bytes());
    bytes.extend_from_slice(&Sha256::digest(&content));
    bytes.extend_from_slice(&content);
    bytes
}

/// The document in a file. `actor` is drawn by the caller, as for [`Document::load`].
///
/// Automerge may panic on content forged on purpose (see [`guard`]); callers that must go on run this where a panic can be
/// caught or the instance replaced.
///
/// # Errors
/// Whatever is wrong with the file, in words for the person who chose it.
pub fn read(bytes: &[u8], actor: [u8; 16]) -> Result<Document, FileProblem> {
    let content = check(bytes)?;
    let chunks = guard::walk(content).map_err(|problem| match problem {
        ChunkProblem::Truncated { missing } => FileProblem::Truncated { missing },
        _ => FileProblem::Hostile,
    })?;
    if !matches!(chunks.as_slice(), [chunk] if chunk.kind == ChunkKind::Document) {
        return Err(FileProblem::Hostile);
    }
    let document = Document::load(&[content], actor).map_err(|problem| match problem {
        LoadProblem::NotAWorkspace => FileProblem::NotOurs,
        LoadProblem::Guard(_) | LoadProblem::Content(_) | LoadProblem::Gap { .. } => FileProblem::Hostile,
    })?;
    if document.snapshot().workspace.id.is_none() {
        return Err(FileProblem::NotOurs);
    }
    Ok(document)
}

/// The content of a file whose header and hash are sound.
fn check(bytes: &[u8]) -> Result<&[u8], FileProblem> {
    if bytes.is_empty() {
        return Err(FileProblem::Empty);
    }
    if bytes.len() > MOST_MEGABYTES as usize * 1_000_000 {
        return Err(FileProblem::TooLarge { limit_mb: MOST_MEGABYTES });
    }
    let magic = &bytes[..bytes.len().min(MAGIC.len())];
    if magic != &MAGIC[..magic.len()] {
        return Err(FileProblem::NotOurs);
    }
    match bytes.get(8) {
        Some(version) if *version > VERSION => return Err(FileProblem::Newer),
        Some(version) if *version < VERSION => return Err(FileProblem::Damaged),
        _ => {}
    }
    let (Some(length), Some(hash), Some(content)) = (bytes.get(9..17), bytes.get(17..HEADER), bytes.get(HEADER..))
    else {
        return Err(FileProblem::Truncated { missing: (HEADER - bytes.len()) as u64 });
    };
    let mut length_bytes = [0; 8];
    length_bytes.copy_from_slice(length);
    let length = u64::from_le_bytes(length_bytes);
    let available = content.len() as u64;
    if length > available && length <= u64::from(MOST_MEGABYTES) * 1_000_000 {
        return Err(FileProblem::Truncated { missing: length - available });
    }
    if length != available || Sha256::digest(content)[..] != *hash {
        return Err(FileProblem::Damaged);
    }
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::WorkspaceId;
    use crate::time::Timestamp;
    use proptest::prelude::*;

    const ACTOR: [u8; 16] = [9; 16];

    fn team() -> Document {
        Document::create(WorkspaceId::from_bytes([1; 16]), "Nordwind", false, Timestamp(1), [1; 16])
    }

    #[test]
    fn out_and_in_again_has_the_same_fingerprint() {
        let document = team();
        let back = read(&write(&document), ACTOR).expect("our own file");
        assert_eq!(back.fingerprint(), document.fingerprint());
        assert_eq!(back.snapshot(), document.snapshot());
    }

    #[test]
    fn each_fault_has_its_own_words() {
        let good = write(&team());
        let check = |bytes: &[u8], expected: FileProblem| assert_eq!(read(bytes, ACTOR).err(), Some(expected));
        check(b"", FileProblem::Empty);
        check(b"leader,1,2,3", FileProblem::NotOurs);
        check(b"%PDF-1.7", FileProblem::NotOurs);
        check(&good[..5], FileProblem::Truncated { missing: (HEADER - 5) as u64 });
        check(&good[..good.len() - 7], FileProblem::Truncated { missing: 7 });
        check(&[&good[..], b"x"].concat(), FileProblem::Damaged);
        let mut newer = good.clone();
        newer[8] = 2;
        check(&newer, FileProblem::Newer);
        check(&[good.clone(), vec![0; 64_000_001]].concat(), FileProblem::TooLarge { limit_mb: 64 });
    }

    #[test]
    fn every_flipped_bit_is_refused() {
        let good = write(&team());
        for bit in 0..good.len() * 8 {
            let mut damaged = good.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(read(&damaged, ACTOR).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn sound_checksums_do_not_make_strange_content_acceptable() {
        let wrap = |content: &[u8]| {
            let mut bytes = write(&team());
            bytes.truncate(HEADER);
            bytes[9..17].copy_from_slice(&(content.len() as u64).to_le_bytes());
            bytes[17..HEADER].copy_from_slice(&Sha256::digest(content));
            bytes.extend_from_slice(content);
            bytes
        };
        assert_eq!(read(&wrap(b""), ACTOR).err(), Some(FileProblem::Hostile));
        assert_eq!(read(&wrap(b"not chunks"), ACTOR).err(), Some(FileProblem::Hostile));
        let stranger = automerge::Automerge::new().save();
        assert_eq!(read(&wrap(&stranger), ACTOR).err(), Some(FileProblem::NotOurs));
        let mut bundle = team().save();
        bundle[8] = 3;
        assert_eq!(read(&wrap(&bundle), ACTOR).err(), Some(FileProblem::Hostile));
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_header_check_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = check(&bytes);
            let _ = check(&[&MAGIC[..], &bytes].concat());
        }
    }
}
