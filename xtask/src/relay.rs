//! The relay beside the app: one program is a whole deployment, and this is how it is started.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, bail};

use crate::command::{cargo, command, run as finish};
use crate::project;
use crate::stopwatch::Stopwatch;

/// Builds the relay as it is deployed, and serves the app with it until it is stopped.
pub fn run(port: u16) -> Result<()> {
    let relay = for_use()?;
    println!("\nPlumbline is ready: http://127.0.0.1:{port}\n(Ctrl+C stops it)");
    let status = command(relay)
        .arg("--data")
        .arg(project::root().join("relay-data"))
        .arg("--app")
        .arg(project::dist())
        .args(["--listen", &format!("127.0.0.1:{port}"), "--log", "warn"])
        .stdout(Stdio::null())
        .status()
        .context("the relay does not start")?;
    // Stopped by a person is as it should be.
    if !status.success() && status.code().is_some() {
        bail!("the relay ended: {status}");
    }
    Ok(())
}

/// The relay as it is deployed.
pub fn for_use() -> Result<PathBuf> {
    let watch = Stopwatch::start();
    println!("Building the relay (minutes when nothing is cached) …");
    finish(cargo().args(["build", "--quiet", "--locked", "--profile", "relay", "--package", "plumbline-relay"]))?;
    println!("Built the relay in {}.", watch.words());
    program("relay")
}

/// The relay for tests, built like them.
pub fn for_tests() -> Result<PathBuf> {
    finish(cargo().args(["build", "--quiet", "--locked", "--package", "plumbline-relay"]))?;
    program("debug")
}

fn program(profile: &str) -> Result<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| project::root().join("target"), PathBuf::from);
    let program = target.join(profile).join(format!("plumbline-relay{}", std::env::consts::EXE_SUFFIX));
    if program.is_file() { Ok(program) } else { bail!("{} was not built", program.display()) }
}
