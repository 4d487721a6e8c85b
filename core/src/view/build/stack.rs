use super::{Context, Figures, agreed_top, count, priority_ref, signature, signers};
use crate::document::{RoundRecord, field, section};
use crate::id::{PriorityId, RoundId};
use crate::intent::{FieldPath, agreed_order, places_of_claims};
use crate::view::conflicts::author_words;
use crate::view::{Placement, RoundState, SignatureRow, SignatureState, StackRow, StackView};

pub fn stack(context: &Context<'_>, figures: &mut Figures, id: RoundId) -> Option<StackView> {
    let snapshot = context.snapshot();
    let round = snapshot.rounds.get(&id).filter(|round| !round.removed && round.state() == RoundState::Revealed)?;
    let consensus: Vec<PriorityId> =
        figures.consensus(id, round).unwrap_or_default().iter().map(|index| round.candidates[*index]).collect();
    let contested: Vec<PriorityId> = figures
        .of(id, round)
        .as_ref()
        .map(|analysis| analysis.contested.iter().take(3).map(|index| round.candidates[*index]).collect())
        .unwrap_or_default();
    let order = agreed_order(round);
    let rows = order
        .iter()
        .enumerate()
        .map(|(index, priority)| StackRow {
            priority: priority_ref(snapshot, *priority),
            place: count(index + 1),
            consensus: consensus.iter().position(|other| other == priority).map(|index| count(index + 1)),
            stacks: count(round.counted.values().filter(|ranking| ranking.contains(priority)).count()),
            contested: contested.contains(priority),
            placements: placements(context, id, round, *priority),
        })
        .collect();
    let agreed = agreed_top(round);
    let signatures: Vec<SignatureRow> = signers(context, id, round)
        .into_iter()
        .map(|person| SignatureRow { state: signature(round, &agreed, person.id), person })
        .collect();
    let settled = !signatures.is_empty() && signatures.iter().all(|row| matches!(row.state, SignatureState::Signed(_)));
    Some(StackView {
        round: id,
        label: round.label.value.clone(),
        top: round.top,
        rows,
        to_sign: agreed,
        signatures,
        settled,
    })
}

/// Where each of several people put a priority that they moved at the same time.
fn placements(context: &Context<'_>, id: RoundId, round: &RoundRecord, priority: PriorityId) -> Vec<Placement> {
    let Some(register) = round.order.get(&priority).filter(|register| register.in_conflict()) else {
        return Vec::new();
    };
    let path = vec![section::ROUNDS.to_owned(), id.to_string(), field::ORDER.to_owned(), priority.to_string()];
    register
        .claims
        .iter()
        .zip(places_of_claims(round, priority))
        .map(|(claim, place)| Placement {
            author: author_words(context.snapshot(), &claim.session),
            at: claim.at,
            place,
            settle: (FieldPath(path.clone()), claim.raw.clone()),
        })
        .collect()
}
