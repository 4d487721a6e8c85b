//! Kendall's coefficient of concordance W, corrected for ties.

use serde::{Deserialize, Serialize};
use statrs::function::gamma::checked_gamma_ur;

use super::{IllPosed, Metric, ranks};

/// Kendall's W in the list of measures.
pub const METRIC: Metric = Metric {
    id: "kendall_w",
    name: "Kendall's W",
    sentence: "How far the leaders put the priorities in one and the same order: 1 when all ballots are equal.",
    definition: "W = 12·S / (m²(n³ − n) − m·ΣT) for m ballots over n priorities. \
        S is the sum of squared deviations of the priorities' rank totals from their mean; \
        T = Σ(t³ − t) over the groups of t tied ranks of one ballot. \
        The n − k priorities a ballot leaves out share the mid-rank (k + 1 + n) / 2. \
        Significance: χ² = m(n − 1)W with n − 1 degrees of freedom, an approximation that is rough for few ballots; \
        for those the simulated chance level decides.",
    units: "0 to 1",
    domain: "2 or more ballots, 2 or more priorities, not everything tied",
    source: "M. G. Kendall, Rank Correlation Methods, 1948; as in the R packages irr (kendall) and DescTools (KendallW)",
    published: "the anxiety data of irr (20 subjects, 3 raters): W = 0.5396569, χ²(19) = 30.8, p = 0.0429",
};

/// The mean pairwise correlation in the list of measures.
pub const MEAN_CORRELATION: Metric = Metric {
    id: "mean_correlation",
    name: "Agreement",
    sentence: "How alike two leaders' rankings are on average: 1 is the same order, 0 is what chance gives, below 0 is opposition.",
    definition: "r̄ = (m·W − 1) / (m − 1), the mean Spearman correlation over all pairs of ballots. \
        Exact when all ballots rank equally many priorities; otherwise a mean in which each pair weighs as \
        much as its two ballots' ranks vary. W alone misleads for few leaders, because chance gives it 1/m. \
        In words: no more than chance while W does not exceed its chance level; above it weak below 0.3, moderate from 0.3, strong from 0.6.",
    units: "−1/(m − 1) to 1",
    domain: "as Kendall's W",
    source: "M. G. Kendall, Rank Correlation Methods, 1948",
    published: "the anxiety data: r̄ = (3 · 0.5396569 − 1) / 2 = 0.3094853",
};

/// How far raters agree.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Concordance {
    /// Kendall's W, corrected for ties: 0 to 1.
    pub w: f64,
    /// Mean Spearman correlation over the pairs of raters: −1/(m − 1) to 1.
    pub mean_correlation: f64,
    /// m(n − 1)W.
    pub chi_square: f64,
    /// n − 1.
    pub degrees_of_freedom: usize,
    /// Probability that raters without any agreement reach this χ².
    pub p_value: f64,
}

/// Concordance of raters who each gave every item a value; equal values are ties.
///
/// # Errors
/// [`IllPosed::TooFewBallots`] and [`IllPosed::TooFewCandidates`] below 2, [`IllPosed::UnequalLengths`],
/// [`IllPosed::NotANumber`], and [`IllPosed::AllTied`] when no rater tells any item from another.
pub fn of_ratings(ratings: &[Vec<f64>]) -> Result<Concordance, IllPosed> {
    let ranked: Vec<Vec<f64>> = ratings.iter().map(|values| ranks::of_values(values)).collect::<Result<_, _>>()?;
    concordance(&ranked)
}

/// Concordance of ballots over `candidates` items, those left out sharing the mid-rank.
///
/// # Errors
/// As [`of_ratings`], and what is wrong with a ballot.
pub fn of_ballots(rankings: &[Vec<usize>], candidates: usize) -> Result<Concordance, IllPosed> {
    ranks::check_ballots(rankings, candidates, 2)?;
    let ranked: Vec<Vec<f64>> =
        rankings.iter().map(|ranking| ranks::mid_ranks(ranking, candidates)).collect::<Result<_, _>>()?;
    concordance(&ranked)
}

fn concordance(ranked: &[Vec<f64>]) -> Result<Concordance, IllPosed> {
    let raters = ranked.len();
    if raters < 2 {
        return Err(IllPosed::TooFewBallots { found: raters, needed: 2 });
    }
    let items = ranked[0].len();
    if ranked.iter().any(|ranks| ranks.len() != items) {
        return Err(IllPosed::UnequalLengths);
    }
    if items < 2 {
        return Err(IllPosed::TooFewCandidates { found: items, needed: 2 });
    }
    let mut totals = vec![0.0; items];
    for ranks in ranked {
        for (total, rank) in totals.iter_mut().zip(ranks) {
            *total += rank;
        }
    }
    let ties = ranked.iter().map(|ranks| ranks::tie_term(ranks)).sum();
    let w = Scale::new(raters, items, ties)?.w(squared_deviations(&totals, raters));
    let chi_square = raters as f64 * (items - 1) as f64 * w;
    Ok(Concordance {
        w,
        mean_correlation: mean_correlation(w, raters),
        chi_square,
        degrees_of_freedom: items - 1,
        p_value: chi_square_upper_tail(chi_square, items - 1),
    })
}

/// r̄ = (mW − 1) / (m − 1).
#[must_use]
pub fn mean_correlation(w: f64, raters: usize) -> f64 {
    (raters as f64 * w - 1.0) / (raters as f64 - 1.0)
}

/// S: squared deviations of the rank totals from m(n + 1)/2. Ranks are half-integers, so this is exact.
pub(super) fn squared_deviations(totals: &[f64], raters: usize) -> f64 {
    let mean = raters as f64 * (totals.len() + 1) as f64 / 2.0;
    totals.iter().map(|total| (total - mean) * (total - mean)).sum()
}

/// From S to W, one place for observed and simulated values so that equal S give bit-equal W.
pub(super) struct Scale {
    largest: f64,
}

impl Scale {
    pub(super) fn new(raters: usize, items: usize, ties: f64) -> Result<Self, IllPosed> {
        let m = raters as f64;
        let largest = m * m * ranks::cube_less_itself(items) - m * ties;
        if largest > 0.0 { Ok(Self { largest }) } else { Err(IllPosed::AllTied) }
    }

    pub(super) fn w(&self, squared_deviations: f64) -> f64 {
        (12.0 * squared_deviations / self.largest).min(1.0)
    }
}

/// P(χ² ≥ x) = Q(df/2, x/2), the regularised upper incomplete gamma function.
fn chi_square_upper_tail(x: f64, degrees_of_freedom: usize) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    // Cannot fail for a finite positive x; 0 is the limit for a large one.
    checked_gamma_ur(degrees_of_freedom as f64 / 2.0, x / 2.0).map_or(0.0, |tail| tail.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Dataset `anxiety` of R's irr (also the example of DescTools' `KendallW`): 3 raters, 20 subjects.
    const ANXIETY: [[u8; 20]; 3] = [
        [3, 3, 3, 4, 5, 5, 2, 3, 5, 2, 2, 6, 1, 5, 2, 2, 1, 2, 4, 3],
        [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4],
        [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2],
    ];

    fn close(found: f64, expected: f64, tolerance: f64) {
        assert!((found - expected).abs() < tolerance, "{found} is not {expected}");
    }

    #[test]
    fn published_anxiety_data() {
        let ratings: Vec<Vec<f64>> =
            ANXIETY.iter().map(|rater| rater.iter().map(|&value| f64::from(value)).collect()).collect();
        let found = of_ratings(&ratings).unwrap();
        close(found.w, 0.539_656_9, 5e-8);
        close(found.chi_square, 30.8, 0.05);
        close(found.p_value, 0.0429, 5e-5);
        assert_eq!(found.degrees_of_freedom, 19);
        close(found.mean_correlation, 0.309_485_3, 5e-8);
    }

    #[test]
    fn equal_ballots_agree_wholly_and_opposite_ones_not_at_all() {
        let equal = of_ballots(&[vec![2, 0], vec![2, 0], vec![2, 0]], 6).unwrap();
        assert_eq!((equal.w, equal.mean_correlation), (1.0, 1.0));
        let opposite = of_ballots(&[vec![0, 1, 2, 3], vec![3, 2, 1, 0]], 4).unwrap();
        assert_eq!((opposite.w, opposite.mean_correlation, opposite.p_value), (0.0, -1.0, 1.0));
    }

    /// `scipy.stats.chi2.sf(x, df)`, SciPy 1.17.1.
    #[test]
    fn upper_tail_of_chi_square() {
        let check = |x, df, expected: f64| {
            let found = chi_square_upper_tail(x, df);
            assert!((found - expected).abs() <= 1e-12 * expected.max(1e-3), "{x} {df}: {found}");
        };
        check(3.841_458_820_694_124, 1, 0.05);
        check(0.5, 1, 0.47950012218695337);
        check(30.0, 1, 4.3204630578274955e-08);
        check(5.0, 4, 0.2872974951836458);
        check(0.1, 5, 0.9998376833880774);
        check(11.0, 11, 0.4432632784264655);
        check(30.76, 19, 0.042888230510340374);
        check(60.0, 39, 0.016922148663836);
        check(200.0, 39, 1.641950026481272e-23);
        check(12.5, 7, 0.08526927515826925);
    }

    #[test]
    fn ill_posed_input_is_named() {
        let check = |ratings: &[Vec<f64>], error| assert_eq!(of_ratings(ratings), Err(error));
        check(&[], IllPosed::TooFewBallots { found: 0, needed: 2 });
        check(&[vec![1.0, 2.0]], IllPosed::TooFewBallots { found: 1, needed: 2 });
        check(&[vec![1.0], vec![1.0]], IllPosed::TooFewCandidates { found: 1, needed: 2 });
        check(&[vec![1.0, 2.0], vec![1.0]], IllPosed::UnequalLengths);
        check(&[vec![4.0, 4.0], vec![1.0, 1.0]], IllPosed::AllTied);
        check(&[vec![4.0, f64::NAN], vec![1.0, 1.0]], IllPosed::NotANumber);
    }
}
