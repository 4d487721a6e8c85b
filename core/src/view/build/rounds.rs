use chrono::Datelike;

use super::{Context, Figures, count, present, priority_ref, round_ref, rounds_in_order, signatures};
use crate::document::{RoundRecord, Snapshot};
use crate::id::RoundId;
use crate::intent::limits;
use crate::view::{RoundState, RoundSummary, RoundsView, TrendPoint};

pub fn rounds(context: &Context<'_>, figures: &mut Figures) -> RoundsView {
    let snapshot = context.snapshot();
    let all = rounds_in_order(snapshot);
    let mut trend = Vec::new();
    let (mut open, mut closed, mut cancelled) = (Vec::new(), Vec::new(), Vec::new());
    for (id, round) in &all {
        let summary = summary(context, figures, *id, round);
        match summary.state {
            RoundState::Open => open.push(summary),
            RoundState::Cancelled => cancelled.push(summary),
            RoundState::Revealed => {
                if let Some(agreement) = summary.agreement {
                    let at = round.revealed.unwrap_or(round.opened);
                    trend.push(TrendPoint { round: round_ref(*id, round), at, agreement });
                }
                closed.push(summary);
            }
        }
    }
    closed.reverse();
    cancelled.reverse();
    let mut candidates: Vec<_> =
        snapshot.priorities.iter().filter(|(_, priority)| !priority.removed && !priority.retired.value).collect();
    candidates.sort_by_key(|(id, priority)| (priority.created, **id));
    let top = super::settings::top(snapshot);
    RoundsView {
        open,
        closed,
        cancelled,
        trend,
        leaders: present(snapshot, context.today()),
        candidates: candidates.into_iter().map(|(id, _)| priority_ref(snapshot, *id)).collect(),
        top,
        leaders_needed: count(limits::LEADERS_MIN),
        candidates_needed: count(limits::candidates_needed(top)),
        suggested_label: suggested_label(context, snapshot),
    }
}

pub fn summary(context: &Context<'_>, figures: &mut Figures, id: RoundId, round: &RoundRecord) -> RoundSummary {
    let state = round.state();
    let (signed, to_sign) = signatures(context, id, round);
    let asked = round.asked().count();
    let cast = match state {
        RoundState::Revealed => round.counted.len(),
        _ => round.ballots.keys().filter(|leader| round.asks(leader)).count(),
    };
    RoundSummary {
        id,
        label: round.label.value.clone(),
        state,
        opened: round.opened,
        ended: round.revealed.or(round.cancelled),
        asked: count(asked),
        cast: count(cast),
        top: round.top,
        candidates: count(round.candidates.len()),
        agreement: if state == RoundState::Revealed { figures.summary(id, round) } else { None },
        signed,
        to_sign,
        imported: round.imported,
    }
}

/// "Q4 2026", or "Q4 2026 (2)" when that is taken.
fn suggested_label(context: &Context<'_>, snapshot: &Snapshot) -> String {
    let today = context.today();
    let quarter = format!("Q{} {}", today.month0() / 3 + 1, today.year());
    let taken = |label: &str| {
        snapshot
            .rounds
            .values()
            .any(|round| !round.removed && round.state() != RoundState::Cancelled && round.label.value == label)
    };
    (1_u32..)
        .map(|number| if number == 1 { quarter.clone() } else { format!("{quarter} ({number})") })
        .find(|label| !taken(label))
        .unwrap_or_default()
}
