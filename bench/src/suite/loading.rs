//! Opening and saving.

use anyhow::Result;
use plumbline_core::document::Document;
use plumbline_core::file;

use crate::sheet::Sheet;
use crate::team::Team;

/// Chunks the engine lets gather beside the snapshot before it folds them in.
const TAIL: usize = 64;
const ACTOR: [u8; 16] = [7; 16];

/// From bytes to a document and back.
pub fn measure(sheet: &mut Sheet, young: &Team, old: &Team) -> Result<()> {
    let snapshot = old.document.save();
    let mut chunks = vec![snapshot.clone()];
    let mut later = old.clone();
    for _ in 0..TAIL {
        let before = later.document.heads();
        let edit = later.edit_priority();
        later.apply(&edit)?;
        chunks.push(later.document.changes_since(&before));
    }
    let young_snapshot = young.document.save();
    let packed = file::write(&old.document);

    let one = [snapshot.as_slice()];
    sheet.measure("load 10,000 changes", 30, || Document::load(&one, ACTOR));
    sheet.measure("load 10,000 changes and 64 chunks", 30, || Document::load(&chunks, ACTOR));
    sheet.measure("load 1,000 changes", 50, || Document::load(&[&young_snapshot], ACTOR));
    sheet.measure("read everything, 10,000 changes", 50, || old.document.read_afresh());
    sheet.measure("open a workspace file of 10,000 changes", 30, || file::read(&packed, ACTOR));
    sheet.measure("save 10,000 changes", 30, || old.document.save());
    sheet.compare("load 10,000 changes", "load 1,000 changes");
    Ok(())
}
