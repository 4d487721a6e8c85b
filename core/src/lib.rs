//! Plumbline's rules, statistics and document.
//!
//! Pure: no clock, no randomness, no input or output. Time and identifiers are arguments, so that everything here runs the
//! same in the browser's worker, in the command-line peer and in a test.
//!
//! One way for data: [`document`] → [`document::Snapshot`] → [`view`] → page → [`intent::Intent`] → [`document`].

pub mod analysis;
pub mod bridge;
pub mod chart;
pub mod id;
pub mod intent;
pub mod metric;
pub mod rearrange;
pub mod seal;
pub mod time;
pub mod view;

#[cfg(feature = "document")]
pub mod document;
#[cfg(feature = "document")]
pub mod export;
#[cfg(feature = "document")]
pub mod file;
#[cfg(feature = "document")]
pub mod sample;

pub mod import;
