//! `plumbline rank`: from a CSV of ballots to the reading of a round.

mod json;
mod words;

use std::io::{self, Write};

use plumbline_core::analysis::{Ballots, Settings, analyse};
use plumbline_core::import::ballots::{MOST_BYTES, MOST_PRIORITIES};
use plumbline_core::import::{BallotSheet, Columns, Known, Unusable, names_between, names_by_line, read_ballots};

use crate::failure::Failure;
use crate::input::{called, read};
use crate::style::Style;

/// Seed of the simulated chance level, so that the same ballots give the same figures everywhere.
const SEED: u64 = 1;
/// Places of a priority stack when nothing else is said.
const TOP: usize = 5;
/// Most ballots compared: every pair is, so time and memory grow with the square.
const MOST_BALLOTS: usize = 1_000;

/// What `rank` can be told.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The CSV has one row per leader (leader,1,2,3,4,5) or one per choice (leader,priority,rank), as form tools and \
spreadsheets export it. Also read: the whole ballot in one cell (A;B;C;), and one column per priority with its rank.

Exit status: 0 with results, 2 when the input cannot be used.")]
pub struct Arguments {
    /// The ballots; - reads standard input
    #[arg(value_name = "FILE.csv")]
    file: String,
    /// All priorities of the round, ranked by anybody or not
    #[arg(long, value_name = "\"A;B;…\"", conflicts_with = "candidates_file")]
    candidates: Option<String>,
    /// The same from a file, one priority per line
    #[arg(long, value_name = "FILE")]
    candidates_file: Option<String>,
    /// Places of a ballot [default: 5, or fewer when the file has fewer]
    #[arg(long, value_name = "PLACES", value_parser = top, allow_negative_numbers = true)]
    top: Option<usize>,
    /// Weight of the first places in rank-biased overlap, between 0 and 1
    #[arg(long, value_name = "P", default_value_t = 0.8, value_parser = persistence, allow_negative_numbers = true)]
    p: f64,
    /// Seed of the simulated chance level
    #[arg(long, value_name = "N", default_value_t = SEED, allow_negative_numbers = true)]
    seed: u64,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn top(text: &str) -> Result<usize, String> {
    let allowed = || format!("must be a whole number from 1 to {MOST_PRIORITIES}");
    text.parse().ok().filter(|top| (1..=MOST_PRIORITIES).contains(top)).ok_or_else(allowed)
}

fn persistence(text: &str) -> Result<f64, String> {
    let allowed = || "must be a number between 0 and 1, both excluded".to_owned();
    text.parse().ok().filter(|p| *p > 0.0 && *p < 1.0).ok_or_else(allowed)
}

/// Reads, analyses, and says what came out.
pub fn run(arguments: &Arguments) -> Result<String, Failure> {
    let candidates = candidates(arguments)?;
    let bytes = read(&arguments.file, MOST_BYTES)?;
    let sheet = sheet(&bytes, arguments, &candidates)
        .map_err(|unusable| Failure::Unusable { name: called(&arguments.file), unusable })?;
    let report = report(arguments, &sheet);
    if !arguments.json || report.is_err() {
        tell_problems(&sheet, &called(&arguments.file));
    }
    report
}

fn report(arguments: &Arguments, sheet: &BallotSheet) -> Result<String, Failure> {
    let (counted, candidates) = (sheet.ballots.len(), sheet.candidates.len());
    if counted < 2 {
        return Err(Failure::TooFewBallots { counted, problems: sheet.problems.len() });
    }
    if counted > MOST_BALLOTS {
        return Err(Failure::TooManyBallots { found: counted, limit: MOST_BALLOTS });
    }
    let top = if arguments.top.is_some() { sheet.top } else { sheet.top.min(candidates) };
    let rankings = sheet.ballots.iter().map(|ballot| ballot.ranking.clone()).collect();
    let ballots = Ballots::new(candidates, top, rankings).map_err(|_| Failure::Top { top, candidates })?;
    let settings = Settings { p: arguments.p, seed: arguments.seed };
    let analysis = analyse(&ballots, &settings)?;
    let round = Round { sheet, analysis: &analysis, settings };
    Ok(if arguments.json { json::render(&round) } else { words::render(&round, Style::of_stdout()) })
}

/// A round that has been read, with the names to its indexes.
struct Round<'a> {
    sheet: &'a BallotSheet,
    analysis: &'a plumbline_core::analysis::Analysis,
    settings: Settings,
}

impl Round<'_> {
    fn leader(&self, index: usize) -> &str {
        self.sheet.ballots.get(index).map_or("", |ballot| &ballot.leader)
    }

    fn candidate(&self, index: usize) -> &str {
        self.sheet.candidates.get(index).map_or("", String::as_str)
    }
}

fn candidates(arguments: &Arguments) -> Result<Vec<String>, Failure> {
    let (name, list) = match (&arguments.candidates, &arguments.candidates_file) {
        (Some(list), _) => ("--candidates".to_owned(), names_between(list, ';')),
        (None, Some(file)) => (called(file), names_by_line(&read(file, MOST_BYTES)?)),
        (None, None) => return Ok(Vec::new()),
    };
    let list = list.map_err(|unusable| Failure::Unusable { name, unusable })?;
    if list.len() < 2 {
        return Err(Failure::TooFewCandidates { found: list.len() });
    }
    match arguments.top {
        Some(top) if top > list.len() => Err(Failure::Top { top, candidates: list.len() }),
        _ => Ok(list),
    }
}

fn sheet(bytes: &[u8], arguments: &Arguments, candidates: &[String]) -> Result<BallotSheet, Unusable> {
    let read = |top| read_ballots(bytes, &Known { candidates, top, ..Known::default() });
    if arguments.top.is_some() {
        return read(arguments.top);
    }
    let first = read(None)?;
    let offered = match &first.columns {
        Columns::Wide { places, .. } => places.len(),
        _ => first.top,
    };
    if candidates.is_empty() {
        read(Some(offered.min(TOP)))
    } else {
        read(Some(offered.min(TOP).min(candidates.len())))
    }
}

/// Problems go to standard error, so that a report sent to a file stays a report.
fn tell_problems(sheet: &BallotSheet, name: &str) {
    if sheet.problems.is_empty() {
        return;
    }
    let count = sheet.problems.len() + sheet.more_problems;
    let mut text = format!("{count} {} in {name}\n", if count == 1 { "problem" } else { "problems" });
    for problem in &sheet.problems {
        text += &format!("  {problem}\n");
    }
    if sheet.more_problems > 0 {
        text += &format!("  … and {} more\n", sheet.more_problems);
    }
    // A closed standard error must not cost the report.
    let _ = writeln!(io::stderr(), "{text}");
}
