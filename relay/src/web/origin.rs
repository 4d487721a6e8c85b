//! Which pages may talk to the relay. Browsers say whose page is asking; other programs say nothing and are let through: what
//! protects a workspace is the proof of identity, this only keeps other sites' pages from using a visitor's network.

use axum::http::header;
use axum::http::{HeaderMap, HeaderValue};

/// The pages that may.
#[derive(Debug, Clone, Default)]
pub struct Origins(Vec<String>);

/// Another site's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Foreign;

impl Origins {
    /// These; when there are none, the relay's own address as the browser knows it.
    #[must_use]
    pub fn new(listed: &[String]) -> Self {
        Self(listed.iter().map(|origin| origin.trim_end_matches('/').to_ascii_lowercase()).collect())
    }

    /// Judges a request; returns what lets a listed page read the answer.
    ///
    /// # Errors
    /// When another site's page asks.
    pub fn judge(&self, headers: &HeaderMap) -> Result<HeaderMap, Foreign> {
        let Some(origin) = headers.get(header::ORIGIN) else { return Ok(HeaderMap::new()) };
        let said = origin.to_str().map_err(|_| Foreign)?.to_ascii_lowercase();
        if self.0.is_empty() {
            let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).ok_or(Foreign)?;
            let own = said.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host));
            return if own { Ok(HeaderMap::new()) } else { Err(Foreign) };
        }
        if !self.0.contains(&said) {
            return Err(Foreign);
        }
        let vary = (header::VARY, HeaderValue::from_static("Origin"));
        Ok(HeaderMap::from_iter([(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone()), vary]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(listed: &[&str], origin: Option<&str>) -> Option<usize> {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("team.example:8080"));
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().expect("a value"));
        }
        let listed: Vec<String> = listed.iter().map(|origin| (*origin).to_owned()).collect();
        Origins::new(&listed).judge(&headers).ok().map(|allowed| allowed.len())
    }

    #[test]
    fn one_s_own_or_a_listed_page() {
        assert_eq!(judge(&[], None), Some(0));
        assert_eq!(judge(&[], Some("https://team.example:8080")), Some(0));
        assert_eq!(judge(&[], Some("https://team.example")), None);
        assert_eq!(judge(&[], Some("null")), None);
        assert_eq!(judge(&["https://app.example/"], Some("https://app.example")), Some(2));
        assert_eq!(judge(&["https://app.example"], Some("https://team.example:8080")), None);
        assert_eq!(judge(&["https://app.example"], Some("http://app.example")), None);
        assert_eq!(judge(&["https://app.example"], None), Some(0));
    }
}
