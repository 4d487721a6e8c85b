//! What stops a command, in words.

use std::io;

use plumbline_core::import::Unusable;
use plumbline_core::metric::IllPosed;

use crate::shared::problem::Problem;

/// Why there are no results.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The file could not be read.
    #[error("{name} cannot be read: {}.", reason(.error))]
    Read {
        /// The file as it was named.
        name: String,
        /// What the system says.
        error: io::Error,
    },
    /// The results could not be written.
    #[error("the results cannot be written: {0}.")]
    Write(io::Error),
    /// The file holds no ballots that can be read.
    #[error("{name} cannot be used. {unusable}")]
    Unusable {
        /// The file as it was named.
        name: String,
        /// Why.
        unusable: Unusable,
    },
    /// Fewer than two ballots count.
    #[error("{}", too_few(*.counted, *.problems))]
    TooFewBallots {
        /// Ballots that count.
        counted: usize,
        /// Problems reported before this message.
        problems: usize,
    },
    /// More ballots than can be compared in pairs.
    #[error("{found} ballots are more than the {limit} that can be compared with one another.")]
    TooManyBallots {
        /// Ballots that count.
        found: usize,
        /// The most compared.
        limit: usize,
    },
    /// Fewer than two priorities.
    #[error("{found} {} cannot be ranked; name at least two.", if *.found == 1 { "priority" } else { "priorities" })]
    TooFewCandidates {
        /// Different names given.
        found: usize,
    },
    /// More places than priorities.
    #[error(
        "a stack of {top} places cannot be filled from {candidates} priorities. Lower --top, or name all priorities with --candidates."
    )]
    Top {
        /// Places asked for.
        top: usize,
        /// Priorities there are.
        candidates: usize,
    },
    /// A figure has no value for these ballots.
    #[error("these ballots cannot be compared: {0}.")]
    IllPosed(#[from] IllPosed),
    /// The workspace file is damaged, hostile, or no workspace file.
    #[error("{name} cannot be opened. {reason}")]
    Workspace {
        /// The file as it was named.
        name: String,
        /// Why, as a sentence.
        reason: String,
    },
    /// A shared workspace could not be taken part in.
    #[error(transparent)]
    Shared(#[from] Problem),
}

impl Failure {
    /// The exit status of every failure, the one usage errors have too.
    pub const STATUS: u8 = 2;
}

/// The system's words without its error number.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".into(),
        io::ErrorKind::PermissionDenied => "you may not read it".into(),
        io::ErrorKind::IsADirectory => "it is a folder".into(),
        _ => error.to_string(),
    }
}

fn too_few(counted: usize, problems: usize) -> String {
    let found = match counted {
        0 => "no ballot can be counted",
        _ => "only one ballot can be counted",
    };
    let next = if problems > 0 { "Settle the problems above" } else { "Check that the file holds every ballot" };
    format!("{found}; comparing needs at least two. {next}.")
}
