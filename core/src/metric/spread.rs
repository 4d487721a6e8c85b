//! Where each priority stands across the stacks: how often, how high, and how much the leaders differ.

use serde::{Deserialize, Serialize};

use super::{IllPosed, Metric, ranks};

/// The spread in the list of measures.
pub const METRIC: Metric = Metric {
    id: "spread",
    name: "Spread",
    sentence: "How far apart the leaders rank one priority, in places: 0 when all give it the same place.",
    definition: "The population standard deviation of the priority's rank over all ballots, those that leave it out counting with the \
        mid-rank (k + 1 + n)/2. The scale from 1 to that mid-rank is cut in three. \
        Polarised: at least a third of the leaders rank it in the upper third of the scale and at least a third in the lower. \
        Merely low: not polarised, and at least two thirds in the lower third. \
        Discuss first: the largest spread first; of equal ones, that in more stacks, then the better mean rank; \
        what nobody ranks, and what all rank alike, is left out.",
    units: "places",
    domain: "1 or more ballots, 2 or more priorities",
    source: "Plumbline's own reading of the standard deviation of ranks",
    published: "none published; NumPy on random ballots",
};

/// One priority across all ballots.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Index of the candidate.
    pub candidate: usize,
    /// Ballots that rank it.
    pub stacks: usize,
    /// Mean rank over all ballots, with mid-ranks where it is left out.
    pub mean_rank: f64,
    /// Population standard deviation of those ranks, in places.
    pub spread: f64,
    /// The best place a ballot gives it; `None` when it is in no stack.
    pub best: Option<usize>,
    /// The worst place among the ballots that rank it; `None` when it is in no stack.
    pub worst: Option<usize>,
    /// One camp ranks it high and another low.
    pub polarised: bool,
    /// Hardly anybody ranks it high.
    pub merely_low: bool,
}

/// The spread of every candidate, by index.
///
/// # Errors
/// [`IllPosed::TooFewBallots`] without ballots, [`IllPosed::TooFewCandidates`] below 2, or a ballot's fault.
pub fn spreads(rankings: &[Vec<usize>], candidates: usize) -> Result<Vec<Spread>, IllPosed> {
    ranks::check_ballots(rankings, candidates, 1)?;
    let ranked: Vec<Vec<f64>> =
        rankings.iter().map(|ranking| ranks::mid_ranks(ranking, candidates)).collect::<Result<_, _>>()?;
    let camps: Vec<Vec<Camp>> = rankings
        .iter()
        .zip(&ranked)
        .map(|(ranking, ranks)| ranks.iter().map(|&rank| Camp::of(rank, ranking.len(), candidates)).collect())
        .collect();
    let ballots = rankings.len();
    Ok((0..candidates)
        .map(|candidate| {
            let places = || rankings.iter().filter_map(|ranking| ranking.iter().position(|&item| item == candidate));
            let ranks = || ranked.iter().map(|ranks| ranks[candidate]);
            let in_camp = |camp| camps.iter().filter(|camps| camps[candidate] == camp).count();
            // Sums of half-integers and of their squares are exact, whatever the order of the ballots.
            let count = ballots as f64;
            let sum: f64 = ranks().sum();
            let squares: f64 = ranks().map(|rank| rank * rank).sum();
            let (high, low) = (in_camp(Camp::High), in_camp(Camp::Low));
            let polarised = 3 * high >= ballots && 3 * low >= ballots;
            Spread {
                candidate,
                stacks: places().count(),
                mean_rank: sum / count,
                spread: (count * squares - sum * sum).sqrt() / count,
                best: places().min().map(|place| place + 1),
                worst: places().max().map(|place| place + 1),
                polarised,
                merely_low: !polarised && 3 * low >= 2 * ballots,
            }
        })
        .collect())
}

/// The candidates the leaders differ on, most contested first; those all rank alike or nobody ranks are left out.
#[must_use]
pub fn contested(spreads: &[Spread]) -> Vec<usize> {
    let mut contested: Vec<&Spread> = spreads.iter().filter(|entry| entry.stacks > 0 && entry.spread > 0.0).collect();
    contested.sort_by(|a, b| {
        b.spread
            .total_cmp(&a.spread)
            .then(b.stacks.cmp(&a.stacks))
            .then(a.mean_rank.total_cmp(&b.mean_rank))
            .then(a.candidate.cmp(&b.candidate))
    });
    contested.into_iter().map(|entry| entry.candidate).collect()
}

/// Which third of the scale a rank falls in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Camp {
    High,
    Middle,
    Low,
}

impl Camp {
    fn of(rank: f64, length: usize, candidates: usize) -> Self {
        let last = if length < candidates { ranks::unranked_rank(length, candidates) } else { candidates as f64 };
        // Compared without a division: ranks are half-integers, so the limits themselves count exactly.
        if 3.0 * (rank - 1.0) <= last - 1.0 {
            Self::High
        } else if 3.0 * (last - rank) <= last - 1.0 {
            Self::Low
        } else {
            Self::Middle
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four leaders, top 2 of 6: the scale runs from 1 to 4.5.
    fn example() -> Vec<Spread> {
        spreads(&[vec![0, 1], vec![0, 2], vec![1, 2], vec![1, 3]], 6).unwrap()
    }

    #[test]
    fn half_high_and_half_left_out_is_polarised() {
        let found = example()[0];
        assert_eq!((found.stacks, found.best, found.worst), (2, Some(1), Some(1)));
        assert_eq!((found.mean_rank, found.spread), (2.75, 1.75));
        assert!(found.polarised && !found.merely_low);
    }

    #[test]
    fn in_one_stack_near_its_end_is_merely_low() {
        let found = example()[3];
        assert_eq!((found.stacks, found.mean_rank), (1, 3.875));
        assert!(found.merely_low && !found.polarised);
    }

    #[test]
    fn in_no_stack_is_low_without_spread() {
        let found = example()[5];
        assert_eq!((found.stacks, found.best, found.worst, found.spread), (0, None, None, 0.0));
        assert!(found.merely_low);
    }

    #[test]
    fn full_rankings_use_the_whole_scale() {
        let found = spreads(&[vec![0, 1, 2, 3, 4], vec![4, 3, 2, 1, 0], vec![4, 3, 1, 2, 0]], 5).unwrap();
        assert!(found[0].polarised && found[4].polarised);
        assert!(!found[2].polarised && !found[2].merely_low);
    }

    #[test]
    fn the_most_contested_comes_first() {
        assert_eq!(contested(&example()), [0, 1, 2, 3]);
        assert!(contested(&spreads(&[vec![0, 1], vec![0, 1]], 4).unwrap()).is_empty());
    }

    #[test]
    fn ill_posed_input_is_named() {
        assert_eq!(spreads(&[], 4), Err(IllPosed::TooFewBallots { found: 0, needed: 1 }));
        assert_eq!(spreads(&[vec![0]], 1), Err(IllPosed::TooFewCandidates { found: 1, needed: 2 }));
    }
}
