//! The workspace file, as somebody chooses it: any bytes, and any content in a file that is right around it.

use plumbline_core::document::Document;
use plumbline_core::file::{read, write};
use sha2::{Digest, Sha256};

use super::chunk::small;
use super::open::{use_it, write_it};
use crate::tolerate;

/// Before the content: magic, version, length, hash.
const HEADER: usize = 8 + 1 + 8 + 32;

/// A file that opens can be used, written and opened again.
pub fn run(input: &[u8]) {
    open(input);
    let mut wrapped = b"PLUMBLIN\x01".to_vec();
    wrapped.extend_from_slice(&(input.len() as u64).to_le_bytes());
    wrapped.extend_from_slice(&Sha256::digest(input));
    wrapped.extend_from_slice(input);
    open(&wrapped);
}

fn open(bytes: &[u8]) {
    if let Some(Ok(document)) = tolerate::automerge(|| read(bytes, [7; 16])) {
        tolerate::automerge(|| {
            use_it(&document);
            write_it(&document);
        });
    }
}

/// A file, its content alone, and two documents in one.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let content = small().save();
    let stranger = Document::load(&[&content], [2; 16]).map(|document| write(&document)).unwrap_or_default();
    vec![write(&small()), content.clone(), [content.clone(), content].concat(), stranger[..HEADER].to_vec()]
}
