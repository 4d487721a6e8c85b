//! A relay, a founder, and whoever joins: each with a folder and the real program.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use plumbline_core::id::WorkspaceId;
use plumbline_core::time::{DAY, Timestamp};
use plumbline_core::{file, sample};
use serde_json::Value;
use tempfile::TempDir;

use super::relay::Relay;

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    pub status: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ended {
    /// What it printed, if all went well.
    #[track_caller]
    pub fn good(self) -> String {
        assert_eq!(self.status, Some(0), "{self:?}");
        self.out
    }

    /// What it said instead.
    #[track_caller]
    pub fn refused(self) -> String {
        assert_eq!(self.status, Some(2), "{self:?}");
        assert!(!self.err.contains("panicked"), "{self:?}");
        self.err
    }
}

/// The program, ready to be started.
pub fn plumbline(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plumbline"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs it to its end.
pub fn run(arguments: &[&str], input: &str) -> Ended {
    let mut child = plumbline(arguments).spawn().expect("plumbline starts");
    // A child that refuses its arguments has closed its end already.
    let _ = child.stdin.take().expect("stdin").write_all(input.as_bytes());
    end(child)
}

/// Waits for it.
pub fn end(child: Child) -> Ended {
    let output = child.wait_with_output().expect("plumbline ends");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Ended { status: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// A workspace file of the sample team in `folder`.
pub fn team_file(folder: &Path) -> PathBuf {
    let workspace = WorkspaceId::from_bytes([7; 16]);
    let team = sample::team(workspace, Timestamp(20_779 * DAY), 1, [7; 16]).expect("the sample keeps every rule");
    let path = folder.join("team.plumbline");
    std::fs::write(&path, file::write(&team)).expect("written");
    path
}

/// One relay, and a founder in `ana`.
pub struct World {
    pub home: TempDir,
    pub relay: Relay,
    pub founding: String,
}

impl World {
    pub fn begin() -> Self {
        let home = tempfile::tempdir().expect("a place to write");
        let relay = Relay::start(&home.path().join("relay"));
        let file = team_file(home.path());
        let ana = home.path().join("ana");
        let founding =
            run(&["found", &file.to_string_lossy(), "--dir", &ana.to_string_lossy(), "--relay", &relay.url], "").good();
        Self { home, relay, founding: founding.trim().to_owned() }
    }

    pub fn path(&self, who: &str) -> PathBuf {
        self.home.path().join(who)
    }

    /// Runs a command with somebody's folder.
    pub fn of(&self, who: &str, arguments: &[&str]) -> Ended {
        let dir = self.path(who);
        let (command, rest) = arguments.split_first().expect("a command");
        run(&[&[*command, "--dir", &dir.to_string_lossy()], rest].concat(), "")
    }

    /// Makes a link of Ana's.
    #[track_caller]
    pub fn link(&self, role: &str, name: &str) -> String {
        self.of("ana", &["link", "--role", role, "--name", name]).good().trim().to_owned()
    }

    pub fn try_join(&self, who: &str, link: &str) -> Ended {
        run(&["join", "-", "--dir", &self.path(who).to_string_lossy()], link)
    }

    /// Somebody joins by a new link.
    #[track_caller]
    pub fn join(&self, who: &str, role: &str) -> String {
        self.try_join(who, &self.link(role, who)).good()
    }

    #[track_caller]
    pub fn sync(&self, who: &str) -> String {
        self.of(who, &["sync"]).good()
    }

    /// What somebody's folder holds.
    #[track_caller]
    pub fn report(&self, who: &str) -> Value {
        let said = run(&["inspect", &self.path(who).to_string_lossy(), "--json"], "").good();
        serde_json::from_str(&said).expect("JSON")
    }

    #[track_caller]
    pub fn fingerprint(&self, who: &str) -> String {
        self.report(who)["fingerprint"].as_str().expect("one").to_owned()
    }

    /// Titles of all priorities that somebody's folder holds.
    #[track_caller]
    pub fn priorities(&self, who: &str) -> Vec<String> {
        let report = self.report(who);
        let all = report["priorities"].as_array().expect("a list").iter();
        all.map(|priority| priority["title"].as_str().expect("a title").to_owned()).collect()
    }
}
