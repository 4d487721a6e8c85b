//! The agreed stack: order, moves, signatures.

use fractional_index::FractionalIndex;

use super::apply::doing;
use super::round::stamped;
use super::{Doing, DoingKind, FieldValue, Refusal, team};
use crate::document::{Document, RoundRecord, Write, field, section};
use crate::id::{LeaderId, PriorityId, RoundId};
use crate::metric::{borda, schulze};
use crate::time::Timestamp;
use crate::view::RoundState;

type Done = Result<(Doing, Vec<Write>), Refusal>;

/// `count` position keys in ascending order.
pub(super) fn positions(count: usize) -> Vec<String> {
    let mut keys: Vec<FractionalIndex> = Vec::with_capacity(count);
    for _ in 0..count {
        keys.push(keys.last().map_or_else(FractionalIndex::default, FractionalIndex::new_after));
    }
    keys.iter().map(FractionalIndex::to_string).collect()
}

/// Candidates in the order of the ballots' consensus (Schulze; ties by Borda, then as the round lists them).
pub(crate) fn consensus_order<'a>(
    candidates: &[PriorityId],
    ballots: impl Iterator<Item = &'a Vec<PriorityId>>,
) -> Vec<PriorityId> {
    let rankings: Vec<Vec<usize>> = ballots
        .map(|ranking| ranking.iter().filter_map(|id| candidates.iter().position(|other| other == id)).collect())
        .collect();
    match consensus_indexes(&rankings, candidates.len()) {
        Some(order) => order.into_iter().map(|index| candidates[index]).collect(),
        None => candidates.to_vec(),
    }
}

/// Candidate indexes in the order of the consensus: Schulze's places, within a tie by Borda's points, then by index.
pub(crate) fn consensus_indexes(rankings: &[Vec<usize>], candidates: usize) -> Option<Vec<usize>> {
    let tiers = schulze::tiers(rankings, candidates).ok()?;
    let points = borda::points(rankings, candidates).ok()?;
    Some(
        tiers
            .into_iter()
            .flat_map(|mut tier| {
                tier.sort_by(|a, b| points[*b].total_cmp(&points[*a]).then(a.cmp(b)));
                tier
            })
            .collect(),
    )
}

/// The candidates of a revealed round in the agreed order. Keys that are no positions stand at the end.
pub(crate) fn agreed_order(round: &RoundRecord) -> Vec<PriorityId> {
    let mut order = round.candidates.clone();
    order.sort_by_cached_key(|id| {
        let key = round.order.get(id).and_then(|register| position(&register.value));
        (key.is_none(), key, *id)
    });
    order
}

/// A position key, if the text is one. The crate that reads it cuts texts at every second byte, which must not fall inside a
/// character.
fn position(text: &str) -> Option<FractionalIndex> {
    if text.is_ascii() { FractionalIndex::from_string(text).ok() } else { None }
}

/// A position strictly between two; `None` when there is none, or none that the crate can find: it fails beside a zero byte.
fn between(before: &FractionalIndex, next: &FractionalIndex) -> Option<FractionalIndex> {
    if next.as_bytes().contains(&0) {
        return None;
    }
    FractionalIndex::new_between(before, next).filter(|found| before < found && found < next)
}

/// Places from 1 that a priority would take by each of the claims on its position, in the order of the claims.
pub(crate) fn places_of_claims(round: &RoundRecord, priority: PriorityId) -> Vec<u32> {
    let Some(register) = round.order.get(&priority).filter(|register| register.in_conflict()) else {
        return Vec::new();
    };
    let rest: Vec<FractionalIndex> = round
        .candidates
        .iter()
        .filter(|other| **other != priority)
        .filter_map(|other| position(&round.order.get(other)?.value))
        .collect();
    register
        .claims
        .iter()
        .map(|claim| {
            let above =
                position(&claim.value).map_or(rest.len(), |own| rest.iter().filter(|other| **other < own).count());
            u32::try_from(above + 1).unwrap_or(u32::MAX)
        })
        .collect()
}

pub(super) fn move_priority(
    document: &mut Document,
    now: Timestamp,
    id: RoundId,
    priority: PriorityId,
    below: Option<PriorityId>,
) -> Done {
    let round = revealed(document, id)?;
    if !round.candidates.contains(&priority) || below.is_some_and(|below| !round.candidates.contains(&below)) {
        return Err(Refusal::NotACandidate);
    }
    let title =
        document.snapshot().priorities.get(&priority).map(|record| record.title.value.clone()).unwrap_or_default();
    let mut order = agreed_order(round);
    if below == Some(priority) {
        return Ok((doing(DoingKind::MovedInStack, &title, ""), Vec::new()));
    }
    order.retain(|other| *other != priority);
    let place = match below {
        None => 0,
        Some(below) => order.iter().position(|other| *other == below).map_or(0, |index| index + 1),
    };
    order.insert(place, priority);
    let was = agreed_order(round);
    if order == was {
        return Ok((doing(DoingKind::MovedInStack, &title, ""), Vec::new()));
    }
    let rekeyed = rekey(round, &order, place);
    let key = id.to_string();
    let writes = document.write(now, |writer| {
        for (priority, position) in &rekeyed {
            writer.set(&[section::ROUNDS, &key, field::ORDER, &priority.to_string()], position.as_str());
        }
    });
    Ok((doing(DoingKind::MovedInStack, &title, &(place + 1).to_string()), writes))
}

/// New position keys so that `order` holds: for the moved item, and for as many after it as stand in the way because two
/// people put different things in the same gap.
fn rekey(round: &RoundRecord, order: &[PriorityId], place: usize) -> Vec<(PriorityId, String)> {
    let key = |index: usize| {
        order.get(index).and_then(|id| round.order.get(id)).and_then(|register| position(&register.value))
    };
    let anew = || order.iter().copied().zip(positions(order.len())).collect();
    let mut before = place.checked_sub(1).and_then(key);
    if place > 0 && before.is_none() {
        // The neighbour above has no usable key: lay the whole stack out anew.
        return anew();
    }
    let mut rekeyed = Vec::new();
    for index in place..order.len() {
        if index > place && key(index).is_some_and(|own| before.as_ref().is_none_or(|before| *before < own)) {
            break;
        }
        let next = (index + 1..order.len()).find_map(|later| key(later).filter(|own| before.as_ref() < Some(own)));
        let own = match (&before, &next) {
            (Some(before), Some(next)) => match between(before, next) {
                Some(own) => own,
                None => return anew(),
            },
            (Some(before), None) => FractionalIndex::new_after(before),
            (None, Some(next)) => FractionalIndex::new_before(next),
            (None, None) => FractionalIndex::default(),
        };
        rekeyed.push((order[index], own.to_string()));
        before = Some(own);
    }
    rekeyed
}

pub(super) fn sign(
    document: &mut Document,
    now: Timestamp,
    id: RoundId,
    leader: LeaderId,
    stack: &[PriorityId],
) -> Done {
    let round = revealed(document, id)?;
    let name = team::leader(document, leader)?.name.value.clone();
    let order = agreed_order(round);
    let agreed = &order[..usize::from(round.top).min(order.len())];
    if agreed != stack {
        return Err(Refusal::StackChanged);
    }
    if round.signed.get(&leader).is_some_and(|signed| signed.iter().any(|signature| signature.stack == stack)) {
        return Ok((doing(DoingKind::SignedStack, &name, ""), Vec::new()));
    }
    let (key, leader) = (id.to_string(), leader.to_string());
    let writes = document.write(now, |writer| {
        writer.set(&[section::ROUNDS, &key, field::SIGNED, &leader], stamped(now, stack));
    });
    Ok((doing(DoingKind::SignedStack, &name, ""), writes))
}

pub(super) fn withdraw(document: &mut Document, now: Timestamp, id: RoundId, leader: LeaderId) -> Done {
    revealed(document, id)?;
    let name = team::leader(document, leader)?.name.value.clone();
    let (key, leader) = (id.to_string(), leader.to_string());
    let writes = document.write(now, |writer| {
        writer.set(&[section::ROUNDS, &key, field::SIGNED, &leader], FieldValue::Absent);
    });
    Ok((doing(DoingKind::WithdrewSignature, &name, ""), writes))
}

fn revealed(document: &Document, id: RoundId) -> Result<&RoundRecord, Refusal> {
    let round = document.snapshot().rounds.get(&id).filter(|round| !round.removed).ok_or(Refusal::Gone)?;
    if round.state() == RoundState::Revealed { Ok(round) } else { Err(Refusal::RoundNotRevealed) }
}
