//! `plumbline`: the spreadsheet analyst. Reads ballots from CSV and says how far a team agrees; looks into workspace files.
//!
//! Exit status: 0 with results, 2 with a message on standard error when the input cannot be used.

mod failure;
mod input;
mod inspect;
mod rank;
mod style;
mod table;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::Failure;

/// Shows in numbers and in names how far a leadership team agrees on its priorities.
#[derive(Debug, Parser)]
#[command(name = "plumbline", version, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read a CSV of ballots: how far the leaders agree, what to discuss first, who diverges, what the team would choose.
    Rank(rank::Arguments),
    /// Say what a workspace file holds, and its fingerprint.
    Inspect(inspect::Arguments),
}

fn main() -> ExitCode {
    // Usage errors leave here with status 2, help and version with 0.
    let arguments = Arguments::parse();
    let report = match &arguments.command {
        Command::Rank(arguments) => rank::run(arguments),
        Command::Inspect(arguments) => inspect::run(arguments),
    };
    match report.and_then(|report| print(&report)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nothing is left to say when standard error is closed as well.
            let _ = writeln!(io::stderr(), "plumbline: {failure}");
            ExitCode::from(Failure::STATUS)
        }
    }
}

/// Writes to standard output; a reader that has seen enough (`| head`) is no failure.
fn print(report: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(report.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::Write(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn arguments_are_consistent() {
        Arguments::command().debug_assert();
    }
}
