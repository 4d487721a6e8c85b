//! Rounds: open, ask, cast, close, call off, bring in.

use std::collections::BTreeSet;
use std::fmt::Display;

use super::apply::{check_top, clean_line, doing, same_name};
use super::{Doing, DoingKind, FieldValue, ImportedRound, LeaderDetails, Refusal, limits, stack, team};
use crate::document::{Document, RoundRecord, Write, Writer, field, section};
use crate::id::{LeaderId, PriorityId, RoundId};
use crate::time::Timestamp;
use crate::view::RoundState;

type Done = Result<(Doing, Vec<Write>), Refusal>;

#[allow(clippy::too_many_arguments, reason = "a round is so much")]
pub(super) fn open(
    document: &mut Document,
    now: Timestamp,
    id: RoundId,
    label: &str,
    top: u8,
    candidates: &[PriorityId],
    leaders: &[LeaderId],
    more: &[(&'static str, FieldValue)],
) -> Done {
    check_top(top)?;
    let label = clean_label(document, id, label)?;
    if let Some(round) = document.snapshot().rounds.iter().find(|(other, round)| **other != id && is_open(round)) {
        return Err(Refusal::RoundStillOpen { label: round.1.label.value.clone() });
    }
    let candidates: Vec<PriorityId> = distinct(candidates);
    for candidate in &candidates {
        team::priority(document, *candidate)?;
    }
    check_candidates(candidates.len(), limits::candidates_needed(top))?;
    let leaders = distinct(leaders);
    for leader in &leaders {
        team::leader(document, *leader)?;
    }
    check_leaders(leaders.len())?;

    let key = id.to_string();
    let mut fields = round_fields(&label, top, now, &candidates);
    fields.extend(more.iter().cloned());
    let asked: Vec<(String, FieldValue)> = leaders.iter().map(|leader| (leader.to_string(), true.into())).collect();
    let writes = document.write(now, |writer| {
        writer.create(&[section::ROUNDS, &key], &std::mem::take(&mut fields));
        make_room(writer, &key);
        if !more.is_empty() {
            writer.set(&[section::ROUNDS, &key, field::NAMES, ""], FieldValue::Absent);
        }
        for (leader, flag) in &asked {
            writer.set(&[section::ROUNDS, &key, field::ASKED, leader], flag.clone());
        }
    });
    // Only the round itself is taken back; who was asked goes with it.
    Ok((doing(DoingKind::OpenedRound, &label, ""), only_removal(writes)))
}

pub(super) fn ask(document: &mut Document, now: Timestamp, id: RoundId, leader: LeaderId, asked: bool) -> Done {
    open_round(document, id)?;
    // Somebody whose record was taken back meanwhile cannot cast, and must not be waited for either.
    let record = document.snapshot().leaders.get(&leader).filter(|leader| !(asked && leader.removed));
    let name = record.ok_or(Refusal::Gone)?.name.value.clone();
    let (key, leader) = (id.to_string(), leader.to_string());
    let writes = document.write(now, |writer| writer.set(&[section::ROUNDS, &key, field::ASKED, &leader], asked));
    let kind = if asked { DoingKind::AskedLeader } else { DoingKind::ExcusedLeader };
    Ok((doing(kind, &name, ""), writes))
}

pub(super) fn cast(
    document: &mut Document,
    now: Timestamp,
    id: RoundId,
    leader: LeaderId,
    ranking: &[PriorityId],
) -> Result<Vec<Write>, Refusal> {
    let round = casting(document, id, leader)?;
    if round.sealing.is_some() {
        return Err(Refusal::SealedRound);
    }
    check_ranking(ranking, usize::from(round.top), &round.candidates)?;
    let (key, leader) = (id.to_string(), leader.to_string());
    Ok(document.write(now, |writer| {
        writer.set(&[section::ROUNDS, &key, field::BALLOTS, &leader], stamped(now, ranking));
    }))
}

/// The round, if this leader may cast a ballot in it.
pub(super) fn casting(document: &Document, id: RoundId, leader: LeaderId) -> Result<&RoundRecord, Refusal> {
    let round = open_round(document, id)?;
    if !takes_ballots(round) {
        return Err(Refusal::RoundNotOpen);
    }
    team::leader(document, leader)?;
    if round.asks(&leader) { Ok(round) } else { Err(Refusal::NotAsked) }
}

/// Close a round: copies what counts, so that a ballot that arrives later cannot change the result, and lays out the agreed
/// stack in the order of the consensus.
pub(super) fn close(document: &mut Document, now: Timestamp, id: RoundId) -> Result<Vec<Write>, Refusal> {
    let round = open_round(document, id)?;
    if round.sealing.is_some() {
        return Err(Refusal::SealedRound);
    }
    let ballots: Vec<(LeaderId, Vec<PriorityId>)> = round
        .ballots
        .iter()
        .filter(|(leader, _)| round.asks(leader))
        .filter(|(_, ballot)| check_ranking(&ballot.ranking, usize::from(round.top), &round.candidates).is_ok())
        .map(|(leader, ballot)| (*leader, ballot.ranking.clone()))
        .collect();
    check_ballots(ballots.len())?;
    let order = stack::consensus_order(&round.candidates, ballots.iter().map(|(_, ranking)| ranking));
    let key = id.to_string();
    Ok(document.write(now, |writer| reveal(writer, &key, now, &ballots, &order)))
}

pub(super) fn reveal(
    writer: &mut Writer<'_, '_>,
    key: &str,
    at: Timestamp,
    ballots: &[(LeaderId, Vec<PriorityId>)],
    order: &[PriorityId],
) {
    for (leader, ranking) in ballots {
        writer.set(&[section::ROUNDS, key, field::COUNTED, &leader.to_string()], joined(ranking));
    }
    for (priority, position) in order.iter().zip(stack::positions(order.len())) {
        writer.set(&[section::ROUNDS, key, field::ORDER, &priority.to_string()], position);
    }
    writer.set(&[section::ROUNDS, key, field::REVEALED], at);
}

pub(super) fn cancel(document: &mut Document, now: Timestamp, id: RoundId) -> Done {
    let label = open_round(document, id)?.label.value.clone();
    let key = id.to_string();
    let writes = document.write(now, |writer| writer.set(&[section::ROUNDS, &key, field::CANCELLED], now));
    Ok((doing(DoingKind::CancelledRound, &label, ""), writes))
}

pub(super) fn import(document: &mut Document, now: Timestamp, imported: &ImportedRound) -> Done {
    check_top(imported.top)?;
    let label = clean_label(document, imported.round, &imported.label)?;
    let candidates = distinct(&imported.candidates);
    check_candidates(candidates.len(), usize::from(imported.top))?;
    check_leaders(imported.ballots.len())?;

    let mut new_leaders: Vec<(LeaderId, LeaderDetails)> = Vec::new();
    for (id, name) in &imported.new_leaders {
        let details = LeaderDetails { name: name.clone(), ..LeaderDetails::default() };
        let details = team::clean_leader(document, *id, &details)?;
        if new_leaders.iter().any(|(_, other)| same_name(&other.name, &details.name)) {
            return Err(Refusal::NameTaken { name: details.name });
        }
        new_leaders.push((*id, details));
    }
    let mut new_priorities: Vec<(PriorityId, String)> = Vec::new();
    for (id, title) in &imported.new_priorities {
        let (title, _) = team::clean_priority(document, *id, title, "")?;
        if new_priorities.iter().any(|(_, other)| same_name(other, &title)) {
            return Err(Refusal::NameTaken { name: title });
        }
        new_priorities.push((*id, title));
    }
    for candidate in &candidates {
        if !new_priorities.iter().any(|(id, _)| id == candidate) {
            team::priority(document, *candidate)?;
        }
    }
    let mut seen = BTreeSet::new();
    for (leader, ranking) in &imported.ballots {
        if !seen.insert(*leader) {
            return Err(Refusal::RankedTwice);
        }
        if !new_leaders.iter().any(|(id, _)| id == leader) {
            team::leader(document, *leader)?;
        }
        check_ranking(ranking, ranking.len().clamp(1, usize::from(imported.top)), &candidates)?;
    }

    let order = stack::consensus_order(&candidates, imported.ballots.iter().map(|(_, ranking)| ranking));
    let key = imported.round.to_string();
    let mut fields = round_fields(&label, imported.top, imported.held, &candidates);
    fields.push((field::IMPORTED, true.into()));
    let writes = document.write(now, |writer| {
        for (id, details) in &new_leaders {
            writer.create(
                &[section::LEADERS, &id.to_string()],
                &[(field::NAME, details.name.as_str().into()), (field::CREATED, now.into())],
            );
        }
        for (id, title) in &new_priorities {
            writer.create(
                &[section::PRIORITIES, &id.to_string()],
                &[(field::TITLE, title.as_str().into()), (field::CREATED, now.into())],
            );
        }
        writer.create(&[section::ROUNDS, &key], &fields);
        make_room(writer, &key);
        for (leader, _) in &imported.ballots {
            writer.set(&[section::ROUNDS, &key, field::ASKED, &leader.to_string()], true);
        }
        reveal(writer, &key, imported.held, &imported.ballots, &order);
    });
    Ok((doing(DoingKind::ImportedRound, &label, ""), only_removal(writes)))
}

/// Whether a round is neither revealed nor called off.
pub(crate) const fn is_open(round: &RoundRecord) -> bool {
    !round.removed && matches!(round.state(), RoundState::Open)
}

/// Whether a round takes ballots: not any more when the first of two custodians has begun to close it.
pub(crate) fn takes_ballots(round: &RoundRecord) -> bool {
    is_open(round) && round.sealing.as_ref().is_none_or(|sealing| sealing.closing.is_none())
}

pub(super) fn open_round(document: &Document, id: RoundId) -> Result<&RoundRecord, Refusal> {
    let round = document.snapshot().rounds.get(&id).filter(|round| !round.removed).ok_or(Refusal::Gone)?;
    if is_open(round) { Ok(round) } else { Err(Refusal::RoundNotOpen) }
}

fn round_fields(label: &str, top: u8, opened: Timestamp, candidates: &[PriorityId]) -> Vec<(&'static str, FieldValue)> {
    vec![
        (field::LABEL, label.into()),
        (field::TOP, i64::from(top).into()),
        (field::OPENED, opened.into()),
        (field::CANDIDATES, joined(candidates).into()),
    ]
}

/// Make the maps that several people may be the first to write to. Two maps made apart would compete, and a whole ballot or
/// signature would vanish with the one that loses.
fn make_room(writer: &mut Writer<'_, '_>, key: &str) {
    for part in [field::ASKED, field::BALLOTS, field::COUNTED, field::ORDER, field::SIGNED] {
        // Nothing is written where nothing stands, but the way there is made.
        writer.set(&[section::ROUNDS, key, part, ""], FieldValue::Absent);
    }
}

/// Of the writes of a creation, those that taking it back must undo: the marks of removal.
fn only_removal(writes: Vec<Write>) -> Vec<Write> {
    writes.into_iter().filter(|write| write.path.0.last().is_some_and(|key| key == field::REMOVED)).collect()
}

fn clean_label(document: &Document, id: RoundId, label: &str) -> Result<String, Refusal> {
    let label = clean_line(label, limits::TITLE_MAX)?;
    let taken = document.snapshot().rounds.iter().any(|(other, round)| {
        *other != id
            && !round.removed
            && round.state() != RoundState::Cancelled
            && same_name(&round.label.value, &label)
    });
    if taken { Err(Refusal::NameTaken { name: label }) } else { Ok(label) }
}

const fn check_candidates(found: usize, needed: usize) -> Result<(), Refusal> {
    if found < needed {
        return Err(Refusal::TooFewCandidates { needed, found });
    }
    if found > limits::CANDIDATES_MAX {
        return Err(Refusal::TooManyCandidates { limit: limits::CANDIDATES_MAX, found });
    }
    Ok(())
}

const fn check_leaders(found: usize) -> Result<(), Refusal> {
    if found < limits::LEADERS_MIN {
        return Err(Refusal::TooFewLeaders { needed: limits::LEADERS_MIN, found });
    }
    if found > limits::LEADERS_MAX {
        return Err(Refusal::TooManyLeaders { limit: limits::LEADERS_MAX });
    }
    Ok(())
}

pub(super) const fn check_ballots(found: usize) -> Result<(), Refusal> {
    if found < limits::LEADERS_MIN {
        return Err(Refusal::TooFewBallots { needed: limits::LEADERS_MIN, found });
    }
    Ok(())
}

pub(super) fn check_ranking(ranking: &[PriorityId], wanted: usize, candidates: &[PriorityId]) -> Result<(), Refusal> {
    if ranking.len() != wanted {
        return Err(Refusal::WrongBallotLength { wanted, found: ranking.len() });
    }
    if ranking.iter().any(|priority| !candidates.contains(priority)) {
        return Err(Refusal::NotACandidate);
    }
    if distinct(ranking).len() != ranking.len() {
        return Err(Refusal::RankedTwice);
    }
    Ok(())
}

fn distinct<T: Copy + PartialEq>(ids: &[T]) -> Vec<T> {
    let mut seen: Vec<T> = Vec::with_capacity(ids.len());
    for id in ids {
        if !seen.contains(id) {
            seen.push(*id);
        }
    }
    seen
}

/// Identifiers with commas between them, as the document keeps lists that are only ever replaced whole.
pub(super) fn joined<T: Display>(ids: &[T]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// A moment and a list in one value.
pub(super) fn stamped<T: Display>(at: Timestamp, ids: &[T]) -> String {
    format!("{} {}", at.0, joined(ids))
}
