//! What a first visit downloads, compressed, against the budget.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use crate::build::{afterwards, first_visit, first_visit_by_link};

/// The interface's WebAssembly until the start page can be used, in bytes after Brotli: what it is to be.
const INTERFACE_GOAL: usize = 350_000;
/// Everything a first visit downloads until then, in bytes after Brotli: what it is to be.
const FIRST_VISIT_GOAL: usize = 750_000;
/// What fails the build on the way to the goals: ratchets, turned down with every saving, and up only for a part of the product that
/// was not there before, with the reason in docs/performance.md.
const INTERFACE: usize = 197_500;
/// As [`INTERFACE`], for everything.
const FIRST_VISIT: usize = 746_000;
/// As [`INTERFACE`], for everything that a first visit by a link downloads: the engine has a peer in it then.
const BY_LINK: usize = 1_050_000;
/// As [`INTERFACE`], for the interface's other parts, which follow in the background.
const AFTERWARDS: usize = 392_000;

/// Prints the table and says whether the budget is kept.
pub fn report(dist: &Path) -> Result<bool> {
    if !dist.join("sw.js").is_file() {
        bail!("{} holds no release; `cargo xtask build` makes one", dist.display());
    }
    let rows = rows(dist, first_visit(dist)?)?;
    let verdict = Verdict::of(&rows);
    let sum = |rows: &[(String, usize, usize)]| rows.iter().map(|row| row.2).sum::<usize>();
    let by_link = self::rows(dist, first_visit_by_link(dist)?)?;
    let later = self::rows(dist, afterwards(dist)?)?;
    let table = |title: &str, rows: &[(String, usize, usize)]| {
        println!("{title:<48} {:>10} {:>10}", "bytes", "brotli");
        for (name, bytes, shipped) in rows {
            println!("{name:<48} {bytes:>10} {shipped:>10}");
        }
    };
    table("first visit, until the start page can be used", &rows);
    table("afterwards, in the background", &later);
    let by_link_only: Vec<_> = by_link.iter().filter(|row| !rows.contains(row)).cloned().collect();
    table("by a link: in place of the engine above", &by_link_only);
    let (by_link, later) = (sum(&by_link), sum(&later));
    let line = |name: &str, used: usize, limit: usize, goal: usize| {
        let words = if used <= limit { "within" } else { "OVER" };
        let reached = if used <= goal { "reached" } else { "NOT REACHED" };
        println!("{name:<48} {used:>21} {words} {limit}, goal {goal} {reached}");
    };
    line("interface WebAssembly", verdict.interface, INTERFACE, INTERFACE_GOAL);
    line("everything", verdict.everything, FIRST_VISIT, FIRST_VISIT_GOAL);
    line("everything, first visit by a link", by_link, BY_LINK, FIRST_VISIT_GOAL);
    let words = if later <= AFTERWARDS { "within" } else { "OVER" };
    println!("{:<48} {later:>21} {words} {AFTERWARDS}", "afterwards, in the background");
    println!("{:<48} {:>21}", "everything, with what follows", verdict.everything + later);
    Ok(verdict.kept() && by_link <= BY_LINK && later <= AFTERWARDS)
}

/// Name, bytes and bytes as shipped of each file, the largest first.
fn rows(dist: &Path, files: Vec<std::path::PathBuf>) -> Result<Vec<(String, usize, usize)>> {
    let mut rows = Vec::new();
    for file in files {
        let length = |path: &Path| Ok::<_, anyhow::Error>(usize::try_from(fs::metadata(path)?.len())?);
        let plain = dist.join(&file);
        let mut twin = plain.clone().into_os_string();
        twin.push(".br");
        // As served: what did not shrink has no twin.
        let shipped = length(if Path::new(&twin).is_file() { Path::new(&twin) } else { &plain })?;
        rows.push((file.to_string_lossy().into_owned(), length(&plain)?, shipped));
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.2));
    Ok(rows)
}

#[derive(Debug)]
struct Verdict {
    interface: usize,
    everything: usize,
}

impl Verdict {
    fn of(rows: &[(String, usize, usize)]) -> Self {
        let interface = |name: &str| {
            name.ends_with(".wasm") && name.starts_with("plumbline") && !name.starts_with("plumbline-engine")
        };
        Self {
            interface: rows.iter().filter(|row| interface(&row.0)).map(|row| row.2).sum(),
            everything: rows.iter().map(|row| row.2).sum(),
        }
    }

    /// A build without an interface is no build within budget.
    fn kept(&self) -> bool {
        self.interface > 0 && self.interface <= INTERFACE && self.everything <= FIRST_VISIT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(interface: usize, engine: usize) -> bool {
        let row = |name: &str, shipped| (name.to_owned(), shipped * 3, shipped);
        let rows = [row("plumbline_bg-0123456789abcdef.wasm", interface), row("plumbline-engine_bg-0.wasm", engine)];
        Verdict::of(&rows).kept()
    }

    #[test]
    fn both_budgets_hold_to_the_byte() {
        let rest = FIRST_VISIT - INTERFACE;
        assert!(kept(INTERFACE, rest));
        assert!(!kept(INTERFACE + 1, 0));
        assert!(!kept(INTERFACE, rest + 1));
        assert!(!kept(0, 1));
    }
}
