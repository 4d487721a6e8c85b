//! Geometry of the charts: positions as fractions of the drawing area, left to right and top to bottom.
//!
//! Plain functions from figures to places, so that they are tested without a browser; components only draw them.

pub mod bump;
pub mod heat;
pub mod scale;
pub mod standings;
pub mod strip;
pub mod trend;

/// A figure as people read it: two decimals, a true minus sign, and never "−0.00".
#[must_use]
pub fn figure(value: f64) -> String {
    let text = format!("{:.2}", value.abs());
    if value < 0.0 && text != "0.00" { format!("−{text}") } else { text }
}

/// A sum of points: a whole number, or one with a half.
#[must_use]
pub fn points(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}

/// A fraction as a length for SVG attributes and custom properties.
#[must_use]
pub fn percent(fraction: f64) -> String {
    format!("{:.2}%", fraction * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_well() {
        for (value, text) in [(0.312, "0.31"), (-0.05, "−0.05"), (-0.001, "0.00"), (1.0, "1.00"), (-1.0, "−1.00")] {
            assert_eq!(figure(value), text);
        }
        assert_eq!((points(12.0), points(3.5)), ("12".into(), "3.5".into()));
        assert_eq!(percent(0.125), "12.50%");
    }
}
