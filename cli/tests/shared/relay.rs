//! A relay as a process of its own. Cargo builds no other package's program for a test, so this test's program is started once
//! more and becomes the relay: the same server, without a hidden build that could be missing or old.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use clap::Parser;
use plumbline_relay::options::Options;
use plumbline_relay::server::Server;

/// Says to the program that it is a relay: the arguments, one a line.
const ARGUMENTS: &str = "PLUMBLINE_TEST_RELAY";

#[test]
#[ignore = "not a test: the relay that the others start"]
fn becomes_a_relay() {
    let Some(arguments) = std::env::var_os(ARGUMENTS) else { return };
    let arguments = arguments.into_string().expect("UTF-8");
    let options = Options::parse_from(std::iter::once("plumbline-relay").chain(arguments.lines()));
    let filter = tracing_subscriber::EnvFilter::new(&options.log);
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(std::io::stderr).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let server = Server::bind(&options).await.expect("a free port");
        let address = server.address().expect("bound");
        // Not `println!`, which a test keeps to itself.
        writeln!(std::io::stdout(), "\nlistening on http://{address}").expect("somebody reads");
        server.run(std::future::pending()).await;
    });
}

/// A running relay; killed when dropped.
pub struct Relay {
    child: Child,
    /// Its origin.
    pub url: String,
    log: Arc<Mutex<Vec<u8>>>,
    reader: Option<std::thread::JoinHandle<()>>,
}

impl Relay {
    /// With its data in `folder`, on any free port.
    pub fn start(folder: &Path) -> Self {
        Self::start_on(folder, "127.0.0.1:0")
    }

    /// Where another one was before.
    pub fn start_again(folder: &Path, url: &str) -> Self {
        Self::start_on(folder, url.strip_prefix("http://").expect("its own origin"))
    }

    fn start_on(folder: &Path, listen: &str) -> Self {
        let mut arguments = OsString::from(format!("--listen\n{listen}\n--log\ndebug\n--data\n"));
        arguments.push(folder);
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "relay::becomes_a_relay", "--ignored", "--nocapture"])
            .env_clear()
            .env(ARGUMENTS, arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("starts");
        let log = Arc::new(Mutex::new(Vec::new()));
        let (mut errors, copy) = (child.stderr.take().expect("piped"), log.clone());
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = errors.read(&mut buffer) {
                copy.lock().expect("whole").extend_from_slice(&buffer[..read]);
            }
        });
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let url = lines.find_map(|line| line.expect("readable").strip_prefix("listening on ").map(str::to_owned));
        let url = url.unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&log.lock().expect("whole"))));
        Self { child, url, log, reader: Some(reader) }
    }

    /// Its process.
    #[cfg(target_os = "linux")]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// No chance to tidy up. What it said.
    pub fn kill(&mut self) -> Vec<u8> {
        self.child.kill().expect("ours");
        self.child.wait().expect("ours");
        if let Some(reader) = self.reader.take() {
            reader.join().expect("reads to the end");
        }
        self.log.lock().expect("whole").clone()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
