//! One file per route: thin, no arithmetic.

pub mod ballot;
pub mod conflicts;
pub mod diagnose;
pub mod import;
pub mod join;
pub mod me;
pub mod measures;
pub mod new;
pub mod new_round;
pub mod priorities;
pub mod results;
pub mod round;
pub mod settings;
pub mod sharing;
pub mod stack;
pub mod start;
pub mod team;
pub mod today;
