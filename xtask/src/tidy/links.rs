//! Links between the project's own documents lead somewhere.

use super::{Problem, tree::Tree};

/// Every relative link of every document names a file or a folder.
pub fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, text) in tree.with_extension("md") {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (number, line) in text.lines().enumerate() {
            for target in targets(line) {
                let file = target.split('#').next().unwrap_or_default();
                let elsewhere = file.is_empty() || file.contains("://") || file.starts_with("mailto:");
                if !elsewhere && !resolve(folder, file).is_some_and(|file| tree.has(&file)) {
                    problems.push(Problem::new(format!("{path}:{}", number + 1), format!("there is no {file}")));
                }
            }
        }
    }
    problems
}

/// What follows `](`, and what images of embedded HTML name.
fn targets(line: &str) -> Vec<&str> {
    let markdown = line.match_indices("](").filter_map(|(at, _)| line[at + 2..].split([')', ' ']).next());
    let images = line.match_indices("src=\"").filter_map(|(at, _)| line[at + 5..].split('"').next());
    markdown.chain(images).collect()
}

fn resolve(folder: &str, link: &str) -> Option<String> {
    let start = if link.starts_with('/') { "" } else { folder };
    let mut parts: Vec<&str> = start.split('/').filter(|part| !part.is_empty()).collect();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::super::tree::places;
    use super::*;

    #[test]
    fn relative_links_resolve() {
        let files = [
            (
                "README.md",
                "[a](docs/a.md#part) [b](https://x.org/y) [c](docs) [d](docs/none.md)\n<img src=\"no.png\">\n",
            ),
            ("docs/a.md", "[up](../README.md) [here](#there) [out](../../x.md)\n"),
        ];
        assert_eq!(places(check, &files), ["README.md:1", "README.md:2", "docs/a.md:1"]);
    }
}
