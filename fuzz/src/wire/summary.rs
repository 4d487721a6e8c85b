//! A relay's own summary of a room. Only its own disk could hand it a bad one; it is refused in words all the same.

use plumbline_wire::room::{Quota, Room};

use super::room;

/// What is restored says the same again, and goes on judging.
pub fn run(input: &[u8]) {
    let Ok(room) = Room::restore(input, Quota::default()) else { return };
    let again = room.summary();
    let twice = Room::restore(&again, Quota::default()).expect("what is written is read");
    assert_eq!(twice.summary(), again);
    // Somebody opens a session and writes, an administrator removes them, they write on.
    room::go_on(
        twice,
        Quota::default(),
        &[3, 1, 0, 3, 3, 0, 0, 0, 1, 0, 7, 0, 5, 1, 2, 3, 4, 5, 1, 0, 1, 4, 3, 2, 0, 1, 3, 3, 0, 0, 0, 1],
    );
}

/// An empty room and one in use.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let used = room::seeds().into_iter().map(|input| room::play(&input).summary());
    used.filter(|summary| summary.len() < 8000).take(4).collect()
}
