//! The programs the build needs, each at one pinned version: taken from `PATH` when the version fits, else
//! installed once under `~/.cache/plumbline/tools/<name>-<version>/`.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::{capture, cargo, command, find, is_program, run};
use crate::project::{self, WASM_TARGET};
use crate::stopwatch::Stopwatch;

/// A program and where it comes from.
#[derive(Debug)]
pub struct Tool {
    /// Its package's name.
    pub name: &'static str,
    /// The version, exactly.
    pub version: &'static str,
    /// The program of that package which the build calls.
    pub program: &'static str,
    /// How `program --version` writes that version.
    pub prints: &'static str,
    source: Source,
    /// What to expect, for people who wait.
    wait: &'static str,
}

#[derive(Debug)]
enum Source {
    Crate(&'static [&'static str]),
    Npm,
}

/// Every pin. The versions here, in Trunk.toml and in Cargo.lock agree; tidy checks it.
pub const TOOLS: [Tool; 4] = [
    Tool {
        name: "trunk",
        version: "0.21.14",
        program: "trunk",
        prints: "0.21.14",
        source: Source::Crate(&["--locked", "--no-default-features", "--features", "rustls"]),
        wait: "about six minutes on two cores",
    },
    Tool {
        name: "wasm-bindgen-cli",
        version: "0.2.130",
        program: "wasm-bindgen",
        prints: "0.2.130",
        // Its own lock file names a crate version that was withdrawn.
        source: Source::Crate(&[]),
        wait: "about three minutes on two cores",
    },
    Tool {
        name: "binaryen",
        version: "132.0.0",
        program: "wasm-opt",
        prints: "132",
        source: Source::Npm,
        wait: "a few seconds",
    },
    Tool {
        name: "esbuild",
        version: "0.28.2",
        program: "esbuild",
        prints: "0.28.2",
        source: Source::Npm,
        wait: "a few seconds",
    },
];

/// Installs what is missing, prints where each tool is, and returns the `PATH` that finds them first.
pub fn install() -> Result<OsString> {
    wasm_target()?;
    library_source()?;
    let built_before = build_directory().exists();
    let mut directories = Vec::new();
    for tool in &TOOLS {
        let directory = tool.ensure()?;
        println!("  {} {} in {}", tool.name, tool.version, directory.display());
        directories.push(directory);
    }
    if !built_before {
        fs::remove_dir_all(build_directory()).ok();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    directories.extend(std::env::split_paths(&path));
    Ok(std::env::join_paths(directories)?)
}

/// Makes sure that the toolchain can compile for the browser.
pub fn wasm_target() -> Result<()> {
    let libraries = capture(command("rustc").args(["--print", "target-libdir", "--target", WASM_TARGET]))?;
    if Path::new(libraries.trim()).is_dir() {
        return Ok(());
    }
    println!("Adding the {WASM_TARGET} target to the Rust toolchain …");
    run(command("rustup").args(["target", "add", WASM_TARGET]))
        .context("the WebAssembly target is missing; with rustup, `rustup target add wasm32-unknown-unknown` adds it")
}

/// Makes sure that the standard library can be compiled with the app.
fn library_source() -> Result<()> {
    let root = capture(command("rustc").args(["--print", "sysroot"]))?;
    if Path::new(root.trim()).join("lib/rustlib/src/rust/library/Cargo.lock").is_file() {
        return Ok(());
    }
    println!("Adding the source of the standard library to the Rust toolchain …");
    run(command("rustup").args(["component", "add", "rust-src"]))
        .context("the standard library's source is missing; with rustup, `rustup component add rust-src` adds it")
}

impl Tool {
    /// The directory that holds the program, after installing it if need be.
    pub fn ensure(&self) -> Result<PathBuf> {
        if let Some(program) = find(self.program).filter(|program| self.fits(program)) {
            return Ok(program.parent().unwrap_or(Path::new("/")).to_path_buf());
        }
        let directory = self.home().join(self.bin());
        if self.fits(&directory.join(self.program)) {
            return Ok(directory);
        }
        let watch = Stopwatch::start();
        println!("Installing {} {} ({}, once) …", self.name, self.version, self.wait);
        self.fetch().with_context(|| format!("could not install {} {}", self.name, self.version))?;
        if !self.fits(&directory.join(self.program)) {
            bail!("{} {} was installed, but {} does not run", self.name, self.version, directory.display());
        }
        println!("Installed {} in {}.", self.name, watch.words());
        Ok(directory)
    }

    fn fits(&self, program: &Path) -> bool {
        is_program(program)
            && capture(Command::new(program).arg("--version")).is_ok_and(|text| names_version(&text, self.prints))
    }

    fn home(&self) -> PathBuf {
        tools_directory().join(format!("{}-{}", self.name, self.version))
    }

    fn bin(&self) -> &'static str {
        match self.source {
            Source::Crate(_) => "bin",
            Source::Npm => "node_modules/.bin",
        }
    }

    /// Installs beside the final place and moves there when whole, so that an interrupted run leaves nothing half done.
    fn fetch(&self) -> Result<()> {
        let home = self.home();
        let partial = home.with_file_name(format!("{}-{}.partial", self.name, self.version));
        fs::remove_dir_all(&partial).ok();
        fs::create_dir_all(&partial)?;
        match self.source {
            Source::Crate(options) => run(cargo()
                .args(["install", self.name, "--version", self.version, "--root"])
                .arg(&partial)
                .args(options)
                .env("CARGO_TARGET_DIR", build_directory())
                .env_remove("RUSTFLAGS")
                // Ready soon rather than fast: these run for seconds, and optimising them fully takes twice as long.
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
                .env("CARGO_PROFILE_RELEASE_DEBUG", "0"))?,
            Source::Npm => {
                if find("npm").is_none() {
                    bail!("npm is missing; install Node.js 18 or later (Debian: apt-get install nodejs npm)");
                }
                run(command("npm")
                    .args(["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"])
                    .arg(&partial)
                    .arg(format!("{}@{}", self.name, self.version)))?;
            }
        }
        fs::remove_dir_all(&home).ok();
        fs::rename(&partial, &home)?;
        Ok(())
    }
}

fn tools_directory() -> PathBuf {
    project::cache().join("tools")
}

fn build_directory() -> PathBuf {
    tools_directory().join("build")
}

fn names_version(text: &str, version: &str) -> bool {
    text.split_whitespace().any(|word| word == version)
}

#[cfg(test)]
mod tests {
    use super::names_version;

    #[test]
    fn a_version_fits_whole_or_not_at_all() {
        assert!(names_version("trunk 0.21.14\n", "0.21.14"));
        assert!(names_version("wasm-opt version 132 (version_132)", "132"));
        assert!(!names_version("wasm-opt version 1320", "132"));
        assert!(!names_version("wasm-bindgen 0.2.130-beta", "0.2.130"));
    }
}
