//! Names and integrity values made from content.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use data_encoding::BASE64;
use sha2::{Digest, Sha256};

pub use plumbline_site::{is_hashed, short_hash as short};

/// A value for `integrity` attributes.
pub fn integrity(content: &[u8]) -> String {
    format!("sha256-{}", BASE64.encode(&Sha256::digest(content)))
}

/// Moves `directory/stem.extension` to a name with its content's hash and returns that name.
pub fn rename(file: &Path) -> Result<String> {
    let content = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let renamed = hashed(file, &content)?;
    fs::rename(file, &renamed)?;
    name(&renamed)
}

/// The path `file` has once its content's hash is part of its name.
pub fn hashed(file: &Path, content: &[u8]) -> Result<PathBuf> {
    let stem = file.file_stem().and_then(|stem| stem.to_str()).context("a file without a name")?;
    let extension = file.extension().and_then(|extension| extension.to_str()).context("a file without an extension")?;
    Ok(file.with_file_name(format!("{stem}-{}.{extension}", short(content))))
}

fn name(file: &Path) -> Result<String> {
    Ok(file.file_name().and_then(|name| name.to_str()).context("a file name that is not text")?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hashed_name_is_known_again() {
        let path = hashed(Path::new("dist/app.js"), b"content").expect("has a name");
        assert!(is_hashed(&path.to_string_lossy()), "{path:?}");
        for other in ["/app.js", "/app-1234.js", "/snippets/a-0123456789abcdef/inline0.js", "/x-0123456789ABCDEF.js"] {
            assert!(!is_hashed(other), "{other}");
        }
    }

    #[test]
    fn integrity_is_what_browsers_compute() {
        // From `printf "alert('Hello, world.');" | openssl dgst -sha256 -binary | base64`.
        let expected = "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=";
        assert_eq!(integrity(b"alert('Hello, world.');"), expected);
    }
}
