//! A small server for the built app, on this machine only: strict headers, precompressed files, nothing outside
//! `dist/`. It shows how any other host should serve the app; tests use it too.

mod request;
mod site;

use std::io::{BufReader, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use request::{Request, Unreadable};
use site::{Response, Site};

/// Connections served at once; a browser opens six.
const MOST_CONNECTIONS: usize = 128;
/// How much of a refused request is read before the connection closes.
const LONGEST_REMAINDER: u64 = 64 * 1024;
/// How long a connection may stay silent.
const PATIENCE: Duration = Duration::from_secs(30);

/// A bound server that has not started to answer.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    site: Site,
}

impl Server {
    /// Takes the port (0: any free one) on the loopback address.
    pub fn bind(directory: PathBuf, port: u16) -> Result<Self> {
        let listener = match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Ok(listener) => listener,
            Err(error) if error.kind() == ErrorKind::AddrInUse => bail!(
                "port {port} is in use by another program; stop that one or choose another port, e.g. --port {}",
                port.checked_add(1).unwrap_or(8080)
            ),
            Err(error) => return Err(error).with_context(|| format!("cannot listen on port {port}")),
        };
        let address = listener.local_addr()?;
        Ok(Self { listener, address, site: Site::new(directory) })
    }

    /// Where it answers.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Prints where it answers.
    pub fn announce(self) -> Self {
        println!("\nPlumbline is ready: {}\n(Ctrl+C stops it)", self.url());
        self
    }

    /// Answers until the program ends.
    pub fn run(self) {
        let site = Arc::new(self.site);
        let open = Arc::new(AtomicUsize::new(0));
        for stream in self.listener.incoming().flatten() {
            if open.fetch_add(1, Ordering::Relaxed) >= MOST_CONNECTIONS {
                open.fetch_sub(1, Ordering::Relaxed);
                continue;
            }
            let (site, open) = (site.clone(), open.clone());
            thread::spawn(move || {
                // A connection that breaks off is the client's business.
                converse(&stream, &site).ok();
                open.fetch_sub(1, Ordering::Relaxed);
            });
        }
    }

    /// Answers on a thread of its own and returns the address.
    pub fn start(self) -> String {
        let url = self.url();
        thread::spawn(|| self.run());
        url
    }
}

fn converse(stream: &TcpStream, site: &Site) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    loop {
        let (response, body, keep) = match Request::read(&mut reader) {
            Ok(request) => (site.answer(&request), request.method != "HEAD", request.keep_alive),
            Err(Unreadable::Closed) => return Ok(()),
            Err(Unreadable::Refused(status)) => (Response::plain(status), true, false),
        };
        let mut out = stream;
        out.write_all(&response.head(keep))?;
        if body {
            out.write_all(&response.body)?;
        }
        out.flush()?;
        if !keep {
            // Closing with bytes unread would reset the connection and take the answer back.
            stream.shutdown(Shutdown::Write)?;
            std::io::copy(&mut reader.by_ref().take(LONGEST_REMAINDER), &mut std::io::sink())?;
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn site() -> (tempfile::TempDir, String) {
        let directory = tempfile::tempdir().expect("a place to write");
        let dist = directory.path().join("dist");
        fs::create_dir(&dist).expect("made");
        let write = |name: &str, text: &str| fs::write(dist.join(name), text).expect("written");
        write("index.html", "the page");
        write("app-0123456789abcdef.js", "the plain script");
        write("app-0123456789abcdef.js.br", "BR");
        write("app-0123456789abcdef.js.gz", "GZ");
        write("sw.js", "worker");
        fs::write(directory.path().join("secret.txt"), "outside").expect("written");
        #[cfg(unix)]
        std::os::unix::fs::symlink(directory.path().join("secret.txt"), dist.join("link.txt")).expect("linked");
        let url = Server::bind(dist, 0).expect("a free port").start();
        (directory, url)
    }

    fn ask(url: &str, head: &str) -> String {
        let mut stream = TcpStream::connect(url.trim_start_matches("http://")).expect("connected");
        stream.write_all(format!("{head}\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("answered");
        answer
    }

    #[test]
    fn files_routes_and_what_is_missing() {
        let (_directory, url) = site();
        let check = |head: &str, status: &str, body: &str| {
            let answer = ask(&url, head);
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{head}: {answer}");
            assert!(answer.ends_with(&format!("\r\n\r\n{body}")), "{head}: {answer}");
        };
        check("GET / HTTP/1.1", "200", "the page");
        check("GET /round/7?x=1 HTTP/1.1", "200", "the page");
        check("GET /sw.js HTTP/1.1", "200", "worker");
        check("HEAD /sw.js HTTP/1.1", "200", "");
        check("GET /app-0123456789abcdef.js HTTP/1.1", "200", "the plain script");
        check("GET /missing.js HTTP/1.1", "404", "Not found\n");
        check("POST / HTTP/1.1", "405", "Method not allowed\n");
        check("nonsense", "400", "Bad request\n");
    }

    #[test]
    fn nothing_outside_the_directory_is_served() {
        let (_directory, url) = site();
        for path in [
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/..%2fsecret.txt",
            "/.%2e%5csecret.txt",
            "//secret.txt",
            "/link.txt",
            "/sw.js%00.txt",
            "/%zz.txt",
        ] {
            let answer = ask(&url, &format!("GET {path} HTTP/1.1"));
            assert!(!answer.contains("outside") && !answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        }
    }

    #[test]
    fn twins_are_negotiated() {
        let (_directory, url) = site();
        let check = |accepted: &str, encoding: Option<&str>| {
            let answer = ask(&url, &format!("GET /app-0123456789abcdef.js HTTP/1.1\r\nAccept-Encoding: {accepted}"));
            let wanted = encoding.map(|name| format!("Content-Encoding: {name}\r\n"));
            assert_eq!(answer.contains("Content-Encoding"), wanted.is_some(), "{accepted}: {answer}");
            assert!(answer.contains(&wanted.unwrap_or_default()), "{accepted}: {answer}");
            assert!(answer.contains("Vary: Accept-Encoding\r\n"), "{answer}");
        };
        check("gzip, deflate, br, zstd", Some("br"));
        check("gzip", Some("gzip"));
        check("br;q=0, gzip;q=0.5", Some("gzip"));
        check("brotli", None);
        check("identity", None);
    }

    #[test]
    fn hashed_names_are_cached_for_good_and_the_rest_is_asked_for_again() {
        let (_directory, url) = site();
        let hashed = ask(&url, "GET /app-0123456789abcdef.js HTTP/1.1");
        assert!(hashed.contains("Cache-Control: public, max-age=31536000, immutable\r\n"), "{hashed}");
        assert!(hashed.contains("Content-Type: text/javascript; charset=utf-8\r\n"), "{hashed}");
        for path in ["/", "/sw.js"] {
            let answer = ask(&url, &format!("GET {path} HTTP/1.1"));
            assert!(answer.contains("Cache-Control: no-cache\r\n"), "{answer}");
            let tag = answer.lines().find_map(|line| line.strip_prefix("ETag: ")).expect("a tag");
            let again = ask(&url, &format!("GET {path} HTTP/1.1\r\nIf-None-Match: {tag}"));
            assert!(again.starts_with("HTTP/1.1 304 ") && again.ends_with("\r\n\r\n"), "{again}");
        }
    }

    #[test]
    fn every_answer_carries_the_security_headers() {
        let (_directory, url) = site();
        for head in ["GET / HTTP/1.1", "GET /missing.js HTTP/1.1", "POST / HTTP/1.1"] {
            let answer = ask(&url, head);
            for (name, value) in plumbline_site::policy::headers() {
                assert!(answer.contains(&format!("\r\n{name}: {value}\r\n")), "{head}: {answer}");
            }
        }
    }

    #[test]
    fn a_connection_serves_several_requests_and_refuses_endless_heads() {
        let (_directory, url) = site();
        let mut stream = TcpStream::connect(url.trim_start_matches("http://")).expect("connected");
        stream.write_all(b"GET /sw.js HTTP/1.1\r\n\r\nGET /sw.js HTTP/1.1\r\nConnection: close\r\n\r\n").expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("answered");
        assert_eq!(answer.matches("HTTP/1.1 200").count(), 2, "{answer}");
        let long = "x".repeat(20_000);
        let answer = ask(&url, &format!("GET / HTTP/1.1\r\nX: {long}"));
        assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    }

    #[test]
    fn a_busy_port_is_told_in_words() {
        let first = Server::bind(PathBuf::new(), 0).expect("a free port");
        let error = Server::bind(PathBuf::new(), first.address.port()).expect_err("it is taken");
        assert!(error.to_string().contains("in use"), "{error}");
    }
}
