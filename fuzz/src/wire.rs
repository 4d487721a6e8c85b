//! What `wire` reads.

pub mod envelope;
pub mod frame;
pub mod keyring;
pub mod link;
pub mod record;
pub mod room;
pub mod statement;
pub mod summary;
pub mod voucher;
