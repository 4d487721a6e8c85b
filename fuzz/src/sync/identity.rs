//! A device's own identity, as its storage gives it back.

use std::sync::LazyLock;

use plumbline_sync::peer::{Identity, random};

use crate::people::{self, JOINED, team};

/// Whose: one who administers, one who writes, one who reads.
pub const WHO: [usize; 3] = [1, people::WRITER, people::READER];

/// Somebody's identity, made once.
#[must_use]
pub fn of(number: usize) -> &'static Identity {
    static IDENTITIES: LazyLock<Vec<Identity>> = LazyLock::new(|| {
        let join = |who: usize| {
            let link = people::link(team().workspace, who);
            Identity::join(link, team().genesis.bytes(), JOINED, &mut random([50 + who as u8; 32]))
        };
        WHO.map(|who| join(who).expect("the link's workspace")).into()
    });
    &IDENTITIES[number % WHO.len()]
}

/// What is read is whole: its parts fit each other, and it reads back.
pub fn run(input: &[u8]) {
    let Ok(identity) = Identity::decode(input) else { return };
    let again = Identity::decode(&identity.encode()).expect("what was read can be written");
    assert_eq!(*again.encode(), *identity.encode());
    assert_eq!(again.link(), identity.link());
    assert_eq!(identity.certificate().workspace, identity.genesis().workspace());
    assert_eq!(identity.link().workspace, identity.genesis().workspace());
}

/// One that joined.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    vec![of(0).encode().to_vec(), of(1).encode().to_vec()]
}
