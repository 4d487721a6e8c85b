use super::{
    Context, Figures, person, person_or_stranger, priority_ref, revealed_rounds, round_ref, signatures, sort_people,
};
use crate::analysis::Analysis;
use crate::document::{Ballot, RoundRecord, Snapshot};
use crate::id::{LeaderId, RoundId};
use crate::view::{Bump, BumpLine, LateBallot, Person, ResultsView};

pub fn results(context: &Context<'_>, figures: &mut Figures, id: RoundId, round: &RoundRecord) -> ResultsView {
    let snapshot = context.snapshot();
    let revealed = revealed_rounds(snapshot);
    let earlier: Vec<_> = revealed.iter().take_while(|(other, _)| *other != id).copied().collect();
    let before =
        earlier.last().and_then(|(id, round)| figures.summary(*id, round)).map(|summary| summary.mean_correlation);

    // Pages show leaders by name and candidates by consensus; the figures count in the document's order.
    let by_id: Vec<LeaderId> = round.counted.keys().copied().collect();
    let mut leaders: Vec<Person> = by_id.iter().map(|leader| person_or_stranger(snapshot, *leader)).collect();
    sort_people(&mut leaders);
    let leader_at: Vec<usize> =
        by_id.iter().map(|id| leaders.iter().position(|person| person.id == *id).unwrap_or_default()).collect();
    let order = figures.consensus(id, round).map_or_else(|| (0..round.candidates.len()).collect(), <[usize]>::to_vec);
    let mut candidate_at = vec![0; order.len()];
    for (shown, index) in order.iter().enumerate() {
        candidate_at[*index] = shown;
    }

    let (analysis, problem) = match figures.of(id, round) {
        Ok(analysis) => (Some(reindexed(analysis, &leader_at, &candidate_at)), None),
        Err(problem) => (None, Some(problem.clone())),
    };
    let ranks = order
        .iter()
        .map(|index| {
            leaders
                .iter()
                .map(|person| {
                    let ranking = round.counted.get(&person.id)?;
                    let place = ranking.iter().position(|id| *id == round.candidates[*index])?;
                    u8::try_from(place + 1).ok()
                })
                .collect()
        })
        .collect();
    let mut late: Vec<LateBallot> = round
        .ballots
        .iter()
        .filter(|(leader, ballot)| round.asks(leader) && !is_counted(round, leader, ballot))
        .filter_map(|(leader, ballot)| Some(LateBallot { person: person(snapshot, *leader)?, cast: ballot.cast }))
        .collect();
    late.sort_by_key(|late| (late.cast, late.person.id));
    let check = context.custody.and_then(|custody| custody.checks.get(&id)).cloned().unwrap_or_default();
    late.retain(|late| !check.left_out.contains(&late.person.id) && !check.unreadable.contains(&late.person.id));
    let people = |leaders: &[LeaderId]| {
        let mut people: Vec<Person> = leaders.iter().map(|leader| person_or_stranger(snapshot, *leader)).collect();
        sort_people(&mut people);
        people
    };
    let mut missing: Vec<Person> = round
        .asked()
        .filter(|leader| !round.counted.contains_key(leader))
        .filter_map(|leader| person(snapshot, leader))
        .collect();
    sort_people(&mut missing);
    let (signed, to_sign) = signatures(context, id, round);
    ResultsView {
        id,
        label: round.label.value.clone(),
        opened: round.opened,
        revealed: round.revealed.unwrap_or(round.opened),
        top: round.top,
        leaders,
        candidates: order.iter().map(|index| priority_ref(snapshot, round.candidates[*index])).collect(),
        analysis,
        problem,
        ranks,
        bump: bump(snapshot, figures, &earlier, (id, round), &order),
        late,
        counted_unverified: people(&check.unverified),
        left_out: people(&check.left_out),
        unreadable: people(&check.unreadable),
        missing,
        before,
        imported: round.imported,
        signed,
        to_sign,
    }
}

/// Whether this is the ballot that counts, and not one that came later.
fn is_counted(round: &RoundRecord, leader: &LeaderId, ballot: &Ballot) -> bool {
    match (&ballot.sealed, &round.sealing) {
        (Some(sealed), Some(sealing)) => {
            round.counted.contains_key(leader)
                && sealing.names.get(leader).is_some_and(|names| names.contains(&sealed.name))
        }
        _ => round.counted.get(leader) == Some(&ballot.ranking),
    }
}

/// The figures with leaders and candidates counted in the order pages show them.
fn reindexed(analysis: &Analysis, leader_at: &[usize], candidate_at: &[usize]) -> Analysis {
    let mut analysis = analysis.clone();
    let old = analysis.distances.clone();
    for (a, row) in old.iter().enumerate() {
        for (b, distance) in row.iter().enumerate() {
            analysis.distances[leader_at[a]][leader_at[b]] = *distance;
        }
    }
    for entry in &mut analysis.divergence {
        entry.leader = leader_at[entry.leader];
        entry.farthest = leader_at[entry.farthest];
    }
    let candidate = |index: &mut usize| *index = candidate_at[*index];
    let consensus = &mut analysis.consensus;
    consensus.schulze.iter_mut().for_each(|tier| {
        tier.iter_mut().for_each(candidate);
        tier.sort_unstable();
    });
    consensus.borda.iter_mut().for_each(|standing| candidate(&mut standing.candidate));
    consensus.kemeny.order.iter_mut().for_each(candidate);
    consensus.kemeny.winners.iter_mut().for_each(candidate);
    let winners = &mut consensus.winners;
    [&mut winners.schulze, &mut winners.borda, &mut winners.kemeny].into_iter().flatten().for_each(candidate);
    analysis.priorities.iter_mut().for_each(|spread| candidate(&mut spread.candidate));
    analysis.priorities.sort_by_key(|spread| spread.candidate);
    analysis.contested.iter_mut().for_each(candidate);
    if let Some(factions) = &mut analysis.factions {
        for group in &mut factions.groups {
            group.members.iter_mut().for_each(|member| *member = leader_at[*member]);
            group.members.sort_unstable();
            group.representative = leader_at[group.representative];
        }
    }
    analysis
}

fn bump(
    snapshot: &Snapshot,
    figures: &mut Figures,
    earlier: &[(RoundId, &RoundRecord)],
    this: (RoundId, &RoundRecord),
    order: &[usize],
) -> Bump {
    let rounds: Vec<(RoundId, &RoundRecord)> = earlier.iter().copied().chain([this]).collect();
    let orders: Vec<Option<Vec<usize>>> =
        rounds.iter().map(|(id, round)| figures.consensus(*id, round).map(<[usize]>::to_vec)).collect();
    Bump {
        rounds: rounds.iter().map(|(id, round)| round_ref(*id, round)).collect(),
        lines: order
            .iter()
            .map(|index| {
                let id = this.1.candidates[*index];
                BumpLine {
                    priority: priority_ref(snapshot, id),
                    places: rounds
                        .iter()
                        .zip(&orders)
                        .map(|((_, round), order)| {
                            let index = round.candidates.iter().position(|other| *other == id)?;
                            let place = order.as_ref()?.iter().position(|other| *other == index)?;
                            Some(super::count(place + 1))
                        })
                        .collect(),
                }
            })
            .collect(),
    }
}
