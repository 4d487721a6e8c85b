//! Reading ballots: one fixture per nuisance, and what no bytes may ever do.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use plumbline_core::import::ballots::{
    BallotSheet, Columns, Form, Known, MOST_BYTES, ProblemKind, Severity, Unusable, headers, read_ballots,
};
use proptest::prelude::*;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/ballots")
}

fn fixture(name: &str) -> Vec<u8> {
    fs::read(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The sheet in a form that can be compared at a glance: layout, ballots, problems.
fn summary(read: &Result<BallotSheet, Unusable>) -> String {
    let sheet = match read {
        Ok(sheet) => sheet,
        Err(unusable) => return format!("unusable: {unusable}\n"),
    };
    let mut text = format!("{:?} {:?}\n", sheet.form, sheet.columns.all());
    for ballot in &sheet.ballots {
        let names: Vec<&str> = ballot.ranking.iter().map(|index| sheet.candidates[*index].as_str()).collect();
        let _ = writeln!(text, "{} {}: {}", ballot.row, ballot.leader, names.join(" > "));
    }
    for problem in &sheet.problems {
        let _ = writeln!(text, "{:?} {problem}", problem.severity);
    }
    for unknown in sheet.unknown.leaders.iter().chain(&sheet.unknown.priorities) {
        let _ = writeln!(text, "unknown {} in row {} ({:?})", unknown.name, unknown.row, unknown.suggestion);
    }
    text
}

fn strings(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// How each fixture is read. Those named here know the priorities, the team, or the length of a ballot.
fn read(name: &str) -> Result<BallotSheet, Unusable> {
    let priorities = strings(&[
        "Hire a CFO",
        "Launch in Spain",
        "Cut churn",
        "Rebuild billing",
        "Open an API",
        "Close the old plant",
    ]);
    let team = strings(&["Ana", "Ben", "Cem"]);
    let mut known = Known { top: Some(3), ..Known::default() };
    match name {
        "quotes.csv" | "gap.csv" | "leader-twice-long.csv" => known.top = None,
        "unknown-leader.csv" => known.leaders = &team,
        "unknown-priority.csv" | "bad-ranks.csv" | "wide.csv" | "stray-blanks.csv" => known.candidates = &priorities,
        "exact: too-many-too-few.csv" => known.exact = true,
        "new: unknown-priority.csv" => {
            known.candidates = &priorities;
            known.new_priorities = true;
        }
        _ => {}
    }
    read_ballots(&fixture(name.rsplit(' ').next().unwrap_or(name)), &known)
}

/// Every fixture against the golden text beside it; `UPDATE_FIXTURES=1` writes the text anew, for review in the diff.
#[test]
fn fixtures() {
    let mut names: BTreeSet<String> = fs::read_dir(folder())
        .expect("fixtures")
        .map(|entry| entry.expect("entry").file_name().into_string().expect("name"))
        .filter(|name| name.ends_with(".csv") || name.ends_with(".tsv"))
        .collect();
    assert!(names.len() >= 40, "fixtures are missing");
    names.extend(strings(&["exact: too-many-too-few.csv", "new: unknown-priority.csv"]));
    let found: String = names.iter().map(|name| format!("== {name}\n{}\n", summary(&read(name)))).collect();
    let golden = folder().join("expected.txt");
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        fs::write(&golden, &found).expect("golden text");
    }
    let expected = fs::read_to_string(&golden).expect("golden text");
    for (found, expected) in found.split("== ").zip(expected.split("== ")) {
        assert_eq!(found, expected);
    }
    assert_eq!(found, expected);
}

/// The same two ballots, however the file is encoded, separated and ended.
#[test]
fn the_dress_of_a_file_does_not_matter() {
    let plain = read("semicolons.csv").expect("readable");
    for name in ["wide.csv", "bom.csv", "sep-line.csv", "tabs.tsv", "crlf.csv", "cr.csv", "no-last-newline.csv"] {
        let sheet = read(name).expect(name);
        let names = |sheet: &BallotSheet| -> Vec<Vec<String>> {
            let name = |index: &usize| sheet.candidates[*index].clone();
            sheet.ballots.iter().map(|ballot| ballot.ranking.iter().map(name).collect()).collect()
        };
        assert_eq!(names(&sheet), names(&plain), "{name}");
        assert_eq!(sheet.problems, [], "{name}");
    }
}

#[test]
fn columns_can_be_told() {
    let bytes = fixture("unusable-no-header.csv");
    assert!(matches!(read_ballots(&bytes, &Known::default()), Err(Unusable::NoHeader { .. })));
    let preview = headers(&bytes).expect("preview");
    assert_eq!((preview.delimiter, preview.header_row, preview.columns), (',', 1, None));
    assert_eq!(preview.header, ["Ana", "Hire a CFO", "Cut churn"]);
    assert_eq!(preview.rows, [["Ben", "Cut churn", "Hire a CFO"]]);

    let told = |columns| read_ballots(&fixture("wide.csv"), &Known { columns: Some(columns), ..Known::default() });
    let sheet = told(Columns::Wide { leader: 0, places: vec![3, 1] }).expect("readable");
    assert_eq!(sheet.form, Form::Wide);
    assert_eq!(sheet.candidates, ["Open an API", "Hire a CFO", "Cut churn"]);
    for columns in [
        Columns::Wide { leader: 0, places: vec![] },
        Columns::Wide { leader: 0, places: vec![1, 1] },
        Columns::Wide { leader: 1, places: vec![1] },
        Columns::Wide { leader: 0, places: vec![4] },
        Columns::Long { leader: 0, priority: usize::MAX, rank: 1 },
    ] {
        assert_eq!(told(columns.clone()), Err(Unusable::BadColumns), "{columns:?}");
    }
}

#[test]
fn a_settled_spelling_counts() {
    let priorities = strings(&["Hire a CFO", "Cut churn", "Open an API"]);
    let team = strings(&["Ana", "Ben"]);
    let same_as = [("hire  cfo".to_owned(), "Hire a CFO".to_owned()), ("cem".to_owned(), "Ben".to_owned())];
    let known = Known { leaders: &team, candidates: &priorities, same_as: &same_as, ..Known::default() };
    let sheet =
        read_ballots(b"leader,1,2\nAna,Hire CFO,Cut churn\nCem,Cut churn,Hire a CFO\n", &known).expect("readable");
    assert_eq!(sheet.problems, []);
    assert_eq!(sheet.ballots[1].leader, "Ben");
    assert_eq!(sheet.ballots[0].ranking, [0, 1]);
}

#[test]
fn problems_are_listed_up_to_a_limit_and_then_counted() {
    let file = "leader,priority,rank\n".to_owned() + &",A,1\n".repeat(1_500);
    let sheet = read_ballots(file.as_bytes(), &Known::default()).expect("readable");
    assert_eq!((sheet.problems.len(), sheet.more_problems), (1_000, 500));
    assert_eq!(sheet.problems[999].row, 1_001);
    assert_eq!(sheet.problems[0].kind, ProblemKind::NoLeader);
}

#[test]
fn too_many_priorities_are_refused() {
    let file: String = (0..201).fold("leader,1\n".to_owned(), |file, n| file + &format!("L{n},P{n}\n"));
    assert_eq!(read_ballots(file.as_bytes(), &Known::default()), Err(Unusable::TooManyPriorities));
}

/// The largest file allowed, built to be slow: every cell different, nearly alike, and unknown.
#[test]
fn the_worst_file_is_read_in_reasonable_time() {
    let mut file = "leader,1,2,3,4,5\n".to_owned();
    let long = "priority with a long name ".repeat(3);
    for row in 0..9_999 {
        let _ = write!(file, "L{row}");
        for cell in 0..5 {
            let _ = write!(file, ",{long}{row}{cell}");
        }
        file.push('\n');
    }
    file.truncate(MOST_BYTES);
    let candidates: Vec<String> = (0..200).map(|n| format!("{long}x{n}")).collect();
    #[expect(clippy::disallowed_methods, reason = "a test on a real machine")]
    let now = std::time::Instant::now;
    let start = now();
    let sheet =
        read_ballots(file.as_bytes(), &Known { candidates: &candidates, ..Known::default() }).expect("readable");
    assert_eq!(sheet.ballots, []);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

/// Pieces that make hostile files far likelier than random bytes do.
fn scraps() -> impl Strategy<Value = Vec<u8>> {
    let scrap = prop::sample::select(vec![
        "leader",
        "priority",
        "rank",
        "1",
        "2",
        "3",
        "1st choice",
        "-1",
        "1e999",
        "NaN",
        ",",
        ";",
        "\t",
        "\n",
        "\r",
        "\r\n",
        "\"",
        "\"\"",
        "Ana",
        "Ben",
        "A",
        "B",
        "\u{feff}",
        "\u{a0}",
        "'=",
        "[",
        "]",
        "é",
        "e\u{301}",
        "\0",
        "sep=;",
        "İ",
        "ß",
    ]);
    prop::collection::vec(scrap, 0..120).prop_map(|scraps| scraps.concat().into_bytes())
}

fn no_bytes_break_it(bytes: &[u8]) -> Result<(), TestCaseError> {
    let candidates = strings(&["A", "B"]);
    for known in [
        Known::default(),
        Known { candidates: &candidates, top: Some(2), exact: true, ..Known::default() },
        Known { columns: Some(Columns::Wide { leader: 0, places: vec![2, 1] }), ..Known::default() },
        Known { columns: Some(Columns::Long { leader: 1, priority: 0, rank: 2 }), ..Known::default() },
    ] {
        let _ = headers(bytes);
        let Ok(sheet) = read_ballots(bytes, &known) else { continue };
        let rows = 1 + bytes.len();
        for ballot in &sheet.ballots {
            let different: BTreeSet<_> = ballot.ranking.iter().collect();
            prop_assert!(!ballot.ranking.is_empty());
            prop_assert_eq!(different.len(), ballot.ranking.len());
            prop_assert!(ballot.ranking.iter().all(|index| *index < sheet.candidates.len()));
            prop_assert!(!ballot.leader.is_empty() && ballot.row <= rows);
            prop_assert!(
                !sheet
                    .problems
                    .iter()
                    .any(|p| p.row == ballot.row && p.severity == Severity::Error && sheet.form == Form::Wide)
            );
        }
        prop_assert!(sheet.problems.iter().all(|problem| problem.row >= 1 && problem.row <= rows));
    }
    Ok(())
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        no_bytes_break_it(&bytes)?;
    }

    #[test]
    fn hostile_scraps_never_panic(bytes in scraps()) {
        no_bytes_break_it(&bytes)?;
    }
}
