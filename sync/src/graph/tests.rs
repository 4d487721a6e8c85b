//! What becomes of a set of envelopes and records, whatever the order in which it arrives.

mod exchange;
mod orders;
mod rules;
mod world;
