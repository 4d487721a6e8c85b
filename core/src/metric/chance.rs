//! How high Kendall's W climbs when nobody agrees with anybody.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::kendall_w::{Scale, squared_deviations};
use super::{IllPosed, Metric, ranks};

/// The chance level in the list of measures.
pub const METRIC: Metric = Metric {
    id: "chance_w_95",
    name: "Chance level",
    sentence: "The agreement that leaders who rank at random stay below 95 times in 100; only a figure above it says anything.",
    definition: "The 95th percentile of W when every leader puts as many priorities as they did, drawn at random \
        from all n, in random order: simulated from a seed, so the same round always shows the same level. \
        10,000 random rounds, fewer where that would draw more than five million places (50 full ballots over 40 \
        priorities: 2,500); the simulation is then off by about half a point of those 95, by one at the very largest. \
        It is the smallest simulated W that 95 % of the random rounds do not exceed; agreement equal to it counts as chance.",
    units: "0 to 1, as W",
    domain: "2 or more ballots of 1 or more places, 2 or more priorities",
    source: "Monte Carlo quantile; generator ChaCha with 8 rounds (D. J. Bernstein)",
    published: "complete enumeration for small rounds, and an independent NumPy simulation (core/tests/oracle)",
};

/// Random rounds drawn. The standard error of the probability below the level is √(.95·.05/10,000) = 0.2 points.
const ROUNDS: usize = 10_000;
/// Rounds never drop below this: 0.5 points.
const FEWEST_ROUNDS: usize = 2_000;
/// Places drawn at most, which holds the largest round (50 full ballots over 40) near 20 ms natively.
const PLACES: usize = 5_000_000;

/// The 95 % point of W when `leaders` leaders each rank `top` of `candidates` at random.
///
/// # Errors
/// As [`level_for`].
pub fn chance_w_95(leaders: usize, top: usize, candidates: usize, seed: u64) -> Result<f64, IllPosed> {
    level_for(&vec![top; leaders], candidates, seed)
}

/// The 95 % point of W when ballots of these lengths are filled at random. Same seed, same level.
///
/// # Errors
/// [`IllPosed::TooFewBallots`] and [`IllPosed::TooFewCandidates`] below 2, [`IllPosed::EmptyRanking`] for a
/// ballot of length 0, [`IllPosed::OutOfRange`] for one longer than the candidates.
pub fn level_for(lengths: &[usize], candidates: usize, seed: u64) -> Result<f64, IllPosed> {
    let leaders = lengths.len();
    if leaders < 2 {
        return Err(IllPosed::TooFewBallots { found: leaders, needed: 2 });
    }
    if candidates < 2 {
        return Err(IllPosed::TooFewCandidates { found: candidates, needed: 2 });
    }
    if lengths.contains(&0) {
        return Err(IllPosed::EmptyRanking);
    }
    if lengths.iter().any(|&length| length > candidates) {
        return Err(IllPosed::OutOfRange);
    }
    let ties = lengths.iter().map(|&length| ranks::cube_less_itself(candidates - length)).sum();
    let scale = Scale::new(leaders, candidates, ties)?;
    let places: usize = lengths.iter().sum();
    let rounds = (PLACES / places).clamp(FEWEST_ROUNDS, ROUNDS);

    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut deck: Vec<usize> = (0..candidates).collect();
    let unranked: Vec<f64> = lengths.iter().map(|&length| ranks::unranked_rank(length, candidates)).collect();
    let everyone_unranked: f64 = unranked.iter().sum();
    let mut totals = vec![0.0; candidates];
    let mut deviations: Vec<f64> = (0..rounds)
        .map(|_| {
            totals.fill(everyone_unranked);
            for (&length, unranked) in lengths.iter().zip(&unranked) {
                // The first `length` steps of a Fisher-Yates shuffle; the deck may start in any order.
                for place in 0..length {
                    let drawn = place + below(&mut rng, candidates - place);
                    deck.swap(place, drawn);
                    totals[deck[place]] += (place + 1) as f64 - unranked;
                }
            }
            squared_deviations(&totals, leaders)
        })
        .collect();
    let index = (rounds * 95).div_ceil(100) - 1;
    let (_, level, _) = deviations.select_nth_unstable_by(index, f64::total_cmp);
    Ok(scale.w(*level))
}

/// A number below `bound`, by multiplication: its bias, `bound`/2³², is far below the simulation's own error,
/// and unlike a library's sampler its values stay the same from one release to the next.
fn below(rng: &mut ChaCha8Rng, bound: usize) -> usize {
    ((u64::from(rng.next_u32()) * bound as u64) >> 32) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::kendall_w;

    #[test]
    fn same_seed_same_level() {
        assert_eq!(chance_w_95(8, 5, 12, 7), chance_w_95(8, 5, 12, 7));
        assert_ne!(chance_w_95(8, 5, 12, 7), chance_w_95(8, 5, 12, 8));
    }

    #[test]
    fn one_length_is_many_equal_lengths() {
        assert_eq!(chance_w_95(3, 2, 5, 1), level_for(&[2, 2, 2], 5, 1));
    }

    /// Every ordered choice of `length` out of `candidates`.
    fn arrangements(length: usize, candidates: usize) -> Vec<Vec<usize>> {
        (0..length).fold(vec![vec![]], |lists, _| {
            lists
                .iter()
                .flat_map(|list| {
                    (0..candidates).filter(|item| !list.contains(item)).map(|item| [list.as_slice(), &[item]].concat())
                })
                .collect()
        })
    }

    /// Probability, over every possible set of ballots, that W stays below `level` and that it does not exceed it.
    fn exact(lengths: &[usize], candidates: usize, level: f64) -> (f64, f64) {
        let rounds = lengths.iter().fold(vec![vec![]], |rounds: Vec<Vec<Vec<usize>>>, &length| {
            rounds
                .iter()
                .flat_map(|round| {
                    arrangements(length, candidates)
                        .into_iter()
                        .map(move |ballot| [round.as_slice(), &[ballot]].concat())
                })
                .collect()
        });
        let share = |holds: &dyn Fn(f64) -> bool| {
            let count =
                rounds.iter().filter(|round| holds(kendall_w::of_ballots(round, candidates).unwrap().w)).count();
            count as f64 / rounds.len() as f64
        };
        (share(&|w| w < level), share(&|w| w <= level))
    }

    #[test]
    fn agrees_with_complete_enumeration() {
        for (lengths, candidates) in [
            (vec![2, 2], 2),
            (vec![3, 3, 3], 3),
            (vec![4, 4], 4),
            (vec![2, 2], 6),
            (vec![2, 2, 2], 4),
            (vec![1, 2, 3], 4),
            (vec![1, 1, 1, 1], 6),
        ] {
            let level = level_for(&lengths, candidates, 1).unwrap();
            let (under, up_to) = exact(&lengths, candidates, level);
            assert!(under < 0.96 && up_to > 0.94, "{lengths:?} of {candidates}: {level} {under} {up_to}");
        }
    }

    #[test]
    fn ill_posed_input_is_named() {
        let check = |lengths: &[usize], candidates, error| {
            assert_eq!(level_for(lengths, candidates, 0), Err(error));
        };
        check(&[3], 4, IllPosed::TooFewBallots { found: 1, needed: 2 });
        check(&[1, 1], 1, IllPosed::TooFewCandidates { found: 1, needed: 2 });
        check(&[1, 0], 4, IllPosed::EmptyRanking);
        check(&[1, 5], 4, IllPosed::OutOfRange);
    }
}
