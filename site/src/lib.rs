//! How the built app is served: what the browser is told it may do, which file answers a path, how long it may be kept.
//!
//! The relay, `cargo xtask serve` and the build share this, so that what is tested is what is deployed. Nothing here reads a
//! file: whoever serves has them on disk or in memory.

pub mod file;
pub mod policy;

use sha2::{Digest, Sha256};

/// Sixteen hexadecimal digits that stand for the content.
#[must_use]
pub fn short_hash(content: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(content))[..16].to_owned()
}

/// Whether a path's name carries a content hash, so that it never changes and may be cached for good.
#[must_use]
pub fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let Some((stem, _)) = name.rsplit_once('.') else { return false };
    stem.rsplit_once('-').is_some_and(|(_, hash)| {
        hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    })
}
