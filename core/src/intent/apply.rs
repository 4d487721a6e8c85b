//! Intents into changes. Every rule is checked before anything is written, so a refusal leaves no trace.

use serde::{Deserialize, Serialize};

use super::{Doing, DoingKind, FieldPath, FieldValue, Intent, Refusal, limits, round, sealed, stack, team};
use crate::document::{Document, SCHEMA, Write, field, section};
use crate::time::Timestamp;

/// What applying an intent did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Whether anything had to change.
    pub changed: bool,
    /// How to take it back; `None` for what cannot be taken back, or when nothing changed.
    pub undo: Option<UndoStep>,
}

/// One edit that can be taken back, or done again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoStep {
    /// For the words on the button.
    pub doing: Doing,
    /// What it wrote.
    pub writes: Vec<Write>,
}

/// Carry out an intent as one change.
///
/// # Errors
/// The rule that forbids it; nothing was changed.
pub fn apply(document: &mut Document, now: Timestamp, intent: &Intent) -> Result<Applied, Refusal> {
    if document.snapshot().schema > SCHEMA {
        return Err(Refusal::NewerVersion);
    }
    let (doing, writes) = match intent {
        Intent::RenameWorkspace { name } => {
            let name = clean_line(name, limits::NAME_MAX)?;
            let writes = document.write(now, |writer| writer.set(&[section::WORKSPACE, field::NAME], name.as_str()));
            (doing(DoingKind::RenamedWorkspace, &name, ""), writes)
        }
        Intent::SetTop { top } => {
            check_top(*top)?;
            let writes = document.write(now, |writer| writer.set(&[section::WORKSPACE, field::TOP], i64::from(*top)));
            (doing(DoingKind::ChangedTop, "", &top.to_string()), writes)
        }
        Intent::AddLeader { leader, details } => team::add_leader(document, now, *leader, details)?,
        Intent::EditLeader { leader, details } => team::edit_leader(document, now, *leader, details)?,
        Intent::RemoveLeader { leader } => team::remove_leader(document, now, *leader)?,
        Intent::AddPriority { priority, title, description } => {
            team::add_priority(document, now, *priority, title, description)?
        }
        Intent::EditPriority { priority, title, description } => {
            team::edit_priority(document, now, *priority, title, description)?
        }
        Intent::RetirePriority { priority, retired } => team::retire_priority(document, now, *priority, *retired)?,
        // Nobody but a peer has keys.
        Intent::OpenRound { strong: true, .. } => return Err(Refusal::NoSecondCustodian),
        Intent::OpenRound { round, label, top, candidates, leaders, strong: false, second: _ } => {
            round::open(document, now, *round, label, *top, candidates, leaders, &[])?
        }
        Intent::OpenSealed(opening) => sealed::open(document, now, opening)?,
        Intent::GiveBallotKey { .. }
        | Intent::CastSealed { .. }
        | Intent::BeginClose { .. }
        | Intent::CloseSealed(_) => {
            let writes = sealed::apply(document, now, intent)?;
            return Ok(Applied { changed: !writes.is_empty(), undo: None });
        }
        Intent::AskLeader { round, leader, asked } => round::ask(document, now, *round, *leader, *asked)?,
        Intent::CastBallot { round, leader, ranking } => {
            let writes = round::cast(document, now, *round, *leader, ranking)?;
            return Ok(Applied { changed: !writes.is_empty(), undo: None });
        }
        Intent::CloseRound { round } => {
            let writes = round::close(document, now, *round)?;
            return Ok(Applied { changed: !writes.is_empty(), undo: None });
        }
        Intent::CancelRound { round } => round::cancel(document, now, *round)?,
        Intent::ImportRound(imported) => round::import(document, now, imported)?,
        Intent::MoveInStack { round, priority, below } => {
            stack::move_priority(document, now, *round, *priority, *below)?
        }
        Intent::SignStack { round, leader, stack } => stack::sign(document, now, *round, *leader, stack)?,
        Intent::WithdrawSignature { round, leader } => stack::withdraw(document, now, *round, *leader)?,
        Intent::Settle { field, value } => {
            // Not to be taken back: what stood there before were two values, and putting one of them back would be a choice
            // nobody made. Whoever thinks otherwise edits the value.
            let writes = settle(document, now, field, value)?;
            return Ok(Applied { changed: !writes.is_empty(), undo: None });
        }
    };
    let changed = !writes.is_empty();
    Ok(Applied { changed, undo: changed.then_some(UndoStep { doing, writes }) })
}

/// Take an edit back. What others changed since stays theirs: then it is refused, or only the rest is taken back.
///
/// # Errors
/// [`Refusal::ChangedSince`] when nothing of it is left to take back.
pub fn undo(document: &mut Document, now: Timestamp, step: &UndoStep) -> Result<UndoStep, Refusal> {
    let (creations, rest): (Vec<Write>, Vec<Write>) = step.writes.iter().cloned().partition(is_creation);
    // What was made together goes together or not at all.
    let unused = creations.iter().all(|write| may_vanish(document, &write.path, step));
    let writes = if unused { step.writes.clone() } else { rest };
    let step = UndoStep { doing: step.doing.clone(), writes };
    rewrite(document, now, &step, |write| (&write.after, &write.before))
}

/// Do an edit again that was taken back.
///
/// # Errors
/// As for [`undo`].
pub fn redo(document: &mut Document, now: Timestamp, step: &UndoStep) -> Result<UndoStep, Refusal> {
    rewrite(document, now, step, |write| (&write.before, &write.after))
}

/// The mark of a new entity: taking it back is marking it removed.
fn is_creation(write: &Write) -> bool {
    write.path.0.last().is_some_and(|key| key == field::REMOVED) && write.before == FieldValue::Flag(true)
}

/// Whether a new entity may be taken back: nobody else wrote to it, no ballot was cast, nothing else is built on it. What
/// `step` itself takes back with it does not count.
fn may_vanish(document: &Document, path: &FieldPath, step: &UndoStep) -> bool {
    let [section, key, _] = path.0.as_slice() else { return true };
    if document.touched_by_others(&[section.as_str(), key.as_str()]) {
        return false;
    }
    let goes = |name: &str, key: &str| {
        let here = |write: &Write| matches!(write.path.0.as_slice(), [a, b, _] if a == name && b == key);
        step.writes.iter().any(|write| is_creation(write) && here(write))
    };
    let snapshot = document.snapshot();
    let mut others = snapshot
        .rounds
        .iter()
        .filter(|(id, round)| !round.removed && !goes(section::ROUNDS, &id.to_string()))
        .map(|(_, round)| round);
    match section.as_str() {
        section::ROUNDS => key.parse().ok().and_then(|id| snapshot.rounds.get(&id)).is_none_or(|round| {
            round.ballots.is_empty() && round.signed.is_empty() && (round.imported || round.revealed.is_none())
        }),
        section::LEADERS => key.parse().is_ok_and(|id| {
            others.all(|round| {
                !round.ballots.contains_key(&id) && !round.counted.contains_key(&id) && !round.asked.contains_key(&id)
            })
        }),
        section::PRIORITIES => key.parse().is_ok_and(|id| others.all(|round| !round.candidates.contains(&id))),
        _ => true,
    }
}

fn rewrite(
    document: &mut Document,
    now: Timestamp,
    step: &UndoStep,
    direction: impl Fn(&Write) -> (&FieldValue, &FieldValue),
) -> Result<UndoStep, Refusal> {
    if document.snapshot().schema > SCHEMA {
        return Err(Refusal::NewerVersion);
    }
    let mut kept = Vec::new();
    let writes = document.write(now, |writer| {
        for write in step.writes.iter().rev() {
            let (from, to) = direction(write);
            if writer.read_alone(&write.path).as_ref() == Some(from) {
                let path: Vec<&str> = write.path.0.iter().map(String::as_str).collect();
                writer.set(&path, to.clone());
                kept.push(write.clone());
            }
        }
    });
    if writes.is_empty() {
        return Err(Refusal::ChangedSince);
    }
    kept.reverse();
    Ok(UndoStep { doing: step.doing.clone(), writes: kept })
}

fn settle(
    document: &mut Document,
    now: Timestamp,
    path: &FieldPath,
    value: &FieldValue,
) -> Result<Vec<Write>, Refusal> {
    let snapshot = document.snapshot();
    let conflict = crate::view::conflicts::all(snapshot)
        .into_iter()
        .find(|conflict| conflict.field == *path)
        .ok_or(Refusal::NothingToSettle)?;
    if !conflict.claims.iter().any(|claim| claim.value == *value) {
        return Err(Refusal::NothingToSettle);
    }
    let path: Vec<&str> = path.0.iter().map(String::as_str).collect();
    Ok(document.write(now, |writer| writer.set(&path, value.clone())))
}

/// The words for the undo button.
pub(super) fn doing(kind: DoingKind, subject: &str, detail: &str) -> Doing {
    Doing { kind, subject: subject.to_owned(), detail: detail.to_owned() }
}

/// One line of text: blanks collapsed, control characters gone, at most `limit` characters, not empty.
///
/// # Errors
/// [`Refusal::Empty`] or [`Refusal::TooLong`].
pub(super) fn clean_line(text: &str, limit: usize) -> Result<String, Refusal> {
    let line = clean_optional(text, limit)?;
    if line.is_empty() { Err(Refusal::Empty) } else { Ok(line) }
}

/// As [`clean_line`], and may be empty.
pub(super) fn clean_optional(text: &str, limit: usize) -> Result<String, Refusal> {
    let line = text
        .split(|c: char| c.is_whitespace() || c.is_control() || is_invisible(c))
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    let length = line.chars().count();
    if length > limit { Err(Refusal::TooLong { length, limit }) } else { Ok(line) }
}

/// Characters that change how others are shown without being seen: direction overrides, byte-order mark, zero-width space.
/// The zero-width joiner stays, because it holds emoji together.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// # Errors
/// [`Refusal::TopOutOfRange`].
pub(super) const fn check_top(top: u8) -> Result<(), Refusal> {
    if top < limits::TOP_MIN || top > limits::TOP_MAX {
        return Err(Refusal::TopOutOfRange { min: limits::TOP_MIN, max: limits::TOP_MAX });
    }
    Ok(())
}

/// Whether two names are the same to a reader.
pub(super) fn same_name(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}
