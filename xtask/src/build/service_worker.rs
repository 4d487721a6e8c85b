//! Writes the service worker: the list of everything a device keeps, and one version name made from all of it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::json;

use super::digest;
use super::html::Page;

/// Files that are published but that no visit needs: twins, icons of installed apps, licences.
const NOT_KEPT: [&str; 4] = ["br", "gz", "png", "txt"];

/// Fills in the template and tells the page where it is.
pub fn write(dist: &Path, retire: bool) -> Result<()> {
    let retired = fs::read_to_string(dist.join("sw-retired.js"))?;
    fs::remove_file(dist.join("sw-retired.js"))?;
    let template = fs::read_to_string(dist.join("sw.js"))?;
    if retire {
        return Ok(fs::write(dist.join("sw.js"), retired)?);
    }
    let mut page = Page::read(&dist.join("index.html"))?;
    page.append_to_head("<meta name=\"service-worker\" content=\"/sw.js\">")?;
    page.write(&dist.join("index.html"))?;

    let mut files = Vec::new();
    for path in kept(dist)? {
        let url = format!("/{}", path.to_string_lossy());
        let integrity = digest::integrity(&fs::read(dist.join(&path))?);
        files.push(json!({ "url": url, "integrity": integrity, "immutable": digest::is_hashed(&url) }));
    }
    let files = serde_json::to_string(&files)?;
    let version = digest::short((template.clone() + &files).as_bytes());
    let script = fill(&template, "const VERSION = \"development\";", &format!("const VERSION = \"{version}\";"))?;
    let script = fill(&script, "const FILES = [];", &format!("const FILES = {files};"))?;
    fs::write(dist.join("sw.js"), script).context("cannot write sw.js")
}

/// Everything a first visit downloads: what the device keeps, and the service worker itself.
pub fn first_visit(dist: &Path) -> Result<Vec<PathBuf>> {
    let mut files = kept(dist)?;
    files.push("sw.js".into());
    Ok(files)
}

fn kept(dist: &Path) -> Result<Vec<PathBuf>> {
    let mut files = super::compress::files(dist)?;
    files.retain(|file| {
        let extension = file.extension().unwrap_or_default().to_string_lossy();
        !NOT_KEPT.contains(&extension.as_ref()) && file != Path::new("sw.js")
    });
    Ok(files)
}

fn fill(template: &str, place: &str, value: &str) -> Result<String> {
    if template.matches(place).count() != 1 {
        bail!("public/sw.js must contain `{place}` once");
    }
    Ok(template.replace(place, value))
}
