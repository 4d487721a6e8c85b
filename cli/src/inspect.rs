//! `plumbline inspect`: what a workspace file holds, without a browser and without trusting the file.

mod guarded;
mod summary;
mod words;

use plumbline_core::file::MOST_MEGABYTES;

use crate::failure::Failure;
use crate::input::{called, read};
use crate::style::Style;

/// What `inspect` can be told.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Says how many ballots an open round holds, never what is in them.

Exit status: 0 with a report, 2 when the file is damaged, hostile, or no workspace file.")]
pub struct Arguments {
    /// The workspace file; - reads standard input
    #[arg(value_name = "WORKSPACE-FILE")]
    file: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Opens the file and says what is in it.
pub fn run(arguments: &Arguments) -> Result<String, Failure> {
    let bytes = read(&arguments.file, MOST_MEGABYTES as usize * 1_000_000)?;
    let summary = guarded::summary(bytes)
        .map_err(|reason| Failure::Workspace { name: called(&arguments.file), reason: reason.to_string() })?;
    if arguments.json {
        // Strings and whole numbers always make JSON.
        Ok(serde_json::to_string_pretty(&summary).unwrap_or_default() + "\n")
    } else {
        Ok(words::render(&summary, Style::of_stdout()))
    }
}
