//! Runs the fuzz targets under libFuzzer, guided by the compiler's coverage. The compiler is the pinned stable one: the coverage
//! pass is reached by `-C` switches. The address sanitizer is not, and this repository has no unsafe code of its own.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::{cargo, command, find, run};
use crate::project;
use crate::test::tally::Tally;

/// What cargo-fuzz gives the compiler, without the sanitizer.
const FLAGS: &str = "--cfg=fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
                     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
                     -Cllvm-args=-sanitizer-coverage-trace-compares";

/// One input may take this many seconds before it counts as a hang: the machine may be busy.
const PATIENCE: u64 = 20;
/// One target may use this many megabytes.
const MEMORY: u64 = 768;
/// Seconds for each target in `cargo xtask test`.
pub const SHORT: u64 = 3;
/// Found inputs that are taken over at once.
const KEPT: usize = 16;
/// Seconds for each target when nothing is said.
pub const USUAL: u64 = 60;

/// A program with all targets in it.
pub struct Fuzzer {
    program: PathBuf,
    work: PathBuf,
}

impl Fuzzer {
    /// Builds it, in a folder of its own: every crate is compiled with coverage.
    pub fn build() -> Result<Self> {
        let work = std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| project::root().join("target"), PathBuf::from)
            .join("fuzz");
        let host = project::host()?;
        run(cargo()
            .args(["build", "--quiet", "--locked", "--package", "plumbline-fuzz", "--features", "engine"])
            .args(["--profile", "fuzz", "--target", &host, "--target-dir"])
            .arg(&work)
            .env("RUSTFLAGS", FLAGS))?;
        Ok(Self { program: work.join(host).join("fuzz/fuzz"), work })
    }

    fn command(&self, target: &str) -> Command {
        let mut fuzzer = command(&self.program);
        fuzzer.env("PLUMBLINE_FUZZ", target);
        fuzzer.args([format!("-timeout={PATIENCE}"), format!("-rss_limit_mb={MEMORY}")]);
        fuzzer
    }

    /// Runs one input and shows everything.
    pub fn replay(&self, target: &str, input: &Path) -> Result<()> {
        run(self.command(target).env("RUST_BACKTRACE", "1").arg(input))
    }

    /// Runs one target for a time. Prints a line; when something was found, the end of the log and how to replay it.
    fn target(&self, target: &str, seconds: u64) -> Result<bool> {
        let committed = |kind: &str| project::root().join("fuzz").join(kind).join(target);
        let (mut found, logs) = (self.work.join("found").join(target), self.work.join("logs"));
        if seconds <= SHORT {
            // Running again all that was ever found here would take longer than the run itself.
            found = self.work.join("brief").join(target);
            fs::remove_dir_all(&found).ok();
        }
        let regressions = committed("regressions");
        fs::create_dir_all(&found)?;
        fs::create_dir_all(&logs)?;
        let had_regressions = regressions.is_dir();
        fs::create_dir_all(&regressions)?;
        let log = logs.join(format!("{target}.txt"));
        let mut fuzzer = self.command(target);
        fuzzer
            .arg(format!("-max_total_time={seconds}"))
            // A change is judged by what it does and not by luck: each time the same inputs are tried. Long runs try new ones.
            .arg(format!("-seed={}", u8::from(seconds <= SHORT)))
            .arg(format!("-artifact_prefix={}/", regressions.display()))
            .args(["-max_len=8192", "-print_final_stats=1", "-report_slow_units=5"])
            // New inputs go to the first of these.
            .args([&found, &committed("corpus"), &regressions])
            .stderr(File::create(&log)?);
        let good = fuzzer.status().context("could not start the fuzzer")?.success();
        let text = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
        println!("{}", Figures::of(&text).line(target, good));
        if !good {
            println!("{}", told(&text));
            let artifact =
                text.lines().find_map(|line| line.split_once("Test unit written to ")).map(|(_, file)| file.trim());
            let file = artifact.map(|file| {
                Path::new(file).strip_prefix(project::root()).unwrap_or(Path::new(file)).display().to_string()
            });
            println!("\ncargo xtask fuzz --target {target} --replay {}", file.unwrap_or_else(|| "<file>".into()));
            println!("Mend it and commit that file: the tests of plumbline-fuzz run it from then on.");
        } else if !had_regressions {
            // Only there when it is empty.
            fs::remove_dir(&regressions).ok();
        }
        Ok(good)
    }

    /// Runs some targets, each for a time, and says how many are well.
    pub fn run(&self, targets: &[String], seconds: u64) -> Result<Tally> {
        println!("{:<12} {:>12} {:>10} {:>9} {:>7}", "target", "runs", "a second", "branches", "inputs");
        let mut tally = Tally::default();
        for target in targets {
            tally.add(Tally::one(self.target(target, seconds)?));
        }
        Ok(tally)
    }

    /// Takes over what was found and reaches something that the committed inputs do not: a few, the longest, which reach most.
    pub fn keep(&self, target: &str) -> Result<()> {
        let corpus = project::root().join("fuzz/corpus").join(target);
        let (chosen, found) = (self.work.join("chosen").join(target), self.work.join("found").join(target));
        fs::remove_dir_all(&chosen).ok();
        fs::create_dir_all(&chosen)?;
        for file in files(&corpus)? {
            fs::copy(&file, chosen.join(file.file_name().unwrap_or_default()))?;
        }
        let mut merge = self.command(target);
        merge.args(["-set_cover_merge=1", "-use_counters=0", "-use_cmp=0", "-max_len=8192"]).args([&chosen, &found]);
        let said = merge.output().context("could not start the fuzzer")?;
        if !said.status.success() {
            bail!("merging {target} failed: {}", told(&String::from_utf8_lossy(&said.stderr)));
        }
        let is_new = |file: &PathBuf| file.file_name().is_some_and(|name| !corpus.join(name).exists());
        let mut new: Vec<(u64, PathBuf)> = Vec::new();
        for file in files(&chosen)?.into_iter().filter(is_new) {
            new.push((fs::metadata(&file)?.len(), file));
        }
        new.sort();
        new.reverse();
        println!("{target}: {} reach something new, {} are kept", new.len(), new.len().min(KEPT));
        for (_, file) in new.into_iter().take(KEPT) {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            fs::copy(&file, corpus.join(format!("found-{}", name.get(..8).unwrap_or(&name))))?;
        }
        Ok(())
    }
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("no {}", folder.display()))?;
    Ok(entries.map(|entry| entry.map(|entry| entry.path())).collect::<std::io::Result<_>>()?)
}

/// Whether it can be built here.
pub fn is_possible() -> bool {
    let set = std::env::var_os("CXX").is_some_and(|compiler| !compiler.is_empty());
    set || ["c++", "g++", "clang++"].iter().any(|compiler| find(compiler).is_some())
}

/// The names of all targets: each has a folder of seeds (a test of plumbline-fuzz sees to that).
pub fn targets() -> Result<Vec<String>> {
    let folder = project::root().join("fuzz/corpus");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("no {}", folder.display()))? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// The chosen target, or all.
pub fn chosen(name: Option<String>) -> Result<Vec<String>> {
    let all = targets()?;
    match name {
        Some(name) if all.contains(&name) => Ok(vec![name]),
        Some(name) => bail!("there is no target `{name}`; there are {}", all.join(", ")),
        None => Ok(all),
    }
}

/// What a log says about a failure: the panic, or the engine's own words.
fn told(log: &str) -> String {
    let is_told = |line: &str| line.contains("panicked at") || line.contains("ERROR: libFuzzer");
    let lines: Vec<&str> = log.lines().skip_while(|line| !is_told(line)).take(12).collect();
    lines.join("\n")
}

/// What libFuzzer says about a run.
#[derive(Debug, Default, PartialEq)]
struct Figures {
    runs: Option<u64>,
    rate: Option<u64>,
    branches: Option<u64>,
    inputs: Option<u64>,
}

impl Figures {
    fn of(log: &str) -> Self {
        let stat = |name: &str| log.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
        // #4321	DONE   cov: 812 ft: 1503 corp: 97/3021b …
        let words = |name: &str| {
            let status = log.lines().rev().find(|line| line.starts_with('#') && line.contains(name))?;
            let (_, rest) = status.split_once(name)?;
            rest.trim_start().split([' ', '/']).next()?.parse().ok()
        };
        Self {
            runs: stat("stat::number_of_executed_units:"),
            rate: stat("stat::average_exec_per_sec:"),
            branches: words("cov: "),
            inputs: words("corp: "),
        }
    }

    fn line(&self, target: &str, good: bool) -> String {
        let shown = |figure: Option<u64>| figure.map_or_else(|| "?".to_owned(), |figure| figure.to_string());
        let [runs, rate, branches, inputs] = [self.runs, self.rate, self.branches, self.inputs].map(shown);
        let end = if good { "" } else { "  FAILED" };
        format!("{target:<12} {runs:>12} {rate:>10} {branches:>9} {inputs:>7}{end}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_from_the_log() {
        let log = "#2\tINITED cov: 15 ft: 16 corp: 1/1b\n#99\tDONE   cov: 812 ft: 1503 corp: 97/3021b lim: 44\n\
                   stat::number_of_executed_units: 99\nstat::average_exec_per_sec:     33\n";
        let figures = Figures { runs: Some(99), rate: Some(33), branches: Some(812), inputs: Some(97) };
        assert_eq!(Figures::of(log), figures);
        assert!(Figures::default().line("frame", false).contains("FAILED"));
    }
}
