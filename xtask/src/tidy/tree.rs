//! The repository's hand-written files, in memory.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Result;

/// Folders that hold nothing hand-written.
const GENERATED: [&str; 6] = [".git", "dist", "node_modules", "playwright-report", "target", "test-results"];

/// Paths relative to the root, with `/`, and their text; `None` for what is not text.
#[derive(Debug, Default)]
pub struct Tree(BTreeMap<String, Option<String>>);

impl Tree {
    /// Reads everything under `root`.
    pub fn read(root: &Path) -> Result<Self> {
        let mut files = BTreeMap::new();
        let mut open = vec![root.to_path_buf()];
        while let Some(directory) = open.pop() {
            for entry in fs::read_dir(directory)? {
                let path = entry?.path();
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                if path.is_dir() {
                    if !GENERATED.contains(&name.as_str()) {
                        open.push(path);
                    }
                    continue;
                }
                let relative = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
                files.insert(relative, String::from_utf8(fs::read(&path)?).ok());
            }
        }
        Ok(Self(files))
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is a file or a folder of this name.
    pub fn has(&self, path: &str) -> bool {
        self.0.contains_key(path) || self.has_folder(path)
    }

    /// Whether there is a folder of this name.
    pub fn has_folder(&self, path: &str) -> bool {
        let inside = format!("{path}/");
        path.is_empty() || self.0.range(inside.clone()..).next().is_some_and(|(file, _)| file.starts_with(&inside))
    }

    /// A file's text.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.0.get(path)?.as_deref()
    }

    /// Every text file.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)))
    }

    /// Every text file with this extension.
    pub fn with_extension(&self, extension: &str) -> impl Iterator<Item = (&str, &str)> {
        self.texts().filter(move |(path, _)| path.rsplit_once('.').is_some_and(|(_, found)| found == extension))
    }

    /// A made-up repository.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        Self(files.iter().map(|(path, text)| ((*path).to_owned(), Some((*text).to_owned()))).collect())
    }
}

/// Checks a rule against a made-up repository: the places it names, in order.
#[cfg(test)]
pub fn places(rule: super::Rule, files: &[(&str, &str)]) -> Vec<String> {
    rule(&Tree::of(files)).into_iter().map(|problem| problem.place).collect()
}
