//! A PostgreSQL of one's own, and a NATS server, for one test each.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Set when a machine without the servers is to pass for what it can check. Without it their absence fails the tests: they
/// are what shows that nothing acknowledged is lost.
const WITHOUT: &str = "PLUMBLINE_WITHOUT_SERVERS";

/// Not asked for, and not to be seen anywhere.
pub const PASSWORD: &str = "correcthorse";

/// A database server in a folder of its own, reached by a socket in it.
pub struct Cluster {
    folder: tempfile::TempDir,
    binaries: PathBuf,
    server: Option<Child>,
}

/// Says that a test does not run, where everybody sees it.
fn missing(what: &str, package: &str) {
    let words = format!("{what} is not installed (Debian: apt-get install --no-install-recommends {package})");
    assert!(std::env::var_os(WITHOUT).is_some(), "{words}. To pass without these tests, set {WITHOUT}=1");
    // Not by the macro, whose words are kept back when a test passes.
    let _ = writeln!(std::io::stderr(), "\n**** NOT TESTED: {words} ****\n");
}

fn binaries() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    found.sort();
    found.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    found.into_iter().find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

/// Whoever is root becomes somebody else: the server refuses to be root's.
fn unprivileged(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    let user = ["--reuid", "postgres", "--regid", "postgres", "--clear-groups"];
    // A test that is killed takes its server with it.
    command.args(user).args(["--pdeathsig", "QUIT", "--"]).arg(program);
    command
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

impl Cluster {
    /// A new one, running; none if there is no PostgreSQL and that is allowed.
    pub fn start() -> Option<Self> {
        let Some(binaries) = binaries() else {
            missing("PostgreSQL", "postgresql");
            return None;
        };
        let folder = tempfile::Builder::new().prefix("pg").tempdir().expect("a place to write");
        if is_root() {
            let owner = Command::new("chown").arg("postgres").arg(folder.path()).status();
            assert!(owner.is_ok_and(|status| status.success()), "there is a user postgres");
        }
        let mut cluster = Self { folder, binaries, server: None };
        let made = unprivileged(&cluster.binaries.join("initdb"))
            .args([
                "--no-sync",
                "--auth",
                "trust",
                "--username",
                "postgres",
                "--encoding",
                "UTF8",
                "--locale",
                "C",
                "-D",
            ])
            .arg(cluster.data())
            .current_dir(cluster.folder.path())
            .output()
            .expect("starts");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        cluster.run();
        Some(cluster)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Starts the server, after [`Cluster::start`] or [`Cluster::stop`].
    pub fn run(&mut self) {
        let log = std::fs::File::create(self.folder.path().join("log")).expect("ours");
        let server = unprivileged(&self.binaries.join("postgres"))
            .arg("-D")
            .arg(self.data())
            .arg("-k")
            .arg(self.folder.path())
            .args(["-c", "listen_addresses=", "-c", "max_connections=50"])
            .current_dir(self.folder.path())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("starts");
        self.server = Some(server);
        for _ in 0..600 {
            let mut asked = Command::new(self.binaries.join("pg_isready"));
            if asked.arg("-q").arg("-h").arg(self.folder.path()).status().is_ok_and(|status| status.success()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("{}", std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default());
    }

    /// As if the power had gone, as far as a program can do that: no checkpoint, no good-bye.
    pub fn stop(&mut self) {
        assert!(self.begin_stop().wait().is_ok_and(|status| status.success()));
        self.server.take().map(|mut server| server.wait());
    }

    /// The same, while others go on. [`Cluster::stop`] need not be called after it.
    pub fn begin_stop(&self) -> Child {
        unprivileged(&self.binaries.join("pg_ctl"))
            .args(["stop", "-s", "-m", "immediate", "-D"])
            .arg(self.data())
            .current_dir(self.folder.path())
            .spawn()
            .expect("starts")
    }

    /// The address of its first database, for `--store`.
    pub fn url(&self) -> String {
        self.address("postgres")
    }

    /// Another database in it.
    pub fn database(&self, name: &str) -> String {
        self.ask(&format!("CREATE DATABASE {name}"));
        self.address(name)
    }

    fn address(&self, database: &str) -> String {
        let folder = self.folder.path().to_str().expect("text").replace('/', "%2F");
        format!("postgres://postgres:{PASSWORD}@{folder}/{database}")
    }

    /// Where it listens.
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join(".s.PGSQL.5432")
    }

    /// Asks it something, outside of any relay.
    pub fn ask(&self, sql: &str) -> String {
        let mut psql = Command::new(self.binaries.join("psql"));
        let psql = psql.args(["-X", "-q", "-A", "-t", "-U", "postgres", "-c", sql, "-h"]).arg(self.folder.path());
        let answer = psql.output().expect("starts");
        assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
        String::from_utf8_lossy(&answer.stdout).trim().to_owned()
    }

    /// All that it has stored, as bytes.
    pub fn dump(&self) -> Vec<u8> {
        let mut dump = Command::new(self.binaries.join("pg_dump"));
        dump.args(["-U", "postgres", "-h"]).arg(self.folder.path()).output().expect("starts").stdout
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.server.is_some() {
            self.stop();
        }
    }
}

/// A NATS server; killed when dropped.
pub struct Nats {
    server: Child,
    pub url: String,
}

impl Nats {
    /// A new one; none if there is none and that is allowed.
    pub fn start() -> Option<Self> {
        // A port that was free a moment ago.
        let port = TcpListener::bind("127.0.0.1:0").and_then(|taken| taken.local_addr()).expect("free").port();
        Self::start_at(port)
    }

    fn start_at(port: u16) -> Option<Self> {
        let path = std::env::join_paths(
            std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).chain(["/usr/sbin".into()]),
        );
        let mut server = Command::new("nats-server");
        let login = ["--user", "relay", "--pass", PASSWORD];
        server.args(["-a", "127.0.0.1", "-p", &port.to_string()]).args(login).env("PATH", path.expect("a list"));
        let Ok(mut server) = server.stdout(Stdio::null()).stderr(Stdio::piped()).spawn() else {
            missing("nats-server", "nats-server");
            return None;
        };
        let mut lines = BufReader::new(server.stderr.take().expect("piped")).lines();
        assert!(lines.any(|line| line.expect("readable").contains("Server is ready")), "NATS starts");
        // It goes on talking.
        std::thread::spawn(move || lines.for_each(drop));
        Some(Self { server, url: format!("nats://relay:{PASSWORD}@127.0.0.1:{port}") })
    }

    /// No good-bye.
    pub fn kill(mut self) {
        self.server.kill().expect("ours");
        self.server.wait().expect("ours");
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
