//! The trend line: agreement over the rounds above the band of chance.

use super::scale::Scale;
use crate::view::AgreementSummary;

/// A trend laid out. Heights run from 0 at the top to 1 at the bottom.
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    /// One per round, earliest first.
    pub points: Vec<TrendMark>,
    /// Height of zero, the average of chance.
    pub zero: f64,
    /// How the last round compares with the one before.
    pub turn: Option<Turn>,
}

/// One round.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrendMark {
    /// Middle of the round's column.
    pub x: f64,
    /// Left edge of its column.
    pub left: f64,
    /// Width of its column.
    pub width: f64,
    /// Height of the agreement.
    pub y: f64,
    /// Height of the level chance stays under.
    pub chance: f64,
    /// Whether its name is written: with many rounds only some have room.
    pub labelled: bool,
}

/// The last step of the trend, as its two figures read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Higher than before.
    Rose,
    /// Lower than before.
    Fell,
    /// The same to two decimals.
    Held,
}

/// Names that fit under the chart on a phone.
const NAMES: usize = 6;

/// Lays out the trend.
#[must_use]
pub fn layout(rounds: &[AgreementSummary]) -> Trend {
    let scale = Scale::of_correlations(rounds.iter().flat_map(|round| [round.mean_correlation, round.chance]));
    let width = 1.0 / rounds.len().max(1) as f64;
    let every = rounds.len().div_ceil(NAMES).max(1);
    let points = rounds
        .iter()
        .enumerate()
        .map(|(index, round)| TrendMark {
            x: (index as f64 + 0.5) * width,
            left: index as f64 * width,
            width,
            y: 1.0 - scale.at(round.mean_correlation),
            chance: 1.0 - scale.at(round.chance),
            // Counted from the end, so that the latest always has its name.
            labelled: (rounds.len() - 1 - index).is_multiple_of(every),
        })
        .collect();
    let turn = match rounds {
        [.., before, last] => {
            let hundredths = |round: &AgreementSummary| (round.mean_correlation * 100.0).round();
            Some(match hundredths(last).total_cmp(&hundredths(before)) {
                std::cmp::Ordering::Greater => Turn::Rose,
                std::cmp::Ordering::Less => Turn::Fell,
                std::cmp::Ordering::Equal => Turn::Held,
            })
        }
        _ => None,
    };
    Trend { points, zero: 1.0 - scale.at(0.0), turn }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Verdict;

    fn rounds(values: &[f64]) -> Vec<AgreementSummary> {
        let round = |&value: &f64| AgreementSummary {
            mean_correlation: value,
            chance: 0.2,
            kendall_w: 0.5,
            verdict: Verdict::Weak,
        };
        values.iter().map(round).collect()
    }

    #[test]
    fn higher_agreement_stands_higher() {
        let trend = layout(&rounds(&[0.1, 0.5]));
        assert!(trend.points[1].y < trend.points[0].y);
        assert!(trend.points[0].chance < trend.zero);
        assert_eq!(trend.points.iter().map(|point| point.x).collect::<Vec<_>>(), [0.25, 0.75]);
        assert!(trend.points.iter().all(|point| (0.0..=1.0).contains(&point.y)));
    }

    #[test]
    fn the_turn_is_what_the_figures_show() {
        let turn = |values: &[f64]| layout(&rounds(values)).turn;
        assert_eq!(turn(&[0.1, 0.2]), Some(Turn::Rose));
        assert_eq!(turn(&[0.9, 0.3, 0.2]), Some(Turn::Fell));
        assert_eq!(turn(&[0.301, 0.304]), Some(Turn::Held));
        assert_eq!(turn(&[0.1]), None);
        assert_eq!(turn(&[]), None);
    }

    #[test]
    fn many_rounds_name_some_and_always_the_latest() {
        let named = |count: usize| {
            layout(&rounds(&vec![0.3; count])).points.iter().map(|point| point.labelled).collect::<Vec<_>>()
        };
        assert!(named(6).iter().all(|named| *named));
        let twelve = named(12);
        assert_eq!(twelve.iter().filter(|named| **named).count(), 6);
        assert_eq!(twelve.last(), Some(&true));
    }
}
