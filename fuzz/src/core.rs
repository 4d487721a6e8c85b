//! What `core` and `site` read.

pub mod bridge;
pub mod chunk;
pub mod document;
pub mod file;
pub mod guard;
pub mod open;
pub mod path;
pub mod sheet;
