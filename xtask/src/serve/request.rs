//! Reading requests: only what a static server needs, every length bounded.

use std::io::{BufRead, Read};

/// The longest head accepted, in bytes.
const LONGEST_HEAD: u64 = 16 * 1024;

/// A request's head. Bodies are never read.
#[derive(Debug, Default)]
pub struct Request {
    /// `GET`, `HEAD` or anything else.
    pub method: String,
    /// The path, still percent-encoded, without the query.
    pub path: String,
    /// What `Accept-Encoding` says, in lower case.
    pub accept_encoding: String,
    /// What `If-None-Match` says.
    pub if_none_match: String,
    /// Whether the connection goes on after the answer.
    pub keep_alive: bool,
}

/// Why there is no request.
#[derive(Debug)]
pub enum Unreadable {
    /// The client has gone or fell silent.
    Closed,
    /// To be answered with this status, and no further.
    Refused(u16),
}

impl Request {
    /// Reads one head.
    pub fn read(reader: &mut impl BufRead) -> Result<Self, Unreadable> {
        let mut reader = reader.take(LONGEST_HEAD);
        let first = line(&mut reader)?;
        let mut words = first.split(' ');
        let (Some(method), Some(target), Some(version), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(Unreadable::Refused(400));
        };
        if !target.starts_with('/') || !version.starts_with("HTTP/1.") {
            return Err(Unreadable::Refused(400));
        }
        let mut request = Self {
            method: method.to_owned(),
            path: target.split(['?', '#']).next().unwrap_or_default().to_owned(),
            keep_alive: version == "HTTP/1.1",
            ..Self::default()
        };
        loop {
            let header = line(&mut reader)?;
            if header.is_empty() {
                return Ok(request);
            }
            let Some((name, value)) = header.split_once(':') else { return Err(Unreadable::Refused(400)) };
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "accept-encoding" => request.accept_encoding = value.to_ascii_lowercase(),
                "if-none-match" => value.clone_into(&mut request.if_none_match),
                "connection" if value.eq_ignore_ascii_case("close") => request.keep_alive = false,
                // A body would be taken for the next request: end the connection instead.
                "content-length" if value != "0" => request.keep_alive = false,
                "transfer-encoding" => request.keep_alive = false,
                _ => {}
            }
        }
    }
}

fn line(reader: &mut std::io::Take<&mut impl BufRead>) -> Result<String, Unreadable> {
    let mut line = Vec::new();
    reader.read_until(b'\n', &mut line).map_err(|_| Unreadable::Closed)?;
    if line.pop() != Some(b'\n') {
        return Err(if reader.limit() == 0 { Unreadable::Refused(431) } else { Unreadable::Closed });
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    String::from_utf8(line).map_err(|_| Unreadable::Refused(400))
}
