use std::collections::{BTreeMap, BTreeSet};

use super::{Context, count, open_rounds, priority_ref, revealed_rounds, round_ref};
use crate::document::PriorityRecord;
use crate::id::PriorityId;
use crate::intent::{agreed_order, limits};
use crate::view::{PrioritiesView, PriorityRow};

pub fn priorities(context: &Context<'_>) -> PrioritiesView {
    let snapshot = context.snapshot();
    let revealed = revealed_rounds(snapshot);
    let last = revealed.last();
    let order = last.map(|(_, round)| agreed_order(round)).unwrap_or_default();
    let places: BTreeMap<PriorityId, usize> = order.into_iter().zip(1..).collect();
    let mut stacks: BTreeMap<PriorityId, usize> = places.keys().map(|candidate| (*candidate, 0)).collect();
    for priority in last.iter().flat_map(|(_, round)| round.counted.values().flatten()) {
        if let Some(stacks) = stacks.get_mut(priority) {
            *stacks += 1;
        }
    }
    let in_use: BTreeSet<PriorityId> = snapshot
        .rounds
        .values()
        .filter(|round| !round.removed)
        .flat_map(|round| round.candidates.iter().copied())
        .collect();
    let row = |id: PriorityId, record: &PriorityRecord| PriorityRow {
        priority: priority_ref(snapshot, id),
        place: places.get(&id).copied().map(count),
        stacks: stacks.get(&id).copied().map(count),
        in_use: in_use.contains(&id),
        in_conflict: record.title.in_conflict() || record.description.in_conflict() || record.retired.in_conflict(),
    };
    let mut known: Vec<(&PriorityId, &PriorityRecord)> =
        snapshot.priorities.iter().filter(|(_, record)| !record.removed).collect();
    known.sort_by_key(|(id, record)| (record.created, **id));
    let (retired, current): (Vec<_>, Vec<_>) = known.into_iter().partition(|(_, record)| record.retired.value);
    PrioritiesView {
        current: current.into_iter().map(|(id, record)| row(*id, record)).collect(),
        retired: retired.into_iter().rev().map(|(id, record)| row(*id, record)).collect(),
        needed: count(limits::candidates_needed(super::settings::top(snapshot))),
        open: open_rounds(snapshot).first().map(|(id, round)| round_ref(*id, round)),
        last: last.map(|(id, round)| round_ref(*id, round)),
    }
}
