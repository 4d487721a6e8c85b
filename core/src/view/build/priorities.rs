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
    let row = |id: PriorityId, record: &PriorityRecord| {
        let candidate = last.filter(|(_, round)| round.candidates.contains(&id));
        PriorityRow {
            priority: priority_ref(snapshot, id),
            place: order.iter().position(|other| *other == id).map(|index| count(index + 1)),
            stacks: candidate
                .map(|(_, round)| count(round.counted.values().filter(|ranking| ranking.contains(&id)).count())),
            in_use: snapshot.rounds.values().any(|round| !round.removed && round.candidates.contains(&id)),
            in_conflict: record.title.in_conflict()
                || record.description.in_conflict()
                || record.retired.in_conflict(),
        }
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
