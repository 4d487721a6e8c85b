//! The two WebAssembly modules and the scripts that start them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::digest;
use super::html::{Page, attribute};

/// The engines: the one for a device by itself, and the one with a peer in it.
pub const ENGINES: [&str; 2] = ["plumbline-engine", SHARED_ENGINE];
/// Files of the engine with a peer begin like this.
pub const SHARED_ENGINE: &str = "plumbline-engine-shared";

/// Names the engines' files by content: module, then its glue, then the worker that imports it, then the page.
pub fn hash_engines(dist: &Path, page: &mut Page) -> Result<()> {
    let script = dist.join("engine-worker.js");
    let mut text = fs::read_to_string(&script).context("cannot read engine-worker.js")?;
    for engine in ENGINES {
        let module = digest::rename(&dist.join(format!("{engine}_bg.wasm")))?;
        let glue = substitute(&dist.join(format!("{engine}.js")), &format!("{engine}_bg.wasm"), &module)?;
        let import = format!("./{engine}.js");
        if !text.contains(&import) {
            bail!("engine-worker.js does not import {import}");
        }
        text = text.replace(&import, &format!("./{glue}"));
    }
    fs::write(&script, text)?;
    let worker = digest::rename(&script)?;
    let tag = page.tag("meta", &[("name", "engine-worker")])?.to_owned();
    page.replace(&tag, &format!("<meta name=\"engine-worker\" content=\"/{worker}\">"))
}

/// Names the script that runs before the first paint by its content.
pub fn hash_paint(dist: &Path, page: &mut Page) -> Result<()> {
    let tag = page.tag("script", &[("src", "/paint.js")])?.to_owned();
    let script = digest::rename(&dist.join("paint.js"))?;
    let sum = digest::integrity(&fs::read(dist.join(&script))?);
    page.replace(&tag, &format!("<script src=\"/{script}\" integrity=\"{sum}\">"))
}

/// The app's script, under the name that Trunk gave it.
pub fn glue(dist: &Path) -> Result<PathBuf> {
    let page = Page::read(&dist.join("index.html"))?;
    let script = page.tag("script", &[("src", "/boot.js")])?;
    let glue = attribute(script, "data-module").context("the boot script has no data-module")?;
    Ok(beside(dist, glue))
}

/// Names the app's files by content and asks for its script early, each with its integrity.
pub fn hash_app(dist: &Path, page: &mut Page) -> Result<()> {
    let script = page.tag("script", &[("src", "/boot.js")])?.to_owned();
    let path =
        |name| attribute(&script, name).with_context(|| format!("the boot script has no {name}")).map(str::to_owned);
    let (old_glue, old_module) = (path("data-module")?, path("data-wasm")?);
    for old in [&old_glue, &old_module] {
        let tag = page.tag("link", &[("href", old)])?.to_owned();
        page.replace(&tag, "")?;
    }
    let (glue_file, module_file) = (beside(dist, &old_glue), beside(dist, &old_module));
    let unhashed = dist.join("plumbline_bg.wasm");
    fs::rename(&module_file, &unhashed)?;
    let module = digest::rename(&unhashed)?;
    let unhashed = dist.join("plumbline.js");
    fs::rename(&glue_file, &unhashed)?;
    let glue = substitute(&unhashed, "plumbline_bg.wasm", &module)?;
    let direct = digest::rename(&dist.join("direct.js"))?;
    let boot = substitute(&dist.join("boot.js"), "direct.js", &direct)?;

    let integrity = |name: &str| Ok::<_, anyhow::Error>(digest::integrity(&fs::read(dist.join(name))?));
    let (glue_sum, module_sum, boot_sum) = (integrity(&glue)?, integrity(&module)?, integrity(&boot)?);
    // The module itself is asked for when the first picture is there (public/boot.js).
    page.append_to_head(&format!("<link rel=\"modulepreload\" href=\"/{glue}\" integrity=\"{glue_sum}\">"))?;
    page.replace(
        &script,
        &format!(
            "<script type=\"module\" src=\"/{boot}\" integrity=\"{boot_sum}\" data-module=\"/{glue}\" \
             data-wasm=\"/{module}\" data-integrity=\"{module_sum}\">"
        ),
    )
}

/// Puts `new` for every `old` in the file, then names the file by its content.
fn substitute(file: &Path, old: &str, new: &str) -> Result<String> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    if !text.contains(old) {
        bail!("{} does not mention {old}", file.display());
    }
    fs::write(file, text.replace(old, new))?;
    digest::rename(file)
}

fn beside(dist: &Path, path: &str) -> PathBuf {
    dist.join(path.trim_start_matches('/'))
}
