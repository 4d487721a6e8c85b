//! One style sheet from `style/main.css` and what it imports. In development the browser follows the imports itself.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::digest;
use super::html::{Page, attribute};

/// Writes the bundled sheet beside the page and points the page at it.
pub fn bundle(root: &Path, dist: &Path, renamed: &[(String, String)], page: &mut Page) -> Result<()> {
    let mut sheet = compact(&flatten(&root.join("style/main.css"))?);
    for (old, new) in renamed {
        sheet = sheet.replace(old, new);
    }
    let file = digest::hashed(&dist.join("main.css"), sheet.as_bytes())?;
    fs::write(&file, &sheet)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let tag = page.tag("link", &[("rel", "stylesheet")])?.to_owned();
    let integrity = digest::integrity(sheet.as_bytes());
    page.replace(&tag, &format!("<link rel=\"stylesheet\" href=\"/{name}\" integrity=\"{integrity}\">"))?;
    // The single sheets were for development.
    if attribute(&tag, "href").is_some_and(|href| href.starts_with("/style/")) {
        fs::remove_dir_all(dist.join("style"))?;
    }
    Ok(())
}

/// The sheets that `file` imports, as it writes them.
pub fn imports(sheet: &str) -> impl Iterator<Item = &str> {
    sheet.lines().filter_map(|line| {
        let rest = line.trim().strip_prefix("@import")?.trim_start();
        let rest = rest.strip_prefix("url(").unwrap_or(rest);
        let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        rest[1..].split(quote).next()
    })
}

fn flatten(file: &Path) -> Result<String> {
    let sheet = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut whole = String::new();
    for import in imports(&sheet) {
        let imported = file.with_file_name("").join(import);
        whole.push_str(&flatten(&imported)?);
    }
    for line in sheet.lines().filter(|line| line.trim().starts_with("@import")) {
        // Anything after the closing quote (layer, media) would be lost without a word.
        let plain = matches!(line.trim().rsplit_once(['"', '\'']), Some((_, ";" | ");")));
        if !plain {
            bail!("{}: only plain `@import \"file.css\";` can be bundled: {line}", file.display());
        }
    }
    whole.extend(sheet.lines().filter(|line| !line.trim().starts_with("@import")).flat_map(|line| [line, "\n"]));
    Ok(whole)
}

/// Without comments, indentation and line breaks; strings stay as they are.
fn compact(sheet: &str) -> String {
    let mut out = String::with_capacity(sheet.len());
    let mut rest = sheet;
    while let Some(first) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
        } else if matches!(first, '"' | '\'') {
            let end = string_end(rest, first);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
        } else if first.is_whitespace() {
            let trimmed = rest.trim_start();
            let before = out.chars().next_back();
            let droppable = |character: char| matches!(character, '{' | '}' | ';' | ',');
            if !before.is_none_or(droppable) && !trimmed.chars().next().is_none_or(droppable) {
                out.push(' ');
            }
            rest = trimmed;
        } else {
            if first == '}' && out.ends_with(';') {
                out.pop();
            }
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

fn string_end(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if character == '\\' {
            escaped = true;
        } else if character == quote {
            return at + 1;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compacting_keeps_what_matters() {
        let check = |sheet: &str, expected: &str| assert_eq!(compact(sheet), expected, "{sheet}");
        check("a {\n  color: red;\n}\n\nb > c { d: e; }\n", "a{color: red}b > c{d: e}");
        check("/* note */ a::before { content: \"/* } */  x\"; }", "a::before{content: \"/* } */  x\"}");
        check("a { width: calc(1px + 2px); }", "a{width: calc(1px + 2px)}");
        check("a :hover { }\n.b .c{}", "a :hover{}.b .c{}");
        check("a{b:'it\\'s  ;'}", "a{b:'it\\'s  ;'}");
        check("@media (a) and (b) {\n  x { y: z }\n}", "@media (a) and (b){x{y: z}}");
    }

    #[test]
    fn imports_are_put_in_order_and_only_plain_ones_are_taken() {
        let directory = tempfile::tempdir().expect("a place to write");
        let write = |name: &str, text: &str| fs::write(directory.path().join(name), text).expect("written");
        fs::create_dir(directory.path().join("parts")).expect("made");
        write("main.css", "@import \"parts/a.css\";\n@import './b.css';\nmain{}\n");
        write("parts/a.css", "@import \"c.css\";\na{}\n");
        write("parts/c.css", "c{}\n");
        write("b.css", "b{}\n");
        let whole = flatten(&directory.path().join("main.css")).expect("whole");
        assert_eq!(whole, "c{}\na{}\nb{}\nmain{}\n");
        write("b.css", "@import \"x.css\" layer(y);\n");
        write("x.css", "");
        assert!(flatten(&directory.path().join("main.css")).is_err());
        write("b.css", "@import \"missing.css\";\n");
        assert!(flatten(&directory.path().join("main.css")).is_err());
    }
}
