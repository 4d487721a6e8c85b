//! Fonts get their content's hash into their names.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::digest;

/// Renames the fonts and returns old and new paths as pages and style sheets write them.
pub fn hash_fonts(dist: &Path) -> Result<Vec<(String, String)>> {
    let directory = dist.join("fonts");
    let mut renamed = Vec::new();
    for entry in fs::read_dir(&directory)? {
        let file = entry?.path();
        if file.extension().is_some_and(|extension| extension == "woff2") {
            let old = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let new = digest::rename(&file)?;
            renamed.push((format!("/fonts/{old}"), format!("/fonts/{new}")));
        }
    }
    renamed.sort();
    Ok(renamed)
}
