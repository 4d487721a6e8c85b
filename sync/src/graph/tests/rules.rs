//! One rule at a time, in every order.

use plumbline_wire::certificate::Certificate;
use plumbline_wire::keyring::record::Action;
use plumbline_wire::mark::Mark;

use super::world::{Peer, READER, World, shuffled};
use crate::graph::Verdict;

/// The verdicts on these, which have to be the same in 40 orders.
fn verdicts(world: &World, marks: &[Mark]) -> Vec<Option<Verdict>> {
    let says = |peer: &Peer| marks.iter().map(|mark| peer.verdict(*mark)).collect::<Vec<_>>();
    let first = world.told();
    for seed in 0..40 {
        let mut other = world.peer();
        other.hear_all(&shuffled(&world.items, seed));
        assert_eq!(says(&first), says(&other), "order {seed}");
        assert_eq!(first.says(), other.says(), "order {seed}");
    }
    says(&first)
}

fn all(verdicts: &[Verdict]) -> Vec<Option<Verdict>> {
    verdicts.iter().copied().map(Some).collect()
}

#[test]
fn what_is_not_here_is_waited_for_and_its_arrival_releases() {
    let mut world = World::new();
    let (ana, ben) = (world.open(0), world.open(1));
    let one = world.write(0, ana, &[], &[1, 1]);
    let missing = world.items.pop().expect("written");
    let two = world.write(1, ben, &[one], &[1, 1]);
    let three = world.write(1, two, &[], &[2, 3]);
    assert_eq!(verdicts(&world, &[two, three]), all(&[Verdict::Waiting; 2]));
    let mut peer = world.told();
    assert_eq!(peer.graph.heads(&ana.session), [ben]);
    peer.hear(&missing);
    assert_eq!([one, two, three].map(|mark| peer.verdict(mark)).to_vec(), all(&[Verdict::Accepted; 3]));
    assert_eq!(peer.graph.heads(&ana.session), [three]);
    assert_eq!(peer.graph.payload(&three.item, &peer.vault), Some(vec![2, 3]));
}

#[test]
fn one_thing_that_does_not_count_is_enough_whatever_else_is_missing() {
    let mut world = World::new();
    let (ana, ben, eve) = (world.open(0), world.open(1), world.open(2));
    let never = world.write(0, ana, &[], &[1, 1]);
    world.items.pop();
    let bad = world.write(2, eve, &[], b"no changes");
    let both = world.write(1, ben, &[never, bad], &[1, 1]);
    assert_eq!(verdicts(&world, &[bad, both]), all(&[Verdict::Poisoned, Verdict::Held]));
}

#[test]
fn poison_stops_its_own_session_only() {
    let mut world = World::new();
    let (ana, ben, eve) = (world.open(0), world.open(1), world.open(2));
    let bad = world.write(2, eve, &[], b"no changes");
    let after = world.write(2, bad, &[], &[1, 1]);
    let gap = world.write(1, ben, &[], &[2, 2]);
    let one = world.write(0, ana, &[eve, ben], &[1, 1]);
    let again = world.open(2);
    let fresh = world.write(2, again, &[one], &[1, 4]);
    let expected = [Verdict::Poisoned, Verdict::Held, Verdict::Poisoned, Verdict::Accepted, Verdict::Accepted];
    assert_eq!(verdicts(&world, &[bad, after, gap, one, fresh]), all(&expected));
}

#[test]
fn a_reader_writes_nothing() {
    let mut world = World::new();
    let opening = world.open(READER);
    let one = world.write(READER, opening, &[], &[1, 1]);
    assert_eq!(verdicts(&world, &[opening, one]), all(&[Verdict::Refused; 2]));
}

#[test]
fn of_two_at_one_place_none_counts_until_another_builds_on_one() {
    let mut world = World::new();
    let (ana, ben) = (world.open(0), world.open(1));
    let left = world.write(0, ana, &[], &[1, 1]);
    let right = world.write(0, ana, &[], &[1, 2]);
    let further = world.write(0, right, &[], &[3, 3]);
    assert_eq!(verdicts(&world, &[ana, left, right, further])[1..], all(&[Verdict::Fenced; 3]));
    // Its author's own word does not decide.
    let own = world.open(0);
    let own = world.write(0, own, &[left], &[1, 1]);
    assert_eq!(verdicts(&world, &[left, own]), all(&[Verdict::Fenced, Verdict::Held]));
    let on = world.write(1, ben, &[further], &[1, 1]);
    let expected = [Verdict::Fenced, Verdict::Accepted, Verdict::Accepted, Verdict::Accepted];
    assert_eq!(verdicts(&world, &[left, right, further, on]), all(&expected));
    // Another built on the other one: an administrator has to say which.
    let eve = world.open(2);
    let other = world.write(2, eve, &[left], &[1, 1]);
    let undecided = [Verdict::Fenced, Verdict::Fenced, Verdict::Held, Verdict::Held];
    assert_eq!(verdicts(&world, &[left, further, on, other]), all(&undecided));
    world.decide(&Action::Adopt { marks: vec![left] });
    let decided = [Verdict::Accepted, Verdict::Fenced, Verdict::Held, Verdict::Accepted];
    assert_eq!(verdicts(&world, &[left, further, on, other]), all(&decided));
}

#[test]
fn the_frontier_of_a_revocation_says_which_branch_is_meant() {
    let mut world = World::new();
    let ana = world.open(0);
    let left = world.write(0, ana, &[], &[1, 1]);
    let right = world.write(0, ana, &[], &[1, 2]);
    let further = world.write(0, right, &[], &[3, 3]);
    world.revoke(0, vec![right]);
    let expected = [Verdict::SetAside, Verdict::Accepted, Verdict::SetAside];
    assert_eq!(verdicts(&world, &[left, right, further]), all(&expected));
}

#[test]
fn a_dependency_at_another_place_than_its_item_is_none() {
    let mut world = World::new();
    let (ana, ben, eve) = (world.open(0), world.open(1), world.open(2));
    let one = world.write(0, ana, &[], &[1, 1]);
    let moved = world.write(1, ben, &[Mark { seq: 2, ..one }], &[1, 1]);
    let lent = world.write(2, eve, &[Mark { session: ben.session, ..one }], &[1, 1]);
    assert_eq!(verdicts(&world, &[one, moved, lent]), all(&[Verdict::Accepted, Verdict::Held, Verdict::Held]));
}

#[test]
fn past_the_frontier_is_set_aside_until_adopted() {
    let mut world = World::new();
    let (ana, ben) = (world.open(0), world.open(1));
    let one = world.write(0, ana, &[], &[1, 1]);
    let two = world.write(0, one, &[], &[2, 2]);
    let three = world.write(0, two, &[], &[3, 3]);
    let on = world.write(1, ben, &[two], &[1, 1]);
    world.revoke(0, vec![one]);
    let removed = [Verdict::Accepted, Verdict::SetAside, Verdict::SetAside, Verdict::Held];
    assert_eq!(verdicts(&world, &[one, two, three, on]), all(&removed));
    world.decide(&Action::Adopt { marks: vec![two] });
    let adopted = [Verdict::Accepted, Verdict::Accepted, Verdict::SetAside, Verdict::Accepted];
    assert_eq!(verdicts(&world, &[one, two, three, on]), all(&adopted));
}

#[test]
fn another_one_at_the_frontiers_place_is_set_aside_before_the_right_one_comes() {
    let mut world = World::new();
    let ana = world.open(0);
    let one = world.write(0, ana, &[], &[1, 1]);
    let right = world.items.pop().expect("written");
    let instead = world.write(0, ana, &[], &[1, 2]);
    world.revoke(0, vec![one]);
    assert_eq!(verdicts(&world, &[ana, instead]), all(&[Verdict::Accepted, Verdict::SetAside]));
    world.items.push(right);
    assert_eq!(verdicts(&world, &[instead]), all(&[Verdict::SetAside]));
}

#[test]
fn a_session_opened_through_two_links_has_the_rights_of_each_on_its_own_branch() {
    let mut world = World::new();
    let through = &world.people[READER].link.signing;
    let reads = Certificate::issue(world.keyring.workspace(), through, &world.people[0].device, 1);
    let writes = world.people[0].certificate.clone();
    let (ana, other) = (world.open_with(0, &writes, 99), world.open_with(0, &reads, 99));
    assert_eq!(ana.session, other.session);
    let (one, none) = (world.write(0, ana, &[], &[1, 1]), world.write(0, other, &[], &[1, 1]));
    let expected = [Verdict::Accepted, Verdict::Refused, Verdict::Accepted, Verdict::Refused];
    assert_eq!(verdicts(&world, &[ana, other, one, none]), all(&expected));
}
