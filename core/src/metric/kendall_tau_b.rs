//! Kendall's tau-b: the correlation of two rankings with ties.

use super::{IllPosed, Metric};

/// Tau-b in the list of measures.
pub const METRIC: Metric = Metric {
    id: "kendall_tau_b",
    name: "Kendall's tau-b",
    sentence: "Whether two rankings order pairs the same way: 1 always, −1 always the other way round.",
    definition: "τ_b = (P − Q) / √((P + Q + T)(P + Q + U)): P pairs ordered alike, Q ordered oppositely, \
        T tied only in the first, U tied only in the second.",
    units: "−1 to 1",
    domain: "2 or more items, neither list all tied",
    source: "M. G. Kendall, The treatment of ties in ranking problems, Biometrika 33, 1945; as scipy.stats.kendalltau",
    published: "x = 12 2 1 12 2, y = 1 4 7 1 0: −0.4714045208 (SciPy's manual)",
};

/// Tau-b of two lists of values for the same items.
///
/// # Errors
/// [`IllPosed::UnequalLengths`], [`IllPosed::TooFewCandidates`] below 2 items, [`IllPosed::NotANumber`], and
/// [`IllPosed::AllTied`] when one list has one value only.
pub fn kendall_tau_b(x: &[f64], y: &[f64]) -> Result<f64, IllPosed> {
    if x.len() != y.len() {
        return Err(IllPosed::UnequalLengths);
    }
    if x.len() < 2 {
        return Err(IllPosed::TooFewCandidates { found: x.len(), needed: 2 });
    }
    if x.iter().chain(y).any(|value| value.is_nan()) {
        return Err(IllPosed::NotANumber);
    }
    let (mut alike, mut opposite, mut tied_x, mut tied_y) = (0u64, 0u64, 0u64, 0u64);
    for i in 0..x.len() {
        for j in 0..i {
            match (x[i] == x[j], y[i] == y[j]) {
                (true, true) => {}
                (true, false) => tied_x += 1,
                (false, true) => tied_y += 1,
                (false, false) if (x[i] < x[j]) == (y[i] < y[j]) => alike += 1,
                (false, false) => opposite += 1,
            }
        }
    }
    let untied = alike + opposite;
    if untied + tied_x == 0 || untied + tied_y == 0 {
        return Err(IllPosed::AllTied);
    }
    let scale = ((untied + tied_x) as f64).sqrt() * ((untied + tied_y) as f64).sqrt();
    Ok(((alike as f64 - opposite as f64) / scale).clamp(-1.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_value() {
        let found = kendall_tau_b(&[12., 2., 1., 12., 2.], &[1., 4., 7., 1., 0.]).unwrap();
        assert!((found + 0.471_404_520_8).abs() < 1e-10, "{found}");
    }

    #[test]
    fn ill_posed_input_is_named() {
        let check = |x: &[f64], y: &[f64], error| assert_eq!(kendall_tau_b(x, y), Err(error));
        check(&[1., 2.], &[1.], IllPosed::UnequalLengths);
        check(&[1.], &[1.], IllPosed::TooFewCandidates { found: 1, needed: 2 });
        check(&[1., 1.], &[1., 2.], IllPosed::AllTied);
        check(&[1., 2.], &[3., 3.], IllPosed::AllTied);
        check(&[f64::NAN, 2.], &[3., 3.], IllPosed::NotANumber);
    }
}
