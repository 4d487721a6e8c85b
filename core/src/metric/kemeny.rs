//! Kemeny and Young's method: the order with the fewest disagreements.

use serde::{Deserialize, Serialize};

use super::{IllPosed, Metric, pairwise};

/// Kemeny's method in the list of measures.
pub const METRIC: Metric = Metric {
    id: "kemeny",
    name: "Kemeny order",
    sentence: "The one order that overrules the fewest head-to-head opinions of the leaders.",
    definition: "Distance: the sum, over the pairs with i placed above j, of the leaders who put j ahead of i; score: of those who put i ahead of j. \
        A ballot that names neither of a pair counts neither way. The order has the smallest distance, which is the largest score. \
        Priorities in no stack come last. The rest is divided into groups such that every member of one group beats every \
        member of the next (no best order can mix them: the extended Condorcet criterion); a group of up to 12 is solved exactly \
        by dynamic programming over its subsets. A larger group starts in Borda order, then single priorities are moved, \
        best move first, until no move helps: a good order, not certainly the best, and marked so. \
        Among equally good orders the one naming lower indexes first is given, and marked as not unique.",
    units: "an order; distance and score count pairs of priorities over all ballots",
    domain: "1 or more ballots, 2 or more priorities",
    source: "J. G. Kemeny, Mathematics without numbers, Daedalus 88, 1959; H. P. Young, 1988; division into groups: M. Truchon, 1998",
    published: "Tennessee's capital (42 MNCK, 26 NCKM, 15 CKNM, 17 KCNM): N, C, K, M with distance 207 (score 393)",
};

/// Groups up to this size are solved exactly: 2¹² subsets take well under a millisecond.
const EXACT: usize = 12;

/// The consensus order of Kemeny's method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consensus {
    /// All candidates, best first; those in no stack last, in index order.
    pub order: Vec<usize>,
    /// Those that stand first in some best order, in index order; the first of `order` alone unless `exact`.
    pub winners: Vec<usize>,
    /// Head-to-head opinions the order honours.
    pub score: u64,
    /// Head-to-head opinions the order overrules.
    pub distance: u64,
    /// Whether no order can do better; otherwise the search may have missed one.
    pub exact: bool,
    /// Whether it is known to be the only best order of the candidates that stand in at least one stack.
    pub unique: bool,
}

/// The order with the smallest distance to the ballots.
///
/// # Errors
/// [`IllPosed::TooFewBallots`] without ballots, [`IllPosed::TooFewCandidates`] below 2, or a ballot's fault.
pub fn consensus(rankings: &[Vec<usize>], candidates: usize) -> Result<Consensus, IllPosed> {
    let prefer = pairwise::preferences(rankings, candidates)?;
    let (named, unnamed): (Vec<usize>, Vec<usize>) =
        (0..candidates).partition(|&i| prefer[i].iter().any(|&count| count > 0));
    let mut order = Vec::with_capacity(candidates);
    let mut winners = Vec::new();
    let (mut exact, mut unique) = (true, true);
    for group in groups(&prefer, &named) {
        let best = if group.len() <= EXACT { best_order(&prefer, &group) } else { improved_order(&prefer, &group) };
        if order.is_empty() {
            winners = best.winners;
        }
        order.extend(best.order);
        exact &= best.exact;
        unique &= best.unique;
    }
    order.extend(unnamed);
    let sum = |count: &dyn Fn(usize, usize) -> u32| {
        let pairs = order.iter().enumerate().flat_map(|(at, &i)| order[at + 1..].iter().map(move |&j| (i, j)));
        pairs.map(|(i, j)| u64::from(count(i, j))).sum()
    };
    let score = sum(&|i, j| prefer[i][j]);
    let distance = sum(&|i, j| prefer[j][i]);
    Ok(Consensus { order, winners, score, distance, exact, unique })
}

/// The groups that must follow one another: strongly connected parts of "at least as many put i ahead of j".
fn groups(prefer: &[Vec<u32>], named: &[usize]) -> Vec<Vec<usize>> {
    let n = prefer.len();
    let mut reaches: Vec<Vec<bool>> = (0..n).map(|i| (0..n).map(|j| prefer[i][j] >= prefer[j][i]).collect()).collect();
    for &via in named {
        let onward = reaches[via].clone();
        for &i in named {
            if reaches[i][via] {
                for (direct, onward) in reaches[i].iter_mut().zip(&onward) {
                    *direct |= onward;
                }
            }
        }
    }
    // Of any two candidates one reaches the other, so the number reached sorts the groups.
    let reached = |i: usize| named.iter().filter(|&&j| reaches[i][j]).count();
    let mut sorted = named.to_vec();
    sorted.sort_by_key(|&i| std::cmp::Reverse(reached(i)));
    sorted.chunk_by(|&i, &j| reached(i) == reached(j)).map(<[usize]>::to_vec).collect()
}

/// The order found for one group.
struct Ordered {
    order: Vec<usize>,
    winners: Vec<usize>,
    exact: bool,
    unique: bool,
}

/// The best order of a group of at most [`EXACT`].
fn best_order(prefer: &[Vec<u32>], group: &[usize]) -> Ordered {
    let n = group.len();
    let everyone = (1usize << n) - 1;
    // least[set]: the smallest distance within the set, and how many orders reach it (2 stands for more).
    let mut least = vec![(0u64, 1u8); everyone + 1];
    let first_costs = |set: usize, i: usize| -> u64 {
        members(set & !(1 << i), n).map(|j| u64::from(prefer[group[j]][group[i]])).sum()
    };
    for set in 1..=everyone {
        least[set] = members(set, n).fold((u64::MAX, 0), |(best, orders), i| {
            let (rest, rest_orders) = least[set & !(1 << i)];
            let cost = first_costs(set, i) + rest;
            match cost.cmp(&best) {
                std::cmp::Ordering::Less => (cost, rest_orders),
                std::cmp::Ordering::Equal => (best, 2.min(orders + rest_orders)),
                std::cmp::Ordering::Greater => (best, orders),
            }
        });
    }
    let is_best_first = |set: usize, i: usize| first_costs(set, i) + least[set & !(1 << i)].0 == least[set].0;
    let winners = members(everyone, n).filter(|&i| is_best_first(everyone, i)).map(|i| group[i]).collect();
    let mut set = everyone;
    let mut order = Vec::with_capacity(n);
    while let Some(first) = members(set, n).find(|&i| is_best_first(set, i)) {
        order.push(group[first]);
        set &= !(1 << first);
    }
    Ordered { order, winners, exact: true, unique: least[everyone].1 == 1 }
}

fn members(set: usize, n: usize) -> impl Iterator<Item = usize> {
    (0..n).filter(move |i| set >> i & 1 == 1)
}

/// A good order of a large group: Borda order within the group, then the best single move until none helps.
fn improved_order(prefer: &[Vec<u32>], group: &[usize]) -> Ordered {
    let margin = |i: usize, j: usize| i64::from(prefer[i][j]) - i64::from(prefer[j][i]);
    let mut order = group.to_vec();
    // Sums of margins differ from Borda points by a constant and a factor, so they sort alike.
    order.sort_by_key(|&i| (std::cmp::Reverse(group.iter().map(|&j| margin(i, j)).sum::<i64>()), i));
    loop {
        let mut best = (0, 0, 0);
        for from in 0..order.len() {
            let moved = order[from];
            let mut gain = 0;
            for to in (0..from).rev() {
                gain += margin(moved, order[to]);
                best = best.max((gain, from, to));
            }
            gain = 0;
            for (to, &passed) in order.iter().enumerate().skip(from + 1) {
                gain += margin(passed, moved);
                best = best.max((gain, from, to));
            }
        }
        let (gain, from, to) = best;
        // Each move lowers the distance by a whole number, so this ends.
        if gain == 0 {
            return Ordered { winners: vec![order[0]], order, exact: false, unique: false };
        }
        let moved = order.remove(from);
        order.insert(to, moved);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::examples::tennessee;

    #[test]
    fn published_tennessee() {
        let expected = Consensus {
            order: vec![1, 2, 3, 0],
            winners: vec![1],
            score: 393,
            distance: 207,
            exact: true,
            unique: true,
        };
        assert_eq!(consensus(&tennessee(), 4), Ok(expected));
    }

    #[test]
    fn equally_good_orders_are_said_to_be_so() {
        let cycle = consensus(&[vec![0, 1, 2], vec![1, 2, 0], vec![2, 0, 1]], 3).unwrap();
        assert_eq!((cycle.order, cycle.distance, cycle.unique), (vec![0, 1, 2], 4, false));
        let tie = consensus(&[vec![0, 1], vec![1, 0]], 2).unwrap();
        assert_eq!((tie.order, tie.winners, tie.unique), (vec![0, 1], vec![0, 1], false));
    }

    #[test]
    fn candidates_in_no_stack_come_last_and_cost_nothing() {
        let found = consensus(&[vec![30, 20], vec![30, 20]], 40).unwrap();
        assert_eq!(found.order[..3], [30, 20, 0]);
        assert_eq!((found.score, found.distance, found.exact, found.unique), (154, 0, true, true));
    }

    #[test]
    fn many_candidates_are_exact_when_majorities_divide_them() {
        let order: Vec<usize> = (0..40).rev().collect();
        let found = consensus(&[order.clone(), order.clone(), (0..40).collect()], 40).unwrap();
        assert_eq!((found.order, found.exact, found.unique), (order, true, true));
    }

    #[test]
    fn a_large_cycle_is_searched_and_never_worse_than_its_start() {
        // 15 ballots, each the last one rotated: a single group of 15. A rotation overrules the fewest: 7·8·15 / 3 pairs.
        let n = 15;
        let ballots: Vec<Vec<usize>> = (0..n).map(|by| (0..n).map(|i| (i + by) % n).collect()).collect();
        let found = consensus(&ballots, n).unwrap();
        assert!(!found.exact && !found.unique);
        assert_eq!(found.score + found.distance, 15 * 105);
        assert_eq!(found.distance, 560);
    }

    #[test]
    fn the_search_usually_finds_the_best_order_and_never_claims_a_better_one() {
        // Rankings of 8 by a linear congruential generator, too noisy for majorities to divide them.
        let mut state = 1u64;
        let mut draw = |bound: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % bound) as usize
        };
        let group: Vec<usize> = (0..8).collect();
        let mut found_best = 0;
        for _ in 0..100 {
            let ballots: Vec<Vec<usize>> = (0..7)
                .map(|_| {
                    let mut ballot = group.clone();
                    (1..8).for_each(|at| ballot.swap(at, draw(at as u64 + 1)));
                    ballot
                })
                .collect();
            let prefer = pairwise::preferences(&ballots, 8).unwrap();
            let distance = |order: &[usize]| -> u32 {
                (0..8)
                    .flat_map(|at| (0..at).map(move |above| (above, at)))
                    .map(|(i, j)| prefer[order[j]][order[i]])
                    .sum()
            };
            let (best, searched) = (best_order(&prefer, &group), improved_order(&prefer, &group));
            assert!(distance(&best.order) <= distance(&searched.order));
            found_best += usize::from(distance(&best.order) == distance(&searched.order));
        }
        assert!(found_best >= 85, "{found_best} of 100");
    }

    #[test]
    fn ill_posed_input_is_named() {
        assert_eq!(consensus(&[], 4), Err(IllPosed::TooFewBallots { found: 0, needed: 1 }));
        assert_eq!(consensus(&[vec![0]], 1), Err(IllPosed::TooFewCandidates { found: 1, needed: 2 }));
    }
}
