//! A link as a square that a phone's camera reads.

use plumbline_core::bridge::sharing::{Code, WholeLink};
use qrcodegen::{QrCode, QrCodeEcc};

/// A link with its code. `app`: scheme, host and port of the app.
#[must_use]
pub fn whole(fragment: String, app: &str) -> WholeLink {
    let address = format!("{app}/#{fragment}");
    // A link is far shorter than what a code holds; an absurdly long address has none.
    let code = QrCode::encode_text(&address, QrCodeEcc::Medium).ok().map_or_else(
        || Code { size: 0, dark: Vec::new() },
        |code| {
            let size = code.size();
            let dark = (0..size).flat_map(|y| (0..size).map(move |x| (x, y))).map(|(x, y)| code.get_module(x, y));
            Code { size: u16::try_from(size).unwrap_or_default(), dark: dark.collect() }
        },
    );
    WholeLink { fragment, code }
}
