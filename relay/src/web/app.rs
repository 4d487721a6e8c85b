//! The built app, in memory: read once at the start, so that a request reaches no file, and half a deployment is never seen.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use axum::body::Body;
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use plumbline_site::file;

/// The files of `dist/`.
#[derive(Debug, Default)]
pub struct App(HashMap<String, Content>);

#[derive(Debug)]
struct Content {
    bytes: Bytes,
    tag: String,
}

impl App {
    /// Reads every file under `directory`. Symbolic links are passed over: they could lead out of it.
    ///
    /// # Errors
    /// When a file cannot be read, or there is no `index.html`.
    pub fn read(directory: &Path) -> io::Result<Self> {
        let mut files = HashMap::new();
        let mut open = vec![(directory.to_owned(), String::new())];
        while let Some((directory, prefix)) = open.pop() {
            for entry in std::fs::read_dir(&directory)? {
                let entry = entry?;
                let Ok(name) = entry.file_name().into_string() else { continue };
                let (path, kind) = (format!("{prefix}/{name}"), entry.file_type()?);
                if kind.is_dir() {
                    open.push((entry.path(), path));
                } else if kind.is_file() {
                    let bytes = Bytes::from(std::fs::read(entry.path())?);
                    let tag = file::tag(&bytes);
                    files.insert(path, Content { bytes, tag });
                }
            }
        }
        if !files.contains_key("/index.html") {
            let words = format!("{} has no index.html; `cargo xtask build` makes one", directory.display());
            return Err(io::Error::new(io::ErrorKind::NotFound, words));
        }
        Ok(Self(files))
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the app is not served here.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Answers a request.
    #[must_use]
    pub fn answer(&self, method: &Method, path: &str, headers: &HeaderMap) -> Response {
        if method != Method::GET && method != Method::HEAD {
            return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
        }
        let Some(name) = file::named(path).filter(|name| self.0.contains_key(name)) else {
            return (StatusCode::NOT_FOUND, "Not found\n").into_response();
        };
        let said = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let accepted = said(header::ACCEPT_ENCODING).to_ascii_lowercase();
        let twin = file::TWINS.iter().filter(|(encoding, _)| file::accepts(&accepted, encoding));
        let twin = twin.filter_map(|(encoding, end)| Some((self.0.get(&format!("{name}{end}"))?, *encoding))).next();
        let Some((content, encoding)) =
            twin.map(|(content, encoding)| (content, Some(encoding))).or_else(|| Some((self.0.get(&name)?, None)))
        else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let unchanged = file::unchanged(said(header::IF_NONE_MATCH), &content.tag);
        let body = if unchanged { Bytes::new() } else { content.bytes.clone() };
        let mut response = Response::new(Body::from(body));
        if unchanged {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        let headers = [
            (header::CONTENT_TYPE, file::content_type(&name)),
            (header::CACHE_CONTROL, file::caching(&name)),
            (header::VARY, "Accept-Encoding"),
            (header::ETAG, &content.tag),
            (header::CONTENT_ENCODING, encoding.unwrap_or_default()),
        ];
        for (name, value) in headers.into_iter().filter(|(_, value)| !value.is_empty()) {
            if let Ok(value) = HeaderValue::from_str(value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}
