//! Schulze's method: beat paths.

use super::{IllPosed, Metric, pairwise};

/// Schulze's method in the list of measures.
pub const METRIC: Metric = Metric {
    id: "schulze",
    name: "Schulze order",
    sentence: "One priority stands above another when the chain of head-to-head wins from it is the stronger one.",
    definition: "d(i, j) leaders put i ahead of j (ranked is ahead of left out; two left out are level). \
        A link i → j exists where d(i, j) > d(j, i) and is as strong as d(i, j) (winning votes); \
        a path is as strong as its weakest link; i stands above j when the strongest path i → j beats the strongest j → i. \
        The first place goes to all that nothing stands above; the next place to all that nothing else remaining stands above, and so on. \
        A place held by several is a tie.",
    units: "places, tied ones together",
    domain: "1 or more ballots, 2 or more priorities",
    source: "M. Schulze, A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent single-winner \
        election method, Social Choice and Welfare 36, 2011",
    published: "the 45-voter example (5 ACBED, 5 ADECB, 8 BEDAC, 3 CABED, 7 CAEBD, 2 CBADE, 7 DCEBA, 8 EBADC): E, A, C, B, D",
};

/// The places of Schulze's method, first place first; candidates tied at a place in index order.
///
/// # Errors
/// [`IllPosed::TooFewBallots`] without ballots, [`IllPosed::TooFewCandidates`] below 2, or a ballot's fault.
pub fn tiers(rankings: &[Vec<usize>], candidates: usize) -> Result<Vec<Vec<usize>>, IllPosed> {
    let strength = strongest_paths(&pairwise::preferences(rankings, candidates)?);
    let mut remaining: Vec<usize> = (0..candidates).collect();
    let mut tiers = Vec::new();
    while !remaining.is_empty() {
        // "Stands above" is transitive and never mutual, so somebody always remains unbeaten.
        let (tier, rest): (Vec<usize>, Vec<usize>) =
            remaining.iter().partition(|&&i| remaining.iter().all(|&j| strength[j][i] <= strength[i][j]));
        tiers.push(tier);
        remaining = rest;
    }
    Ok(tiers)
}

/// The strongest path between every two candidates (widest paths, Floyd and Warshall).
fn strongest_paths(prefer: &[Vec<u32>]) -> Vec<Vec<u32>> {
    let n = prefer.len();
    let mut strength: Vec<Vec<u32>> =
        (0..n).map(|i| (0..n).map(|j| if prefer[i][j] > prefer[j][i] { prefer[i][j] } else { 0 }).collect()).collect();
    for via in 0..n {
        let onward = strength[via].clone();
        for (i, from) in strength.iter_mut().enumerate().filter(|(i, _)| *i != via) {
            let link = from[via];
            for (j, direct) in from.iter_mut().enumerate().filter(|(j, _)| *j != i) {
                *direct = (*direct).max(link.min(onward[j]));
            }
        }
    }
    strength
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::examples::{schulze_45, tennessee};

    #[test]
    fn published_orders() {
        assert_eq!(tiers(&schulze_45(), 5), Ok(vec![vec![4], vec![0], vec![2], vec![1], vec![3]]));
        assert_eq!(tiers(&tennessee(), 4), Ok(vec![vec![1], vec![2], vec![3], vec![0]]));
    }

    #[test]
    fn published_path_strengths() {
        // Schulze's 45-voter example, the table of strongest paths.
        let strength = strongest_paths(&pairwise::preferences(&schulze_45(), 5).unwrap());
        assert_eq!(
            strength,
            [[0, 28, 28, 30, 24], [25, 0, 28, 33, 24], [25, 29, 0, 29, 24], [25, 28, 28, 0, 24], [25, 28, 28, 31, 0]]
        );
    }

    #[test]
    fn ties_share_a_place() {
        assert_eq!(tiers(&[vec![0, 1], vec![1, 0]], 4), Ok(vec![vec![0, 1], vec![2, 3]]));
        // A cycle of equal strength.
        assert_eq!(tiers(&[vec![0, 1, 2], vec![1, 2, 0], vec![2, 0, 1]], 3), Ok(vec![vec![0, 1, 2]]));
    }

    #[test]
    fn ill_posed_input_is_named() {
        assert_eq!(tiers(&[], 4), Err(IllPosed::TooFewBallots { found: 0, needed: 1 }));
        assert_eq!(tiers(&[vec![0]], 1), Err(IllPosed::TooFewCandidates { found: 1, needed: 2 }));
    }
}
