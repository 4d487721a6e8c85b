//! Reading a round: its figures, its page, its spreadsheet.

use std::fmt::Write;

use anyhow::Result;
use plumbline_core::analysis::{Ballots, Settings, analyse};
use plumbline_core::import::{Known, read_ballots};
use plumbline_core::view::{Figures, ViewKey};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use crate::sheet::Sheet;
use crate::team::{Size, Team};

/// The figures from ballots, the results page from nothing, a file of ballots.
pub fn measure(sheet: &mut Sheet) -> Result<()> {
    for (leaders, candidates) in [(15, 20), (50, 40)] {
        let ballots = Ballots::new(candidates, 5, rankings(leaders, candidates, 5))?;
        let name = format!("analysis, {leaders} ballots of {candidates} candidates");
        sheet.measure(&name, 15, || analyse(&ballots, &Settings::default()));
    }
    let team = Team::new(Size { priorities: 20, leaders: 15, rounds: 1, candidates: 20 })?;
    let round = ViewKey::Round(team.rounds[0]);
    sheet.measure("results page, 15 leaders, 20 candidates, figures new", 15, || {
        team.view(round, &mut Figures::default())
    });
    let mut figures = Figures::default();
    sheet.measure("results page, 15 leaders, 20 candidates, figures known", 200, || team.view(round, &mut figures));

    let file = spreadsheet(1_000);
    let leaders: Vec<String> = (0..1_000).map(|number| format!("Leader Number {number}")).collect();
    let candidates: Vec<String> = (0..40).map(|number| format!("Priority {number}, as the form has it")).collect();
    let known = Known {
        leaders: &leaders,
        candidates: &candidates,
        top: None,
        exact: false,
        new_priorities: true,
        columns: None,
        same_as: &[],
    };
    sheet.measure("CSV of 1,000 ballots, names known", 15, || read_ballots(file.as_bytes(), &known));
    let strangers = Known { leaders: &[], candidates: &[], ..known };
    sheet.measure("CSV of 1,000 ballots, names unknown", 15, || read_ballots(file.as_bytes(), &strangers));
    Ok(())
}

fn rankings(ballots: usize, candidates: usize, top: usize) -> Vec<Vec<usize>> {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    (0..ballots)
        .map(|_| {
            let mut order: Vec<usize> = (0..candidates).collect();
            order.shuffle(&mut rng);
            order.truncate(top);
            order
        })
        .collect()
}

fn spreadsheet(ballots: usize) -> String {
    let mut text = "leader,1,2,3,4,5\r\n".to_owned();
    for (number, ranking) in rankings(ballots, 40, 5).into_iter().enumerate() {
        // Writing to a String cannot fail.
        let _ = write!(text, "Leader Number {number}");
        for candidate in ranking {
            let _ = write!(text, ",\"Priority {candidate}, as the form has it\"");
        }
        text.push_str("\r\n");
    }
    text
}
