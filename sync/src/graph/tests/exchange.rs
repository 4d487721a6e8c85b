//! Two who tell each other what the other lacks.

use std::collections::BTreeSet;

use plumbline_wire::id::ItemId;
use proptest::prelude::*;

use super::orders::{play, steps};
use super::world::{Peer, World, shuffled};

/// Two who heard of a part each, and of all records.
fn parted(world: &World, seed: u64) -> [Peer; 2] {
    [1, 2].map(|side| {
        let items = shuffled(&world.items, seed.wrapping_mul(side));
        let mut peer = world.peer();
        peer.hear_all(&items[..items.len() * 3 / 4]);
        peer.hear_all(world.items.iter().filter(|item| item.starts_with(b"PLkr")));
        peer.early.clear();
        peer
    })
}

fn lacks(from: &Peer, to: &Peer) -> Vec<ItemId> {
    from.graph.lacking(&to.marks())
}

fn tell(from: &Peer, to: &mut Peer) {
    for id in lacks(from, to) {
        to.hear(from.graph.bytes(&id).expect("held"));
        assert_eq!(to.early.len(), 0, "in an order that they can take it in");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn lacking_is_exactly_the_difference(steps in steps(), seed: u64) {
        let [ana, ben] = parted(&play(&steps, false), seed);
        for (from, to) in [(&ana, &ben), (&ben, &ana)] {
            let lacking = lacks(from, to);
            let lacked: BTreeSet<ItemId> = lacking.iter().copied().collect();
            prop_assert_eq!(lacking.len(), lacked.len());
            prop_assert_eq!(lacked, &from.held() - &to.held());
        }
    }

    /// Where somebody signed twice, the one who is behind may not know which branch the other is on: they find out in the
    /// first exchange, and the second one ends it.
    #[test]
    fn two_exchanges_make_two_equal(steps in steps(), seed: u64, forks: bool) {
        let [mut ana, mut ben] = parted(&play(&steps, forks), seed);
        let union = &ana.held() | &ben.held();
        for _ in 0..if forks { 2 } else { 1 } {
            tell(&ana, &mut ben);
            tell(&ben, &mut ana);
        }
        prop_assert_eq!(ana.held(), union);
        let (ours, theirs) = (ana.says(), ben.says());
        prop_assert_eq!(ours.rsplit_once('\n').expect("lines").0, theirs.rsplit_once('\n').expect("lines").0);
        prop_assert_eq!((lacks(&ana, &ben), lacks(&ben, &ana)), (vec![], vec![]));
    }
}
