//! Devices, their documents and their storage, joined by wires that lose nothing.

mod ballots;
mod device;
mod mesh;
mod together;
