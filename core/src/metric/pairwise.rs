//! Head-to-head counts: what Kemeny and Schulze start from.

use super::{IllPosed, ranks};

/// `prefer[i][j]`: ballots that put i ahead of j. A ranked item is ahead of one left out; two left out are level.
///
/// # Errors
/// [`IllPosed::TooFewBallots`] without ballots, [`IllPosed::TooFewCandidates`] below 2, or a ballot's fault.
pub fn preferences(rankings: &[Vec<usize>], candidates: usize) -> Result<Vec<Vec<u32>>, IllPosed> {
    ranks::check_ballots(rankings, candidates, 1)?;
    let mut prefer = vec![vec![0; candidates]; candidates];
    let mut behind = vec![true; candidates];
    for ranking in rankings {
        behind.fill(true);
        for &item in ranking {
            behind[item] = false;
            for (count, _) in prefer[item].iter_mut().zip(&behind).filter(|(_, behind)| **behind) {
                *count += 1;
            }
        }
    }
    Ok(prefer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranked_beats_unranked_and_unranked_are_level() {
        assert_eq!(
            preferences(&[vec![2, 0], vec![1]], 4),
            Ok(vec![vec![0, 1, 0, 1], vec![1, 0, 1, 1], vec![1, 1, 0, 1], vec![0, 0, 0, 0]])
        );
    }
}
