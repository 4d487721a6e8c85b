//! The worker's module. `public/engine-worker.js` starts it and hands it every message.

pub use plumbline_engine::{receive, start};

fn main() {
    console_error_panic_hook::set_once();
}
