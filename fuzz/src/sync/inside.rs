//! The inside of a snapshot: a member wrote it, and a member may be hostile.

use plumbline_sync::snapshot::{Inside, Session, Step};
use plumbline_wire::id::ItemId;
use plumbline_wire::keyring::record::KeyName;

use crate::people::{self, team};

/// What was read and is written again is read the same, and every number in it is one of something that is there.
pub fn run(input: &[u8]) {
    let Ok(inside) = Inside::parse(input) else { return };
    let again = inside.encode().expect("it was short enough");
    assert_eq!(Inside::parse(&again).as_ref(), Ok(&inside));
    for session in &inside.sessions {
        assert!((session.certificate as usize) < inside.certificates.len());
        for step in &session.steps {
            assert!(step.key == Step::WHOLE || (step.key as usize) < inside.keys.len());
            for (on, seq) in &step.dependencies {
                assert!(inside.sessions[*on as usize].at(*seq).is_some());
            }
        }
    }
    assert_eq!(inside.marks().count(), inside.sessions.len());
}

/// Nothing; one session; two that build on each other, with an envelope that is kept whole.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let (session, opening) = team().open(people::WRITER, 1);
    let certificates = vec![team().certificates[people::WRITER].clone()];
    let keys = vec![KeyName { epoch: 1, commitment: [5; 16] }];
    let step = |item, key, dependencies, changes| Step { item: ItemId([item; 32]), key, dependencies, changes };
    let mut sessions = vec![
        Session { session, certificate: 0, opening: ItemId::of(&opening), steps: vec![step(1, 0, vec![], 2)] },
        Session {
            session: team().open(people::WRITER, 2).0,
            certificate: 0,
            opening: ItemId([2; 32]),
            steps: vec![step(3, Step::WHOLE, vec![], 0)],
        },
    ];
    sessions.sort_by_key(|session| session.session);
    sessions[1].steps.push(step(4, 0, vec![(0, 1)], 0));
    let one = Inside { certificates, keys, sessions: vec![sessions[0].clone()], whole: vec![], document: b"document" };
    let two = Inside { sessions, whole: vec![&opening], ..one.clone() };
    [Inside::default(), one, two].iter().map(|inside| inside.encode().expect("small")).collect()
}
