//! A link as a square that a phone's camera reads.

use data_encoding::BASE64URL_NOPAD;
use plumbline_core::bridge::sharing::{Code, WholeLink};
use qrcodegen::{QrCode, QrCodeEcc};

/// What stands before a code that is brought from device to device.
const CARRIED: &str = "c1.";

/// Words to carry, as a code. `app` as for [`whole`].
#[must_use]
pub fn carried(words: &[u8], app: &str) -> WholeLink {
    // A screen is neither torn nor dirty: fewer and larger modules are read more easily.
    coded(format!("{CARRIED}{}", BASE64URL_NOPAD.encode(words)), app, QrCodeEcc::Low)
}

/// The words in a code, or in the address that it stands in.
#[must_use]
pub fn words_in(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    let fragment = text.rsplit_once('#').map_or(text, |(_, fragment)| fragment);
    BASE64URL_NOPAD.decode(fragment.strip_prefix(CARRIED)?.as_bytes()).ok()
}

/// A link with its code. `app`: scheme, host and port of the app.
#[must_use]
pub fn whole(fragment: String, app: &str) -> WholeLink {
    coded(fragment, app, QrCodeEcc::Medium)
}

fn coded(fragment: String, app: &str, correction: QrCodeEcc) -> WholeLink {
    let address = format!("{app}/#{fragment}");
    // A link is far shorter than what a code holds; an absurdly long address has none.
    let code = QrCode::encode_text(&address, correction).ok().map_or_else(
        || Code { size: 0, dark: Vec::new() },
        |code| {
            let size = code.size();
            let dark = (0..size).flat_map(|y| (0..size).map(move |x| (x, y))).map(|(x, y)| code.get_module(x, y));
            Code { size: u16::try_from(size).unwrap_or_default(), dark: dark.collect() }
        },
    );
    WholeLink { fragment, code }
}
