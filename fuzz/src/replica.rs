//! What `replica` reads.

pub mod description;
pub mod mesh;
pub mod parcel;
