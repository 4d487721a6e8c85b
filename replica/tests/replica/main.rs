//! Devices, their documents and their storage, joined by wires that lose nothing.

mod ballots;
mod device;
mod direct;
mod mesh;
mod together;
