//! Schema steps. Each is a change that is the same to the last bit wherever it is made: fixed actor, fixed time, no parents.
//! Two replicas that migrate while apart therefore make *one* change, not two that compete for the same sections.

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, Automerge, ChangeHash, ObjId, ObjType, ROOT, ReadDoc, ScalarValue, Value};
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
    /// The hash of its change, for ever: told without making it, which opening a workspace would wait for.
    pub hash: &'static str,
}

/// Every step there ever was, oldest first. Append only.
pub const MIGRATIONS: &[Migration] = &[Migration {
    step: 1,
    name: "ground floor",
    sections: &[section::WORKSPACE, section::LEADERS, section::PRIORITIES, section::ROUNDS, section::SESSIONS],
    hash: include_str!("ground_floor.hash"),
}];

/// The step this version writes.
pub const SCHEMA: u32 = MIGRATIONS[MIGRATIONS.len() - 1].step;

/// Root keys that mark the steps a document has gone through. A mark alone proves nothing, for any member can write or delete
/// one: a step of ours is known by its change.
const PREFIX: &str = "plumbline/";

fn key(step: u32) -> String {
    format!("{PREFIX}{step}")
}

/// Who makes a step: nobody's session, and the same everywhere.
fn maker(step: u32, name: &str) -> ActorId {
    ActorId::from(&Sha256::digest(format!("plumbline migration {step} {name}"))[..16])
}

impl Migration {
    fn is_in(self, doc: &Automerge) -> bool {
        self.hash.trim().parse::<ChangeHash>().is_ok_and(|change| doc.get_change_meta_by_hash(&change).is_some())
    }

    /// The step as a document of its own, holding one change.
    pub(super) fn seed(self) -> Automerge {
        let mut doc = Automerge::new_with_encoding(super::TEXT_ENCODING);
        doc.set_actor(maker(self.step, self.name));
        let made = doc.transact_with::<_, _, automerge::AutomergeError, _>(
            |()| CommitOptions::default().with_time(0),
            |tx| {
                tx.put(ROOT, key(self.step), self.name)?;
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
    MIGRATIONS[0].is_in(doc)
}

/// The highest step in the document, known to this version or not. A step of a later version counts when it follows on the one
/// before and was made the way steps are made.
pub fn step_of(doc: &Automerge) -> u32 {
    (SCHEMA + 1..).take_while(|step| is_marked(doc, *step)).last().unwrap_or(SCHEMA)
}

fn is_marked(doc: &Automerge, step: u32) -> bool {
    let marks = doc.get_all(ROOT, key(step)).unwrap_or_default();
    marks.iter().any(|(value, id)| match (value, id) {
        (Value::Scalar(value), ObjId::Id(_, actor, _)) => {
            matches!(value.as_ref(), ScalarValue::Str(name) if *actor == maker(step, name))
        }
        _ => false,
    })
}

/// Bring a document to this version's schema.
pub fn apply_migrations(doc: &mut Automerge) {
    for migration in MIGRATIONS {
        if !migration.is_in(doc) {
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
    fn every_step_is_the_same_change_for_ever() {
        // Every workspace ever made starts with the first one's hash. If it changes, old and new workspaces no longer merge.
        for migration in MIGRATIONS {
            let heads = migration.seed().get_heads();
            assert_eq!(heads.len(), 1);
            assert_eq!(heads[0].to_string(), migration.hash.trim());
        }
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

    #[test]
    fn a_mark_that_anybody_wrote_or_deleted_changes_nothing() {
        let mut doc = Automerge::new_with_encoding(super::super::TEXT_ENCODING);
        let put = |doc: &mut Automerge, key: String| {
            doc.transact::<_, _, automerge::AutomergeError>(|tx| tx.put(ROOT, key, "ground floor")).expect("a put");
        };
        put(&mut doc, key(1));
        assert!(!is_workspace(&doc), "the mark without the step");
        apply_migrations(&mut doc);
        assert!(is_workspace(&doc));
        let heads = doc.get_heads();
        put(&mut doc, key(SCHEMA + 1));
        put(&mut doc, key(99));
        doc.transact::<_, _, automerge::AutomergeError>(|tx| tx.delete(ROOT, key(1))).expect("a delete");
        assert!(is_workspace(&doc));
        assert_eq!(step_of(&doc), SCHEMA);
        let changed = doc.get_heads();
        apply_migrations(&mut doc);
        assert_eq!(doc.get_heads(), changed, "nothing is made anew");
        assert_ne!(heads, changed);
    }

    #[test]
    fn steps_of_later_versions_count_one_after_the_other() {
        let mut doc = Automerge::new_with_encoding(super::super::TEXT_ENCODING);
        apply_migrations(&mut doc);
        let later = |step| Migration { step, name: "a floor to come", sections: &[], hash: "" };
        doc.merge(&mut later(SCHEMA + 2).seed()).expect("no parents to miss");
        assert_eq!(step_of(&doc), SCHEMA, "the one between is missing");
        doc.merge(&mut later(SCHEMA + 1).seed()).expect("no parents to miss");
        assert_eq!(step_of(&doc), SCHEMA + 2);
    }
}
