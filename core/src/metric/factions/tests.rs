use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::*;
use crate::metric::top_k;

fn matrix(ballots: &[Vec<usize>]) -> Vec<Vec<f64>> {
    let distance = |a: &Vec<usize>, b| top_k::kendall_normalised(a, b, top_k::NEUTRAL).unwrap();
    ballots.iter().map(|a| ballots.iter().map(|b| distance(a, b)).collect()).collect()
}

fn split(ballots: &[Vec<usize>], candidates: usize) -> Option<Factions> {
    let k = ballots[0].len();
    let chance = top_k::kendall_expected(k, k, candidates, top_k::NEUTRAL).unwrap();
    factions(&matrix(ballots), k, chance).unwrap()
}

fn members(found: Option<Factions>) -> Option<Vec<Vec<usize>>> {
    found.map(|found| found.groups.into_iter().map(|group| group.members).collect())
}

fn random_ballot(rng: &mut ChaCha8Rng, top: usize, candidates: usize) -> Vec<usize> {
    let mut deck: Vec<usize> = (0..candidates).collect();
    for place in 0..top {
        deck.swap(place, place + rng.next_u32() as usize % (candidates - place));
    }
    deck.truncate(top);
    deck
}

/// The ballot with `swaps` exchanges of neighbours.
fn blurred(rng: &mut ChaCha8Rng, ballot: &[usize], swaps: usize) -> Vec<usize> {
    let mut ballot = ballot.to_vec();
    for _ in 0..swaps {
        let at = rng.next_u32() as usize % (ballot.len() - 1);
        ballot.swap(at, at + 1);
    }
    ballot
}

#[test]
fn two_camps_are_found() {
    let ballots =
        [vec![0, 1, 2, 3, 4], vec![5, 6, 7, 8, 9], vec![0, 2, 1, 3, 4], vec![5, 6, 7, 9, 8], vec![1, 0, 2, 3, 4]];
    let found = split(&ballots, 12).unwrap();
    assert_eq!(found.groups[0], Faction { members: vec![0, 2, 4], representative: 0 });
    assert_eq!(found.groups[1].members, [1, 3]);
    assert!(found.silhouette > 0.9, "{found:?}");
    assert_eq!(found.separation, 1.0);
}

#[test]
fn three_camps_are_found() {
    let ballots: Vec<Vec<usize>> = [0, 5, 10, 0, 5, 10, 0].iter().map(|first| (*first..first + 5).collect()).collect();
    assert_eq!(members(split(&ballots, 15)), Some(vec![vec![0, 3, 6], vec![1, 4], vec![2, 5]]));
}

#[test]
fn silhouette_by_hand() {
    // a and b 0.1 apart, c and d 0.3 apart, 0.8 between: (0.7 + 0.7 + 0.5 + 0.5) / 0.8 / 4.
    let d = [[0.0, 0.1, 0.8, 0.8], [0.1, 0.0, 0.8, 0.8], [0.8, 0.8, 0.0, 0.3], [0.8, 0.8, 0.3, 0.0]];
    let found = factions(&d.map(Vec::from), 5, 1.0).unwrap().unwrap();
    assert!((found.silhouette - 0.75).abs() < 1e-12, "{found:?}");
    assert!((found.separation - 0.8).abs() < 1e-12);
}

#[test]
fn one_mind_one_outlier_or_three_leaders_are_no_factions() {
    let same = vec![vec![0, 1, 2]; 6];
    assert_eq!(split(&same, 8), None);
    let outlier = [same.clone(), vec![vec![5, 6, 7]]].concat();
    assert_eq!(split(&outlier, 8), None);
    assert_eq!(split(&outlier[4..], 8), None);
}

#[test]
fn groups_a_swap_apart_are_no_factions() {
    let (a, b) = (vec![0, 1, 2, 3, 4], vec![0, 1, 2, 4, 3]);
    assert_eq!(split(&[a.clone(), a, b.clone(), b], 10), None);
}

/// Random rounds that split, of 400.
fn false_splits(leaders: usize, top: usize, candidates: usize) -> usize {
    let mut rng = ChaCha8Rng::seed_from_u64(20);
    let mut round = || -> Vec<Vec<usize>> { (0..leaders).map(|_| random_ballot(&mut rng, top, candidates)).collect() };
    (0..400).filter(|_| split(&round(), candidates).is_some()).count()
}

#[test]
fn random_ballots_rarely_split() {
    let check = |leaders, top, candidates, at_most| {
        let splits = false_splits(leaders, top, candidates);
        assert!(splits <= at_most, "{leaders} leaders, {top} of {candidates}: {splits} of 400");
    };
    // The usual round: 2 in 100 or fewer.
    for (leaders, candidates) in [(4, 12), (5, 12), (8, 12), (8, 20), (15, 12)] {
        check(leaders, 5, candidates, 8);
    }
    // The rounds most prone to it: few ballots, short or nearly full ones. Five in 100, and the error of 400 draws.
    for (leaders, top, candidates) in [(4, 3, 6), (5, 3, 6), (8, 3, 6), (7, 5, 6), (8, 5, 6), (8, 6, 6), (12, 10, 10)] {
        check(leaders, top, candidates, 30);
    }
}

#[test]
fn planted_factions_are_found() {
    let mut rng = ChaCha8Rng::seed_from_u64(21);
    for (leaders, top, candidates) in [(6, 5, 12), (8, 5, 12), (15, 5, 20)] {
        let found = (0..100)
            .filter(|_| {
                let camps = random_ballot(&mut rng, 2 * top, candidates);
                let ballots: Vec<Vec<usize>> =
                    (0..leaders).map(|leader| blurred(&mut rng, &camps[leader % 2 * top..][..top], 3)).collect();
                let expected = vec![(0..leaders).step_by(2).collect(), (1..leaders).step_by(2).collect()];
                members(split(&ballots, candidates)) == Some(expected)
            })
            .count();
        assert!(found >= 95, "{leaders} leaders, {top} of {candidates}: {found} of 100 found");
    }
}

#[test]
fn ill_posed_input_is_named() {
    assert_eq!(factions(&[vec![0.0], vec![0.0, 1.0]], 5, 1.0), Err(IllPosed::UnequalLengths));
    assert_eq!(factions(&vec![vec![f64::NAN; 4]; 4], 5, 1.0), Err(IllPosed::NotANumber));
    assert_eq!(factions(&[], 5, 1.0), Ok(None));
}
