//! Heat maps: a value to one of a few shades.

use crate::analysis::Divergence;

/// Shades a heat map has, besides none.
pub const SHADES: u8 = 5;

/// The shade of a rank: the first place the darkest, the last the lightest, none for a priority left out.
#[must_use]
pub fn of_rank(rank: Option<u8>, top: u8) -> u8 {
    match rank {
        None | Some(0) => 0,
        Some(rank) => {
            let steps = f64::from(top.max(2) - 1);
            let height = 1.0 - f64::from(rank.min(top.max(1)) - 1) / steps;
            shade(height.max(0.0), 1)
        }
    }
}

/// The shade of a distance from 0 (none: the same) to 1 (the darkest).
#[must_use]
pub fn of_distance(distance: f64) -> u8 {
    if distance > 0.0 { shade(distance.min(1.0), 1) } else { 0 }
}

/// The others in a row of distances, farthest first; of equally far ones the earlier.
#[must_use]
pub fn farthest_first(row: &[f64], own: usize) -> Vec<(usize, f64)> {
    let mut others: Vec<(usize, f64)> = row.iter().copied().enumerate().filter(|(other, _)| *other != own).collect();
    others.sort_by(|a, b| b.1.total_cmp(&a.1));
    others
}

/// Whether one leader stands farther from the rest than everyone else, as the figures read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandsOut {
    /// This one.
    One(usize),
    /// Some stand equally far at the top.
    Several,
    /// All stand equally far.
    Nobody,
}

/// Who stands out, from the leaders in order of distance.
#[must_use]
pub fn stands_out(divergence: &[Divergence]) -> StandsOut {
    let shown = |entry: &Divergence| super::figure(entry.mean_top_k_distance);
    match divergence {
        [] => StandsOut::Nobody,
        [first, .., last] if shown(first) == shown(last) => StandsOut::Nobody,
        [first, second, ..] if shown(first) == shown(second) => StandsOut::Several,
        [first, ..] => StandsOut::One(first.leader),
    }
}

fn shade(fraction: f64, least: u8) -> u8 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and SHADES")]
    let step = (fraction * f64::from(SHADES)).ceil() as u8;
    step.clamp(least, SHADES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_place_is_darkest_and_nothing_is_blank() {
        let of_five = |rank| of_rank(rank, 5);
        assert_eq!([None, Some(1), Some(2), Some(3), Some(4), Some(5)].map(of_five), [0, 5, 4, 3, 2, 1]);
        assert_eq!(of_rank(Some(9), 5), 1, "longer than asked for");
        assert_eq!((of_rank(Some(1), 1), of_rank(Some(1), 0), of_rank(Some(0), 5)), (5, 5, 0));
        assert_eq!((of_rank(Some(1), 10), of_rank(Some(10), 10)), (5, 1));
    }

    #[test]
    fn the_farthest_comes_first_and_oneself_never() {
        assert_eq!(farthest_first(&[0.2, 0.0, 0.7, 0.2], 1), [(2, 0.7), (0, 0.2), (3, 0.2)]);
        assert_eq!(farthest_first(&[0.0], 0), []);
    }

    #[test]
    fn only_a_visible_difference_stands_out() {
        let of = |distances: &[f64]| {
            let entry = |(leader, &mean_top_k_distance): (usize, &f64)| Divergence {
                leader,
                mean_top_k_distance,
                farthest: 0,
                farthest_distance: 0.0,
            };
            stands_out(&distances.iter().enumerate().map(entry).collect::<Vec<_>>())
        };
        assert_eq!(of(&[0.5, 0.4, 0.4]), StandsOut::One(0));
        assert_eq!(of(&[0.501, 0.502, 0.4]), StandsOut::Several);
        assert_eq!(of(&[0.42, 0.42, 0.419]), StandsOut::Nobody);
        assert_eq!(of(&[]), StandsOut::Nobody);
    }

    #[test]
    fn farther_is_darker() {
        assert_eq!([0.0, 0.01, 0.2, 0.21, 0.99, 1.0, 1.5].map(of_distance), [0, 1, 1, 2, 5, 5, 5]);
        assert_eq!(of_distance(f64::NAN), 0);
    }
}
