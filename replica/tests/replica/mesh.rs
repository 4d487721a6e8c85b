//! Who connects to whom: rooms of every size hold together, words get lost, connections fail, tabs come and go.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use plumbline_replica::description::{Description, Host, Turn};
use plumbline_replica::mesh::{Act, Mesh, Run};
use plumbline_replica::sync::wire::key::VerifyKey;

/// A second of the tests' clock.
const SECOND: u64 = 1000;

fn run(device: u8, tab: u64) -> Run {
    Run { device: VerifyKey([device; 32]), tab }
}

/// What a browser would write; the port tells which connection it was.
fn sdp(turn: Turn, port: u16) -> String {
    let (ufrag, pwd) = ("abcd".to_owned(), "0123456789abcdefghijkl".to_owned());
    Description { turn, ufrag, pwd, fingerprint: [7; 32], addresses: vec![(Host::V4([10, 0, 0, 1]), port)] }.to_sdp()
}

fn looking(run: Run) -> Mesh {
    let mut mesh = Mesh::new(run, 100);
    mesh.set_looking(true);
    mesh
}

/// A room: meshes, and browsers that do as they are told.
struct Room {
    meshes: BTreeMap<Run, Mesh>,
    /// Ends of connections: who asked whom, by port of the offer.
    offers: BTreeMap<u16, (Run, u64)>,
    /// Open ones, both ways.
    open: BTreeMap<(Run, u64), (Run, u64)>,
    words: VecDeque<(Run, VerifyKey, Vec<u8>)>,
    carried: Vec<(Run, Vec<u8>)>,
    /// Every so many words, one is lost.
    lose: usize,
    told: usize,
    next: u16,
    now: u64,
}

impl Room {
    fn new(people: impl Iterator<Item = Run>) -> Self {
        let meshes = people.map(|run| (run, looking(run))).collect();
        let (offers, open) = (BTreeMap::new(), BTreeMap::new());
        Self { meshes, offers, open, words: VecDeque::new(), carried: Vec::new(), lose: 0, told: 0, next: 1, now: 0 }
    }

    fn of(size: u8) -> Self {
        Self::new((1..=size).map(|device| run(device, u64::from(device))))
    }

    fn look(&mut self) {
        let here: Vec<Run> = self.meshes.keys().copied().collect();
        for mesh in self.meshes.values_mut() {
            mesh.look(here.iter().copied(), self.now);
        }
        self.settle();
    }

    fn settle(&mut self) {
        loop {
            let acts: Vec<(Run, Act)> = self
                .meshes
                .iter_mut()
                .flat_map(|(run, mesh)| mesh.drain().into_iter().map(|act| (*run, act)))
                .collect();
            if acts.is_empty() && self.words.is_empty() {
                return;
            }
            for (run, act) in acts {
                self.act(run, act);
            }
            if let Some((from, to, word)) = self.words.pop_front() {
                self.told += 1;
                if self.lose > 0 && self.told.is_multiple_of(self.lose) {
                    continue;
                }
                // Every tab of the device hears it, as from a relay.
                let tabs: Vec<Run> = self.meshes.keys().filter(|run| run.device == to).copied().collect();
                for tab in tabs {
                    self.meshes.get_mut(&tab).unwrap().hear(from.device, &word, false, self.now);
                }
            }
        }
    }

    fn act(&mut self, run: Run, act: Act) {
        match act {
            Act::Describe { conn, answering: None } => {
                let port = self.next;
                self.next += 1;
                self.offers.insert(port, (run, conn));
                self.meshes.get_mut(&run).unwrap().described(conn, &sdp(Turn::Offer, port), self.now);
            }
            Act::Describe { conn, answering: Some(offer) } => {
                let port = Description::of_sdp(Turn::Offer, &offer).unwrap().addresses[0].1;
                // The answer names the offer's port, so that the two ends find each other.
                self.open.insert((run, conn), self.offers[&port]);
                self.meshes.get_mut(&run).unwrap().described(conn, &sdp(Turn::Answer, port), self.now);
            }
            Act::Answered { conn, sdp } => {
                let port = Description::of_sdp(Turn::Answer, &sdp).unwrap().addresses[0].1;
                assert_eq!(self.offers[&port], (run, conn), "an answer to this very offer");
                let other = self.open.iter().find(|(_, end)| **end == (run, conn)).map(|(other, _)| *other);
                let Some(other) = other else { return };
                self.open.insert((run, conn), other);
                self.meshes.get_mut(&run).unwrap().opened(conn);
                self.meshes.get_mut(&other.0).unwrap().opened(other.1);
            }
            Act::Drop { conn } => {
                let Some(other) = self.open.remove(&(run, conn)) else { return };
                if self.open.remove(&other).is_some()
                    && let Some(mesh) = self.meshes.get_mut(&other.0)
                {
                    mesh.closed(other.1, self.now);
                }
            }
            Act::Tell { device, word } => self.words.push_back((run, device, word)),
            Act::Carry { word, .. } => self.carried.push((run, word)),
        }
    }

    /// How many steps the farthest two are apart; `None` when some do not reach each other.
    fn across(&self) -> Option<usize> {
        let all: BTreeSet<Run> = self.meshes.keys().copied().collect();
        let mut most = 0;
        for from in &all {
            let (mut reached, mut edge, mut steps) = (BTreeSet::from([*from]), vec![*from], 0);
            while !edge.is_empty() && reached.len() < all.len() {
                let next = |run: &Run| {
                    let ends = self.open.iter().filter(|((own, _), _)| own == run).map(|(_, (other, _))| *other);
                    ends.collect::<Vec<_>>()
                };
                edge = edge.iter().flat_map(next).filter(|run| reached.insert(*run)).collect();
                steps += 1;
            }
            if reached.len() < all.len() {
                return None;
            }
            most = most.max(steps);
        }
        Some(most)
    }

    fn most_connections(&self) -> usize {
        self.meshes.values().map(Mesh::connected).max().unwrap_or(0)
    }
}

#[test]
fn a_room_of_any_size_holds_together_with_few_connections_each() {
    for size in 1..=60 {
        let mut room = Room::of(size);
        room.look();
        let across = room.across().unwrap_or_else(|| panic!("{size} people fall apart"));
        assert!(across <= 5 && room.most_connections() <= 8, "{size}: {across} across, {}", room.most_connections());
        assert!(size > 9 || across <= 1, "a small team is connected each to each");
        let before = room.told;
        room.look();
        assert_eq!(room.told, before, "nothing more to do for {size}");
    }
}

#[test]
fn words_that_are_lost_are_said_again() {
    let mut room = Room::of(12);
    room.lose = 3;
    for _ in 0..200 {
        room.look();
        room.now += SECOND;
    }
    assert!(room.across().is_some_and(|across| across <= 3));
}

#[test]
fn whoever_leaves_is_gone_round_and_whoever_comes_is_let_in() {
    let mut room = Room::of(20);
    room.look();
    for device in [3, 4, 5, 11, 19] {
        let gone = run(device, u64::from(device));
        room.meshes.remove(&gone);
        let ends: Vec<(Run, u64)> =
            room.open.iter().filter(|(own, other)| own.0 == gone || other.0 == gone).map(|(own, _)| *own).collect();
        for end in ends {
            room.open.remove(&end);
            if let Some(mesh) = room.meshes.get_mut(&end.0) {
                mesh.closed(end.1, room.now);
            }
        }
    }
    let comer = run(40, 40);
    room.meshes.insert(comer, looking(comer));
    for _ in 0..30 {
        room.look();
        room.now += SECOND;
    }
    assert!(room.across().is_some(), "the rest finds together");
    assert!(room.most_connections() <= 12);
}

#[test]
fn tabs_of_one_device_are_not_connected_to_each_other_and_each_is_heard() {
    let mut room = Room::new([run(1, 1), run(1, 2), run(2, 3)].into_iter());
    room.look();
    let ends: Vec<(Run, Run)> = room.open.iter().map(|((own, _), (other, _))| (*own, *other)).collect();
    assert!(ends.iter().all(|(own, other)| own.device != other.device), "{ends:?}");
    assert!(!ends.is_empty());
}

#[test]
fn two_who_have_no_relay_connect_by_words_that_people_carry() {
    let mut room = Room::of(2);
    let (ana, ben) = (run(1, 1), run(2, 2));
    let conn = room.meshes.get_mut(&ana).unwrap().begin_by_hand(room.now);
    room.settle();
    let (_, offer) = room.carried.pop().expect("an offer");
    room.now += 5 * 60 * SECOND;
    assert!(room.meshes.get_mut(&ben).unwrap().hear(ana.device, &offer, true, room.now).is_some());
    room.settle();
    let (_, answer) = room.carried.pop().expect("an answer");
    assert_eq!(room.meshes.get_mut(&ana).unwrap().hear(ben.device, &answer, true, room.now), Some(conn));
    room.settle();
    assert_eq!(room.across(), Some(1));
    assert_eq!(room.meshes.get_mut(&ana).unwrap().hear(ben.device, &answer, true, room.now), None, "once only");
    room.look();
    assert_eq!(room.across(), Some(1), "it is not made a second time");
}

#[test]
fn what_nobody_asked_for_changes_nothing() {
    let mut room = Room::of(3);
    room.look();
    let (ana, ben) = (run(1, 1), run(2, 2));
    let before = room.meshes[&ana].connected();
    let mesh = room.meshes.get_mut(&ana).unwrap();
    for word in [&[][..], &[0; 40], &[255; 400]] {
        assert_eq!(mesh.hear(ben.device, word, false, 0), None);
    }
    assert!(mesh.drain().is_empty() && mesh.connected() == before);
    assert!(!mesh.opened(9_999) && !mesh.closed(9_999, 0));
}

#[test]
fn a_device_that_was_not_told_to_look_keeps_nothing_of_what_it_hears() {
    let (ana, ben) = (run(1, 1), run(2, 2));
    let mut quiet = Mesh::new(ben, 100);
    let mut asker = looking(ana);
    asker.look([ben].into_iter(), 0);
    let Act::Describe { conn, .. } = asker.drain()[0] else { panic!("describes") };
    asker.described(conn, &sdp(Turn::Offer, 1), 0);
    let Act::Tell { word, .. } = asker.drain().remove(0) else { panic!("tells") };
    for _ in 0..100 {
        assert_eq!(quiet.hear(ana.device, &word, false, 0), None);
    }
    assert!(quiet.drain().is_empty());
}

#[test]
fn a_device_that_does_not_want_direct_connections_has_none() {
    let mut room = Room::of(4);
    room.look();
    let ana = run(1, 1);
    room.meshes.get_mut(&ana).unwrap().set_looking(false);
    for _ in 0..20 {
        room.look();
        room.now += SECOND;
    }
    assert_eq!(room.meshes[&ana].connected(), 0);
    assert!(room.meshes.values().filter(|mesh| mesh.connected() >= 2).count() >= 3, "the others have theirs");
}
