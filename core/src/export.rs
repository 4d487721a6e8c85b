//! Files for elsewhere: each format one file, in open formats other programs read.

mod cell;
pub mod results;

pub use results::{Round, ballots_csv, results_csv};
