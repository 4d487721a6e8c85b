//! Fuzz targets: one for everything that reads bytes from elsewhere. A target takes any input and panics when something is wrong:
//! not only by the panic of what it calls, but also when what was read does not write back to the same bytes, when a refusal
//! left a trace, or when something grew out of proportion.
//!
//! `cargo xtask fuzz` runs them under a coverage-guided engine; the tests of this package run them over `corpus/` (seeds, made by
//! the real encoders, and what the engine found worth keeping) and `regressions/` (what once made one fail).

use std::path::PathBuf;

pub mod core;
pub mod draw;
pub mod people;
pub mod replica;
pub mod sync;
pub mod tolerate;
pub mod wire;

/// Something that reads bytes from elsewhere.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// What it is called.
    pub name: &'static str,
    /// Inputs longer than this find nothing that shorter ones do not.
    pub most: usize,
    /// Takes one input.
    pub run: fn(&[u8]),
    /// Inputs to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All of them.
pub const TARGETS: &[Target] = &[
    Target { name: "frame", most: 4096, run: wire::frame::run, seeds: wire::frame::seeds },
    Target { name: "envelope", most: 2048, run: wire::envelope::run, seeds: wire::envelope::seeds },
    Target { name: "record", most: 4096, run: wire::record::run, seeds: wire::record::seeds },
    Target { name: "voucher", most: 512, run: wire::voucher::run, seeds: wire::voucher::seeds },
    Target { name: "link", most: 256, run: wire::link::run, seeds: wire::link::seeds },
    Target { name: "statement", most: 512, run: wire::statement::run, seeds: wire::statement::seeds },
    Target { name: "keyring", most: 512, run: wire::keyring::run, seeds: wire::keyring::seeds },
    Target { name: "room", most: 1024, run: wire::room::run, seeds: wire::room::seeds },
    Target { name: "summary", most: 8192, run: wire::summary::run, seeds: wire::summary::seeds },
    Target { name: "inside", most: 4096, run: sync::inside::run, seeds: sync::inside::seeds },
    Target { name: "body", most: 2048, run: sync::body::run, seeds: sync::body::seeds },
    Target { name: "ballot", most: 4200, run: sync::ballot::run, seeds: sync::ballot::seeds },
    Target { name: "identity", most: 1024, run: sync::identity::run, seeds: sync::identity::seeds },
    Target { name: "stored", most: 1024, run: sync::stored::run, seeds: sync::stored::seeds },
    Target { name: "peer", most: 1024, run: sync::peer::run, seeds: sync::peer::seeds },
    Target { name: "guard", most: 2048, run: core::guard::run, seeds: core::guard::seeds },
    Target { name: "chunk", most: 4096, run: core::chunk::run, seeds: core::chunk::seeds },
    Target { name: "file", most: 2048, run: core::file::run, seeds: core::file::seeds },
    Target { name: "document", most: 512, run: core::document::run, seeds: core::document::seeds },
    Target { name: "sheet", most: 1024, run: core::sheet::run, seeds: core::sheet::seeds },
    Target { name: "bridge", most: 2048, run: core::bridge::run, seeds: core::bridge::seeds },
    Target { name: "description", most: 1024, run: replica::description::run, seeds: replica::description::seeds },
    Target { name: "parcel", most: 512, run: replica::parcel::run, seeds: replica::parcel::seeds },
    Target { name: "mesh", most: 512, run: replica::mesh::run, seeds: replica::mesh::seeds },
    Target { name: "path", most: 256, run: core::path::run, seeds: core::path::seeds },
];

/// The target of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// A folder of inputs: `corpus` or `regressions`, and below it one folder for each target.
#[must_use]
pub fn folder(kind: &str, target: &Target) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(kind).join(target.name)
}
