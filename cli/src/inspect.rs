//! `plumbline inspect`: what a workspace file holds, without a browser and without trusting the file.

mod summary;
mod words;

use std::path::Path;

use plumbline_core::document::Document;
use plumbline_core::file::{self, MOST_MEGABYTES};

use crate::failure::Failure;
use crate::guarded::guarded;
use crate::input::{called, read};
use crate::shared::Member;
use crate::style::Style;
use summary::Summary;

/// Nothing is written under this name, so it need not be unique.
const READER: [u8; 16] = [0; 16];

/// What `inspect` can be told.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Says how many ballots an open round holds, never what is in them.

Exit status: 0 with a report, 2 when the file is damaged, hostile, or no workspace file.")]
pub struct Arguments {
    /// The workspace file, or the folder of a device that joined; - reads a file from standard input
    #[arg(value_name = "WORKSPACE-FILE|FOLDER")]
    file: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Opens the file and says what is in it.
pub fn run(arguments: &Arguments) -> Result<String, Failure> {
    let folder = Path::new(&arguments.file);
    let summary = if folder.is_dir() {
        let member = Member::open(folder)?;
        of_document(member.document()?)
    } else {
        let bytes = read(&arguments.file, MOST_MEGABYTES as usize * 1_000_000)?;
        guarded(move || Ok(Summary::of(&file::read(&bytes, READER)?, bytes.len())))
            .map_err(|reason| Failure::Workspace { name: called(&arguments.file), reason: reason.to_string() })?
    };
    if arguments.json {
        // Strings and whole numbers always make JSON.
        Ok(serde_json::to_string_pretty(&summary).unwrap_or_default() + "\n")
    } else {
        Ok(words::render(&summary, Style::of_stdout()))
    }
}

fn of_document(document: &Document) -> Summary {
    Summary::of(document, file::write(document).len())
}

/// The same report on a document that is open already.
pub fn report(document: &Document) -> String {
    words::render(&of_document(document), Style::of_stdout())
}
