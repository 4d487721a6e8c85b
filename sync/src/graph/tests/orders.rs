//! Whatever three people and an administrator sign, honestly or not: every order says the same.

use plumbline_wire::id::ItemId;
use plumbline_wire::keyring::record::Action;
use plumbline_wire::mark::Mark;
use proptest::prelude::*;

use super::world::{Peer, WRITERS, World, shuffled};

/// Who, what, after which, on which.
pub type Step = (usize, u8, u8, u8);

/// What somebody wrote: whose it is, where, and the number of the last change.
type Written = (usize, Mark, u8);

/// Signs what the steps say. Without `forks`, nobody writes twice at one place.
pub fn play(steps: &[Step], forks: bool) -> World {
    let mut world = World::new();
    let mut written: Vec<Written> = (0..WRITERS).map(|who| (who, world.open(who), 0)).collect();
    for &(who, what, after, on) in steps {
        let own: Vec<Written> = written.iter().filter(|(by, ..)| *by == who).copied().collect();
        let is_last =
            |mark: &Mark| !own.iter().any(|(_, other, _)| other.session == mark.session && other.seq > mark.seq);
        let places: Vec<Written> = own.iter().filter(|(_, mark, _)| forks || is_last(mark)).copied().collect();
        // Counted from the latest: mostly people go on where they are.
        let (_, before, end) = places[places.len() - 1 - usize::from(after) % places.len().min(3)];
        let others: Vec<Mark> = written.iter().filter(|(by, ..)| *by != who).map(|(_, mark, _)| *mark).collect();
        let others: Vec<Mark> = others.iter().rev().skip(usize::from(on % 5)).step_by(3).take(2).copied().collect();
        let (next, end) = match what {
            0..=4 => (world.write(who, before, &others, &[end + 1, end + 1]), end + 1),
            5 => (world.write(who, before, &others, b"no changes"), end),
            6 => (world.write(who, before, &[], &[end + 2, end + 2]), end + 2),
            7 => (world.write_in(2, who, before, &others, &[end + 1, end + 2]), end + 2),
            8 => (world.open(who), 0),
            9 => {
                world.revoke(who, vec![before]);
                continue;
            }
            _ => {
                world.decide(&Action::Adopt { marks: vec![before] });
                continue;
            }
        };
        written.push((who, next, end));
    }
    world
}

pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec((0..WRITERS, 0_u8..11, any::<u8>(), any::<u8>()), 1..28)
}

fn in_order(peer: &Peer) -> bool {
    let place = |id: &ItemId| peer.graph.accepted().iter().position(|other| other == id);
    peer.graph.accepted().iter().enumerate().all(|(at, id)| {
        let header = peer.graph.header(id).expect("held");
        let before = (header.seq > 0).then_some(ItemId(header.prev));
        let on = peer.graph.opened(id).map_or(&[][..], |(on, _)| on);
        on.iter().map(|mark| mark.item).chain(before).all(|needed| place(&needed).is_some_and(|place| place < at))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_order_with_duplicates_says_the_same(
        steps in steps(), seeds: [u64; 3], lost in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut world = play(&steps, true);
        if let Some(lost) = lost {
            let at = lost.index(world.items.len());
            world.items.remove(at);
        }
        let mut first = world.told();
        prop_assert!(in_order(&first));
        for seed in seeds {
            let mut twice = world.items.clone();
            twice.extend(world.items.iter().take(seed as usize % 7).cloned());
            let items = shuffled(&twice, seed);
            let mut other = world.peer();
            let (early, late) = items.split_at(seed as usize % (items.len() + 1));
            other.hear_all(early);
            other.hear_all(late);
            prop_assert!(in_order(&other));
            prop_assert_eq!(first.says(), other.says());
            // The key in the middle, against the key at the end.
            let mut unlocked = world.peer();
            unlocked.hear_all(early);
            unlocked.unlock(2);
            unlocked.hear_all(late);
            other.unlock(2);
            prop_assert!(in_order(&other));
            prop_assert_eq!(unlocked.says(), other.says());
        }
        first.unlock(2);
        prop_assert!(in_order(&first));
    }
}
