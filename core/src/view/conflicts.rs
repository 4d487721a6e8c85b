//! Values that two people wrote at the same time. A person settles them, never the last writer.

use serde::{Deserialize, Serialize};

use crate::intent::{FieldPath, FieldValue};
use crate::time::Timestamp;

/// All values in conflict.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ConflictsView {
    /// Oldest first.
    pub conflicts: Vec<ConflictView>,
}

/// One value in conflict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConflictView {
    /// Where it stands.
    pub field: FieldPath,
    /// Which kind of value.
    pub name: FieldName,
    /// What it belongs to, in the user's own words.
    pub subject: String,
    /// The values, oldest first.
    pub claims: Vec<ClaimView>,
    /// Since when.
    pub since: Timestamp,
}

/// One of the values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClaimView {
    /// As the document holds it, to settle for it.
    pub value: FieldValue,
    /// As people read it.
    pub shown: String,
    /// Who wrote it, in words; empty when unknown.
    pub author: String,
    /// When.
    pub at: Timestamp,
}

/// Which kind of value is in conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "named after the field")]
pub enum FieldName {
    WorkspaceName,
    StackSize,
    LeaderName,
    LeaderRole,
    LeaderDepartment,
    LeaderJoined,
    LeaderLeft,
    PriorityTitle,
    PriorityDescription,
    PriorityRetired,
    StackPlace,
    RoundAsked,
}

#[cfg(feature = "document")]
pub(crate) use found::{all, author_words};

#[cfg(feature = "document")]
mod found {
    use super::{ClaimView, ConflictView, FieldName};
    use crate::document::{Register, Snapshot, field, section};
    use crate::intent::{FieldPath, FieldValue};

    /// Every value in conflict, oldest first.
    pub(crate) fn all(snapshot: &Snapshot) -> Vec<ConflictView> {
        let mut found = Finder { snapshot, conflicts: Vec::new() };
        let workspace = &snapshot.workspace;
        found.register(&[section::WORKSPACE, field::NAME], FieldName::WorkspaceName, "", &workspace.name);
        found.register(&[section::WORKSPACE, field::TOP], FieldName::StackSize, "", &workspace.top);
        for (id, leader) in snapshot.leaders.iter().filter(|(_, leader)| !leader.removed) {
            let (id, name) = (id.to_string(), leader.name.value.as_str());
            let path = |key| [section::LEADERS, id.as_str(), key];
            found.register(&path(field::NAME), FieldName::LeaderName, name, &leader.name);
            found.register(&path(field::ROLE), FieldName::LeaderRole, name, &leader.role);
            found.register(&path(field::DEPARTMENT), FieldName::LeaderDepartment, name, &leader.department);
            found.register(&path(field::JOINED), FieldName::LeaderJoined, name, &leader.joined);
            found.register(&path(field::LEFT), FieldName::LeaderLeft, name, &leader.left);
        }
        for (id, priority) in snapshot.priorities.iter().filter(|(_, priority)| !priority.removed) {
            let (id, title) = (id.to_string(), priority.title.value.as_str());
            let path = |key| [section::PRIORITIES, id.as_str(), key];
            found.register(&path(field::TITLE), FieldName::PriorityTitle, title, &priority.title);
            found.register(&path(field::DESCRIPTION), FieldName::PriorityDescription, title, &priority.description);
            found.register(&path(field::RETIRED), FieldName::PriorityRetired, title, &priority.retired);
        }
        for (id, round) in snapshot.rounds.iter().filter(|(_, round)| !round.removed) {
            let id = id.to_string();
            // Once the ballots are shown, who was asked is past.
            let open = round.asked.iter().filter(|_| crate::intent::is_open(round));
            for (leader, asked) in open.filter(|(_, asked)| asked.in_conflict()) {
                let name = snapshot.leaders.get(leader).map_or("", |leader| leader.name.value.as_str());
                let subject = format!("{name} · {}", round.label.value);
                let path = [section::ROUNDS, id.as_str(), field::ASKED, &leader.to_string()];
                found.register(&path, FieldName::RoundAsked, &subject, asked);
            }
            for (priority, position) in round.order.iter().filter(|(_, position)| position.in_conflict()) {
                let title = snapshot.priorities.get(priority).map_or("", |priority| priority.title.value.as_str());
                let path = [section::ROUNDS, id.as_str(), field::ORDER, &priority.to_string()];
                let places = crate::intent::places_of_claims(round, *priority);
                found.shown(&path, FieldName::StackPlace, title, position, |index| {
                    places.get(index).map(ToString::to_string).unwrap_or_default()
                });
            }
        }
        found.conflicts.sort_by(|a, b| a.since.cmp(&b.since).then_with(|| a.field.cmp(&b.field)));
        found.conflicts
    }

    struct Finder<'a> {
        snapshot: &'a Snapshot,
        conflicts: Vec<ConflictView>,
    }

    impl Finder<'_> {
        fn register<T>(&mut self, path: &[&str], name: FieldName, subject: &str, register: &Register<T>) {
            self.shown(path, name, subject, register, |index| match &register.claims[index].raw {
                FieldValue::Absent => String::new(),
                FieldValue::Text(text) => text.clone(),
                FieldValue::Number(number) => number.to_string(),
                FieldValue::Flag(flag) => flag.to_string(),
            });
        }

        fn shown<T>(
            &mut self,
            path: &[&str],
            name: FieldName,
            subject: &str,
            register: &Register<T>,
            words: impl Fn(usize) -> String,
        ) {
            let Some(since) = register.claims.iter().map(|claim| claim.at).max() else { return };
            let claims = register
                .claims
                .iter()
                .enumerate()
                .map(|(index, claim)| ClaimView {
                    value: claim.raw.clone(),
                    shown: words(index),
                    author: author_words(self.snapshot, &claim.session),
                    at: claim.at,
                })
                .collect();
            self.conflicts.push(ConflictView {
                field: FieldPath(path.iter().map(ToString::to_string).collect()),
                name,
                subject: subject.to_owned(),
                claims,
                since,
            });
        }
    }

    /// Who wrote in a session, in words; empty when the device is shared or unknown.
    pub(crate) fn author_words(snapshot: &Snapshot, session: &str) -> String {
        snapshot
            .sessions
            .get(session)
            .and_then(|record| record.leader)
            .and_then(|leader| snapshot.leaders.get(&leader))
            .map(|leader| leader.name.value.clone())
            .unwrap_or_default()
    }
}
