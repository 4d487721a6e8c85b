//! The three consensus orders side by side.

use crate::analysis::Consensus;

/// One priority's place by each method. Priorities are indexes.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Which priority.
    pub candidate: usize,
    /// By Schulze's method.
    pub schulze: Place,
    /// By Borda's count.
    pub borda: Place,
    /// Its Borda points.
    pub points: f64,
    /// By Kemeny's method, which gives one order without ties.
    pub kemeny: Place,
}

/// A place from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// From 1; priorities that share it have the same number.
    pub place: usize,
    /// How many share it, itself included.
    pub shared_by: usize,
}

impl Place {
    /// Whether another place holds the same priority elsewhere: their ranges of places do not meet.
    #[must_use]
    pub const fn differs(self, other: Self) -> bool {
        self.place >= other.place + other.shared_by || other.place >= self.place + self.shared_by
    }
}

/// All priorities in Schulze's order, with their places by the three methods.
#[must_use]
pub fn standings(consensus: &Consensus) -> Vec<Standing> {
    let mut standings = Vec::new();
    for tier in &consensus.schulze {
        let schulze = Place { place: standings.len() + 1, shared_by: tier.len() };
        for &candidate in tier {
            let (borda, points) = borda_place(consensus, candidate);
            let kemeny = consensus.kemeny.order.iter().position(|&other| other == candidate);
            let kemeny = kemeny.map_or(Place::default(), |at| Place { place: at + 1, shared_by: 1 });
            standings.push(Standing { candidate, schulze, borda, points, kemeny });
        }
    }
    standings
}

fn borda_place(consensus: &Consensus, candidate: usize) -> (Place, f64) {
    let Some(own) = consensus.borda.iter().find(|standing| standing.candidate == candidate) else {
        return (Place::default(), 0.0);
    };
    let ahead = consensus.borda.iter().filter(|other| other.points > own.points).count();
    let level = consensus.borda.iter().filter(|other| other.points == own.points).count();
    (Place { place: ahead + 1, shared_by: level }, own.points)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Ballots, Settings, analyse};

    fn read(candidates: usize, rankings: &[&[usize]]) -> Vec<Standing> {
        let rankings = rankings.iter().map(|ranking| ranking.to_vec()).collect();
        let ballots = Ballots::new(candidates, 3, rankings).unwrap();
        standings(&analyse(&ballots, &Settings::default()).unwrap().consensus)
    }

    #[test]
    fn one_opinion_gives_one_order_by_all_methods() {
        let found = read(4, &[&[2, 0, 1], &[2, 0, 1]]);
        let places: Vec<_> =
            found.iter().map(|s| (s.candidate, s.schulze.place, s.borda.place, s.kemeny.place)).collect();
        assert_eq!(places, [(2, 1, 1, 1), (0, 2, 2, 2), (1, 3, 3, 3), (3, 4, 4, 4)]);
        assert!(found.iter().all(|s| !s.schulze.differs(s.borda) && !s.schulze.differs(s.kemeny)));
        assert_eq!(found[0].points, 6.0);
    }

    #[test]
    fn ties_share_a_place_and_the_next_one_counts_them() {
        let found = read(4, &[&[0, 1, 2], &[1, 0, 2]]);
        assert_eq!(found[0].schulze, Place { place: 1, shared_by: 2 });
        assert_eq!(found[1].schulze, Place { place: 1, shared_by: 2 });
        assert_eq!(found[2].schulze, Place { place: 3, shared_by: 1 });
        assert_eq!(found[0].borda, Place { place: 1, shared_by: 2 });
        assert!(!found[1].schulze.differs(found[1].kemeny), "second by Kemeny is within a tie for first and second");
    }

    #[test]
    fn places_differ_when_their_ranges_do_not_meet() {
        let at = |place, shared_by| Place { place, shared_by };
        assert!(at(1, 1).differs(at(2, 1)) && at(2, 1).differs(at(1, 1)));
        assert!(!at(1, 3).differs(at(3, 1)) && at(1, 2).differs(at(3, 1)));
    }
}
