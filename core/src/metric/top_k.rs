//! Distances between top-k lists: Fagin's Kendall distance K^(p) and footrule F^(ℓ).

use super::{IllPosed, Metric};

/// The top-k distance in the list of measures.
pub const METRIC: Metric = Metric {
    id: "top_k_distance",
    name: "Distance between stacks",
    sentence: "How far apart two leaders' stacks are: 0 for the same stack, 1 when they share no priority.",
    definition: "K^(p), summed over the pairs of priorities that either stack names. Both in both stacks: 1 if in opposite order. \
        Both in one, one of them in the other: 1 if the first stack puts the one missing from the other ahead. \
        Each in a different stack only: 1. Both in one stack, neither in the other: p, a neutral ½. \
        Divided by its largest value, that of stacks of a and b places with nothing in common: a·b + p·(a(a − 1) + b(b − 1))/2, \
        which is k² + p·k(k − 1) for two stacks of k. \
        With fewer than a + b priorities to choose from, stacks must overlap and 1 is out of reach; \
        the expected distance of two random stacks is shown for comparison.",
    units: "0 to 1 (the unnormalised distance counts pairs)",
    domain: "two lists without repeats, neither empty, 0 ≤ p ≤ 1",
    source: "R. Fagin, R. Kumar, D. Sivakumar, Comparing top k lists, SIAM J. Discrete Math. 17(1), 2003",
    published: "k = 5, against abcde: bacde 1, edcba 10, nothing in common 35",
};

/// The footrule in the list of measures.
pub const FOOTRULE: Metric = Metric {
    id: "footrule",
    name: "Footrule distance between stacks",
    sentence: "By how many places, in all, two stacks put their priorities differently.",
    definition: "F^(k+1) = Σ |place in one − place in the other| over the priorities of either stack; \
        a missing one counts as place k + 1 (with unequal lengths, one past the longer). \
        Divided by its largest value, that of stacks with nothing in common: k(k + 1).",
    units: "places (normalised: 0 to 1)",
    domain: "two lists without repeats, neither empty",
    source: "R. Fagin, R. Kumar, D. Sivakumar, Comparing top k lists, SIAM J. Discrete Math. 17(1), 2003",
    published: "k = 5, against abcde: bacde 2, edcba 12, nothing in common 30",
};

/// Fagin's neutral penalty for a pair that only one list knows about.
pub const NEUTRAL: f64 = 0.5;

/// K^(p): the pairs that two top-k lists order differently, `p` for those one list cannot tell.
///
/// # Errors
/// [`IllPosed::EmptyRanking`], [`IllPosed::Repeated`], and [`IllPosed::Penalty`] unless 0 ≤ p ≤ 1.
pub fn kendall(a: &[usize], b: &[usize], p: f64) -> Result<f64, IllPosed> {
    check_penalty(p)?;
    let places = places(a, b)?;
    let (mut certain, mut unknown) = (0u64, 0u64);
    for (i, &(a_i, b_i)) in places.iter().enumerate() {
        for &(a_j, b_j) in &places[..i] {
            match (a_i, a_j, b_i, b_j) {
                (Some(_), Some(_), None, None) | (None, None, Some(_), Some(_)) => unknown += 1,
                // A missing item stands behind every listed one, so `None` must compare as last.
                _ => certain += u64::from(ahead(a_i, a_j) != ahead(b_i, b_j)),
            }
        }
    }
    Ok(certain as f64 + p * unknown as f64)
}

fn ahead(i: Option<usize>, j: Option<usize>) -> bool {
    i.unwrap_or(usize::MAX) < j.unwrap_or(usize::MAX)
}

/// The largest K^(p) of lists with these lengths: nothing in common.
#[must_use]
pub fn kendall_max(a: usize, b: usize, p: f64) -> f64 {
    let (a, b) = (a as f64, b as f64);
    a * b + p * (a * (a - 1.0) + b * (b - 1.0)) / 2.0
}

/// K^(p) as a share of its maximum: 0 to 1.
///
/// # Errors
/// As [`kendall`].
pub fn kendall_normalised(a: &[usize], b: &[usize], p: f64) -> Result<f64, IllPosed> {
    Ok(kendall(a, b, p)? / kendall_max(a.len(), b.len(), p))
}

/// The mean normalised K^(p) of two stacks of `a` and `b` places drawn at random from `candidates`.
///
/// # Errors
/// [`IllPosed::TooFewCandidates`] below 2, [`IllPosed::EmptyRanking`], [`IllPosed::OutOfRange`] for a stack longer
/// than the candidates, [`IllPosed::Penalty`].
pub fn kendall_expected(a: usize, b: usize, candidates: usize, p: f64) -> Result<f64, IllPosed> {
    check_penalty(p)?;
    if candidates < 2 {
        return Err(IllPosed::TooFewCandidates { found: candidates, needed: 2 });
    }
    if a == 0 || b == 0 {
        return Err(IllPosed::EmptyRanking);
    }
    if a.max(b) > candidates {
        return Err(IllPosed::OutOfRange);
    }
    let n = candidates as f64;
    let pairs = n * (n - 1.0) / 2.0;
    // Of two given items: the chance that a stack of k holds both, exactly one, neither.
    let holds = |k: usize| {
        let k = k as f64;
        let pairs = n * (n - 1.0);
        (k * (k - 1.0) / pairs, 2.0 * k * (n - k) / pairs, (n - k) * (n - k - 1.0) / pairs)
    };
    let ((both_a, one_a, none_a), (both_b, one_b, none_b)) = (holds(a), holds(b));
    // When both stacks order the pair, random ones disagree half the time.
    let ordered = (both_a + one_a) * (both_b + one_b);
    let unknown = both_a * none_b + none_a * both_b;
    Ok(pairs * (ordered / 2.0 + p * unknown) / kendall_max(a, b, p))
}

/// F^(ℓ) with ℓ one past the longer list: how many places apart the lists put their items, in all.
///
/// # Errors
/// [`IllPosed::EmptyRanking`] or [`IllPosed::Repeated`].
pub fn footrule(a: &[usize], b: &[usize]) -> Result<f64, IllPosed> {
    let absent = a.len().max(b.len());
    let distance: usize =
        places(a, b)?.into_iter().map(|(in_a, in_b)| in_a.unwrap_or(absent).abs_diff(in_b.unwrap_or(absent))).sum();
    Ok(distance as f64)
}

/// The largest footrule of lists with these lengths: nothing in common; k(k + 1) when both have k.
#[must_use]
pub fn footrule_max(a: usize, b: usize) -> f64 {
    let absent = a.max(b) as f64;
    let alone = |length: usize| {
        let length = length as f64;
        length * absent - length * (length - 1.0) / 2.0
    };
    alone(a) + alone(b)
}

/// The footrule as a share of its maximum: 0 to 1.
///
/// # Errors
/// As [`footrule`].
pub fn footrule_normalised(a: &[usize], b: &[usize]) -> Result<f64, IllPosed> {
    Ok(footrule(a, b)? / footrule_max(a.len(), b.len()))
}

fn check_penalty(p: f64) -> Result<(), IllPosed> {
    if (0.0..=1.0).contains(&p) { Ok(()) } else { Err(IllPosed::Penalty) }
}

/// An item's place, from 0, in each of two lists.
type Places = (Option<usize>, Option<usize>);

/// Every item of either list with its places.
fn places(a: &[usize], b: &[usize]) -> Result<Vec<Places>, IllPosed> {
    super::check_list(a)?;
    super::check_list(b)?;
    let place = |list: &[usize], item| list.iter().position(|other| *other == item);
    let in_a = a.iter().enumerate().map(|(at, &item)| (Some(at), place(b, item)));
    let only_b = b.iter().enumerate().filter(|&(_, &item)| place(a, item).is_none()).map(|(at, _)| (None, Some(at)));
    Ok(in_a.chain(only_b).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABCDE: [usize; 5] = [0, 1, 2, 3, 4];

    #[test]
    fn published_values() {
        let check = |other: &[usize], expected: f64, footrule_expected: f64| {
            assert_eq!(kendall(&ABCDE, other, NEUTRAL), Ok(expected), "{other:?}");
            assert_eq!(footrule(&ABCDE, other), Ok(footrule_expected), "{other:?}");
        };
        check(&[1, 0, 2, 3, 4], 1.0, 2.0);
        check(&[4, 3, 2, 1, 0], 10.0, 12.0);
        check(&[5, 6, 7, 8, 9], 35.0, 30.0);
        assert_eq!((kendall_max(5, 5, NEUTRAL), footrule_max(5, 5)), (35.0, 30.0));
    }

    #[test]
    fn each_of_the_four_cases() {
        let check = |a: &[usize], b: &[usize], expected| {
            assert_eq!(kendall(a, b, 0.25), Ok(expected), "{a:?} {b:?}");
        };
        check(&[0, 1], &[1, 0], 1.0); // 1: both in both, opposite order
        check(&[0, 1], &[0], 0.0); // 2: the missing one is behind
        check(&[0, 1], &[1], 1.0); // 2: the missing one is ahead
        check(&[0], &[1], 1.0); // 3: each in one list only
        check(&[0, 1], &[2], 2.25); // 4: 0 and 1 unknown to the second, and 3 twice
    }

    #[test]
    fn nothing_in_common_is_the_maximum() {
        assert_eq!(kendall_normalised(&[0, 1, 2], &[3], NEUTRAL), Ok(1.0));
        assert_eq!(footrule_normalised(&[0, 1, 2], &[3]), Ok(1.0));
    }

    #[test]
    fn expected_distance_is_the_mean_over_all_stacks() {
        let n = 5;
        let mut stacks: Vec<Vec<usize>> = Vec::new();
        for i in 0..n {
            stacks.push(vec![i]);
            for j in (0..n).filter(|&j| j != i) {
                stacks.push(vec![i, j]);
                stacks.extend((0..n).filter(|&k| k != i && k != j).map(|k| vec![i, j, k]));
            }
        }
        for p in [0.0, 0.5, 1.0] {
            for (a, b) in [(1, 1), (2, 2), (3, 3), (1, 3), (3, 2)] {
                let distances: Vec<f64> = stacks
                    .iter()
                    .filter(|stack| stack.len() == a)
                    .flat_map(|first| stacks.iter().filter(|stack| stack.len() == b).map(move |second| (first, second)))
                    .map(|(first, second)| kendall_normalised(first, second, p).unwrap())
                    .collect();
                let mean = distances.iter().sum::<f64>() / distances.len() as f64;
                let found = kendall_expected(a, b, n, p).unwrap();
                assert!((found - mean).abs() < 1e-12, "{a} {b} {p}: {found} {mean}");
            }
        }
    }

    #[test]
    fn ill_posed_input_is_named() {
        assert_eq!(kendall(&[], &[1], 0.5), Err(IllPosed::EmptyRanking));
        assert_eq!(kendall(&[1], &[1], 1.5), Err(IllPosed::Penalty));
        assert_eq!(kendall(&[1], &[1], f64::NAN), Err(IllPosed::Penalty));
        assert_eq!(footrule(&[1, 1], &[1]), Err(IllPosed::Repeated));
        assert_eq!(kendall_expected(1, 1, 1, 0.5), Err(IllPosed::TooFewCandidates { found: 1, needed: 2 }));
        assert_eq!(kendall_expected(1, 0, 3, 0.5), Err(IllPosed::EmptyRanking));
        assert_eq!(kendall_expected(1, 4, 3, 0.5), Err(IllPosed::OutOfRange));
    }
}
