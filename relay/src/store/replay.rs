//! From what is stored to a room: the same for every store. No input or output.

use plumbline_wire::genesis::Genesis;
use plumbline_wire::id::{ItemId, WorkspaceId};
use plumbline_wire::room::{Quota, Room};

use super::{Page, StoreError};

/// A room that is being loaded.
#[derive(Debug)]
pub struct Replay(pub Room);

impl Replay {
    /// Begins with the summary, or with the genesis when nothing was pruned yet.
    ///
    /// # Errors
    /// When either was damaged.
    pub fn begin(
        workspace: &WorkspaceId,
        genesis: &[u8],
        summary: Option<&[u8]>,
        quota: Quota,
    ) -> Result<Self, StoreError> {
        let room = match summary {
            Some(summary) => Room::restore(summary, quota).map_err(|problem| damaged(&problem))?,
            None => Room::new(Genesis::parse_for(workspace, genesis).map_err(|problem| damaged(&problem))?, quota),
        };
        Ok(Self(room))
    }

    /// Takes in the next items; `false` when there were none.
    ///
    /// # Errors
    /// When they do not follow, or would not have been let in.
    pub fn page(&mut self, page: &Page) -> Result<bool, StoreError> {
        if page.after != self.0.head() {
            return Err(StoreError::Damaged("the log does not follow its summary".to_owned()));
        }
        follow(&mut self.0, page)?;
        Ok(!page.items.is_empty())
    }
}

/// Takes into a room what is stored behind it; what it has already is passed over.
///
/// # Errors
/// When an item does not fit: then the store is damaged.
pub fn follow(room: &mut Room, page: &Page) -> Result<(), StoreError> {
    let head = room.head().position;
    for stored in page.items.iter().filter(|stored| stored.place.position > head) {
        // The name stands beside the item, so that it is found again when it is brought again.
        if stored.item != ItemId::of(&stored.bytes) {
            return Err(StoreError::Damaged(format!("the name at position {}", stored.place.position)));
        }
        let place = room.replay(&stored.bytes).map_err(|refusal| damaged(&refusal))?;
        if place != stored.place {
            return Err(StoreError::Damaged(format!("position {}", stored.place.position)));
        }
    }
    Ok(())
}

fn damaged(problem: &dyn std::fmt::Display) -> StoreError {
    StoreError::Damaged(problem.to_string())
}
