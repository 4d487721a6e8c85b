//! Where a relay is: scheme, host and port.

use std::fmt;
use std::str::FromStr;

use tokio_tungstenite::tungstenite::http::Uri;

/// A relay's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Whether the way there is encrypted once more. What is sent over it is sealed either way.
    pub tls: bool,
    /// Name or number, without brackets.
    pub host: String,
    /// Port.
    pub port: u16,
}

/// Why a text is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// Neither `http` nor `https`, or nothing after it.
    #[error("not an address such as https://plumbline.example")]
    NotAnAddress,
    /// Something besides scheme, host and port.
    #[error("more than scheme, host and port")]
    More,
}

impl FromStr for Address {
    type Err = BadAddress;

    /// Reads an origin, with or without a `/` at its end.
    fn from_str(text: &str) -> Result<Self, BadAddress> {
        let uri: Uri = text.trim().parse().map_err(|_| BadAddress::NotAnAddress)?;
        let tls = match uri.scheme_str() {
            Some("http" | "ws") => false,
            Some("https" | "wss") => true,
            _ => return Err(BadAddress::NotAnAddress),
        };
        let host = uri.host().filter(|host| !host.is_empty()).ok_or(BadAddress::NotAnAddress)?;
        let named = uri.authority().is_some_and(|authority| authority.as_str().contains('@'));
        if named || uri.path() != "/" || uri.query().is_some() {
            return Err(BadAddress::More);
        }
        let port = uri.port_u16().unwrap_or(if tls { 443 } else { 80 });
        Ok(Self { tls, host: host.trim_matches(['[', ']']).to_owned(), port })
    }
}

impl Address {
    /// The relay that a link's address names: whatever stands before its path. `None` when the link is a bare fragment.
    ///
    /// # Errors
    /// When what stands before `#` is no address.
    pub fn of_link(link: &str) -> Option<Result<Self, BadAddress>> {
        let (address, _) = link.trim().split_once('#')?;
        if address.is_empty() {
            return None;
        }
        let end = address.find("://").map_or(0, |scheme| scheme + 3);
        let origin = address[end..].find('/').map_or(address, |path| &address[..end + path]);
        Some(origin.parse())
    }

    /// Host and port, as the `Host` header has them.
    #[must_use]
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        match (self.tls, self.port) {
            (true, 443) | (false, 80) => host,
            (_, port) => format!("{host}:{port}"),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.tls { "https" } else { "http" }, self.authority())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_read_and_written() {
        let check = |text: &str, expected: &str| {
            assert_eq!(text.parse::<Address>().map(|address| address.to_string()), Ok(expected.to_owned()), "{text}");
        };
        check("https://plumbline.example", "https://plumbline.example");
        check(" http://127.0.0.1:8080/\n", "http://127.0.0.1:8080");
        check("wss://plumbline.example:443", "https://plumbline.example");
        check("http://[::1]:80", "http://[::1]");
        check("http://[::1]:8080", "http://[::1]:8080");
        for text in ["", "plumbline.example", "ftp://plumbline.example", "https://"] {
            assert_eq!(text.parse::<Address>(), Err(BadAddress::NotAnAddress), "{text}");
        }
        for text in ["https://ana@plumbline.example", "https://plumbline.example/w", "https://plumbline.example/?a"] {
            assert_eq!(text.parse::<Address>(), Err(BadAddress::More), "{text}");
        }
    }

    #[test]
    fn a_link_names_its_relay() {
        let of = |link| Address::of_link(link).map(|address| address.map(|address| address.to_string()));
        assert_eq!(of("https://plumbline.example/#w1.AA"), Some(Ok("https://plumbline.example".into())));
        assert_eq!(of("http://localhost:8080/today#w1.AA"), Some(Ok("http://localhost:8080".into())));
        assert_eq!(of("#w1.AA"), None);
        assert_eq!(of("w1.AA"), None);
        assert_eq!(of("somewhere#w1.AA"), Some(Err(BadAddress::NotAnAddress)));
    }
}
