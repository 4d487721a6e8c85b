//! Where things are in the repository.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::command::{capture, command};

/// Packages that only run in a browser: checked and tested for `wasm32-unknown-unknown`, never natively.
pub const BROWSER_PACKAGES: [(&str, &str); 2] = [("plumbline", "."), ("plumbline-engine", "engine")];

/// The target both WebAssembly modules are built for.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The repository.
pub fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// The built app.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// Where tools are kept between runs, shared by every clone: `$XDG_CACHE_HOME/plumbline`, else `~/.cache/plumbline`.
pub fn cache() -> PathBuf {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("XDG_CACHE_HOME")
        .or_else(|| set("HOME").map(|home| home.join(".cache")))
        .unwrap_or_else(std::env::temp_dir)
        .join("plumbline")
}

/// The machine that this runs on, as the compiler calls it.
pub fn host() -> Result<String> {
    let version = capture(command("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not name its host")?.to_owned())
}
