//! The app's module in parts (`src/parts.rs`): one that a first look needs, and others that are fetched beside it.
//!
//! Splitting comes between the compiler and wasm-bindgen, and Trunk runs one after the other. So Trunk is handed this program
//! under wasm-bindgen's name: it splits the app's module first and lets everything else through.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};

use super::digest;
use crate::command::{command, find_along, run};
use crate::project;

/// Files of the app's parts begin like this.
pub const PART: &str = "plumbline-part-";
/// The part that neither a first look nor joining needs.
pub const PAGES: &str = "plumbline-part-pages";

/// What Trunk looks for, and what this program is called then.
const STAND_IN: &str = "wasm-bindgen";
/// Where the real one is.
const REAL: &str = "PLUMBLINE_WASM_BINDGEN";
/// The script that loads the parts, as the glue imports it.
const LOADER: &str = "./__wasm_split.js";
/// As the loader imports from the glue, whose part it becomes.
const GLUE: &str = "./plumbline.js";

/// Where the parts wait between Trunk's work and ours.
fn waiting() -> PathBuf {
    project::root().join("target/parts")
}

/// A `PATH` on which this program stands in for wasm-bindgen, and the variable that names the real one.
pub fn stand_in(path: &OsStr) -> Result<(OsString, (&'static str, PathBuf))> {
    let real = find_along(path, STAND_IN).context("wasm-bindgen is not where it was installed")?;
    let directory = project::root().join("target/stand-in");
    fs::create_dir_all(&directory)?;
    let name = format!("{STAND_IN}{}", std::env::consts::EXE_SUFFIX);
    fs::copy(std::env::current_exe()?, directory.join(name))?;
    fs::remove_dir_all(waiting()).ok();
    let path = std::env::join_paths(std::iter::once(directory).chain(std::env::split_paths(path)))?;
    Ok((path, (REAL, real)))
}

/// Whether this program was started as wasm-bindgen; then it does its work and says how it went.
pub fn stands_in() -> Option<Result<()>> {
    let name = PathBuf::from(std::env::args_os().next()?);
    (name.file_stem()? == STAND_IN).then(bindgen)
}

fn bindgen() -> Result<()> {
    let real = std::env::var_os(REAL).with_context(|| format!("{REAL} does not say where wasm-bindgen is"))?;
    let mut real = Command::new(real);
    for argument in std::env::args_os().skip(1) {
        let module = Path::new(&argument);
        if module.file_name() == Some(OsStr::new("plumbline.wasm")) {
            // What the parts take from the first one, and wasm-bindgen would leave out: its table of functions.
            real.arg("--keep-lld-exports").arg(split(module)?);
        } else {
            real.arg(argument);
        }
    }
    run(&mut real)
}

/// Splits the module and returns the first part, for wasm-bindgen.
fn split(module: &Path) -> Result<PathBuf> {
    let parts = waiting();
    fs::create_dir_all(&parts)?;
    let (input, first) = (fs::read(module)?, parts.join("plumbline.wasm"));
    let mut options = wasm_split_cli_support::Options::new(&input);
    options.output_dir = &parts;
    options.main_out_path = &first;
    options.main_module = GLUE;
    options.link_name = LOADER;
    wasm_split_cli_support::transform(options).map_err(|error| anyhow!("cannot split the app's module: {error:#}"))?;
    Ok(first)
}

/// Puts the parts beside the app, and their loader into its glue.
pub fn place(dist: &Path, glue: &Path, path: &OsStr) -> Result<()> {
    let parts = waiting();
    let loader = parts.join(LOADER);
    if !loader.is_file() {
        bail!("the app's module was not split: {} is missing", loader.display());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(&parts)? {
        let file = entry?.path();
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let Some(stem) = name.strip_suffix(".wasm").filter(|stem| *stem != "plumbline") else { continue };
        let placed = dist.join(format!("{PART}{}.wasm", stem.trim_start_matches("split_")));
        // As Trunk does with the first one (index.html).
        let options = ["-O2", "--strip-debug", "--strip-producers"];
        run(command("wasm-opt").env("PATH", path).args(options).arg("-o").arg(&placed).arg(&file))?;
        files.push((name, placed));
    }
    merge(glue, &fs::read_to_string(loader)?, &files)
}

/// Names the parts by their content, and makes their loader a piece of the glue: it asks for them with their integrity, and at once
/// where the address shows that they are needed.
fn merge(glue: &Path, loader: &str, files: &[(String, PathBuf)]) -> Result<()> {
    let mut loader = loader.to_owned();
    let mut take = |old: &str, new: &str| {
        if !loader.contains(old) {
            bail!("the parts' loader does not contain {old}");
        }
        loader = loader.replace(old, new);
        Ok(())
    };
    take(&format!("import {{ initSync }} from \"{GLUE}\";"), "")?;
    take("export const ", "const ")?;
    let mut known = BTreeMap::new();
    for (name, file) in files {
        let placed = digest::rename(file)?;
        let sum = digest::integrity(&fs::read(file.with_file_name(&placed))?);
        take(&format!("fetch(new URL(\"./{name}\", import.meta.url))"), &format!("part(\"/{placed}\")"))?;
        known.insert(format!("/{placed}"), sum);
    }
    let names: Vec<_> = loader.split("const ").filter_map(|rest| rest.split(' ').next()).collect();
    let names: Vec<_> = names.into_iter().filter(|name| name.starts_with("__wasm_split_load_")).collect();
    let head = include_str!("parts.js").replace("KNOWN", &serde_json::to_string(&known)?).replace("PAGES", PAGES);
    let merged = format!("const parts = (() => {{\n{head}{loader}\nreturn {{ {} }};\n}})();\n", names.join(", "));

    let text = fs::read_to_string(glue).with_context(|| format!("cannot read {}", glue.display()))?;
    let mut lines = Vec::new();
    let mut imported = Vec::new();
    for line in text.lines() {
        match line.strip_prefix("import * as ").and_then(|rest| rest.split_once(" from ")) {
            Some((name, from)) if from.contains(LOADER) => imported.push(name.to_owned()),
            _ => lines.push(line),
        }
    }
    if imported.is_empty() {
        bail!("the app's glue does not import {LOADER}");
    }
    let mut text = lines.join("\n") + "\n";
    // One import for each part, and all of them are the same.
    let given = format!("\"{LOADER}\": parts,");
    for (name, new) in imported.iter().zip(std::iter::once(given.as_str()).chain(std::iter::repeat(""))) {
        text = text.replace(&format!("\"{LOADER}\": {name},"), new);
    }
    Ok(fs::write(glue, merged + &text)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOADED: &str = "import { initSync } from \"./plumbline.js\";\n\
        const __chunk_3 = makeLoad(() => fetch(new URL(\"./chunk_3.wasm\", import.meta.url)), []);\n\
        export const __wasm_split_load_pages = makeLoad(() => fetch(new URL(\"./split_pages.wasm\", import.meta.url)), [__chunk_3]);\n";
    const GLUED: &str = "import * as import1 from \"./__wasm_split.js\"\nfunction imports() {\n    return {\n        \
        \"./__wasm_split.js\": import1,\n    };\n}\n";

    #[test]
    fn the_loader_becomes_a_piece_of_the_glue() {
        let directory = tempfile::tempdir().expect("a place to write");
        let at = |name: &str| directory.path().join(name);
        fs::write(at("glue.js"), GLUED).expect("written");
        let mut files = Vec::new();
        for (name, placed) in
            [("chunk_3.wasm", "plumbline-part-chunk_3.wasm"), ("split_pages.wasm", "plumbline-part-pages.wasm")]
        {
            fs::write(at(placed), name).expect("written");
            files.push((name.to_owned(), at(placed)));
        }
        merge(&at("glue.js"), LOADED, &files).expect("merged");
        let glue = fs::read_to_string(at("glue.js")).expect("there");
        assert!(!glue.contains("import *") && !glue.contains("export ") && !glue.contains("import.meta"), "{glue}");
        assert!(
            glue.contains("return { __wasm_split_load_pages };") && glue.contains("\"./__wasm_split.js\": parts,"),
            "{glue}"
        );
        for placed in fs::read_dir(directory.path()).expect("listed").flatten() {
            let name = placed.file_name().to_string_lossy().into_owned();
            assert!(
                name == "glue.js" || (digest::is_hashed(&name) && glue.contains(&format!("part(\"/{name}\")"))),
                "{name}"
            );
        }
    }

    #[test]
    fn a_loader_that_is_not_as_expected_fails_the_build() {
        let directory = tempfile::tempdir().expect("a place to write");
        let glue = directory.path().join("glue.js");
        fs::write(&glue, "no imports").expect("written");
        assert!(merge(&glue, LOADED, &[]).is_err());
        fs::write(&glue, GLUED).expect("written");
        assert!(merge(&glue, "something else", &[]).is_err());
    }
}
