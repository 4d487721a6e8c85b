//! Devices, their documents and their storage, joined by wires that lose nothing.

#![allow(clippy::unwrap_used, reason = "a test")]

mod ballots;
mod device;
mod direct;
mod mesh;
mod together;
