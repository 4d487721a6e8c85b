//! Whether a document holds exactly what it should: the same changes by their hashes, of which each covers what it builds on. So the
//! same heads, and the same document.

use std::collections::BTreeSet;

use super::super::Peer;

impl Peer {
    pub(super) fn holds_exactly(&self, document: &[u8], payloads: &[Vec<u8>]) -> bool {
        let Ok(pieces) = self.inspect.split(document) else { return false };
        let mut names = BTreeSet::new();
        for payload in payloads.iter().filter(|payload| !payload.is_empty()) {
            let Ok(of_payload) = self.inspect.names(payload) else { return false };
            names.extend(of_payload);
        }
        let held: BTreeSet<[u8; 32]> = pieces.iter().map(|piece| piece.name).collect();
        held == names && held.len() == pieces.len()
    }
}
