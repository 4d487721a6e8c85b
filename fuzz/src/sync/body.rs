//! The inside of an envelope of changes: a member wrote it, and a member may be hostile.

use plumbline_sync::body::{Body, Witness};
use plumbline_sync::seal::padded;
use plumbline_wire::id::{Chain, ItemId};
use plumbline_wire::mark::Mark;
use plumbline_wire::statement::Place;

use crate::people::{self, team};

/// What was read and is written again is read the same; padding tells nothing but a rough size.
pub fn run(input: &[u8]) {
    let Ok(body) = Body::parse(input) else { return };
    let again = body.encode();
    assert_eq!(Body::parse(&again).as_ref(), Ok(&body));
    assert_eq!(padded(again.len()), again.len());
    // All that is behind it is padding.
    let content = input.len() - input.iter().rev().take_while(|byte| **byte == 0).count();
    assert_eq!(
        again[..content.min(again.len())],
        input[..content.min(again.len())],
        "one spelling but for the padding"
    );
}

/// With and without dependencies and a witness.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let mark = Mark { session: team().open(people::WRITER, 1).0, seq: 3, item: ItemId([3; 32]) };
    let place = Place { position: 4, chain: Chain([5; 32]) };
    let witness = Some(Witness { relay: [6; 16], place });
    let dependencies = vec![mark, Mark { seq: 4, ..mark }];
    vec![
        Body { dependencies: Vec::new(), witness: None, payload: b"" }.encode(),
        Body { dependencies, witness, payload: b"changes" }.encode(),
        Body { dependencies: Vec::new(), witness, payload: &[7; 400] }.encode(),
    ]
}
