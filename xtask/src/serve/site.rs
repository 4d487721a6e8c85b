//! From a path to a file of the built app.

use std::fs;
use std::path::PathBuf;

use plumbline_site::{file, policy};

use super::request::Request;

/// The directory that is served.
#[derive(Debug)]
pub struct Site {
    directory: PathBuf,
}

/// An answer.
#[derive(Debug)]
pub struct Response {
    status: u16,
    headers: Vec<(&'static str, String)>,
    /// What follows the head, unless only the head was asked for.
    pub body: Vec<u8>,
}

impl Response {
    /// A status in words.
    pub fn plain(status: u16) -> Self {
        let headers = vec![("Content-Type", "text/plain; charset=utf-8".to_owned())];
        Self { status, headers, body: format!("{}\n", phrase(status)).into_bytes() }
    }

    /// The bytes before the body.
    pub fn head(&self, keep_alive: bool) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, phrase(self.status));
        let connection = if keep_alive { "keep-alive" } else { "close" };
        let length = self.body.len().to_string();
        let own = self.headers.iter().map(|(name, value)| (*name, value.as_str()));
        let framing = [("Content-Length", length.as_str()), ("Connection", connection)];
        let policy = policy::headers();
        let policy = policy.iter().map(|(name, value)| (*name, value.as_str()));
        for (name, value) in own.chain(framing).chain(policy) {
            head.extend([name, ": ", value, "\r\n"]);
        }
        head.push_str("\r\n");
        head.into_bytes()
    }
}

impl Site {
    /// Serves what is under `directory`, as it is when asked for.
    pub fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// Answers one request.
    pub fn answer(&self, request: &Request) -> Response {
        if request.method != "GET" && request.method != "HEAD" {
            let mut refusal = Response::plain(405);
            refusal.headers.push(("Allow", "GET, HEAD".to_owned()));
            return refusal;
        }
        let Some(name) = file::named(&request.path) else { return Response::plain(404) };
        let Some(found) = self.file(&name) else { return Response::plain(404) };
        let Some((body, encoding)) = negotiate(&found, request) else { return Response::plain(404) };

        let tag = file::tag(&body);
        let mut headers = vec![
            ("Content-Type", file::content_type(&name).to_owned()),
            ("Cache-Control", file::caching(&name).to_owned()),
            ("Vary", "Accept-Encoding".to_owned()),
            ("ETag", tag.clone()),
        ];
        if let Some(encoding) = encoding {
            headers.push(("Content-Encoding", encoding.to_owned()));
        }
        if file::unchanged(&request.if_none_match, &tag) {
            return Response { status: 304, headers, body: Vec::new() };
        }
        Response { status: 200, headers, body }
    }

    /// The file, unless a link leads out of the directory.
    fn file(&self, path: &str) -> Option<PathBuf> {
        let directory = self.directory.canonicalize().ok()?;
        let file = directory.join(path.trim_start_matches('/')).canonicalize().ok()?;
        (file.starts_with(&directory) && file.is_file()).then_some(file)
    }
}

fn negotiate(found: &std::path::Path, request: &Request) -> Option<(Vec<u8>, Option<&'static str>)> {
    for (encoding, extension) in file::TWINS {
        let mut twin = found.as_os_str().to_owned();
        twin.push(extension);
        if file::accepts(&request.accept_encoding, encoding)
            && let Ok(body) = fs::read(twin)
        {
            return Some((body, Some(encoding)));
        }
    }
    Some((fs::read(found).ok()?, None))
}

fn phrase(status: u16) -> &'static str {
    match status {
        200 => "OK",
        304 => "Not modified",
        400 => "Bad request",
        404 => "Not found",
        405 => "Method not allowed",
        431 => "Request header fields too large",
        _ => "Error",
    }
}
