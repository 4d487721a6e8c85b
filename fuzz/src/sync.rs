//! What `sync` reads.

pub mod ballot;
pub mod body;
pub mod identity;
pub mod inside;
pub mod peer;
pub mod stored;
