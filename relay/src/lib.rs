//! The relay: keeps what the members of a workspace sealed, and hands it on. It cannot open any of it.
//!
//! What may enter is decided by [`plumbline_wire::room::Room`]; here are the socket, the disk and the clock around it. The way
//! of an item: [`connection`] takes it off a socket, the [`room`] judges it, the [`writer`] makes it durable together with
//! what other rooms have ready, and the room acknowledges it and tells everybody, in one message for all that is new.

pub mod address;
pub mod bucket;
pub mod bus;
pub mod clock;
pub mod close;
pub mod connection;
pub mod health;
pub mod identity;
pub mod limits;
pub mod meter;
pub mod metrics;
pub mod options;
pub mod relay;
pub mod room;
pub mod secret;
pub mod server;
pub mod shelf;
pub mod store;
pub mod watch;
pub mod web;
pub mod writer;
