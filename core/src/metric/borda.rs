//! Borda's count: points for places.

use serde::{Deserialize, Serialize};

use super::{IllPosed, Metric, ranks};

/// Borda's count in the list of measures.
pub const METRIC: Metric = Metric {
    id: "borda",
    name: "Borda count",
    sentence: "Every place is worth points, the first the most; the priorities are ordered by their sum.",
    definition: "A ballot gives n − 1 points to its first of n priorities, n − 2 to the second, and so on. \
        Those it leaves out share the remaining points equally: (n − k − 1)/2 each (the average-score variant, \
        in which every ballot spends the same number of points). Equal sums are level.",
    units: "points",
    domain: "1 or more ballots, 2 or more priorities",
    source: "J.-C. de Borda, 1781; average score for partial ballots: N. Narodytska, T. Walsh, The computational impact of partial votes on strategic voting, 2014",
    published: "Tennessee's capital (42 MNCK, 26 NCKM, 15 CKNM, 17 KCNM): N 194, C 173, M 126, K 107",
};

/// A candidate and its points.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// Index of the candidate.
    pub candidate: usize,
    /// Sum of its Borda points, a multiple of one half.
    pub points: f64,
}

/// Points of every candidate, by index.
///
/// # Errors
/// [`IllPosed::TooFewBallots`] without ballots, [`IllPosed::TooFewCandidates`] below 2, or a ballot's fault.
pub fn points(rankings: &[Vec<usize>], candidates: usize) -> Result<Vec<f64>, IllPosed> {
    ranks::check_ballots(rankings, candidates, 1)?;
    let mut points = vec![0.0; candidates];
    for ranking in rankings {
        for (points, rank) in points.iter_mut().zip(ranks::mid_ranks(ranking, candidates)?) {
            *points += candidates as f64 - rank;
        }
    }
    Ok(points)
}

/// Candidates by points, most first; equal ones in index order.
///
/// # Errors
/// As [`points`].
pub fn standings(rankings: &[Vec<usize>], candidates: usize) -> Result<Vec<Standing>, IllPosed> {
    let mut standings: Vec<Standing> = points(rankings, candidates)?
        .into_iter()
        .enumerate()
        .map(|(candidate, points)| Standing { candidate, points })
        .collect();
    standings.sort_by(|a, b| b.points.total_cmp(&a.points));
    Ok(standings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::examples::tennessee;

    #[test]
    fn published_tennessee() {
        assert_eq!(points(&tennessee(), 4), Ok(vec![126.0, 194.0, 173.0, 107.0]));
        let order: Vec<usize> = standings(&tennessee(), 4).unwrap().iter().map(|s| s.candidate).collect();
        assert_eq!(order, [1, 2, 0, 3]);
    }

    #[test]
    fn those_left_out_share_the_rest() {
        assert_eq!(points(&[vec![3, 1]], 5), Ok(vec![1.0, 3.0, 1.0, 4.0, 1.0]));
    }

    #[test]
    fn ill_posed_input_is_named() {
        assert_eq!(points(&[], 4), Err(IllPosed::TooFewBallots { found: 0, needed: 1 }));
        assert_eq!(points(&[vec![0]], 1), Err(IllPosed::TooFewCandidates { found: 1, needed: 2 }));
        assert_eq!(points(&[vec![4]], 4), Err(IllPosed::OutOfRange));
    }
}
