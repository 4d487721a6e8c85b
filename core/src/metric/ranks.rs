//! Ranks with ties: what every rank statistic starts from, and the checks of its input.

use super::IllPosed;

/// Checks that a list names each candidate at most once and none outside `0..candidates`.
///
/// # Errors
/// [`IllPosed::EmptyRanking`], [`IllPosed::OutOfRange`] or [`IllPosed::Repeated`].
pub fn check_ranking(ranking: &[usize], candidates: usize) -> Result<(), IllPosed> {
    if ranking.is_empty() {
        return Err(IllPosed::EmptyRanking);
    }
    let mut seen = vec![false; candidates];
    for &item in ranking {
        match seen.get_mut(item) {
            None => return Err(IllPosed::OutOfRange),
            Some(seen) if *seen => return Err(IllPosed::Repeated),
            Some(seen) => *seen = true,
        }
    }
    Ok(())
}

/// Checks a set of ballots: enough of them, enough candidates, and each ballot sound.
///
/// # Errors
/// [`IllPosed::TooFewBallots`], [`IllPosed::TooFewCandidates`] or what [`check_ranking`] finds.
pub fn check_ballots(rankings: &[Vec<usize>], candidates: usize, ballots_needed: usize) -> Result<(), IllPosed> {
    if rankings.len() < ballots_needed {
        return Err(IllPosed::TooFewBallots { found: rankings.len(), needed: ballots_needed });
    }
    if candidates < 2 {
        return Err(IllPosed::TooFewCandidates { found: candidates, needed: 2 });
    }
    rankings.iter().try_for_each(|ranking| check_ranking(ranking, candidates))
}

/// The rank that the candidates left out of a ballot of `length` share: (k + 1 + N) / 2.
#[must_use]
pub fn unranked_rank(length: usize, candidates: usize) -> f64 {
    (length + 1 + candidates) as f64 / 2.0
}

/// The rank of every candidate on one ballot, 1 for the first; those left out share the mid-rank.
///
/// # Errors
/// What [`check_ranking`] finds.
pub fn mid_ranks(ranking: &[usize], candidates: usize) -> Result<Vec<f64>, IllPosed> {
    check_ranking(ranking, candidates)?;
    let mut ranks = vec![unranked_rank(ranking.len(), candidates); candidates];
    for (place, &item) in ranking.iter().enumerate() {
        ranks[item] = (place + 1) as f64;
    }
    Ok(ranks)
}

/// The rank of every value in ascending order, 1 for the smallest; equal values share their mean rank.
///
/// # Errors
/// [`IllPosed::NotANumber`] when a value is NaN.
pub fn of_values(values: &[f64]) -> Result<Vec<f64>, IllPosed> {
    if values.iter().any(|value| value.is_nan()) {
        return Err(IllPosed::NotANumber);
    }
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    // `==` rather than `total_cmp` finds the ties, so that -0.0 and 0.0 are one value.
    for tied in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let shared = (2 * start + tied.len() + 1) as f64 / 2.0;
        for &item in tied {
            ranks[item] = shared;
        }
        start += tied.len();
    }
    Ok(ranks)
}

/// Σ(t³ − t) over the groups of tied ranks: how much a rater's ties cost the variance of the ranks.
#[must_use]
pub fn tie_term(ranks: &[f64]) -> f64 {
    let mut sorted = ranks.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.chunk_by(|a, b| a == b).map(|tied| cube_less_itself(tied.len())).sum()
}

/// t³ − t.
#[must_use]
pub fn cube_less_itself(count: usize) -> f64 {
    let count = count as f64;
    count * count * count - count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_left_out_share_the_middle_of_what_remains() {
        assert_eq!(mid_ranks(&[3, 0], 5), Ok(vec![2.0, 4.0, 4.0, 1.0, 4.0]));
        assert_eq!(mid_ranks(&[1, 0], 2), Ok(vec![2.0, 1.0]));
    }

    #[test]
    fn equal_values_share_their_mean_rank() {
        let check = |values: &[f64], ranks: &[f64]| assert_eq!(of_values(values), Ok(ranks.to_vec()));
        check(&[3.0, 1.0, 3.0, 2.0], &[3.5, 1.0, 3.5, 2.0]);
        check(&[-0.0, 0.0], &[1.5, 1.5]);
        check(&[], &[]);
        assert_eq!(of_values(&[1.0, f64::NAN]), Err(IllPosed::NotANumber));
    }

    #[test]
    fn ties_are_counted_by_group() {
        assert_eq!(tie_term(&[1.5, 3.0, 1.5, 5.0, 5.0, 5.0]), 6.0 + 24.0);
    }

    #[test]
    fn unsound_ballots_are_named() {
        let check = |ranking: &[usize], error| assert_eq!(mid_ranks(ranking, 3), Err(error));
        check(&[], IllPosed::EmptyRanking);
        check(&[0, 3], IllPosed::OutOfRange);
        check(&[0, 1, 0], IllPosed::Repeated);
    }
}
