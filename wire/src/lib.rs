//! What peers and the relay share.
//!
//! Everything that travels is one of three signed things: the [`genesis`] of a workspace, a record of its [`keyring`], an
//! [`envelope`]. The last two are [`item`]s of one log. [`frame`]s carry them over a socket or a data channel. [`room`] is
//! the relay's judgement about what may enter the log, without the relay: the real one and the simulated one run it alike.
//!
//! Nothing here opens an envelope: payloads are bytes to this crate, and it holds no data key. Nothing reads a clock or
//! draws a random number. No input of any kind makes a decoder panic, and no length is believed before it is checked.

pub mod certificate;
pub mod codec;
pub mod envelope;
pub mod frame;
pub mod genesis;
pub mod id;
pub mod item;
pub mod key;
pub mod keyring;
pub mod limits;
pub mod link;
pub mod mark;
pub mod refusal;
pub mod room;
pub mod statement;
