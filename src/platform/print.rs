//! Paper.

/// Open the browser's print dialogue for the page as it stands.
pub fn print() {
    if let Some(window) = web_sys::window() {
        // A browser without printing has nothing to say either.
        let _ = window.print();
    }
}
