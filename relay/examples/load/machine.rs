//! The relay under load, and what the system says about it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

/// A running relay with an empty store.
pub struct Relay {
    child: Child,
    pub address: String,
    _data: tempfile::TempDir,
}

impl Relay {
    pub fn start(program: &Path) -> Result<Self> {
        // Beside the build, not in /tmp, which may be memory: a commit has to reach a disk.
        let data = tempfile::tempdir_in(program.parent().context("a program in a folder")?)?;
        let open = [
            "--founding",
            "1e9",
            "--messages",
            "1e9",
            "--bytes",
            "1e12",
            "--max-per-room",
            "100000",
            "--max-per-address",
            "100000",
        ];
        let mut child = Command::new(program)
            .args(["--listen", "127.0.0.1:0", "--log", "warn", "--max-connections", "100000", "--data"])
            .arg(data.path())
            .args(open)
            .stdout(Stdio::piped())
            .spawn()
            .context("the relay does not start")?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("piped")?).read_line(&mut line)?;
        let address = line.trim().strip_prefix("listening on http://").context("it does not listen")?.to_owned();
        Ok(Self { child, address, _data: data })
    }

    /// Processor time so far.
    pub fn cpu(&self) -> Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let (_, fields) = stat.rsplit_once(')').context("a status")?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let ticks: u64 = [11, 12].iter().filter_map(|at| fields.get(*at)?.parse::<u64>().ok()).sum();
        // A tick is 10 ms on every Linux that is in use.
        Ok(Duration::from_millis(ticks * 10))
    }

    /// Resident memory in KB.
    pub fn memory(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("a size")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
