//! `plumbline`: the spreadsheet analyst, and a member without a screen. Reads ballots from CSV and says how far a team agrees;
//! looks into workspace files; takes part in shared workspaces.
//!
//! Exit status: 0 with results, 2 with a message on standard error when the input cannot be used.

mod failure;
mod guarded;
mod input;
mod inspect;
mod rank;
mod shared;
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
    /// Say what a workspace file or a device's folder holds, and its fingerprint.
    Inspect(inspect::Arguments),
    /// Join a shared workspace by its link, and receive everything.
    Join(shared::join::Arguments),
    /// Share a workspace file from now on.
    Found(shared::found::Arguments),
    /// Make a link for others, or close one.
    Link(shared::link::Arguments),
    /// Exchange with the relay until both sides have everything, or stay.
    Sync(shared::sync::Arguments),
    /// Change something in a shared workspace.
    Do(shared::edits::Arguments),
    /// Write what a device holds to a file.
    Export(shared::export::Arguments),
}

fn main() -> ExitCode {
    // Usage errors leave here with status 2, help and version with 0.
    let arguments = Arguments::parse();
    let report = match &arguments.command {
        Command::Rank(arguments) => rank::run(arguments),
        Command::Inspect(arguments) => inspect::run(arguments),
        Command::Join(arguments) => shared::join::run(arguments),
        Command::Found(arguments) => shared::found::run(arguments),
        Command::Link(arguments) => shared::link::run(arguments),
        Command::Sync(arguments) => shared::sync::run(arguments),
        Command::Do(arguments) => shared::edits::run(arguments),
        Command::Export(arguments) => shared::export::run(arguments),
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
