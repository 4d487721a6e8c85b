//! From a request to a file of the built app.

/// Encodings with their file extension, the smaller one first.
pub const TWINS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// The name of the file that answers a path as it stands in a request, still percent-encoded; `None` for what cannot be
/// one. A path without an extension is a page of the app, which finds its way itself.
#[must_use]
pub fn named(path: &str) -> Option<String> {
    let path = decode(path).filter(|path| is_plain(path))?;
    let last = path.rsplit('/').next().unwrap_or_default();
    Some(if last.contains('.') { path } else { "/index.html".to_owned() })
}

/// Whether `Accept-Encoding` (in lower case) allows this encoding.
#[must_use]
pub fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|choice| {
        let mut parts = choice.split(';').map(str::trim);
        let refused = |quality: &str| {
            quality.strip_prefix("q=").and_then(|value| value.parse::<f32>().ok()).is_some_and(|value| value <= 0.0)
        };
        parts.next() == Some(encoding) && !parts.any(refused)
    })
}

/// `Cache-Control`: for good when the name changes with the content, else asked for again each time.
#[must_use]
pub fn caching(name: &str) -> &'static str {
    if crate::is_hashed(name) { "public, max-age=31536000, immutable" } else { "no-cache" }
}

/// `ETag` of these bytes.
#[must_use]
pub fn tag(body: &[u8]) -> String {
    format!("\"{}\"", crate::short_hash(body))
}

/// Whether `If-None-Match` names this tag.
#[must_use]
pub fn unchanged(if_none_match: &str, tag: &str) -> bool {
    if_none_match.split(',').any(|known| known.trim() == tag)
}

/// `Content-Type` by the name's extension.
#[must_use]
pub fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

fn is_plain(path: &str) -> bool {
    let unusual = |segment: &str| segment.starts_with('.') || segment.contains(['\\', '\0', ':']);
    path.starts_with('/') && !path.contains("//") && !path.split('/').any(unusual)
}

fn decode(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let mut digit = || char::from(rest.next()?).to_digit(16);
            bytes.push(u8::try_from(digit()? * 16 + digit()?).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_files_or_the_page() {
        let check = |path: &str, expected: Option<&str>| assert_eq!(named(path).as_deref(), expected, "{path}");
        check("/", Some("/index.html"));
        check("/w/abc/rounds/7", Some("/index.html"));
        check("/sw.js", Some("/sw.js"));
        check("/a%2Djs.js", Some("/a-js.js"));
        for outside in ["/../x.txt", "/%2e%2e/x.txt", "//x.txt", "/a%5cb.js", "/x.js%00", "/%zz", "x.js"] {
            check(outside, None);
        }
    }

    #[test]
    fn encodings_are_as_the_browser_says() {
        for (header, br, gzip) in [
            ("gzip, deflate, br, zstd", true, true),
            ("gzip", false, true),
            ("br;q=0, gzip;q=0.5", false, true),
            ("brotli", false, false),
            ("", false, false),
        ] {
            assert_eq!((accepts(header, "br"), accepts(header, "gzip")), (br, gzip), "{header}");
        }
    }

    #[test]
    fn only_hashed_names_are_kept() {
        assert!(caching("/app-0123456789abcdef.js").contains("immutable"));
        for name in ["/index.html", "/sw.js", "/x-0123456789ABCDEF.js"] {
            assert_eq!(caching(name), "no-cache", "{name}");
        }
        assert!(unchanged("\"a\", \"b\"", "\"b\"") && !unchanged("", "\"b\""));
    }
}
