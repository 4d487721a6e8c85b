//! Chunks forged by somebody who knows the format: any content, with the checksum that fits it.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use plumbline_core::document::Document;
use plumbline_core::document::guard::{walk, walk_own};
use plumbline_core::id::WorkspaceId;
use plumbline_core::time::Timestamp;
use sha2::{Digest, Sha256};

use super::open::{team, use_it};
use crate::tolerate;

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];

/// Loaded alone, added to a team, and kept by a store that was damaged: what passes is a document that can be used.
pub fn run(input: &[u8]) {
    let Some((kind, content)) = input.split_first() else { return };
    let bytes = forge(*kind % 4, content);
    drop(walk_own(&bytes));
    if walk(&bytes).is_err() {
        assert!(Document::check(&bytes).is_err());
        assert!(Document::load(&[&bytes], [9; 16]).is_err());
        return;
    }
    drop(tolerate::automerge(|| Document::check(&bytes)));
    for loaded in [
        tolerate::automerge(|| Document::load(&[&bytes], [9; 16])),
        tolerate::automerge(|| Document::load_what_fits(&[&small().save(), &bytes], [9; 16])),
    ] {
        if let Some(Ok(document)) = loaded {
            // Automerge may find out only now.
            tolerate::automerge(|| use_it(&document));
        }
    }
    let mut mine = team().clone();
    let before = (mine.snapshot().clone(), mine.heads());
    if let Some(Err(_)) = tolerate::automerge(|| mine.receive(&bytes)) {
        assert_eq!((mine.snapshot().clone(), mine.heads()), before, "a refusal leaves no trace");
    }
}

/// A chunk with a right checksum; kind 3 is a deflated change of the content.
fn forge(kind: u8, content: &[u8]) -> Vec<u8> {
    let mut deflated = Vec::new();
    if kind == 3 {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(content).expect("memory");
        deflated = encoder.finish().expect("memory");
    }
    let (tag, hashed_tag, stored) = match kind {
        3 => (2, 1, deflated.as_slice()),
        2 => (2, 2, content),
        kind => (kind, kind, content),
    };
    let mut hashed = vec![hashed_tag];
    length(&mut hashed, content.len());
    hashed.extend_from_slice(content);
    let mut bytes = [&MAGIC[..], &Sha256::digest(&hashed)[..4], &[tag]].concat();
    length(&mut bytes, stored.len());
    bytes.extend_from_slice(stored);
    bytes
}

fn length(bytes: &mut Vec<u8>, mut length: usize) {
    while length >= 0x80 {
        bytes.push(length as u8 & 0x7f | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
}

/// A workspace just made.
#[must_use]
pub fn small() -> Document {
    Document::create(WorkspaceId::from_bytes([1; 16]), "Team", false, Timestamp(1), [1; 16])
}

/// What is inside real chunks.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let content = |bytes: &[u8]| {
        let header = 9 + bytes[9..].iter().position(|byte| byte & 0x80 == 0).map_or(0, |at| at + 1);
        bytes[header..].to_vec()
    };
    let document = content(&small().save());
    let own = team().changes_since(&small().heads());
    let changes: Vec<Vec<u8>> = walk(&own)
        .map(|chunks| chunks.iter().map(|chunk| content(chunk.bytes)).filter(|content| content.len() < 1000).collect())
        .unwrap_or_default();
    let tagged = |tag: u8, content: &[u8]| [&[tag], content].concat();
    let mut seeds = vec![tagged(0, &document), tagged(0, &content(&team().save()))];
    for change in changes.iter().take(3) {
        seeds.extend([tagged(1, change), tagged(3, change)]);
    }
    seeds
}
