//! `plumbline rank` as people and scripts meet it: golden reports, messages, exit statuses.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

/// Runs in the folder of the test data, so that messages name files the same everywhere.
fn plumbline(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_plumbline"))
        .args(arguments)
        .current_dir(data(""))
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

/// Against the golden text; `UPDATE_GOLDEN=1` writes it anew, for review in the diff.
fn golden(name: &str, found: &str) {
    let path = data("../golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, found).expect("golden text");
    }
    assert_eq!(found, fs::read_to_string(&path).expect("golden text"), "{name}");
}

fn refused(arguments: &[&str], input: &[u8], message: &str) {
    let output = plumbline(arguments, input);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    assert_eq!(text(&output.stdout), "", "{arguments:?}");
    assert!(text(&output.stderr).contains(message), "{arguments:?}: {}", text(&output.stderr));
}

const CANDIDATES: &str = "Hire a CFO;Cut churn;Open an API;Launch in Spain;Rebuild billing;Single sign-on";

#[test]
fn a_round_in_words() {
    let output = plumbline(&["rank", "round.csv"], b"");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stderr), "");
    golden("round.txt", text(&output.stdout));
}

#[test]
fn a_round_as_json() {
    let output = plumbline(&["rank", "round.csv", "--json"], b"");
    assert_eq!(output.status.code(), Some(0));
    golden("round.json", text(&output.stdout));
}

#[test]
fn problems_go_to_standard_error_and_into_json() {
    let output = plumbline(&["rank", "messy.csv", "--candidates", CANDIDATES], b"");
    assert_eq!(output.status.code(), Some(0));
    golden("messy.txt", text(&output.stdout));
    golden("messy.problems.txt", text(&output.stderr));

    let output = plumbline(&["rank", "messy.csv", "--candidates", CANDIDATES, "--json"], b"");
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let rows: Vec<u64> =
        report["problems"].as_array().expect("problems").iter().filter_map(|problem| problem["row"].as_u64()).collect();
    assert_eq!(rows, [2, 3, 5, 7, 8]);
    assert_eq!((&report["leaders"], &report["candidates"], &report["top"]), (&2.into(), &6.into(), &5.into()));
}

#[test]
fn json_has_exactly_the_promised_keys() {
    let output = plumbline(&["rank", "messy.csv", "--json"], b"");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let keys = |value: &Value| value.as_object().expect("object").keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(
        keys(&report),
        "agreement candidates consensus divergence leaders mean_rbo mean_top_k_distance priorities problems top"
    );
    assert_eq!(keys(&report["agreement"]), "chance_w_95 chi_square kendall_w mean_correlation p_value");
    assert_eq!(keys(&report["consensus"]), "borda kemeny schulze");
    assert_eq!(keys(&report["consensus"]["borda"][0]), "points priority");
    assert_eq!(keys(&report["consensus"]["kemeny"]), "distance order score");
    assert!(report["consensus"]["schulze"][0][0].is_string());
    assert_eq!(keys(&report["divergence"][0]), "leader mean_top_k_distance");
    assert_eq!(keys(&report["priorities"][0]), "mean_rank priority spread stacks");
    assert_eq!(keys(&report["problems"][0]), "message row");
    let distances: Vec<f64> = report["divergence"]
        .as_array()
        .expect("divergence")
        .iter()
        .filter_map(|entry| entry["mean_top_k_distance"].as_f64())
        .collect();
    assert!(distances.is_sorted_by(|a, b| a >= b), "{distances:?}");
}

#[test]
fn the_same_ballots_in_any_form_give_the_same_report() {
    let wide = fs::read(data("round.csv")).expect("round");
    let expected = plumbline(&["rank", "round.csv", "--json"], b"").stdout;
    let mut long = String::from("\u{feff}leader;priority;rank\r\n");
    for line in text(&wide).lines().skip(1) {
        let mut cells = line.split(',');
        let leader = cells.next().expect("leader");
        for (place, priority) in cells.enumerate() {
            long += &format!("{leader};{priority};{}\r\n", place + 1);
        }
    }
    assert_eq!(text(&plumbline(&["rank", "-", "--json"], long.as_bytes()).stdout), text(&expected));
    assert_eq!(text(&plumbline(&["rank", "-", "--json"], &wide).stdout), text(&expected));
}

#[test]
fn candidates_come_from_an_argument_or_a_file() {
    let told = plumbline(&["rank", "messy.csv", "--json", "--candidates", CANDIDATES], b"");
    let file = plumbline(&["rank", "messy.csv", "--json", "--candidates-file", "candidates.txt"], b"");
    assert_eq!(file.status.code(), Some(0), "{}", text(&file.stderr));
    assert_eq!(text(&told.stdout), text(&file.stdout));
}

#[test]
fn settings_change_what_they_name() {
    let report = |arguments: &[&str]| -> Value {
        let output = plumbline(&[&["rank", "round.csv", "--json"], arguments].concat(), b"");
        assert_eq!(output.status.code(), Some(0), "{arguments:?} {}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    let plain = report(&[]);
    assert_eq!(report(&["--top", "5", "--p", "0.8", "--seed", "1"]), plain, "the defaults");
    let shallow = report(&["--p", "0.5"]);
    assert_ne!(shallow["mean_rbo"], plain["mean_rbo"]);
    assert_eq!(shallow["agreement"], plain["agreement"]);
    let short = report(&["--top", "3"]);
    assert_eq!(short["top"], 3);
    assert_eq!(short["problems"].as_array().map(Vec::len), Some(6), "each ballot has more than three");
}

#[test]
fn top_defaults_to_what_the_file_offers() {
    let output = plumbline(&["rank", "-", "--json"], b"leader,1,2,3\nAna,A,B,C\nBen,B,A,D\n");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&report["top"], &report["problems"]), (&3.into(), &Value::Array(vec![])));
}

#[test]
fn unusable_input_is_refused_in_words() {
    refused(&["rank", "nowhere.csv"], b"", "nowhere.csv cannot be read: there is no such file.");
    refused(&["rank", "."], b"", ". cannot be read: it is a folder.");
    refused(&["rank", "-"], b"", "standard input cannot be used. The file is empty.");
    refused(&["rank", "-"], b"PK\x03\x04", "spreadsheet workbook, not CSV");
    refused(&["rank", "-"], b"leader,1\nAna,\0\n", "not a text file");
    refused(
        &["rank", "-"],
        b"Ana,A,B\nBen,B,A\n",
        "No header was recognised (the first row begins \"Ana\", \"A\", \"B\").",
    );
    refused(&["rank", "-"], b"leader,1,2\n", "no ballot below it");
    refused(&["rank", "-"], b"leader,1,2\nAna,A,B\n", "only one ballot can be counted; comparing needs at least two.");
    refused(&["rank", "-", "--json"], b"leader,1,2\nAna,A,A\nBen,B,B\n", "no ballot can be counted");
    refused(&["rank", "-", "--json"], b"leader,1,2\nAna,A,A\nBen,B,B\n", "Row 2, cell C2: \"A\" is at places 1 and 2");
    refused(&["rank", "-"], &vec![b'a'; 5_000_001], "larger than 5 MB");
    refused(&["rank", "-"], b"leader,1\nAna,A\nBen,A\n", "at least 2 priorities are needed");
}

#[test]
fn arguments_out_of_range_are_refused_in_words() {
    for p in ["0", "1", "-0.5", "1.5", "NaN", "x"] {
        refused(&["rank", "round.csv", "--p", p], b"", "must be a number between 0 and 1, both excluded");
    }
    for top in ["0", "201", "x", "2.5"] {
        refused(&["rank", "round.csv", "--top", top], b"", "must be a whole number from 1 to 200");
    }
    refused(&["rank", "round.csv", "--top", "8"], b"", "a stack of 8 places cannot be filled from 7 priorities");
    refused(&["rank", "round.csv", "--top", "3", "--candidates", "A;B"], b"", "a stack of 3 places");
    refused(&["rank", "round.csv", "--candidates", "A; a ;"], b"", "1 priority cannot be ranked");
    refused(&["rank", "round.csv", "--candidates-file", "nowhere.txt"], b"", "nowhere.txt cannot be read");
    refused(&["rank", "round.csv", "--candidates", "A;B", "--candidates-file", "x"], b"", "cannot be used with");
    refused(&["rank"], b"", "required");
    refused(&["sort"], b"", "unrecognized subcommand");
    refused(&["rank", "round.csv", "--seed", "-1"], b"", "--seed");
}

#[test]
fn help_and_version_succeed() {
    for arguments in [["--help"].as_slice(), &["--version"], &["rank", "--help"], &["inspect", "--help"]] {
        let output = plumbline(arguments, b"");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(!output.stdout.is_empty());
    }
}
