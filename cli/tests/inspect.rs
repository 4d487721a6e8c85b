//! `plumbline inspect`: sound files described, everything else refused in words.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use plumbline_core::document::Document;
use plumbline_core::id::WorkspaceId;
use plumbline_core::time::{DAY, Timestamp};
use plumbline_core::{file, sample};
use serde_json::Value;

fn inspect(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_plumbline"))
        .arg("inspect")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("plumbline starts");
    // A child that refuses its arguments has closed its end already.
    let _ = child.stdin.take().expect("stdin").write_all(input);
    child.wait_with_output().expect("plumbline ends")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

fn sample_team() -> Document {
    let workspace = WorkspaceId::from_bytes([7; 16]);
    sample::team(workspace, Timestamp(20_779 * DAY), 1, [7; 16]).expect("the sample keeps every rule")
}

fn refused(input: &[u8], message: &str) {
    for arguments in [["-"].as_slice(), &["-", "--json"]] {
        let output = inspect(arguments, input);
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert_eq!(text(&output.stdout), "", "{message}");
        let said = text(&output.stderr);
        assert!(said.contains(message) && !said.contains("panicked"), "{message}: {said}");
    }
}

/// The bytes with a header whose length and hash fit them: what a forger would send.
fn sealed(content: &[u8]) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let mut bytes = file::write(&sample_team())[..9].to_vec();
    bytes.extend_from_slice(&(content.len() as u64).to_le_bytes());
    bytes.extend_from_slice(&Sha256::digest(content));
    bytes.extend_from_slice(content);
    bytes
}

#[test]
fn a_workspace_in_words() {
    let document = sample_team();
    let output = inspect(&["-"], &file::write(&document));
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""));
    let said = text(&output.stdout);
    for part in [
        document.fingerprint().as_str(),
        "A made-up sample team.",
        "Leaders (",
        "Priorities (",
        "Rounds (3)",
        "2026-11-01",
        "revealed",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn a_workspace_as_json() {
    let document = sample_team();
    let bytes = file::write(&document);
    let output = inspect(&["-", "--json"], &bytes);
    assert_eq!(output.status.code(), Some(0));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let snapshot = document.snapshot();
    assert_eq!(report["fingerprint"], document.fingerprint());
    assert_eq!(report["name"], snapshot.workspace.name.value);
    assert_eq!(report["size"], bytes.len());
    assert_eq!(report["changes"], document.change_count());
    assert_eq!(report["schema"], plumbline_core::document::SCHEMA);
    assert_eq!(report["sample"], true);
    let names = |key: &str| report[key].as_array().map_or(0, Vec::len);
    assert_eq!(names("leaders"), snapshot.leaders.values().filter(|leader| !leader.removed).count());
    assert_eq!(names("priorities"), snapshot.priorities.values().filter(|priority| !priority.removed).count());
    assert_eq!(names("rounds"), 3);
    assert_eq!(report["rounds"][0]["state"], "revealed");
    assert!(report["rounds"][0]["ballots"].as_u64() > Some(1));
}

#[test]
fn a_file_is_named_in_its_refusal() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("notes.plumbline");
    fs::write(&path, "only notes").expect("a file");
    let output = inspect(&[path.to_str().expect("path")], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("notes.plumbline cannot be opened. This is not a Plumbline workspace file."));
    let output = inspect(&["nowhere.plumbline"], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("nowhere.plumbline cannot be read: there is no such file."));
}

#[test]
fn damage_is_refused_in_words() {
    let good = file::write(&sample_team());
    refused(b"", "The file is empty.");
    refused(b"leader,1,2,3\n", "not a Plumbline workspace file");
    refused(&good[..good.len() - 10], "10 bytes are missing");
    let mut flipped = good.clone();
    *flipped.last_mut().expect("bytes") ^= 1;
    refused(&flipped, "damaged");
    let mut newer = good.clone();
    newer[8] = 9;
    refused(&newer, "newer version");
    refused(&vec![0; 64_000_001], "larger than 64 MB");
}

/// Content with a right hash around it, so that it reaches the document's own reader, and wrong in every byte in turn.
#[test]
fn forged_content_is_refused_in_words() {
    refused(&sealed(b"no document"), "Nothing was changed.");
    // Chunk types Plumbline never writes: Automerge panics on some bundles (type 3).
    let document = sample_team().save();
    let mut bundle = document.clone();
    bundle[8] = 3;
    refused(&sealed(&bundle), "Nothing was changed.");
    for at in (0..document.len()).step_by(document.len() / 40) {
        let mut forged = document.clone();
        forged[at] ^= 0x55;
        let output = inspect(&["-"], &sealed(&forged));
        assert_eq!(output.status.code(), Some(2), "byte {at}: {}", text(&output.stdout));
        assert!(!text(&output.stderr).contains("panicked"), "byte {at}");
    }
}
