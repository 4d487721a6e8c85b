//! What is measured.

mod edits;
mod loading;
mod rounds;
mod views;

use anyhow::Result;

use crate::sheet::Sheet;
use crate::team::{Size, Team};

/// A team as most are, after a year.
const USUAL: Size = Size { priorities: 80, leaders: 15, rounds: 5, candidates: 20 };
/// Two thousand objects, the largest rounds.
const LARGE: Size = Size { priorities: 1_960, leaders: 30, rounds: 10, candidates: 60 };
/// Changes of a workspace used for a year.
const YEAR: u64 = 10_000;
/// Changes of a young one.
const MONTH: u64 = 1_000;

/// Every figure, in order.
pub fn run(sheet: &mut Sheet) -> Result<()> {
    let mut young = Team::new(USUAL)?;
    young.age_to(MONTH)?;
    let mut old = young.clone();
    old.age_to(YEAR)?;
    let mut large = Team::new(LARGE)?;
    // The tab that measures is not the one that wrote.
    large.new_session()?;
    loading::measure(sheet, &young, &old)?;
    edits::measure(sheet, &young, &old, &large)?;
    views::measure(sheet, &old, &large);
    rounds::measure(sheet)?;
    Ok(())
}
