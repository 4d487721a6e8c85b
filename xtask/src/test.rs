//! Every check there is, one after the other: each runs though another failed, unless it needs what that one makes.

pub mod browser;
mod steps;
pub mod tally;

use std::process::ExitCode;

use anyhow::{Result, bail};
use pico_args::Arguments;

use crate::stopwatch::Stopwatch;
use steps::{STEPS, Step};
use tally::Tally;

/// Which steps to run.
#[derive(Debug, Default)]
pub struct Choice {
    only: Vec<String>,
    skip: Vec<String>,
    list: bool,
}

impl Choice {
    /// From `--only a,b`, `--skip a,b` and `--list`.
    pub fn parse(arguments: &mut Arguments) -> Result<Self> {
        let mut names = |option| -> Result<Vec<String>> {
            let mut all = Vec::new();
            for value in arguments.values_from_str::<_, String>(option)? {
                all.extend(value.split(',').map(str::to_owned));
            }
            Ok(all)
        };
        let (only, skip) = (names("--only")?, names("--skip")?);
        if let Some(unknown) = only.iter().chain(&skip).find(|name| STEPS.iter().all(|step| step.name != **name)) {
            let known: Vec<_> = STEPS.iter().map(|step| step.name).collect();
            bail!("there is no step `{unknown}`; there are {}", known.join(", "));
        }
        Ok(Self { only, skip, list: arguments.contains("--list") })
    }

    /// A chosen step brings the steps it needs, unless they are skipped by name.
    fn takes(&self, step: &Step) -> bool {
        let named = |names: &[String], name: &str| names.iter().any(|chosen| chosen == name);
        let needed = STEPS.iter().any(|other| other.needs == Some(step.name) && named(&self.only, other.name));
        !named(&self.skip, step.name) && (self.only.is_empty() || named(&self.only, step.name) || needed)
    }
}

/// How a step ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It ran; tests it counted, or one for the step as a whole.
    Ran(Tally),
    /// It did not run, and why that is no failure.
    Skipped(String),
}

/// Runs the chosen steps, prints the table, and says whether all went well.
pub fn run(choice: &Choice) -> Result<ExitCode> {
    if choice.list {
        for step in &STEPS {
            println!("{:<12} {}", step.name, step.about);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let all = Stopwatch::start();
    let mut rows: Vec<(&Step, Outcome, String)> = Vec::new();
    for step in STEPS.iter().filter(|step| choice.takes(step)) {
        println!("\n==== {}: {}", step.name, step.about);
        let watch = Stopwatch::start();
        let broken = rows.iter().find(|row| Some(row.0.name) == step.needs).is_some_and(|row| row.1.failed());
        let outcome = if broken {
            println!("not run: it needs `{}`, which failed", step.needs.unwrap_or_default());
            Outcome::Ran(Tally::one(false))
        } else {
            (step.run)().unwrap_or_else(|error| {
                println!("{error:#}");
                Outcome::Ran(Tally::one(false))
            })
        };
        rows.push((step, outcome, watch.words()));
    }
    Ok(summary(&rows, &all.words()))
}

fn summary(rows: &[(&Step, Outcome, String)], time: &str) -> ExitCode {
    println!("\n{:<12} {:<8} {:>8} {:>8} {:>10}", "step", "", "passed", "failed", "time");
    let mut total = Tally::default();
    for (step, outcome, time) in rows {
        match outcome {
            Outcome::Ran(tally) => {
                let word = if tally.failed == 0 { "ok" } else { "FAILED" };
                println!("{:<12} {word:<8} {:>8} {:>8} {time:>10}", step.name, tally.passed, tally.failed);
                total.add(*tally);
            }
            Outcome::Skipped(reason) => println!("{:<12} skipped  {reason}", step.name),
        }
    }
    println!("{:<12} {:<8} {:>8} {:>8} {time:>10}", "total", "", total.passed, total.failed);
    println!("\n{} passed, {} failed", total.passed, total.failed);
    if total.failed == 0 && total.passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

impl Outcome {
    fn failed(&self) -> bool {
        matches!(self, Self::Ran(tally) if tally.failed > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(words: &[&str]) -> Vec<&'static str> {
        let mut arguments = Arguments::from_vec(words.iter().map(Into::into).collect());
        let choice = Choice::parse(&mut arguments).expect("a choice");
        STEPS.iter().filter(|step| choice.takes(step)).map(|step| step.name).collect()
    }

    #[test]
    fn steps_are_chosen_by_name_and_bring_what_they_need() {
        assert_eq!(taken(&[]).len(), STEPS.len());
        assert_eq!(taken(&["--only", "fmt,tidy"]), ["fmt", "tidy"]);
        assert_eq!(taken(&["--only", "e2e"]), ["build", "e2e"]);
        assert_eq!(taken(&["--only", "e2e", "--skip", "build"]), ["e2e"]);
        assert!(!taken(&["--skip", "e2e"]).contains(&"e2e"));
    }

    #[test]
    fn an_unknown_step_is_refused() {
        let mut arguments = Arguments::from_vec(vec!["--only".into(), "nonsense".into()]);
        let error = Choice::parse(&mut arguments).expect_err("unknown");
        assert!(error.to_string().contains("no step `nonsense`"), "{error}");
    }

    #[test]
    fn every_need_comes_before_what_needs_it() {
        for (at, step) in STEPS.iter().enumerate() {
            if let Some(need) = step.needs {
                assert!(STEPS[..at].iter().any(|earlier| earlier.name == need), "{}", step.name);
            }
        }
    }
}
