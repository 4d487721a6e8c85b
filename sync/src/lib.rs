//! Sealed sync: what members do with envelopes that a relay cannot.
//!
//! | module | what |
//! |---|---|
//! | [`peer`] | one device: events in, effects out. What a driver needs is here |
//! | [`graph`] | all envelopes, and what becomes of each |
//! | [`vault`], [`seal`] | data keys; sealing |
//! | [`body`], [`snapshot`] | the inside of an envelope of changes, of a snapshot |
//! | [`inspect`] | the question that sync asks about payloads |
//! | [`ballot`] | sealed ballots |
//!
//! Sealing with the workspace's data key and to one person, the inside of an envelope of changes, the keys that a member can
//! open, what becomes of every envelope that is held, sealed ballots, and the [`peer`] that ties them together. Nothing here reads a clock, draws a
//! random number, or does input or output: seeds are arguments. Payloads are bytes: what they mean is known to whoever
//! implements [`inspect::Inspect`].

pub mod ballot;
pub mod body;
pub mod graph;
pub mod inspect;
pub mod peer;
pub mod seal;
pub mod snapshot;
pub mod vault;

pub use plumbline_wire as wire;
