//! What a browser, or anybody, asks whoever serves the app.

use plumbline_site::file::{TWINS, accepts, caching, content_type, named, tag, unchanged};

/// No path leads out of the app's folder, in any spelling.
pub fn run(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    if let Some(name) = named(&text) {
        assert!(name.starts_with('/') && !name.contains("//"));
        assert!(!name.contains(['\\', '\0', ':']));
        assert!(name.split('/').all(|part| !part.starts_with('.')), "hidden files and parent folders");
        assert!(name.len() <= text.len().max("/index.html".len()));
        let _ = (caching(&name), content_type(&name));
        // A name is its own name, unless it holds a percent sign of its own.
        assert!(name.contains('%') || named(&name).as_ref() == Some(&name));
    }
    let tag = tag(input);
    assert!(unchanged(&tag, &tag) && !unchanged(&text, &tag));
    for (encoding, _) in TWINS {
        let _ = accepts(&text, encoding);
    }
}

/// Paths and headers.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let texts =
        ["/", "/w/abc/rounds/7", "/app-0123456789abcdef.js", "/%2e%2e/x.txt", "/a%5cb.js", "gzip;q=0.5, br;q=0"];
    texts.map(|text| text.as_bytes().to_vec()).into()
}
