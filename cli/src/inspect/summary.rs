//! What a workspace file holds, as far as anyone who has the file may be told.

use std::collections::BTreeMap;

use plumbline_core::document::{Document, LeaderRecord, PriorityRecord, RoundRecord, Snapshot};
use plumbline_core::id::PriorityId;
use plumbline_core::time::Timestamp;
use plumbline_core::view::RoundState;
use serde::Serialize;

/// The report. The JSON keys are the command's contract: add, never rename.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    pub fingerprint: String,
    pub name: String,
    pub id: String,
    /// The made-up sample team.
    pub sample: bool,
    /// Schema step of the document.
    pub schema: u32,
    /// Day, in UTC.
    pub created: Option<String>,
    /// Of the file, in bytes.
    pub size: usize,
    /// Edits recorded since the beginning.
    pub changes: u64,
    pub leaders: Vec<Leader>,
    pub priorities: Vec<Priority>,
    pub rounds: Vec<Round>,
}

#[derive(Debug, Serialize)]
pub(super) struct Leader {
    pub name: String,
    pub role: String,
    pub department: String,
    pub joined: Option<String>,
    pub left: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Priority {
    pub title: String,
    pub description: String,
    /// Off the list for coming rounds.
    pub retired: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct Round {
    pub label: String,
    pub state: State,
    pub top: u8,
    pub candidates: usize,
    pub opened: Option<String>,
    pub revealed: Option<String>,
    /// Leaders asked.
    pub asked: usize,
    /// Ballots cast; what is in them is not told.
    pub ballots: usize,
    /// Brought in from a spreadsheet.
    pub imported: bool,
    /// Leaders who signed the agreed stack.
    pub signed: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    Open,
    Revealed,
    Cancelled,
}

impl Summary {
    pub(super) fn of(document: &Document, size: usize) -> Self {
        let snapshot: &Snapshot = document.snapshot();
        let mut leaders: Vec<&LeaderRecord> = snapshot.leaders.values().filter(|leader| !leader.removed).collect();
        leaders.sort_by_key(|leader| (leader.created, &leader.name.value));
        let mut rounds: Vec<&RoundRecord> = snapshot.rounds.values().filter(|round| !round.removed).collect();
        rounds.sort_by_key(|round| (round.opened, &round.label.value));
        Self {
            fingerprint: document.fingerprint(),
            name: snapshot.workspace.name.value.clone(),
            id: snapshot.workspace.id.map(|id| id.to_string()).unwrap_or_default(),
            sample: snapshot.workspace.sample,
            schema: snapshot.schema,
            created: day(snapshot.workspace.created),
            size,
            changes: document.change_count(),
            leaders: leaders.into_iter().map(leader).collect(),
            priorities: priorities(&snapshot.priorities),
            rounds: rounds.into_iter().map(round).collect(),
        }
    }
}

fn day(moment: Timestamp) -> Option<String> {
    moment.day().map(|day| day.to_string())
}

fn leader(record: &LeaderRecord) -> Leader {
    Leader {
        name: record.name.value.clone(),
        role: record.role.value.clone(),
        department: record.department.value.clone(),
        joined: record.joined.value.map(|day| day.to_string()),
        left: record.left.value.map(|day| day.to_string()),
    }
}

fn priorities(records: &BTreeMap<PriorityId, PriorityRecord>) -> Vec<Priority> {
    let mut records: Vec<&PriorityRecord> = records.values().filter(|record| !record.removed).collect();
    records.sort_by_key(|record| (record.created, &record.title.value));
    let priority = |record: &PriorityRecord| Priority {
        title: record.title.value.clone(),
        description: record.description.value.clone(),
        retired: record.retired.value,
    };
    records.into_iter().map(priority).collect()
}

fn round(record: &RoundRecord) -> Round {
    Round {
        label: record.label.value.clone(),
        state: match record.state() {
            RoundState::Cancelled => State::Cancelled,
            RoundState::Revealed => State::Revealed,
            RoundState::Open => State::Open,
        },
        top: record.top,
        candidates: record.candidates.len(),
        opened: day(record.opened),
        revealed: record.revealed.and_then(day),
        asked: record.asked().count(),
        ballots: record.ballots.len().max(record.counted.len()),
        imported: record.imported,
        signed: record.signed.len(),
    }
}
