//! A shared workspace on one device: the document and the peer, kept in step. Driven by the browser's worker and by the command
//! line alike; reads no clock, draws nothing, does no input or output.
//!
//! | module | what |
//! |---|---|
//! | [`link`] | the peer and what it delivers; the document brought up to date |
//! | [`changes`] | what sync asks about Automerge changes |
//! | [`ballots`] | sealed ballots: the document's rounds, and the peer's keys |
//! | [`sharing`] | how the workspace is shared, in the app's terms |
//! | [`presence`] | who else is here |
//! | [`mesh`] | whom to connect to directly, and how it is arranged |
//! | [`parcel`] | everything in a file, for where there is no network |
//! | [`description`] | how a browser can be reached, packed small |

pub mod ballots;
pub mod changes;
pub mod description;
mod few;
pub mod link;
pub mod mesh;
pub mod parcel;
pub mod presence;
pub mod sharing;

pub use link::{Applied, Link};
pub use plumbline_sync as sync;
