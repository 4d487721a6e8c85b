//! Files from elsewhere: each format gives a value plus a list of problems, never a panic.
//!
//! The types cross the worker's boundary and are always there; reading itself comes with the `document` feature.

pub mod ballots;
#[cfg(feature = "document")]
mod compose;
#[cfg(feature = "document")]
mod decode;
pub mod lines;
#[cfg(feature = "document")]
pub(crate) mod name;
#[cfg(feature = "document")]
mod name_list;
pub mod plan;
pub mod roles;
#[cfg(feature = "document")]
mod table;

pub use ballots::{
    BallotSheet, Columns, Form, Headers, Known, Problem, ProblemKind, Severity, SheetBallot, Unknown, UnknownName,
    Unusable,
};
#[cfg(feature = "document")]
pub use ballots::{headers, read_ballots};
#[cfg(feature = "document")]
pub use name_list::{names_between, names_by_line};
