//! Schema steps. Each is a change that is the same to the last bit wherever it is made: fixed actor, fixed time, no parents.
//! Two replicas that migrate while apart therefore make *one* change, not two that compete for the same sections.

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, Automerge, ObjType, ROOT, ReadDoc, ScalarValue, Value};
use sha2::{Digest, Sha256};

use super::section;

/// A schema step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    /// Counts from 1, without gaps.
    pub step: u32,
    /// Names the step for good; part of the change's identity.
    pub name: &'static str,
    /// Sections the step adds at the root.
    pub sections: &'static [&'static str],
}

/// Every step there ever was, oldest first. Append only.
pub const MIGRATIONS: &[Migration] = &[Migration {
    step: 1,
    name: "ground floor",
    sections: &[section::WORKSPACE, section::LEADERS, section::PRIORITIES, section::ROUNDS, section::SESSIONS],
}];

/// The step this version writes.
pub const SCHEMA: u32 = MIGRATIONS[MIGRATIONS.len() - 1].step;

/// Root keys that mark the steps a document has gone through.
const PREFIX: &str = "plumbline/";

impl Migration {
    fn key(self) -> String {
        format!("{PREFIX}{}", self.step)
    }

    /// The step as a document of its own, holding one change.
    fn seed(self) -> Automerge {
        let mut doc = Automerge::new_with_encoding(super::TEXT_ENCODING);
        let actor = Sha256::digest(format!("plumbline migration {} {}", self.step, self.name));
        doc.set_actor(ActorId::from(&actor[..16]));
        let made = doc.transact_with::<_, _, automerge::AutomergeError, _>(
            |()| CommitOptions::default().with_time(0),
            |tx| {
                tx.put(ROOT, self.key(), self.name)?;
                for name in self.sections {
                    tx.put_object(ROOT, *name, ObjType::Map)?;
                }
                Ok(())
            },
        );
        debug_assert!(made.is_ok(), "puts at the root of an empty document");
        doc
    }
}

/// Whether the document went through the first step, as every workspace has.
pub fn is_workspace(doc: &Automerge) -> bool {
    MIGRATIONS.first().is_some_and(|first| has_step(doc, &first.key()))
}

fn has_step(doc: &Automerge, key: &str) -> bool {
    matches!(doc.get(ROOT, key), Ok(Some((Value::Scalar(value), _))) if matches!(*value, ScalarValue::Str(_)))
}

/// The highest step in the document, known to this version or not.
pub fn step_of(doc: &Automerge) -> u32 {
    doc.keys(ROOT).filter_map(|key| key.strip_prefix(PREFIX)?.parse().ok()).max().unwrap_or(0)
}

/// Bring a document to this version's schema.
pub fn apply_migrations(doc: &mut Automerge) {
    for migration in MIGRATIONS {
        if !has_step(doc, &migration.key()) {
            let applied = doc.merge(&mut migration.seed());
            debug_assert!(applied.is_ok(), "a seed has no parents to miss");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_count_up_from_one_and_keep_their_names() {
        for (index, migration) in MIGRATIONS.iter().enumerate() {
            assert_eq!(migration.step as usize, index + 1);
        }
    }

    #[test]
    fn the_first_step_is_the_same_change_for_ever() {
        // Every workspace ever made starts with this hash. If it changes, old and new workspaces no longer merge.
        let heads = MIGRATIONS[0].seed().get_heads();
        assert_eq!(heads.len(), 1);
        assert_eq!(heads[0].to_string(), include_str!("ground_floor.hash").trim());
    }

    #[test]
    fn migrating_twice_or_apart_is_migrating_once() {
        let mut one = Automerge::new_with_encoding(super::super::TEXT_ENCODING);
        apply_migrations(&mut one);
        let mut two = Automerge::new_with_encoding(super::super::TEXT_ENCODING);
        apply_migrations(&mut two);
        apply_migrations(&mut two);
        assert_eq!(one.get_heads(), two.get_heads());
        one.merge(&mut two).expect("same changes");
        assert_eq!(one.get_heads(), two.get_heads());
        assert_eq!(step_of(&one), SCHEMA);
    }
}
