use super::{Context, Figures, count, person, present, priority_ref, results, rounds, sealing, sort_people};
use crate::document::RoundRecord;
use crate::id::RoundId;
use crate::intent::{is_open, limits};
use crate::view::{AskedRow, OpenRoundView, RoundState, RoundView};

pub fn round(context: &Context<'_>, figures: &mut Figures, id: RoundId) -> Option<RoundView> {
    let round = context.snapshot().rounds.get(&id).filter(|round| !round.removed)?;
    Some(if is_open(round) {
        RoundView::Open(open(context, id, round))
    } else if round.state() == RoundState::Cancelled {
        RoundView::Cancelled(rounds::summary(context, figures, id, round))
    } else {
        RoundView::Revealed(results::results(context, figures, id, round))
    })
}

fn open(context: &Context<'_>, id: RoundId, round: &RoundRecord) -> OpenRoundView {
    let snapshot = context.snapshot();
    let mut people: Vec<_> = round.asked().filter_map(|leader| person(snapshot, leader)).collect();
    sort_people(&mut people);
    let asked: Vec<AskedRow> = people
        .into_iter()
        .map(|person| AskedRow { cast: round.ballots.get(&person.id).map(|ballot| ballot.cast), person })
        .collect();
    let cast = asked.iter().filter(|row| row.cast.is_some()).count();
    OpenRoundView {
        id,
        label: round.label.value.clone(),
        top: round.top,
        opened: round.opened,
        candidates: round.candidates.iter().map(|id| priority_ref(snapshot, *id)).collect(),
        not_asked: present(snapshot, context.today()).into_iter().filter(|person| !round.asks(&person.id)).collect(),
        cast: count(cast),
        can_reveal: cast >= limits::LEADERS_MIN,
        complete: cast == asked.len(),
        sealing: round.sealing.as_ref().map(|sealing| sealing::sealing(context, sealing)),
        asked,
    }
}
