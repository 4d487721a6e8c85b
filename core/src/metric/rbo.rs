//! Rank-biased overlap: how alike two lists are, the top counting most.

use super::{IllPosed, Metric};

/// Rank-biased overlap in the list of measures.
pub const METRIC: Metric = Metric {
    id: "rbo",
    name: "Rank-biased overlap",
    sentence: "How much two stacks share when the first places count most: 1 for the same stack, 0 for nothing in common.",
    definition: "RBO_ext, the extrapolated form. With X_d the items common to the first d places and k places each: \
        (1 − p)/p · Σ_{d=1..k} (X_d/d)·p^d + (X_k/k)·p^k. Lists of s < l places: equation 32, \
        (1 − p)/p · (Σ_{d=1..l} (X_d/d)·p^d + Σ_{d=s+1..l} X_s(d − s)/(s·d)·p^d) + ((X_l − X_s)/l + X_s/s)·p^l. \
        p is how likely a reader is to go on to the next place (0.8 unless changed: the first five places carry 86 % of the weight). \
        RBO_min, the least the two could reach however they went on: equation 11, \
        (1 − p)/p · (Σ_{d=1..l} (X_d − X_l)/d·p^d − X_l·ln(1 − p)).",
    units: "0 to 1",
    domain: "two lists without repeats, neither empty, 0 < p < 1",
    source: "W. Webber, A. Moffat, J. Zobel, A similarity measure for indefinite rankings, ACM TOIS 28(4), 2010",
    published: "abcdefg against bacdefg at p = 0.9: RBO_ext = 0.900; two equal lists of 7: RBO_min = 0.767",
};

/// RBO_ext: the overlap extrapolated beyond the lists' ends, for lists of equal or unequal length.
///
/// # Errors
/// [`IllPosed::EmptyRanking`], [`IllPosed::Repeated`], and [`IllPosed::Persistence`] unless 0 < p < 1.
pub fn extrapolated(a: &[usize], b: &[usize], p: f64) -> Result<f64, IllPosed> {
    check(a, b, p)?;
    let (short, long) = (a.len().min(b.len()), a.len().max(b.len()));
    let overlaps = overlaps(a, b);
    let (at_short, at_long) = (overlaps[short - 1], overlaps[long - 1]);
    let (s, l) = (short as f64, long as f64);
    let mut weight = 1.0;
    let mut sum = 0.0;
    for (depth, overlap) in (1..).zip(&overlaps) {
        weight *= p;
        let d = f64::from(depth);
        let beyond = (d - s).max(0.0) * at_short / s;
        sum += (overlap + beyond) / d * weight;
    }
    let tail = ((at_long - at_short) / l + at_short / s) * weight;
    Ok(((1.0 - p) / p * sum + tail).clamp(0.0, 1.0))
}

/// RBO_min: what the seen places guarantee, whatever follows them.
///
/// # Errors
/// As [`extrapolated`].
pub fn minimum(a: &[usize], b: &[usize], p: f64) -> Result<f64, IllPosed> {
    check(a, b, p)?;
    let overlaps = overlaps(a, b);
    let last = overlaps[overlaps.len() - 1];
    let mut weight = 1.0;
    let mut sum = -last * (-p).ln_1p();
    for (depth, overlap) in (1..).zip(&overlaps) {
        weight *= p;
        sum += (overlap - last) * weight / f64::from(depth);
    }
    Ok(((1.0 - p) / p * sum).clamp(0.0, 1.0))
}

fn check(a: &[usize], b: &[usize], p: f64) -> Result<(), IllPosed> {
    if !(p > 0.0 && p < 1.0) {
        return Err(IllPosed::Persistence);
    }
    super::check_list(a)?;
    super::check_list(b)
}

/// Items common to the first d places of both lists, for every depth of the longer one.
fn overlaps(a: &[usize], b: &[usize]) -> Vec<f64> {
    let mut common = 0.0;
    (0..a.len().max(b.len()))
        .map(|depth| {
            let seen = |list: &[usize], item, places: usize| list[..places.min(list.len())].contains(item);
            if let Some(item) = a.get(depth)
                && seen(b, item, depth + 1)
            {
                common += 1.0;
            }
            // One place shorter: an item both lists put at this very depth was counted above.
            if let Some(item) = b.get(depth)
                && seen(a, item, depth)
            {
                common += 1.0;
            }
            common
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABCDEFG: [usize; 7] = [0, 1, 2, 3, 4, 5, 6];
    const BACDEFG: [usize; 7] = [1, 0, 2, 3, 4, 5, 6];

    #[test]
    fn published_values() {
        let extrapolated = extrapolated(&ABCDEFG, &BACDEFG, 0.9).unwrap();
        assert!((extrapolated - 0.9).abs() < 1e-12, "{extrapolated}");
        let minimum = minimum(&ABCDEFG, &ABCDEFG, 0.9).unwrap();
        assert!((minimum - 0.767).abs() < 5e-4, "{minimum}");
    }

    #[test]
    fn five_places_carry_the_weight_the_definition_states() {
        // Webber, Moffat and Zobel, equation 21, with d = 5 and p = 0.8.
        let p: f64 = 0.8;
        let d = 5.0;
        let series: f64 = (1..5).map(|i| p.powi(i) / f64::from(i)).sum();
        let weight = 1.0 - p.powf(d - 1.0) + (1.0 - p) / p * d * (-(1.0 - p).ln() - series);
        assert!((weight - 0.86).abs() < 0.005, "{weight}");
    }

    #[test]
    fn extremes() {
        assert_eq!(extrapolated(&[0, 1, 2], &[3, 4], 0.8), Ok(0.0));
        assert!((extrapolated(&[4, 1, 2], &[4, 1, 2], 0.8).unwrap() - 1.0).abs() < 1e-12);
        assert!((extrapolated(&[4, 1, 2], &[4], 0.8).unwrap() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn ill_posed_input_is_named() {
        let check = |a: &[usize], b: &[usize], p, error| {
            assert_eq!(extrapolated(a, b, p), Err(error));
            assert_eq!(minimum(a, b, p), Err(error));
        };
        check(&[], &[1], 0.8, IllPosed::EmptyRanking);
        check(&[1], &[2, 2], 0.8, IllPosed::Repeated);
        check(&[1], &[1], 1.0, IllPosed::Persistence);
        check(&[1], &[1], 0.0, IllPosed::Persistence);
        check(&[1], &[1], f64::NAN, IllPosed::Persistence);
    }
}
