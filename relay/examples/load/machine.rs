//! A server under load, and what the system says about it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

/// What can be measured.
#[derive(Clone, Debug)]
pub enum Kind {
    /// The relay: its program.
    Relay(PathBuf),
    /// Hocuspocus: a Node.js, and the script that starts it.
    Hocuspocus(PathBuf, PathBuf),
}

/// A running server with an empty store.
pub struct Server {
    child: Child,
    pub address: String,
    _data: Option<tempfile::TempDir>,
}

impl Kind {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Relay(_) => "plumbline",
            Self::Hocuspocus(..) => "hocuspocus",
        }
    }

    /// Without limits on what members send: these measure the server and not them.
    pub fn start(&self) -> Result<Server> {
        self.start_with(&["--messages", "1e9", "--bytes", "1e12"])
    }

    /// With the usual limits on what members send.
    pub fn start_limited(&self) -> Result<Server> {
        self.start_with(&[])
    }

    fn start_with(&self, limits: &[&str]) -> Result<Server> {
        match self {
            Self::Relay(program) => {
                // Beside the build, not in /tmp, which may be memory: a commit has to reach a disk.
                let data = tempfile::tempdir_in(program.parent().context("a program in a folder")?)?;
                let mut relay = Command::new(program);
                relay.args(["--listen", "127.0.0.1:0", "--log", "warn", "--max-connections", "100000", "--data"]);
                relay.arg(data.path());
                // Everybody here comes from one address.
                relay.args(["--founding", "1e9", "--max-per-room", "100000", "--max-per-address", "100000"]);
                relay.args(limits);
                Server::spawn(&mut relay, Some(data))
            }
            Self::Hocuspocus(node, script) => Server::spawn(Command::new(node).arg(script), None),
        }
    }
}

impl Server {
    fn spawn(command: &mut Command, data: Option<tempfile::TempDir>) -> Result<Self> {
        let mut child = command.stdout(Stdio::piped()).spawn().context("the server does not start")?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("piped")?).read_line(&mut line)?;
        let address = line.trim().strip_prefix("listening on http://").context("it does not listen")?.to_owned();
        Ok(Self { child, address, _data: data })
    }

    /// Processor time so far.
    pub fn cpu(&self) -> Result<Duration> {
        let stat = std::fs::read_to_string(self.proc("stat"))?;
        let (_, fields) = stat.rsplit_once(')').context("a status")?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let ticks: u64 = [11, 12].iter().filter_map(|at| fields.get(*at)?.parse::<u64>().ok()).sum();
        // A tick is 10 ms on every Linux that is in use.
        Ok(Duration::from_millis(ticks * 10))
    }

    /// Resident memory in KB.
    pub fn memory(&self) -> Result<u64> {
        self.status("VmRSS:")
    }

    /// The most of it so far.
    pub fn most_memory(&self) -> Result<u64> {
        self.status("VmHWM:")
    }

    fn status(&self, name: &str) -> Result<u64> {
        let status = std::fs::read_to_string(self.proc("status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)).context("a size")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }

    fn proc(&self, file: &str) -> PathBuf {
        Path::new("/proc").join(self.child.id().to_string()).join(file)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
