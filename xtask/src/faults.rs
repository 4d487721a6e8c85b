//! What is tried before a release: the same tests as for every change, many times over or with many more seeds, by one command.
//! docs/faults.md says what each section is about.

use std::process::Command;

use anyhow::{Result, bail};

use crate::command::{cargo, command, find, run, tee};
use crate::fuzz::{self, Fuzzer};
use crate::serve::Server;
use crate::stopwatch::Stopwatch;
use crate::test::browser;
use crate::test::tally::Tally;
use crate::{project, relay};

/// What is run how often.
struct Section {
    name: &'static str,
    /// What is counted.
    unit: &'static str,
    /// How many before a release.
    amount: u64,
    what: What,
}

enum What {
    /// Documents edited apart.
    Merges,
    /// Peers and relays that fail and lie.
    Simulator,
    /// Envelopes of which every bit is flipped.
    Flips,
    /// Tests repeated so often.
    Repeated { package: &'static str, test: &'static str, filters: &'static [&'static str] },
    /// Every fuzz target, for so many seconds each.
    Fuzz,
    /// What a bystander feels while the relay is abused, so many seconds for each kind.
    Siege,
    /// One room after the other, so many seconds each.
    Soak,
    /// Browser tests of these files, repeated so often.
    Browser(&'static [&'static str]),
}

/// Rooms of a soak: with the amount above, a day.
const ROOMS: &str = "240";

/// All of them, the quick ones first.
const SECTIONS: &[Section] = &[
    Section { name: "merges", unit: "histories", amount: 20_000, what: What::Merges },
    Section { name: "flips", unit: "pairs", amount: 1_000, what: What::Flips },
    Section { name: "simulator", unit: "seeds", amount: 200_000, what: What::Simulator },
    Section {
        name: "kills",
        unit: "runs of 6",
        amount: 800,
        what: What::Repeated { package: "plumbline-relay", test: "relay", filters: &["durability"] },
    },
    Section {
        name: "abuse",
        unit: "runs",
        amount: 100,
        what: What::Repeated { package: "plumbline-relay", test: "relay", filters: &["abuse", "secrecy", "joining"] },
    },
    Section {
        name: "servers",
        unit: "runs",
        amount: 100,
        what: What::Repeated { package: "plumbline-relay", test: "relay", filters: &["postgres", "several"] },
    },
    Section {
        name: "devices",
        unit: "runs",
        amount: 100,
        what: What::Repeated { package: "plumbline-cli", test: "shared", filters: &["crashes", "trouble", "secrecy"] },
    },
    Section {
        name: "browser",
        unit: "runs",
        amount: 50,
        what: What::Browser(&[
            "storage", "trap", "tabs", "reload", "offline", "update", "sharing", "sealed", "direct", "apart",
        ]),
    },
    Section { name: "injection", unit: "runs", amount: 1, what: What::Browser(&["injection", "secrecy"]) },
    Section { name: "siege", unit: "s a kind", amount: 600, what: What::Siege },
    Section { name: "soak", unit: "s a room", amount: 360, what: What::Soak },
    Section { name: "fuzz", unit: "s a target", amount: 8 * 60 * 60, what: What::Fuzz },
];

/// What a person chose.
pub struct Choice {
    /// Sections; none: all.
    pub only: Option<String>,
    /// A share of the amounts.
    pub scale: f64,
}

/// Runs what was chosen and prints what came of it. Whether all went well.
pub fn run_all(choice: &Choice) -> Result<bool> {
    let mut lines = Vec::new();
    let mut good = true;
    for section in chosen(choice.only.as_deref())? {
        let amount = scaled(section.amount, choice.scale);
        println!("\n==== {}: {amount} {}", section.name, section.unit);
        let watch = Stopwatch::start();
        let tally = section.run(amount)?;
        good &= tally.failed == 0;
        let verdict = if tally.failed == 0 { "ok" } else { "FAILED" };
        lines.push(format!(
            "{:<10} {verdict:<7} {amount:>8} {:<10} {:>8} {:>7} {:>11}",
            section.name,
            section.unit,
            tally.passed,
            tally.failed,
            watch.words()
        ));
    }
    println!("\n{:<10} {:<7} {:>8} {:<10} {:>8} {:>7} {:>11}", "section", "", "amount", "", "passed", "failed", "time");
    lines.iter().for_each(|line| println!("{line}"));
    if !good {
        println!("\nWhat failed printed the command that replays it, above.");
    }
    Ok(good)
}

fn chosen(only: Option<&str>) -> Result<Vec<&'static Section>> {
    let Some(only) = only else { return Ok(SECTIONS.iter().collect()) };
    let named = |name: &str| {
        let all = || SECTIONS.iter().map(|section| section.name).collect::<Vec<_>>().join(", ");
        let found = SECTIONS.iter().find(|section| section.name == name);
        found.ok_or_else(|| anyhow::anyhow!("there is no section `{name}`; there are {}", all()))
    };
    only.split(',').map(named).collect()
}

fn scaled(amount: u64, scale: f64) -> u64 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "small")]
    let scaled = (amount as f64 * scale).round() as u64;
    scaled.max(1)
}

impl Section {
    fn run(&self, amount: u64) -> Result<Tally> {
        match &self.what {
            What::Merges => {
                checked(tests("plumbline-core", "merge", &[]).arg("--").env("PROPTEST_CASES", amount.to_string()))
            }
            What::Flips => {
                checked(tests("plumbline-wire", "flipped", &[]).env("PLUMBLINE_ENVELOPES", amount.to_string()))
            }
            What::Simulator => checked(&mut simulator(amount)),
            What::Repeated { package, test, filters } => repeat(package, test, filters, amount),
            What::Fuzz => {
                if !fuzz::is_possible() {
                    bail!("no C++ compiler (Debian: apt-get install g++)");
                }
                Fuzzer::build()?.run(&fuzz::targets()?, amount)
            }
            What::Browser(files) => in_browser(files, amount),
            What::Siege => load(&["siege", &amount.to_string()]),
            What::Soak => load(&["soak", ROOMS, &amount.to_string()]),
        }
    }
}

/// The relay as it is deployed, under a load that says whether it kept within its bounds.
fn load(words: &[&str]) -> Result<Tally> {
    let package = ["--locked", "--quiet", "--profile", "relay", "--package", "plumbline-relay"];
    run(cargo().arg("build").args(package).args(["--bin", "plumbline-relay", "--example", "load"]))?;
    let mut load = cargo();
    load.arg("run").args(package).args(["--example", "load", "--"]).args(words);
    let tally = checked(&mut load)?;
    if tally.failed > 0 {
        println!("\ncargo run {} --example load -- {}\n", package.join(" "), words.join(" "));
    }
    Ok(tally)
}

/// The simulator with so many seeds.
pub fn simulator(seeds: u64) -> Command {
    let mut tests = tests("plumbline-sync", "network", &["--features", "memo"]);
    tests.env("PLUMBLINE_SEEDS", seeds.to_string());
    tests
}

/// A test binary, optimised: hours are spent here. As for fuzzing, every overflow and broken assumption is a failure.
fn tests(package: &str, test: &str, more: &[&str]) -> Command {
    let mut tests = cargo();
    tests.args(["test", "--locked", "--quiet", "--profile", "fuzz", "--package", package, "--test", test]).args(more);
    tests
}

fn checked(tests: &mut Command) -> Result<Tally> {
    let (good, output) = tee(tests)?;
    Ok(Tally::of(good, &output))
}

/// Until it has run so often, or failed: the one that failed is at the end of what was printed.
fn repeat(package: &str, test: &str, filters: &[&str], amount: u64) -> Result<Tally> {
    let mut tally = Tally::default();
    for round in 1..=amount {
        println!("-- {round} of {amount}");
        tally.add(checked(tests(package, test, &["--"]).args(filters))?);
        if tally.failed > 0 {
            println!("\ncargo test --profile fuzz --package {package} --test {test} -- {}\n", filters.join(" "));
            break;
        }
    }
    Ok(tally)
}

fn in_browser(files: &[&str], amount: u64) -> Result<Tally> {
    if find("npm").is_none() || !project::dist().join("index.html").is_file() {
        bail!("it takes Node.js and a release: `cargo xtask build` makes one");
    }
    let directory = project::root().join("end2end");
    let browser = browser::ensure()?;
    run(command("npm")
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(&directory)
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
    let url = Server::bind(project::dist(), 0)?.start();
    checked(
        command(directory.join("node_modules/.bin/playwright"))
            .args(["test", &format!("--repeat-each={amount}")])
            .args(files)
            .current_dir(&directory)
            .env("PLUMBLINE_URL", url)
            .env("PLUMBLINE_RELAY", relay::for_tests()?)
            .env("CHROMIUM", browser.chromium),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_chosen_by_name_and_amounts_are_scaled() {
        assert_eq!(chosen(None).expect("all").len(), SECTIONS.len());
        let two = chosen(Some("kills,fuzz")).expect("there");
        assert_eq!(two.iter().map(|section| section.name).collect::<Vec<_>>(), ["kills", "fuzz"]);
        let error = chosen(Some("floods")).err().expect("no such section").to_string();
        assert!(error.contains("there is no section `floods`; there are merges, flips"), "{error}");
        assert_eq!((scaled(200_000, 0.01), scaled(1, 0.01), scaled(50, 1.0)), (2_000, 1, 50));
    }

    #[test]
    fn every_browser_test_that_is_named_is_there() {
        for section in SECTIONS {
            let What::Browser(files) = section.what else { continue };
            for file in files {
                let path = project::root().join(format!("end2end/tests/{file}.spec.ts"));
                assert!(path.is_file(), "{} is not there", path.display());
            }
        }
    }
}
