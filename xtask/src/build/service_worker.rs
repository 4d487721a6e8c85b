//! Writes the service worker: the list of everything a device keeps, and one version name made from all of it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::json;

use super::digest;
use super::entry::{ENGINES, SHARED_ENGINE};
use super::html::Page;
use super::split::{PAGES, PART};

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

    let list = |paths: Vec<PathBuf>| {
        let mut files = Vec::new();
        for path in paths {
            let url = format!("/{}", path.to_string_lossy());
            let integrity = digest::integrity(&fs::read(dist.join(&path))?);
            files.push(json!({ "url": url, "integrity": integrity, "immutable": digest::is_hashed(&url) }));
        }
        Ok::<_, anyhow::Error>(serde_json::to_string(&files)?)
    };
    let (files, more) = (list(kept(dist)?)?, list(for_sharing(dist)?)?);
    let version = digest::short((template.clone() + &files + &more).as_bytes());
    let script = fill(&template, "const VERSION = \"development\";", &format!("const VERSION = \"{version}\";"))?;
    let script = fill(&script, "const FILES = [];", &format!("const FILES = {files};"))?;
    let script = fill(&script, "const MORE = [];", &format!("const MORE = {more};"))?;
    fs::write(dist.join("sw.js"), script).context("cannot write sw.js")
}

/// What a first visit downloads until the start page can be used: what the device keeps without the parts that follow, and the
/// service worker itself.
pub fn first_visit(dist: &Path) -> Result<Vec<PathBuf>> {
    let mut files = kept(dist)?;
    files.retain(|file| !begins(file, PART));
    files.push("sw.js".into());
    Ok(files)
}

/// What a first visit by a link downloads until one can say who one is: the other engine instead of the one for a device by itself,
/// and the parts for coming in.
pub fn first_visit_by_link(dist: &Path) -> Result<Vec<PathBuf>> {
    let mut files = first_visit(dist)?;
    files.retain(|file| !begins(file, ENGINES[0]));
    files.extend(for_sharing(dist)?);
    files.extend(kept(dist)?.into_iter().filter(|file| begins(file, PART) && !begins(file, PAGES)));
    Ok(files)
}

/// What follows in the background after a first visit's start page, so that every screen is here without a network.
pub fn afterwards(dist: &Path) -> Result<Vec<PathBuf>> {
    let mut files = kept(dist)?;
    files.retain(|file| begins(file, PART));
    Ok(files)
}

fn begins(file: &Path, with: &str) -> bool {
    file.to_string_lossy().starts_with(with)
}

fn kept(dist: &Path) -> Result<Vec<PathBuf>> {
    let mut files = published(dist)?;
    files.retain(|file| !is_for_sharing(file));
    Ok(files)
}

/// What is kept by devices that share a workspace only.
fn for_sharing(dist: &Path) -> Result<Vec<PathBuf>> {
    let mut files = published(dist)?;
    files.retain(|file| is_for_sharing(file));
    Ok(files)
}

fn is_for_sharing(file: &Path) -> bool {
    begins(file, SHARED_ENGINE)
}

fn published(dist: &Path) -> Result<Vec<PathBuf>> {
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
