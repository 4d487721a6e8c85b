//! The only home of browser interfaces. Everything above speaks in plain values.

pub mod address;
pub mod cache;
pub mod clipboard;
pub mod clock;
pub mod dialog;
pub mod drop;
pub mod engine;
pub mod file;
pub mod focus;
pub mod leaving;
pub mod online;
pub mod page;
pub mod pointer;
pub mod preferences;
pub mod print;
pub mod random;
pub mod rows;
pub mod storage;
pub mod updates;
