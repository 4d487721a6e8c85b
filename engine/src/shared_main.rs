//! The worker's module for devices that share a workspace: the same engine, with a peer in it.

pub use plumbline_engine::{receive, start};

fn main() {
    console_error_panic_hook::set_once();
}
