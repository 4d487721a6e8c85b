use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::{Context, count, person};
use crate::document::{LeaderRecord, Snapshot};
use crate::id::LeaderId;
use crate::view::{LeaderRow, TeamView};

pub fn team(context: &Context<'_>) -> TeamView {
    let snapshot = context.snapshot();
    let today = context.today();
    let (mut past, mut present): (Vec<LeaderRow>, Vec<LeaderRow>) = snapshot
        .leaders
        .iter()
        .filter(|(_, leader)| !leader.removed)
        .filter_map(|(id, leader)| row(snapshot, *id, leader))
        .partition(|row| row.left.is_some_and(|left| left < today));
    present.sort_by_cached_key(|row| (row.person.name.to_lowercase(), row.person.id));
    past.sort_by_key(|row| Reverse((row.left, row.person.id)));
    let used = |read: fn(&LeaderRecord) -> &String| {
        let all: BTreeSet<String> = snapshot
            .leaders
            .values()
            .filter(|leader| !leader.removed)
            .map(|leader| read(leader).clone())
            .filter(|text| !text.is_empty())
            .collect();
        all.into_iter().collect()
    };
    TeamView {
        present,
        past,
        departments: used(|leader| &leader.department.value),
        roles: used(|leader| &leader.role.value),
    }
}

fn row(snapshot: &Snapshot, id: LeaderId, leader: &LeaderRecord) -> Option<LeaderRow> {
    let ballots = snapshot
        .rounds
        .values()
        .filter(|round| !round.removed && (round.ballots.contains_key(&id) || round.counted.contains_key(&id)))
        .count();
    Some(LeaderRow {
        person: person(snapshot, id)?,
        department: leader.department.value.clone(),
        joined: leader.joined.value,
        left: leader.left.value,
        ballots: count(ballots),
        in_conflict: leader.name.in_conflict()
            || leader.role.in_conflict()
            || leader.department.in_conflict()
            || leader.joined.in_conflict()
            || leader.left.in_conflict(),
    })
}
