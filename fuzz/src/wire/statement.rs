//! Proofs and a relay's words: none fits anything but what it was made for. And marks, which many things consist of.

use plumbline_wire::codec::{Reader, Writer};
use plumbline_wire::id::{Chain, ItemId, WorkspaceId};
use plumbline_wire::key::SIGNATURE;
use plumbline_wire::limits;
use plumbline_wire::mark::Mark;
use plumbline_wire::statement::{Place, check_head, check_place, check_proof, prove, sign_head, sign_place};

use crate::draw::Draw;
use crate::people::{self, team};

/// Statements about drawn things, checked against other drawn things.
pub fn run(input: &[u8]) {
    marks(input);
    let team = team();
    let mut draw = Draw::new(input);
    let relay = people::relay(draw.byte());
    let other = people::relay(draw.byte());
    let (one, two) = (About::draw(&mut draw), About::draw(&mut draw));
    let same = one == two && relay.verify_key() == other.verify_key();
    let key = other.verify_key();
    let word = sign_place(&relay, &one.workspace, &one.item, &one.place);
    let head = sign_head(&relay, &one.workspace, &one.item.0, &one.place);
    assert_eq!(check_place(&key, &two.workspace, &two.item, &two.place, &word).is_ok(), same);
    assert_eq!(check_head(&key, &two.workspace, &two.item.0, &two.place, &head).is_ok(), same);
    assert!(check_head(&key, &two.workspace, &two.item.0, &two.place, &word).is_err(), "no word stands for another");
    assert!(check_place(&key, &two.workspace, &two.item, &two.place, &head).is_err());
    let (who, whom) = (draw.below(people::COUNT), draw.below(people::COUNT));
    let proof = prove(&team.devices[who].signing, &team.certificates[who], &relay.verify_key(), &one.item.0);
    let fits = who == whom && one.item == two.item && relay.verify_key() == key;
    assert_eq!(check_proof(&team.certificates[whom], &key, &two.item.0, &proof).is_ok(), fits);
    let forged: [u8; SIGNATURE] = draw.array();
    assert!(check_place(&key, &two.workspace, &two.item, &two.place, &forged).is_err() || forged == word);
}

#[derive(PartialEq)]
struct About {
    workspace: WorkspaceId,
    item: ItemId,
    place: Place,
}

impl About {
    fn draw(draw: &mut Draw<'_>) -> Self {
        let mut id = |most: u8| [draw.byte() % most; 32];
        let (item, chain) = (ItemId(id(3)), Chain(id(3)));
        let workspace = WorkspaceId([draw.byte() % 2; 16]);
        Self { workspace, item, place: Place { position: draw.number() % 3, chain } }
    }
}

fn marks(input: &[u8]) {
    let mut reader = Reader::new(input);
    let Ok(marks) = Mark::read_list(&mut reader, limits::HAVE_MARKS) else { return };
    let mut writer = Writer::default();
    writer.list(&marks, Mark::write);
    assert_eq!(writer.done(), input[..input.len() - reader.left()], "one spelling");
    assert!(marks.windows(2).all(|pair| pair[0] < pair[1]));
}

/// The same twice, something else, and a list.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let mark = Mark { session: team().open(people::WRITER, 1).0, seq: 1, item: ItemId([1; 32]) };
    let mut list = Writer::default();
    list.list(&[mark, Mark { seq: 2, ..mark }], Mark::write);
    vec![vec![0; 16], vec![0, 1, 2, 1, 0, 1, 0, 1, 1, 2, 1, 3], list.done()]
}
