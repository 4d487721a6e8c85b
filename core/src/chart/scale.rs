//! The agreement scale: one line with the level of chance, this round and the round before.

use crate::analysis::Verdict;

/// Maps values from `low` to `high` onto 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    /// A scale for mean correlations: from −0.2, or lower in steps of a tenth when a value needs it, to 1.
    #[must_use]
    pub fn of_correlations(values: impl IntoIterator<Item = f64>) -> Self {
        let least = values.into_iter().filter(|value| value.is_finite()).fold(-0.2, f64::min);
        Self { low: (least * 10.0).floor() / 10.0, high: 1.0 }
    }

    /// Where a value stands, from 0 to 1; values beyond an end stand at it.
    #[must_use]
    pub fn at(self, value: f64) -> f64 {
        let fraction = (value - self.low) / (self.high - self.low);
        if fraction.is_nan() { 0.0 } else { fraction.clamp(0.0, 1.0) }
    }
}

/// Which side of its mark a label hangs on, so that it stays inside the drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// Begins at the mark.
    Start,
    /// Centred on the mark.
    Middle,
    /// Ends at the mark.
    End,
}

impl Anchor {
    /// The anchor of a label at this fraction of the width.
    #[must_use]
    pub fn at(fraction: f64) -> Self {
        if fraction < 0.15 {
            Self::Start
        } else if fraction > 0.85 {
            Self::End
        } else {
            Self::Middle
        }
    }

    /// As SVG's `text-anchor`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// A stretch of the agreement scale with one name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// Its name.
    pub verdict: Verdict,
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// Whether it is wide enough to carry its name.
    pub labelled: bool,
}

/// The agreement scale of one round.
#[derive(Debug, Clone, PartialEq)]
pub struct AgreementScale {
    /// Chance, weak, moderate, strong; those that chance swallows are left out.
    pub bands: Vec<Band>,
    /// Where the average of chance stands: zero.
    pub zero: f64,
    /// Whether zero has room for its name beside that of this round.
    pub zero_labelled: bool,
    /// This round.
    pub now: f64,
    /// The round before.
    pub before: Option<f64>,
}

/// A band narrower than this fraction has no room for a word.
const ROOM_FOR_A_WORD: f64 = 0.13;

/// Lays out the agreement scale. All arguments are mean correlations.
#[must_use]
pub fn agreement(now: f64, chance: f64, before: Option<f64>) -> AgreementScale {
    let scale = Scale::of_correlations([now, chance].into_iter().chain(before));
    let limits = [
        (Verdict::BelowChance, f64::NEG_INFINITY, chance),
        (Verdict::Weak, chance, Verdict::MODERATE.max(chance)),
        (Verdict::Moderate, Verdict::MODERATE.max(chance), Verdict::STRONG.max(chance)),
        (Verdict::Strong, Verdict::STRONG.max(chance), 1.0),
    ];
    let bands = limits
        .into_iter()
        .map(|(verdict, from, to)| (verdict, if from.is_finite() { scale.at(from) } else { 0.0 }, scale.at(to)))
        .filter(|(_, from, to)| to > from)
        .map(|(verdict, from, to)| Band { verdict, from, to, labelled: to - from >= ROOM_FOR_A_WORD })
        .collect();
    let (zero, now) = (scale.at(0.0), scale.at(now));
    AgreementScale {
        bands,
        zero,
        zero_labelled: (now - zero).abs() >= ROOM_FOR_A_WORD,
        now,
        before: before.map(|value| scale.at(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_reaches_down_to_the_lowest_value() {
        assert_eq!(Scale::of_correlations([0.3]).at(-0.2), 0.0);
        assert_eq!(Scale::of_correlations([0.3]).at(1.0), 1.0);
        assert_eq!(Scale::of_correlations([-0.43]).at(-0.5), 0.0);
        assert_eq!(Scale::of_correlations([f64::NAN]).at(-0.2), 0.0, "no figure widens nothing");
        assert_eq!(Scale::of_correlations([]).at(f64::NAN), 0.0);
        assert_eq!(Scale::of_correlations([]).at(7.0), 1.0);
    }

    #[test]
    fn bands_lie_end_to_end_and_cover_the_scale() {
        for chance in [0.05, 0.22, 0.3, 0.45, 0.61, 0.99] {
            let found = agreement(0.4, chance, None);
            assert_eq!(found.bands.first().map(|band| band.from), Some(0.0), "{chance}");
            assert_eq!(found.bands.last().map(|band| band.to), Some(1.0), "{chance}");
            for pair in found.bands.windows(2) {
                assert_eq!(pair[0].to, pair[1].from, "{chance}");
            }
        }
    }

    #[test]
    fn bands_that_chance_swallows_are_left_out() {
        let names = |chance| agreement(0.4, chance, None).bands.iter().map(|band| band.verdict).collect::<Vec<_>>();
        assert_eq!(names(0.2), [Verdict::BelowChance, Verdict::Weak, Verdict::Moderate, Verdict::Strong]);
        assert_eq!(names(0.4), [Verdict::BelowChance, Verdict::Moderate, Verdict::Strong]);
        assert_eq!(names(0.7), [Verdict::BelowChance, Verdict::Strong]);
    }

    #[test]
    fn a_mark_lies_in_the_band_of_its_verdict() {
        for (now, verdict) in [(0.1, 0), (0.25, 1), (0.5, 2), (0.9, 3)] {
            let found = agreement(now, 0.2, Some(0.0));
            let band = found.bands[verdict];
            assert!(band.from <= found.now && found.now <= band.to, "{now}");
            assert_eq!(found.before, Some(found.zero));
        }
    }

    #[test]
    fn zero_gives_way_to_this_round() {
        assert!(!agreement(0.05, 0.2, None).zero_labelled);
        assert!(agreement(0.5, 0.2, None).zero_labelled);
    }

    #[test]
    fn labels_stay_inside() {
        assert_eq!([0.0, 0.5, 1.0].map(Anchor::at), [Anchor::Start, Anchor::Middle, Anchor::End]);
        assert_eq!([Anchor::Start, Anchor::Middle, Anchor::End].map(Anchor::name), ["start", "middle", "end"]);
    }
}
