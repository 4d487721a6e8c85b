//! Measures the core natively, and makes the workspaces the browser is measured with. `cargo xtask bench` calls it.

mod sheet;
mod suite;
mod team;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use pico_args::Arguments;

use sheet::Sheet;
use team::{Size, Team};

const HELP: &str = "\
plumbline-bench core [--json FILE] [--only TEXT]   measure; `--only` takes the figures whose name contains TEXT
plumbline-bench workspace FILE [--changes 10000] [--priorities 80] [--leaders 15] [--rounds 5] [--candidates 20]
                                                   write a made-up workspace, and say what it holds as JSON
";

fn main() -> Result<()> {
    let mut arguments = Arguments::from_env();
    match arguments.subcommand()?.as_deref() {
        Some("core") => core(arguments),
        Some("workspace") => workspace(arguments),
        _ => bail!("not understood\n\n{HELP}"),
    }
}

fn core(mut arguments: Arguments) -> Result<()> {
    let json: Option<PathBuf> = arguments.opt_value_from_str("--json")?;
    let only: Option<String> = arguments.opt_value_from_str("--only")?;
    finish(arguments)?;
    let mut sheet = Sheet::new(only);
    suite::run(&mut sheet)?;
    if let Some(file) = json {
        let text = serde_json::to_string_pretty(&sheet.json())?;
        std::fs::write(&file, text + "\n").with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

fn workspace(mut arguments: Arguments) -> Result<()> {
    let mut number = |name: &'static str, default: usize| -> Result<usize> {
        Ok(arguments.opt_value_from_str(name)?.unwrap_or(default))
    };
    let changes = number("--changes", 10_000)?;
    let size = Size {
        priorities: number("--priorities", 80)?,
        leaders: number("--leaders", 15)?,
        rounds: number("--rounds", 5)?,
        candidates: number("--candidates", 20)?,
    };
    let file: PathBuf = arguments.free_from_str()?;
    finish(arguments)?;
    let mut team = Team::new(size)?;
    team.age_to(changes as u64)?;
    let bytes = plumbline_core::file::write(&team.document);
    let last = team.rounds.last().map(ToString::to_string);
    let held = serde_json::json!({
        "workspace": team.workspace.to_string(),
        "round": last,
        "changes": team.document.change_count(),
        "objects": size.objects(),
        "bytes": bytes.len(),
    });
    std::fs::write(&file, bytes).with_context(|| format!("cannot write {}", file.display()))?;
    println!("{held}");
    Ok(())
}

fn finish(arguments: Arguments) -> Result<()> {
    let rest = arguments.finish();
    if !rest.is_empty() {
        bail!("not understood: {rest:?}\n\n{HELP}");
    }
    Ok(())
}
