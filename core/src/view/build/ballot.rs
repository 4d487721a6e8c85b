use sha2::{Digest, Sha256};

use super::{Context, person, priority_ref, sort_people};
use crate::id::{LeaderId, RoundId};
use crate::intent::takes_ballots;
use crate::view::BallotView;

pub fn ballot(context: &Context<'_>, id: RoundId, leader: LeaderId) -> Option<BallotView> {
    let snapshot = context.snapshot();
    let round = snapshot.rounds.get(&id).filter(|round| !round.removed)?;
    let mut candidates = round.candidates.clone();
    // A list order that is the same for everybody pulls every ballot the same way, so each leader gets their own; drawn from
    // what names the ballot, so that it stays put while they rank.
    candidates.sort_by_cached_key(|candidate| {
        let mut hash = Sha256::new();
        hash.update(id.as_bytes());
        hash.update(leader.as_bytes());
        hash.update(candidate.as_bytes());
        <[u8; 32]>::from(hash.finalize())
    });
    let mut waiting: Vec<_> = round
        .asked()
        .filter(|other| *other != leader && !round.ballots.contains_key(other))
        .filter_map(|other| person(snapshot, other))
        .collect();
    sort_people(&mut waiting);
    Some(BallotView {
        round: id,
        label: round.label.value.clone(),
        top: round.top,
        person: person(snapshot, leader)?,
        candidates: candidates.into_iter().map(|candidate| priority_ref(snapshot, candidate)).collect(),
        cast: round.ballots.get(&leader).map(|ballot| ballot.cast),
        open: takes_ballots(round) && round.asks(&leader),
        waiting,
    })
}
