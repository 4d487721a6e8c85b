use super::{
    Context, Figures, agreed_top, count, open_rounds, person, present, priority_ref, revealed_rounds, round_ref,
    signature, signatures,
};
use crate::document::Snapshot;
use crate::intent::{limits, takes_ballots};
use crate::view::{ConflictView, Headline, Need, NeedKind, Setup, SignatureState, TodayView, conflicts};

pub fn today(context: &Context<'_>, figures: &mut Figures) -> TodayView {
    let conflicts = conflicts::all(context.snapshot());
    TodayView { setup: setup(context), needs: needs(context, &conflicts), headline: headline(context, figures) }
}

fn setup(context: &Context<'_>) -> Option<Setup> {
    let snapshot = context.snapshot();
    if !revealed_rounds(snapshot).is_empty() {
        return None;
    }
    Some(Setup {
        leaders: count(present(snapshot, context.today()).len()),
        leaders_needed: count(limits::LEADERS_MIN),
        priorities: count(candidates(snapshot)),
        priorities_needed: count(limits::candidates_needed(super::settings::top(snapshot))),
        open: open_rounds(snapshot).first().map(|(id, round)| round_ref(*id, round)),
    })
}

fn candidates(snapshot: &Snapshot) -> usize {
    snapshot.priorities.values().filter(|priority| !priority.removed && !priority.retired.value).count()
}

/// What waits for someone, oldest first; `conflicts` are all there are.
pub fn needs(context: &Context<'_>, conflicts: &[ConflictView]) -> Vec<Need> {
    let snapshot = context.snapshot();
    let team = present(snapshot, context.today());
    let mut needs = Vec::new();
    for (id, round) in open_rounds(snapshot) {
        let waiting: Vec<_> = round
            .asked()
            .filter(|leader| !round.ballots.contains_key(leader))
            .filter_map(|leader| person(snapshot, leader))
            .collect();
        let cast = round.ballots.keys().filter(|leader| round.asks(leader)).count();
        if waiting.is_empty() && cast >= limits::LEADERS_MIN {
            let since = round.ballots.values().map(|ballot| ballot.cast).max().unwrap_or(round.opened);
            needs.push(Need { kind: NeedKind::Reveal(round_ref(id, round)), person: None, since });
        }
        needs.extend(waiting.into_iter().filter(|_| takes_ballots(round)).map(|person| Need {
            kind: NeedKind::CastBallot(round_ref(id, round)),
            person: Some(person),
            since: round.opened,
        }));
    }
    let revealed = revealed_rounds(snapshot);
    if let Some((id, round)) = revealed.last() {
        let agreed = agreed_top(round);
        let since = round.revealed.unwrap_or(round.opened);
        for person in team {
            let (kind, since) = match signature(round, &agreed, person.id) {
                SignatureState::Unsigned => (NeedKind::SignStack(round_ref(*id, round)), since),
                SignatureState::SignedEarlier(at) => (NeedKind::SignAgain(round_ref(*id, round)), at),
                SignatureState::Signed(_) => continue,
            };
            needs.push(Need { kind, person: Some(person), since });
        }
        let days = context.now.days_since(since);
        if days > limits::ROUND_OVERDUE_DAYS && open_rounds(snapshot).is_empty() {
            let since = since.plus_days(limits::ROUND_OVERDUE_DAYS);
            needs.push(Need { kind: NeedKind::HoldRound { days }, person: None, since });
        }
    }
    if let Some(first) = conflicts.first() {
        let kind = NeedKind::Settle { conflicts: count(conflicts.len()) };
        needs.push(Need { kind, person: None, since: first.since });
    }
    needs.sort_by_key(|need| need.since);
    needs
}

fn headline(context: &Context<'_>, figures: &mut Figures) -> Option<Headline> {
    let snapshot = context.snapshot();
    let revealed = revealed_rounds(snapshot);
    let (id, round) = *revealed.last()?;
    let before = revealed
        .len()
        .checked_sub(2)
        .and_then(|index| revealed.get(index))
        .and_then(|(id, round)| figures.summary(*id, round))
        .map(|summary| summary.mean_correlation);
    let agreement = figures.summary(id, round);
    let (contested, farthest) = match figures.of(id, round) {
        Ok(analysis) => (
            analysis
                .contested
                .iter()
                .take(3)
                .map(|index| priority_ref(snapshot, round.candidates[*index]).title)
                .collect(),
            analysis
                .divergence
                .first()
                .and_then(|entry| round.counted.keys().nth(entry.leader))
                .and_then(|leader| person(snapshot, *leader)),
        ),
        Err(_) => (Vec::new(), None),
    };
    let (signed, to_sign) = signatures(context, id, round);
    Some(Headline {
        round: round_ref(id, round),
        revealed: round.revealed.unwrap_or(round.opened),
        agreement,
        before,
        contested,
        farthest,
        signed,
        to_sign,
        stack: agreed_top(round).into_iter().map(|id| priority_ref(snapshot, id).title).collect(),
    })
}
