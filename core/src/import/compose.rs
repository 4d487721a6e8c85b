//! One form for characters that can be written two ways (é as one or as e and an accent): Unicode's NFC.
//!
//! In a browser the browser's own tables do it. The result is the same, and the module that is downloaded does not carry a
//! second copy of them. It is a pure function of its argument, so `core` stays what it says it is.

/// `text` in NFC.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn composed(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfc().collect()
}

/// `text` in NFC.
#[cfg(target_arch = "wasm32")]
pub(super) fn composed(text: &str) -> String {
    js_sys::JsString::from(text).normalize("NFC").into()
}

#[cfg(test)]
mod tests {
    use super::composed;

    #[test]
    fn two_spellings_become_one() {
        assert_eq!(composed("e\u{301}"), "é");
        assert_eq!(composed("A\u{30a}sa \u{1112}\u{1161}\u{11ab}"), "Åsa 한");
        assert_eq!(composed("plain"), "plain");
    }
}
