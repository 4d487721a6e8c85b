//! One edit, here and from elsewhere: its cost must follow neither the history nor the size of the workspace.

use anyhow::Result;
use plumbline_core::document::Document;
use plumbline_core::intent::Intent;
use plumbline_core::view::{Figures, ViewKey};

use crate::sheet::Sheet;
use crate::team::Team;

const SAMPLES: usize = 300;

type Draw = fn(&mut Team) -> Intent;

const EDITS: [(&str, Draw); 3] =
    [("MoveInStack", Team::move_in_stack), ("EditPriority", Team::edit_priority), ("AddPriority", Team::add_priority)];

/// Every kind of edit on every kind of workspace.
pub fn measure(sheet: &mut Sheet, young: &Team, old: &Team, large: &Team) -> Result<()> {
    for (edit, draw) in EDITS {
        for (whose, team) in [("1,000 changes", young), ("10,000 changes", old), ("2,000 objects", large)] {
            apply(sheet, &format!("{edit}, {whose}"), team, draw);
        }
        sheet.compare(&format!("{edit}, 10,000 changes"), &format!("{edit}, 1,000 changes"));
    }
    for (whose, team) in [("1,000 changes", young), ("10,000 changes", old), ("2,000 objects", large)] {
        receive(sheet, &format!("receive a change, {whose}"), team)?;
        as_the_engine(sheet, &format!("edit as the engine does, {whose}"), team);
    }
    for edit in ["receive a change", "edit as the engine does"] {
        sheet.compare(&format!("{edit}, 10,000 changes"), &format!("{edit}, 1,000 changes"));
    }
    Ok(())
}

fn apply(sheet: &mut Sheet, name: &str, team: &Team, draw: Draw) {
    if !sheet.wants(name) {
        return;
    }
    let team = std::cell::RefCell::new(team.clone());
    sheet.measure_with(
        name,
        SAMPLES,
        || {
            let mut team = team.borrow_mut();
            draw(&mut team)
        },
        |intent| team.borrow_mut().apply(&intent),
    );
}

fn receive(sheet: &mut Sheet, name: &str, team: &Team) -> Result<()> {
    if !sheet.wants(name) {
        return Ok(());
    }
    let mut there = team.clone();
    there.document = Document::load(&[team.document.save()], [8; 16])?;
    let mut here = team.document.clone();
    sheet.measure_with(
        name,
        SAMPLES,
        || {
            let before = there.document.heads();
            let edit = there.edit_priority();
            // An edit is refused only if the measuring itself is wrong; the chunk is then empty.
            let _ = there.apply(&edit);
            there.document.changes_since(&before)
        },
        |chunk| here.receive(&chunk),
    );
    Ok(())
}

/// The whole of what happens in the worker between a drop and its storage: the change, its chunk, and the views of the
/// stack's page, encoded.
fn as_the_engine(sheet: &mut Sheet, name: &str, team: &Team) {
    let Some(round) = team.rounds.last().copied().filter(|_| sheet.wants(name)) else { return };
    let mut figures = Figures::default();
    let team = std::cell::RefCell::new(team.clone());
    sheet.measure_with(
        name,
        SAMPLES,
        || team.borrow_mut().move_in_stack(),
        |intent| {
            let mut team = team.borrow_mut();
            let before = team.document.heads();
            let applied = team.apply(&intent);
            let chunk = team.document.changes_since(&before);
            let views =
                [ViewKey::Shell, ViewKey::Stack(round)].map(|key| postcard::to_allocvec(&team.view(key, &mut figures)));
            (applied, chunk, views)
        },
    );
}
