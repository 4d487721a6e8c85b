//! Bytes to text: the encodings that spreadsheets write, and plain refusals for what is not text.

use super::ballots::Unusable;

/// How the bytes were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// UTF-8 or UTF-16, recognised for certain.
    Unicode,
    /// The bytes were not UTF-8 and could be Windows-1252, the usual case of old exports: a guess.
    Windows1252,
}

/// The text of a file.
pub(super) fn decode(bytes: &[u8]) -> Result<(String, Encoding), Unusable> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Unusable::Empty);
    }
    refuse_other_formats(bytes)?;
    let (text, encoding) = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8_or_windows(rest)?,
        [0xFF, 0xFE, rest @ ..] => (utf16(rest, u16::from_le_bytes)?, Encoding::Unicode),
        [0xFE, 0xFF, rest @ ..] => (utf16(rest, u16::from_be_bytes)?, Encoding::Unicode),
        _ => utf8_or_windows(bytes)?,
    };
    if text.contains('\0') {
        return Err(Unusable::NotText);
    }
    if text.trim().is_empty() {
        return Err(Unusable::Empty);
    }
    if looks_like_a_web_page(&text) {
        return Err(Unusable::WebPage);
    }
    Ok((text, encoding))
}

fn refuse_other_formats(bytes: &[u8]) -> Result<(), Unusable> {
    // Zip (xlsx, ods, numbers) and the compound file of old xls.
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(Unusable::Workbook);
    }
    if bytes.starts_with(b"%PDF") || bytes.starts_with(b"\x89PNG") || bytes.starts_with(&[0x1F, 0x8B]) {
        return Err(Unusable::NotText);
    }
    Ok(())
}

fn looks_like_a_web_page(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(14).collect::<String>().to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Unusable> {
    let (pairs, []) = bytes.as_chunks::<2>() else {
        return Err(Unusable::NotText);
    };
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect::<Result<_, _>>().map_err(|_| Unusable::NotText)
}

fn utf8_or_windows(bytes: &[u8]) -> Result<(String, Encoding), Unusable> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok((text.to_owned(), Encoding::Unicode)),
        Err(_) => {
            let text = bytes.iter().map(|byte| windows_1252(*byte)).collect::<Option<_>>();
            Ok((text.ok_or(Unusable::NotText)?, Encoding::Windows1252))
        }
    }
}

/// One byte of Windows-1252; `None` for the five bytes it leaves undefined and for control characters no text holds.
fn windows_1252(byte: u8) -> Option<char> {
    const UPPER: [char; 32] = [
        '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“', '”',
        '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
    ];
    match byte {
        b'\t' | b'\n' | b'\r' | 0x20..=0x7E | 0xA0..=0xFF => Some(char::from(byte)),
        0x80..=0x9F => Some(UPPER[usize::from(byte - 0x80)]).filter(|c| *c != '\0'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: Result<(&str, Encoding), Unusable>) {
        assert_eq!(decode(bytes), expected.map(|(text, encoding)| (text.to_owned(), encoding)), "{bytes:?}");
    }

    #[test]
    fn encodings_of_spreadsheets_are_read() {
        check("Zoë".as_bytes(), Ok(("Zoë", Encoding::Unicode)));
        check(b"\xEF\xBB\xBFa", Ok(("a", Encoding::Unicode)));
        check(b"\xFF\xFEa\0\xEB\0", Ok(("aë", Encoding::Unicode)));
        check(b"\xFE\xFF\0a\0\xEB", Ok(("aë", Encoding::Unicode)));
        check(b"Zo\xEB \x80 \x93x\x94", Ok(("Zoë € “x”", Encoding::Windows1252)));
    }

    #[test]
    fn what_is_not_text_is_refused() {
        check(b"", Err(Unusable::Empty));
        check(b" \r\n\t", Err(Unusable::Empty));
        check(b"\xEF\xBB\xBF", Err(Unusable::Empty));
        check(b"\xFF\xFE", Err(Unusable::Empty));
        check(b"\xFF\xFEa", Err(Unusable::NotText));
        check(b"\xFF\xFE\x00\xD8", Err(Unusable::NotText));
        check(b"a\0b", Err(Unusable::NotText));
        check(b"a\x81b", Err(Unusable::NotText));
        check(b"PK\x03\x04....", Err(Unusable::Workbook));
        check(b"\xD0\xCF\x11\xE0....", Err(Unusable::Workbook));
        check(b"%PDF-1.7", Err(Unusable::NotText));
        check(b"  <!DOCTYPE html><p>Sign in", Err(Unusable::WebPage));
    }
}
