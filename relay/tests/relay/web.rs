//! What is answered over HTTP.

use std::io::{Read, Write};
use std::net::TcpStream;

use plumbline_wire::id::WorkspaceId;

use super::process::Relay;
use super::team::Team;

/// One request; the whole answer as text.
pub fn ask(address: &str, head: &str, body: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).expect("connected");
    let length = body.len();
    let head = format!("{head}\r\nHost: {address}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    // The relay may refuse before it has read everything.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

pub fn found(relay: &Relay, team: &Team) -> String {
    ask(&relay.address, &format!("POST /w/{} HTTP/1.1", team.workspace()), team.genesis.bytes())
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

#[test]
fn a_workspace_is_founded_once_and_by_its_own_genesis() {
    let data = tempfile::tempdir().expect("a place to write");
    let relay = Relay::start(data.path(), &["--founding", "4"]);
    let (team, other) = (Team::new(1), Team::new(2));
    let post = |workspace: &WorkspaceId, body: &[u8]| {
        status(&ask(&relay.address, &format!("POST /w/{workspace} HTTP/1.1"), body)).to_owned()
    };
    let workspace = team.workspace();
    assert_eq!(post(&workspace, other.genesis.bytes()), "400");
    assert_eq!(post(&workspace, &team.genesis.bytes()[..100]), "400");
    assert_eq!(post(&workspace, &[0; 5000]), "413");
    assert_eq!(post(&workspace, team.genesis.bytes()), "201");
    assert_eq!(post(&workspace, team.genesis.bytes()), "200", "again");
    assert_eq!(status(&ask(&relay.address, "POST /w/short HTTP/1.1", team.genesis.bytes())), "400");
    let foreign = format!("POST /w/{workspace} HTTP/1.1\r\nOrigin: https://elsewhere.example");
    assert_eq!(status(&ask(&relay.address, &foreign, team.genesis.bytes())), "403");
    for nonce in 3..5 {
        assert_eq!(status(&found(&relay, &Team::new(nonce))), "201");
    }
    let refused = found(&relay, &Team::new(5));
    assert!(status(&refused) == "429" && refused.contains("retry-after: "), "{refused}");
    assert_eq!(status(&ask(&relay.address, "GET /health HTTP/1.1", b"")), "200");
    assert_eq!(status(&ask(&relay.address, "GET /ready HTTP/1.1", b"")), "200");
    assert_eq!(status(&ask(&relay.address, "GET /metrics HTTP/1.1", b"")), "404", "not on this address");
}

#[test]
fn the_app_is_served_as_xtask_serves_it() {
    let folder = tempfile::tempdir().expect("a place to write");
    let (app, data) = (folder.path().join("dist"), folder.path().join("data"));
    std::fs::create_dir(&app).expect("made");
    let write = |name: &str, text: &str| std::fs::write(app.join(name), text).expect("written");
    write("index.html", "the page");
    write("sw.js", "worker");
    write("app-0123456789abcdef.wasm", "plain");
    write("app-0123456789abcdef.wasm.br", "BR");
    let relay = Relay::start(&data, &["--app", app.to_str().expect("text")]);
    let check = |head: &str, expected: &[&str]| {
        let answer = ask(&relay.address, head, b"");
        for part in expected {
            assert!(answer.contains(part), "{head}: {part}: {answer}");
        }
        for (name, value) in plumbline_site::policy::headers() {
            let line = format!("{}: {value}\r\n", name.to_lowercase());
            assert!(answer.contains(&line), "{head}: {line}: {answer}");
        }
    };
    let hashed = "GET /app-0123456789abcdef.wasm HTTP/1.1";
    let kept = "cache-control: public, max-age=31536000, immutable\r\n";
    check(hashed, &["200 OK", kept, "content-type: application/wasm\r\n", "\r\n\r\nplain"]);
    check(&format!("{hashed}\r\nAccept-Encoding: gzip, br"), &["content-encoding: br\r\n", "\r\n\r\nBR"]);
    for path in ["/", "/w/abc/rounds/1", "/sw.js"] {
        check(&format!("GET {path} HTTP/1.1"), &["200 OK", "cache-control: no-cache\r\n", "etag: "]);
    }
    let workspace = Team::new(1).workspace();
    check(&format!("GET /w/{workspace} HTTP/1.1"), &["200 OK", "the page"]);
    check("GET /missing.js HTTP/1.1", &["404 "]);
    check("GET /../relay.key HTTP/1.1", &["404 "]);
    check("DELETE / HTTP/1.1", &["405 "]);
    check("GET /clear-site-data HTTP/1.1\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Dest: image", &["403 "]);
    let typed = "HTTP/1.1\r\nSec-Fetch-Site: none\r\nSec-Fetch-Dest: document";
    check(&format!("GET /clear-site-data {typed}"), &["clear-site-data: \"cache\"\r\n"]);
    check(&format!("GET /clear-site-data?everything {typed}"), &["clear-site-data: \"cache\", \"storage\"\r\n"]);
}

#[test]
fn metrics_name_nobody() {
    let data = tempfile::tempdir().expect("a place to write");
    // A port that was free a moment ago.
    let port =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|taken| taken.local_addr()).expect("free").to_string();
    let relay = Relay::start(data.path(), &["--metrics", &port]);
    let team = Team::new(1);
    found(&relay, &team);
    let answer = ask(&port, "GET /metrics HTTP/1.1", b"");
    assert!(answer.contains("plumbline_founded_total 1"), "{answer}");
    assert!(!answer.contains(&team.workspace().to_string()[..6]) && !answer.contains("127.0.0.1"), "{answer}");
}

#[test]
fn one_folder_one_relay() {
    let data = tempfile::tempdir().expect("a place to write");
    let _relay = Relay::start(data.path(), &[]);
    let second = std::process::Command::new(env!("CARGO_BIN_EXE_plumbline-relay"))
        .args(["--listen", "127.0.0.1:0", "--data"])
        .arg(data.path())
        .output()
        .expect("starts");
    assert!(!second.status.success() && String::from_utf8_lossy(&second.stderr).contains("another relay uses"));
}
