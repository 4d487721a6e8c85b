//! What `sync` reads.

pub mod ballot;
pub mod body;
pub mod identity;
pub mod peer;
pub mod stored;
