//! Leaders and priorities.

use super::apply::{clean_line, clean_optional, doing, same_name};
use super::round::is_open;
use super::{Doing, DoingKind, LeaderDetails, Refusal, limits};
use crate::document::{Document, LeaderRecord, PriorityRecord, Write, field, section};
use crate::id::{LeaderId, PriorityId};
use crate::intent::FieldValue;
use crate::time::Timestamp;

type Done = Result<(Doing, Vec<Write>), Refusal>;

pub(super) fn add_leader(document: &mut Document, now: Timestamp, id: LeaderId, details: &LeaderDetails) -> Done {
    let present = document.snapshot().leaders.values().filter(|leader| !leader.removed).count();
    if present >= limits::LEADERS_MAX {
        return Err(Refusal::TooManyLeaders { limit: limits::LEADERS_MAX });
    }
    let details = clean_leader(document, id, details)?;
    let key = id.to_string();
    let mut fields = leader_fields(&details).to_vec();
    fields.push((field::CREATED, now.into()));
    let writes = document.write(now, |writer| writer.create(&[section::LEADERS, &key], &fields));
    Ok((doing(DoingKind::AddedLeader, &details.name, ""), writes))
}

pub(super) fn edit_leader(document: &mut Document, now: Timestamp, id: LeaderId, details: &LeaderDetails) -> Done {
    let shown = leader_fields(&details_of(leader(document, id)?));
    let details = clean_leader(document, id, details)?;
    let key = id.to_string();
    // A field left as it is shown is not decided about: writing it would settle a conflict that nobody looked at.
    let edited = leader_fields(&details).into_iter().zip(shown).filter(|(field, shown)| field != shown);
    let writes = document.write(now, |writer| {
        for ((name, value), _) in edited {
            writer.set(&[section::LEADERS, &key, name], value);
        }
    });
    Ok((doing(DoingKind::EditedLeader, &details.name, ""), writes))
}

pub(super) fn remove_leader(document: &mut Document, now: Timestamp, id: LeaderId) -> Done {
    let name = leader(document, id)?.name.value.clone();
    let voted = document
        .snapshot()
        .rounds
        .values()
        .any(|round| !round.removed && (round.ballots.contains_key(&id) || round.counted.contains_key(&id)));
    if voted {
        return Err(Refusal::HasBallots { name });
    }
    let asking: Vec<String> = document
        .snapshot()
        .rounds
        .iter()
        .filter(|(_, round)| is_open(round) && round.asks(&id))
        .map(|(round, _)| round.to_string())
        .collect();
    let key = id.to_string();
    let writes = document.write(now, |writer| {
        writer.set(&[section::LEADERS, &key, field::REMOVED], true);
        for round in &asking {
            writer.set(&[section::ROUNDS, round, field::ASKED, &key], false);
        }
    });
    Ok((doing(DoingKind::RemovedLeader, &name, ""), writes))
}

pub(super) fn add_priority(
    document: &mut Document,
    now: Timestamp,
    id: PriorityId,
    title: &str,
    description: &str,
) -> Done {
    let (title, description) = clean_priority(document, id, title, description)?;
    let key = id.to_string();
    let fields = [
        (field::TITLE, title.as_str().into()),
        (field::DESCRIPTION, description.as_str().into()),
        (field::CREATED, now.into()),
    ];
    let writes = document.write(now, |writer| writer.create(&[section::PRIORITIES, &key], &fields));
    Ok((doing(DoingKind::AddedPriority, &title, ""), writes))
}

pub(super) fn edit_priority(
    document: &mut Document,
    now: Timestamp,
    id: PriorityId,
    title: &str,
    description: &str,
) -> Done {
    let shown = priority(document, id)?;
    let (shown_title, shown_description) = (shown.title.value.clone(), shown.description.value.clone());
    let (title, description) = clean_priority(document, id, title, description)?;
    let key = id.to_string();
    // As for leaders: what was left as it is shown is not decided about.
    let writes = document.write(now, |writer| {
        if title != shown_title {
            writer.set(&[section::PRIORITIES, &key, field::TITLE], title.as_str());
        }
        if description != shown_description {
            writer.set(&[section::PRIORITIES, &key, field::DESCRIPTION], description.as_str());
        }
    });
    Ok((doing(DoingKind::EditedPriority, &title, ""), writes))
}

pub(super) fn retire_priority(document: &mut Document, now: Timestamp, id: PriorityId, retired: bool) -> Done {
    let title = priority(document, id)?.title.value.clone();
    let key = id.to_string();
    let writes = document.write(now, |writer| writer.set(&[section::PRIORITIES, &key, field::RETIRED], retired));
    let kind = if retired { DoingKind::RetiredPriority } else { DoingKind::RevivedPriority };
    Ok((doing(kind, &title, ""), writes))
}

/// A leader who is on record.
pub(super) fn leader(document: &Document, id: LeaderId) -> Result<&LeaderRecord, Refusal> {
    document.snapshot().leaders.get(&id).filter(|leader| !leader.removed).ok_or(Refusal::Gone)
}

/// A priority that is on record, retired or not.
pub(super) fn priority(document: &Document, id: PriorityId) -> Result<&PriorityRecord, Refusal> {
    document.snapshot().priorities.get(&id).filter(|priority| !priority.removed).ok_or(Refusal::Gone)
}

fn details_of(record: &LeaderRecord) -> LeaderDetails {
    LeaderDetails {
        name: record.name.value.clone(),
        role: record.role.value.clone(),
        department: record.department.value.clone(),
        joined: record.joined.value,
        left: record.left.value,
    }
}

fn leader_fields(details: &LeaderDetails) -> [(&'static str, FieldValue); 5] {
    let day = |day: Option<chrono::NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
    [
        (field::NAME, details.name.as_str().into()),
        (field::ROLE, details.role.as_str().into()),
        (field::DEPARTMENT, details.department.as_str().into()),
        (field::JOINED, day(details.joined).into()),
        (field::LEFT, day(details.left).into()),
    ]
}

pub(super) fn clean_leader(
    document: &Document,
    id: LeaderId,
    details: &LeaderDetails,
) -> Result<LeaderDetails, Refusal> {
    let name = clean_line(&details.name, limits::NAME_MAX)?;
    let taken = document
        .snapshot()
        .leaders
        .iter()
        .any(|(other, leader)| *other != id && !leader.removed && same_name(&leader.name.value, &name));
    if taken {
        return Err(Refusal::NameTaken { name });
    }
    if let (Some(joined), Some(left)) = (details.joined, details.left)
        && left < joined
    {
        return Err(Refusal::LeftBeforeJoined);
    }
    Ok(LeaderDetails {
        name,
        role: clean_optional(&details.role, limits::NAME_MAX)?,
        department: clean_optional(&details.department, limits::NAME_MAX)?,
        joined: details.joined,
        left: details.left,
    })
}

pub(super) fn clean_priority(
    document: &Document,
    id: PriorityId,
    title: &str,
    description: &str,
) -> Result<(String, String), Refusal> {
    let title = clean_line(title, limits::TITLE_MAX)?;
    let taken = document
        .snapshot()
        .priorities
        .iter()
        .any(|(other, priority)| *other != id && !priority.removed && same_name(&priority.title.value, &title));
    if taken {
        return Err(Refusal::NameTaken { name: title });
    }
    Ok((title, clean_optional(description, limits::DESCRIPTION_MAX)?))
}
