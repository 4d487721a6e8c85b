//! Builds, serves, tests and measures Plumbline: `cargo xtask help` lists the commands.

mod bench;
mod build;
mod command;
mod faults;
mod fuzz;
mod project;
mod relay;
mod serve;
mod size;
mod stopwatch;
mod test;
mod tidy;
mod tools;

use std::process::ExitCode;

use anyhow::{Result, bail};
use pico_args::Arguments;

const HELP: &str = "\
cargo xtask <command>

  run    [--port 8080] [--dev]   install what is missing, build the app and its relay, and start them on
                                 http://127.0.0.1:8080; what the relay keeps is in relay-data/
                                 (--dev: Trunk's development server, rebuilding on every change, no relay)
  test   [--only a,b] [--skip a,b]
                                 run every check; `test --list` names them
  build  [--retire-service-worker]
                                 build the release into dist/; with the flag, publish a service
                                 worker that removes itself from every device that has one
  serve  [--port 8080]           serve dist/ as it is, without a relay
  bench  [core|app|relay|room] [--only text] [--peers 50] [--against hocuspocus]
                                 measure the core natively, the release in Chromium, the relay with
                                 10, 50 and 200 clients in a room, and a room of whole members
                                 (core: figures whose name has the text; app: start, opening, edits, sharing;
                                 relay --against: in turn with another server, as ratios)
  fuzz   [--seconds 60] [--target name] [--replay file] [--keep]
                                 run every fuzz target, or one, for so long each; or one input again.
                                 --keep: commit-worthy inputs that were found go to fuzz/corpus
  faults [--only a,b] [--scale 1.0]
                                 what is tried before a release (docs/faults.md): days at scale 1;
                                 `--scale 0.01` takes about an hour
  size                           shipped bytes by file, against the budget
  tidy                           the house rules that a compiler cannot check
  tools                          install the pinned tools and print where they are
";

fn main() -> ExitCode {
    if let Some(result) = build::stands_in() {
        return match result {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("xtask as wasm-bindgen: {error:#}");
                ExitCode::FAILURE
            }
        };
    }
    match dispatch(Arguments::from_env()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(mut arguments: Arguments) -> Result<ExitCode> {
    let Some(command) = arguments.subcommand()? else {
        print!("{HELP}");
        return Ok(ExitCode::FAILURE);
    };
    match command.as_str() {
        "run" => {
            let port = port(&mut arguments)?;
            let development = arguments.contains("--dev");
            finish(arguments)?;
            if development { build::develop(port)? } else { run(port)? }
        }
        "test" => {
            let choice = test::Choice::parse(&mut arguments)?;
            finish(arguments)?;
            return test::run(&choice);
        }
        "build" => {
            let retire = arguments.contains("--retire-service-worker");
            finish(arguments)?;
            build::release(retire)?;
        }
        "serve" => {
            let port = port(&mut arguments)?;
            finish(arguments)?;
            serve::Server::bind(project::dist(), port)?.announce().run();
        }
        "bench" => {
            let subject = bench::Subject::parse(arguments.subcommand()?.as_deref())?;
            let only: Option<String> = arguments.opt_value_from_str("--only")?;
            let peers: Option<u16> = arguments.opt_value_from_str("--peers")?;
            let against: Option<String> = arguments.opt_value_from_str("--against")?;
            finish(arguments)?;
            if against.is_some() && subject != bench::Subject::Relay {
                bail!("--against is for `bench relay`");
            }
            let against = against.as_deref().map(bench::Rival::parse).transpose()?;
            bench::measure(subject, &bench::Choice { only, peers, against })?;
        }
        "fuzz" => {
            let seconds = arguments.opt_value_from_str("--seconds")?.unwrap_or(fuzz::USUAL);
            let targets = fuzz::chosen(arguments.opt_value_from_str("--target")?)?;
            let replay: Option<std::path::PathBuf> = arguments.opt_value_from_str("--replay")?;
            let keep = arguments.contains("--keep");
            finish(arguments)?;
            return fuzz(&targets, seconds, replay.as_deref(), keep);
        }
        "faults" => {
            let only: Option<String> = arguments.opt_value_from_str("--only")?;
            let scale: f64 = arguments.opt_value_from_str("--scale")?.unwrap_or(1.0);
            finish(arguments)?;
            return Ok(code(faults::run_all(&faults::Choice { only, scale })?));
        }
        "size" => {
            finish(arguments)?;
            return Ok(code(size::report(&project::dist())?));
        }
        "tidy" => {
            finish(arguments)?;
            return Ok(code(tidy::report(&project::root())?));
        }
        "tools" => {
            finish(arguments)?;
            tools::install()?;
        }
        "help" | "--help" | "-h" => print!("{HELP}"),
        other => bail!("there is no command `{other}`\n\n{HELP}"),
    }
    Ok(ExitCode::SUCCESS)
}

fn run(port: u16) -> Result<()> {
    // A busy port is told before the build, not after it.
    drop(serve::Server::bind(project::dist(), port)?);
    build::release(false)?;
    relay::run(port)
}

fn fuzz(targets: &[String], seconds: u64, replay: Option<&std::path::Path>, keep: bool) -> Result<ExitCode> {
    let fuzzer = fuzz::Fuzzer::build()?;
    if let Some(input) = replay {
        let [target] = targets else { bail!("--replay needs --target") };
        fuzzer.replay(target, input)?;
        return Ok(ExitCode::SUCCESS);
    }
    if keep {
        for target in targets {
            fuzzer.keep(target)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    Ok(code(fuzzer.run(targets, seconds)?.failed == 0))
}

fn port(arguments: &mut Arguments) -> Result<u16> {
    Ok(arguments.opt_value_from_str("--port")?.unwrap_or(8080))
}

fn finish(arguments: Arguments) -> Result<()> {
    let rest = arguments.finish();
    if !rest.is_empty() {
        bail!("not understood: {rest:?}\n\n{HELP}");
    }
    Ok(())
}

fn code(good: bool) -> ExitCode {
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
