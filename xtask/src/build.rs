//! Builds the release into `dist/`: Trunk compiles both WebAssembly modules, then the steps below turn its output into
//! what is published: content-hashed names, one style sheet, the security policy, the service worker, compressed twins.

mod assets;
mod compress;
mod digest;
mod entry;
mod html;
mod scripts;
mod service_worker;
mod split;
mod style;

pub use service_worker::{afterwards, first_visit, first_visit_by_link};
pub use split::stands_in;
pub use style::imports;

use std::ffi::OsStr;
use std::path::Path;

use anyhow::Result;

use crate::command::{cargo, command, run};
use crate::project::{self, WASM_TARGET};
use crate::stopwatch::Stopwatch;
use crate::tools;

/// Builds everything. With `retire`, `sw.js` is one that removes itself and the stored app from every device.
pub fn release(retire: bool) -> Result<()> {
    let watch = Stopwatch::start();
    println!("Looking for the tools …");
    let path = tools::install()?;
    println!("Fetching the crates …");
    let host = project::host()?;
    // Those of the standard library too, for Trunk builds offline.
    run(small(&mut cargo()).args(["fetch", "--quiet", "--locked", "--target", WASM_TARGET, "--target", &host]))?;
    println!("Building the app and its engine (minutes when nothing is cached) …");
    let (splitting, real) = split::stand_in(&path)?;
    let mut trunk = trunk(&splitting);
    run(small(&mut trunk).env(real.0, real.1).args(["build", "--release", "--locked", "--offline=true"]))?;
    split::place(&project::dist(), &entry::glue(&project::dist())?, &path)?;
    publish(&project::root(), &project::dist(), retire, |script| scripts::minify(script, &path))?;
    println!("Built {} in {}.", project::dist().display(), watch.words());
    Ok(())
}

/// Trunk's development server: rebuilds and reloads on every change, without the release's security policy.
pub fn develop(port: u16) -> Result<()> {
    let path = tools::install()?;
    println!("Development server on http://127.0.0.1:{port} (Ctrl+C ends it)");
    run(trunk(&path).args(["serve", "--port", &port.to_string()]))
}

fn trunk(path: &OsStr) -> std::process::Command {
    let mut trunk = command("trunk");
    trunk.env("PATH", path).env("TRUNK_SKIP_VERSION_CHECK", "true");
    // Trunk reads NO_COLOR as a boolean of its own and refuses the customary `1`.
    trunk.env_remove("NO_COLOR");
    trunk
}

/// The standard library compiled with the app, for size: sorting, for one, then takes 25 KB instead of 230. A panic is a trap at
/// once, without the code that would write a message: the engine is started anew either way. These switches are unstable in
/// name only here, where `rust-toolchain.toml` pins the compiler to the last digit (docs/performance.md).
fn small(command: &mut std::process::Command) -> &mut std::process::Command {
    command
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
        .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size")
        .env("RUSTFLAGS", RELEASE_FLAGS)
}

/// The environment's `RUSTFLAGS` stand in for those of `.cargo/config.toml`, so these say both. `split`: the app is compiled to be
/// taken apart (`split.rs`).
const RELEASE_FLAGS: &str = "--cfg=erase_components --cfg=split -Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none \
                             -Zfmt-debug=none";

/// Turns what Trunk left in `dist` into what is published.
fn publish(root: &Path, dist: &Path, retire: bool, minify: impl Fn(&Path) -> Result<()>) -> Result<()> {
    scripts::of(dist)?.iter().try_for_each(|script| minify(script))?;
    let mut page = html::Page::read(&dist.join("index.html"))?;
    let fonts = assets::hash_fonts(dist)?;
    page.rename(&fonts);
    style::bundle(root, dist, &fonts, &mut page)?;
    entry::hash_paint(dist, &mut page)?;
    entry::hash_engines(dist, &mut page)?;
    entry::hash_app(dist, &mut page)?;
    page.finish()?;
    page.write(&dist.join("index.html"))?;
    service_worker::write(dist, retire)?;
    minify(&dist.join("sw.js"))?;
    compress::all(dist)
}

#[cfg(test)]
mod tests;
