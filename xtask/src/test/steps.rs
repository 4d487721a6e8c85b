//! The steps of `cargo xtask test`.

use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{Outcome, browser, tally::Tally};
use crate::command::{cargo, command, find, run, tee};
use crate::project::{self, BROWSER_PACKAGES, WASM_TARGET};
use crate::serve::Server;
use crate::{build, faults, fuzz, relay, size, tidy, tools};

/// One step.
pub struct Step {
    /// What it is chosen by.
    pub name: &'static str,
    /// What it checks.
    pub about: &'static str,
    /// A step that must not have failed.
    pub needs: Option<&'static str>,
    /// Does it.
    pub run: fn() -> Result<Outcome>,
}

/// Seeds of the simulator for every change.
const SEEDS: u64 = 3_000;

/// In order: quick ones first.
pub const STEPS: [Step; 14] = [
    Step { name: "fmt", about: "formatting", needs: None, run: fmt },
    Step { name: "tidy", about: "house rules", needs: None, run: tidy },
    Step { name: "deny", about: "licences and advisories of the crates", needs: None, run: deny },
    Step { name: "clippy", about: "lints, native packages", needs: None, run: clippy },
    Step { name: "native", about: "tests outside the browser", needs: None, run: native },
    Step { name: "simulator", about: "peers and relays that fail and lie, from seeds", needs: None, run: simulator },
    Step { name: "fuzz", about: "every fuzz target for some seconds", needs: None, run: fuzz_briefly },
    Step { name: "doc", about: "documentation and its examples", needs: None, run: doc },
    Step { name: "clippy-wasm", about: "lints, browser packages", needs: None, run: clippy_wasm },
    Step { name: "wasm", about: "WebAssembly tests in Chromium", needs: None, run: wasm },
    Step { name: "build", about: "the release", needs: None, run: release },
    Step { name: "size", about: "shipped bytes against the budget", needs: Some("build"), run: sizes },
    Step { name: "e2e", about: "end-to-end tests in Chromium", needs: Some("build"), run: end_to_end },
    Step { name: "firefox", about: "end-to-end tests in Firefox", needs: Some("build"), run: in_firefox },
];

fn fmt() -> Result<Outcome> {
    component("rustfmt", "cargo-fmt")?;
    check(cargo().args(["fmt", "--all", "--check"]))
}

fn tidy() -> Result<Outcome> {
    Ok(Outcome::Ran(Tally::one(tidy::report(&project::root())?)))
}

fn deny() -> Result<Outcome> {
    if find("cargo-deny").is_none() {
        // Building it takes longer than everything else together.
        return Ok(Outcome::Skipped("cargo-deny is not installed (cargo install cargo-deny)".to_owned()));
    }
    check(cargo().args(["deny", "--workspace", "check"]))
}

fn clippy() -> Result<Outcome> {
    component("clippy", "cargo-clippy")?;
    check(natively(&mut cargo(), "clippy").args(["--all-targets", "--locked", "--", "-D", "warnings"]))
}

fn clippy_wasm() -> Result<Outcome> {
    component("clippy", "cargo-clippy")?;
    tools::wasm_target()?;
    let mut clippy = cargo();
    clippy.args(["clippy", "--target", WASM_TARGET, "--all-targets", "--locked"]);
    for (package, _) in BROWSER_PACKAGES {
        clippy.args(["--package", package]);
    }
    let outcome = check(clippy.args(["--", "-D", "warnings"]))?;
    // The engine of a device by itself has no peer in it.
    let mut alone = cargo();
    alone.args([
        "clippy",
        "--target",
        WASM_TARGET,
        "--locked",
        "--package",
        "plumbline-engine",
        "--no-default-features",
    ]);
    let (good, _) = tee(alone.args(["--", "-D", "warnings"]))?;
    if good { Ok(outcome) } else { Ok(Outcome::Ran(Tally::one(false))) }
}

fn native() -> Result<Outcome> {
    if find("cargo-nextest").is_some() {
        let mut tests = cargo();
        return check(natively(tests.arg("nextest"), "run").args(["--locked", "--no-fail-fast"]));
    }
    check(natively(&mut cargo(), "test").args(["--all-targets", "--locked", "--no-fail-fast"]))
}

fn simulator() -> Result<Outcome> {
    check(&mut faults::simulator(SEEDS))
}

fn fuzz_briefly() -> Result<Outcome> {
    if !fuzz::is_possible() {
        return Ok(Outcome::Skipped(
            "no C++ compiler (Debian: apt-get install g++); the corpus was run by `native`".to_owned(),
        ));
    }
    Ok(Outcome::Ran(fuzz::Fuzzer::build()?.run(&fuzz::targets()?, fuzz::SHORT)?))
}

fn doc() -> Result<Outcome> {
    let mut tally = Tally::default();
    let mut pages = cargo();
    let pages = natively(&mut pages, "doc").args(["--no-deps", "--locked"]).env("RUSTDOCFLAGS", "-D warnings");
    let (good, _) = tee(pages)?;
    tally.add(Tally::one(good));
    let (good, output) = tee(natively(&mut cargo(), "test").args(["--doc", "--locked"]))?;
    tally.add(Tally::of(good, &output));
    Ok(Outcome::Ran(tally))
}

fn wasm() -> Result<Outcome> {
    let has_tests = |directory: &str| project::root().join(directory).join("tests").is_dir();
    let packages: Vec<_> = BROWSER_PACKAGES.iter().filter(|(_, directory)| has_tests(directory)).collect();
    if packages.is_empty() {
        return Ok(Outcome::Skipped("no browser package has a tests/ folder".to_owned()));
    }
    tools::wasm_target()?;
    let bindgen = tools::TOOLS.iter().find(|tool| tool.program == "wasm-bindgen").context("no pin for wasm-bindgen")?;
    let runner = bindgen.ensure()?.join("wasm-bindgen-test-runner");
    let browser = browser::ensure()?;
    let mut tests = cargo();
    tests
        .args(["test", "--target", WASM_TARGET, "--tests", "--locked", "--no-fail-fast"])
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
        .env("CHROMEDRIVER", browser.driver)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", project::root().join("webdriver.json"))
        // Two cores may be busy when Chromium starts.
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60")
        .env("WASM_BINDGEN_TEST_TIMEOUT", "180");
    for (package, _) in packages {
        tests.args(["--package", package]);
    }
    check(&mut tests)
}

fn release() -> Result<Outcome> {
    build::release(false)?;
    Ok(Outcome::Ran(Tally::one(true)))
}

fn sizes() -> Result<Outcome> {
    Ok(Outcome::Ran(Tally::one(size::report(&project::dist())?)))
}

fn end_to_end() -> Result<Outcome> {
    let browser = browser::ensure()?;
    playwright(|tests| tests.env("CHROMIUM", browser.chromium))
}

/// Another engine than all other tests run in. What it cannot do under remote control is left out (`firefox.config.ts`).
fn in_firefox() -> Result<Outcome> {
    match browser::firefox()? {
        Some(firefox) => playwright(|tests| tests.args(["--config", "firefox.config.ts"]).env("FIREFOX", firefox)),
        None => Ok(Outcome::Skipped("Firefox is not installed (Debian: apt-get install firefox-esr)".to_owned())),
    }
}

fn playwright(told: impl FnOnce(&mut Command) -> &mut Command) -> Result<Outcome> {
    let directory = project::root().join("end2end");
    if find("npm").is_none() {
        bail!("npm is missing; install Node.js 18 or later (Debian: apt-get install nodejs npm)");
    }
    if !project::dist().join("index.html").is_file() {
        bail!("there is no release to test; `cargo xtask build` makes one");
    }
    run(command("npm")
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(&directory)
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
    let url = Server::bind(project::dist(), 0)?.start();
    // Tests of sharing start relays of their own, to kill them.
    let relay = relay::for_tests()?;
    let mut tests = command(directory.join("node_modules/.bin/playwright"));
    tests.arg("test").current_dir(&directory).env("PLUMBLINE_URL", url).env("PLUMBLINE_RELAY", relay);
    check(told(&mut tests))
}

fn natively<'a>(cargo: &'a mut Command, subcommand: &str) -> &'a mut Command {
    cargo.args([subcommand, "--workspace"]);
    for (package, _) in BROWSER_PACKAGES {
        cargo.args(["--exclude", package]);
    }
    cargo
}

fn component(name: &str, program: &str) -> Result<()> {
    let there = command(program).arg("--version").output().is_ok_and(|output| output.status.success());
    if there {
        return Ok(());
    }
    println!("Adding {name} to the Rust toolchain …");
    run(command("rustup").args(["component", "add", name]))
}

fn check(command: &mut Command) -> Result<Outcome> {
    let (good, output) = tee(command)?;
    Ok(Outcome::Ran(Tally::of(good, &output)))
}
