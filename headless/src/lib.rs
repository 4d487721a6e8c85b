//! A device of a shared workspace without a screen: the same replica as the app's, with a socket to the relay and a folder in
//! place of the browser. The command line, tests and the benchmark drive it.
//!
//! | module | what |
//! |---|---|
//! | [`folder`] | the device's folder: who may read it, one process at a time |
//! | [`store`] | what is in it: one transaction for each of the peer's, durable before anything leaves |
//! | [`device`] | link, document and store in step; edits |
//! | [`address`] [`dial`] | where the relay is, and the way there, with TLS |
//! | [`exchange`] | the conversation with a relay, from the first word until both sides have everything |
//! | [`joining`] | from a link to a device |
//! | [`clock`] | the edge: time and randomness |

pub mod address;
pub mod clock;
pub mod device;
pub mod dial;
pub mod exchange;
pub mod folder;
pub mod joining;
pub mod store;

pub use device::Device;
pub use plumbline_replica as replica;
