//! What a first visit downloads, compressed, against the budget.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use crate::build::first_visit;

/// The interface's WebAssembly, in bytes after Brotli. The goal is 350,000: this is a ratchet on the way there, to be turned
/// down with every saving and never up (docs/performance.md).
const INTERFACE: usize = 535_000;
/// Everything a first visit downloads, in bytes after Brotli. The goal is 750,000; a ratchet too.
const FIRST_VISIT: usize = 1_145_000;

/// Prints the table and says whether the budget is kept.
pub fn report(dist: &Path) -> Result<bool> {
    if !dist.join("sw.js").is_file() {
        bail!("{} holds no release; `cargo xtask build` makes one", dist.display());
    }
    let mut rows = Vec::new();
    for file in first_visit(dist)? {
        let length = |path: &Path| Ok::<_, anyhow::Error>(usize::try_from(fs::metadata(path)?.len())?);
        let plain = dist.join(&file);
        let mut twin = plain.clone().into_os_string();
        twin.push(".br");
        // As served: what did not shrink has no twin.
        let shipped = length(if Path::new(&twin).is_file() { Path::new(&twin) } else { &plain })?;
        rows.push((file.to_string_lossy().into_owned(), length(&plain)?, shipped));
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.2));
    let verdict = Verdict::of(&rows);
    println!("{:<48} {:>10} {:>10}", "first visit, file", "bytes", "brotli");
    for (name, bytes, shipped) in &rows {
        println!("{name:<48} {bytes:>10} {shipped:>10}");
    }
    let line = |name: &str, used: usize, limit: usize| {
        let words = if used <= limit { "within" } else { "OVER" };
        println!("{name:<48} {used:>21} {words} {limit} ({:.0} %)", used as f64 * 100.0 / limit as f64);
    };
    line("interface WebAssembly", verdict.interface, INTERFACE);
    line("everything", verdict.everything, FIRST_VISIT);
    Ok(verdict.kept())
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
