//! The few edits the build makes to `index.html`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use plumbline_site::policy;

/// A page being edited.
#[derive(Debug)]
pub struct Page(String);

impl Page {
    /// Reads the page Trunk wrote.
    pub fn read(file: &Path) -> Result<Self> {
        Ok(Self(fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?))
    }

    /// Writes it back.
    pub fn write(&self, file: &Path) -> Result<()> {
        Ok(fs::write(file, &self.0)?)
    }

    /// Replaces every path of the list by its new one.
    pub fn rename(&mut self, renamed: &[(String, String)]) {
        for (old, new) in renamed {
            self.0 = self.0.replace(old, new);
        }
    }

    /// The first tag of this name that has all these attributes with these values.
    pub fn tag(&self, name: &str, wanted: &[(&str, &str)]) -> Result<&str> {
        let found = self.tags(name).find(|tag| wanted.iter().all(|&(key, value)| attribute(tag, key) == Some(value)));
        found.with_context(|| format!("index.html has no <{name}> with {wanted:?}"))
    }

    /// Every tag of this name.
    pub fn tags<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let open = format!("<{name}");
        let starts: Vec<_> = self.0.match_indices(&open).map(|(at, _)| at).collect();
        let after = open.len();
        starts.into_iter().filter_map(move |at| {
            let rest = &self.0[at..];
            let whole = rest.as_bytes().get(after).is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'>');
            whole.then(|| rest.find('>').map(|end| &rest[..=end])).flatten()
        })
    }

    /// Puts `new` in the place of `old`, which must be there.
    pub fn replace(&mut self, old: &str, new: &str) -> Result<()> {
        if !self.0.contains(old) {
            bail!("index.html does not contain {old}");
        }
        self.0 = self.0.replacen(old, new, 1);
        Ok(())
    }

    /// Puts `markup` at the end of the head.
    pub fn append_to_head(&mut self, markup: &str) -> Result<()> {
        self.replace("</head>", &format!("{markup}\n</head>"))
    }

    /// Adds the security policy for hosts that send no headers, refuses inline script, removes comments.
    pub fn finish(&mut self) -> Result<()> {
        while let Some(start) = self.0.find("<!--") {
            let end = self.0[start..].find("-->").context("index.html has a comment without an end")?;
            self.0.replace_range(start..start + end + 3, "");
        }
        if let Some(inline) = self.tags("script").find(|tag| attribute(tag, "src").is_none()) {
            bail!("index.html has an inline script, which the security policy forbids: {inline}");
        }
        let charset = self.tag("meta", &[("charset", "utf-8")])?.to_owned();
        let policy = policy::for_meta();
        let meta = format!("{charset}\n<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">");
        self.replace(&charset, &meta)?;
        let lines = self.0.lines().map(str::trim).filter(|line| !line.is_empty());
        self.0 = lines.collect::<Vec<_>>().join("\n") + "\n";
        Ok(())
    }
}

/// The value of a tag's attribute.
pub fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = tag;
    loop {
        let at = rest.find(name)?;
        let before = rest[..at].chars().next_back();
        let after = &rest[at + name.len()..];
        rest = after;
        if !before.is_some_and(|character| character.is_ascii_whitespace()) {
            continue;
        }
        let Some(value) = after.strip_prefix('=') else { continue };
        return match value.chars().next()? {
            quote @ ('"' | '\'') => value[1..].split(quote).next(),
            _ => value.split([' ', '>']).next(),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Page {
        Page(
            "<!doctype html><html><head><meta charset=\"utf-8\">\n  <!-- note -->\n<link rel='icon' href=/i.svg>\
             <link data-href=\"no\" href=\"/main.css\" rel=\"stylesheet\"></head><body></body></html>"
                .to_owned(),
        )
    }

    #[test]
    fn attributes_are_read_however_quoted() {
        let page = page();
        assert_eq!(attribute(page.tag("link", &[("rel", "icon")]).expect("there"), "href"), Some("/i.svg"));
        assert_eq!(attribute(page.tag("link", &[("rel", "stylesheet")]).expect("there"), "href"), Some("/main.css"));
        assert!(page.tag("link", &[("rel", "preload")]).is_err());
    }

    #[test]
    fn the_finished_page_names_the_policy_and_has_no_comments() {
        let mut page = page();
        page.finish().expect("finishes");
        assert!(page.0.contains("Content-Security-Policy") && !page.0.contains("note"), "{}", page.0);
    }

    #[test]
    fn an_inline_script_is_refused() {
        let mut page = page();
        page.append_to_head("<script>alert(1)</script>").expect("has a head");
        assert!(page.finish().is_err());
    }
}
