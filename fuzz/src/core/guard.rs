//! The walk over the chunks of anything that is loaded.

use plumbline_core::document::guard::{ChunkProblem, walk, walk_own};

use super::open::team;

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];

/// Chunks cover the bytes without a gap; what the careful walk lets pass the quick one does too, with the same chunks.
pub fn run(input: &[u8]) {
    check(input);
    check(&[&MAGIC[..], input].concat());
}

fn check(bytes: &[u8]) {
    let own = walk_own(bytes);
    match walk(bytes) {
        Ok(chunks) => {
            let all: Vec<u8> = chunks.iter().flat_map(|chunk| chunk.bytes.to_vec()).collect();
            assert_eq!(all, bytes, "nothing is passed over");
            assert_eq!(own, Ok(chunks));
        }
        Err(ChunkProblem::Bomb | ChunkProblem::Layout) => {}
        problem @ Err(_) => assert_eq!(own, problem),
    }
}

/// A document, and changes behind it.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let small = super::chunk::small();
    let changes = team().changes_since(&small.heads());
    vec![small.save(), changes.into_iter().take(2000).collect()]
}
