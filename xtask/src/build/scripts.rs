//! Scripts without their comments and long names: what they say is in the repository.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::command::{command, run};

/// The scripts that can be made small before they are named by their content. The service worker is filled in later, and what its
/// empty lists lead to would be left out until then.
pub fn of(dist: &Path) -> Result<Vec<PathBuf>> {
    let mut scripts = Vec::new();
    for entry in fs::read_dir(dist).with_context(|| format!("cannot read {}", dist.display()))? {
        let file = entry?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if file.extension() == Some(OsStr::new("js")) && !name.starts_with("sw") {
            scripts.push(file);
        }
    }
    Ok(scripts)
}

/// Makes one small, in its place.
pub fn minify(script: &Path, path: &OsStr) -> Result<()> {
    let mut esbuild = command("esbuild");
    esbuild.env("PATH", path).args(["--minify", "--log-level=error", "--allow-overwrite", "--target=es2022"]);
    let mut outfile = std::ffi::OsString::from("--outfile=");
    outfile.push(script);
    run(esbuild.arg(outfile).arg(script))
}
