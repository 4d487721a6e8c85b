//! `plumbline export`: what a device holds, as a file for elsewhere.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use plumbline_core::document::{Document, RoundRecord};
use plumbline_core::export::{self, Round};
use plumbline_core::file;
use plumbline_core::id::RoundId;
use plumbline_core::view::{Figures, NamedRound, RoundState, named_round};

use super::problem::Problem;
use super::{Member, Where};
use crate::failure::Failure;
use crate::input::called;

/// What `export` can be told.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The file is a copy as of the last exchange; run plumbline sync before, for the latest. Exit status: 0 when it is written, \
2 otherwise.")]
pub struct Arguments {
    #[command(flatten)]
    place: Where,
    /// The file to write; - writes to standard output
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// What to write
    #[arg(long, value_enum, default_value = "workspace")]
    format: Format,
    /// For results and ballots, of which round [default: the last that was revealed]
    #[arg(long, value_name = "LABEL")]
    round: Option<String>,
    /// Replace the file if it is there
    #[arg(long)]
    force: bool,
}

/// Formats of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The whole workspace, which the app opens
    Workspace,
    /// A round's results, for a spreadsheet
    ResultsCsv,
    /// A round's ballots, for a spreadsheet or plumbline rank
    BallotsCsv,
}

/// Writes the file.
pub fn run(arguments: &Arguments) -> Result<String, Failure> {
    let member = Member::open(&arguments.place.dir)?;
    let document = member.document()?;
    let bytes = match arguments.format {
        Format::Workspace => file::write(document),
        Format::ResultsCsv | Format::BallotsCsv => csv(document, arguments)?.into_bytes(),
    };
    let fingerprint = document.fingerprint();
    if arguments.out == Path::new("-") {
        let mut out = io::stdout().lock();
        out.write_all(&bytes).and_then(|()| out.flush()).map_err(Failure::Write)?;
        return Ok(String::new());
    }
    let name = called(&arguments.out.to_string_lossy());
    write(&arguments.out, &bytes, arguments.force).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Problem::Exists { name: name.clone() },
        _ => Problem::Unwritten { name: name.clone(), error },
    })?;
    Ok(format!("Written to {name}. Fingerprint {fingerprint}.\n"))
}

/// Never half a file under the name: a new one is made beside it first. What was there is taken only with `force`.
fn write(path: &Path, bytes: &[u8], force: bool) -> io::Result<()> {
    let mut beside = path.file_name().ok_or(io::ErrorKind::IsADirectory)?.to_owned();
    beside.push(format!(".{}.part", std::process::id()));
    let beside = path.with_file_name(beside);
    if !force {
        // The name is taken before anything is written: nobody else's file can come under it meanwhile.
        File::create_new(path)?;
    }
    let written = File::create_new(&beside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, path)
    });
    if written.is_err() {
        let _ = fs::remove_file(&beside);
        if !force {
            let _ = fs::remove_file(path);
        }
    }
    written
}

fn csv(document: &Document, arguments: &Arguments) -> Result<String, Problem> {
    let id = round(document, arguments.round.as_deref())?;
    let named: NamedRound = named_round(document.snapshot(), id, &mut Figures::default()).ok_or(Problem::NoRound)?;
    let round = Round {
        title: &named.label,
        leaders: &named.leaders,
        candidates: &named.candidates,
        rankings: &named.rankings,
    };
    if arguments.format == Format::BallotsCsv {
        return Ok(export::ballots_csv(&round, true));
    }
    let analysis = named.analysis.as_ref().ok_or_else(|| Problem::NoFigures { round: named.label.clone() })?;
    Ok(export::results_csv(&round, analysis, true))
}

/// A revealed round: the one of this name, or the last.
pub fn round(document: &Document, label: Option<&str>) -> Result<RoundId, Problem> {
    let counts = |round: &RoundRecord| !round.removed && round.state() == RoundState::Revealed;
    let revealed = document.snapshot().rounds.iter().filter(|(_, round)| counts(round));
    let Some(label) = label else {
        let last = revealed.max_by_key(|(id, round)| (round.revealed, **id));
        return last.map(|(id, _)| *id).ok_or(Problem::NoRound);
    };
    super::edits::only(
        "revealed round is",
        "revealed rounds are",
        label,
        revealed.map(|(id, round)| (*id, round.label.value.as_str())),
    )
}
