//! A relay as a process.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

/// A running relay; killed when dropped.
pub struct Relay {
    child: Child,
    pub address: String,
    pub data: PathBuf,
    log: Arc<Mutex<String>>,
    reader: Option<std::thread::JoinHandle<()>>,
}

impl Relay {
    /// With its data in `folder`.
    pub fn start(folder: &Path, arguments: &[&str]) -> Self {
        let data = folder.to_owned();
        // A file that may not grow is to be an error, as a full disk is, and not the end of the process.
        let mut child = Command::new("/bin/sh")
            .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_plumbline-relay")])
            .args(["--listen", "127.0.0.1:0", "--log", "debug", "--data"])
            .arg(&data)
            .args(arguments)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("starts");
        let log = Arc::new(Mutex::new(String::new()));
        let (mut errors, copy) = (child.stderr.take().expect("piped"), log.clone());
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = errors.read(&mut buffer) {
                copy.lock().expect("whole").push_str(&String::from_utf8_lossy(&buffer[..read]));
            }
        });
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().expect("piped"));
        output.read_line(&mut line).expect("readable");
        let address = line.trim().strip_prefix("listening on http://");
        let address = address.unwrap_or_else(|| panic!("{line}{}", log.lock().expect("whole"))).to_owned();
        Self { child, address, data, log, reader: Some(reader) }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn log(&self) -> String {
        self.log.lock().expect("whole").clone()
    }

    /// No chance to tidy up.
    pub fn kill(mut self) -> String {
        self.child.kill().expect("ours");
        self.end()
    }

    /// The usual end of a service.
    #[cfg(unix)]
    pub fn stop(mut self) -> String {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().expect("there").success());
        self.end()
    }

    fn end(&mut self) -> String {
        self.child.wait().expect("ours");
        if let Some(reader) = self.reader.take() {
            reader.join().expect("reads to the end");
        }
        self.log()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
