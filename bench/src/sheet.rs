//! Takes the times, keeps them and prints them. The one place of this package that reads a clock.

use std::hint::black_box;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// The figures of one run.
#[derive(Debug, Default)]
pub struct Sheet {
    only: Option<String>,
    rows: Vec<Row>,
}

/// One figure.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    name: String,
    /// In order of time taken.
    samples: Vec<Duration>,
    note: String,
}

impl Sheet {
    /// An empty sheet that takes the figures whose name contains `only`.
    pub fn new(only: Option<String>) -> Self {
        println!("{:<58} {:>10} {:>10} {:>10} {:>8}", "milliseconds", "median", "best", "p99", "samples");
        Self { only, rows: Vec::new() }
    }

    /// Whether a figure is wanted; for work that only prepares some.
    pub fn wants(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|only| name.contains(only.as_str()))
    }

    /// Time `run` as often as told. The first tenth warms up and does not count.
    pub fn measure<R>(&mut self, name: &str, samples: usize, mut run: impl FnMut() -> R) {
        self.measure_with(name, samples, || (), |()| run());
    }

    /// Time `run` on what `prepare` made just before; making it and dropping the result are not timed.
    pub fn measure_with<S, R>(
        &mut self,
        name: &str,
        samples: usize,
        mut prepare: impl FnMut() -> S,
        mut run: impl FnMut(S) -> R,
    ) {
        if !self.wants(name) {
            return;
        }
        let warm_up = samples.div_ceil(10);
        let mut taken = Vec::with_capacity(samples);
        for number in 0..samples + warm_up {
            let input = prepare();
            let start = now();
            let result = black_box(run(black_box(input)));
            let time = start.elapsed();
            drop(result);
            if number >= warm_up {
                taken.push(time);
            }
        }
        taken.sort_unstable();
        let row = Row { name: name.to_owned(), samples: taken, note: String::new() };
        println!("{}", row.line());
        self.rows.push(row);
    }

    /// Say how the medians of two figures compare.
    pub fn compare(&mut self, of: &str, to: &str) {
        let median = |name: &str| self.rows.iter().find(|row| row.name == name).map(Row::median);
        let (Some(one), Some(other)) = (median(of), median(to)) else { return };
        let note = format!("{:.2} times \"{to}\"", one.as_secs_f64() / other.as_secs_f64());
        println!("    {of}: {note}");
        if let Some(row) = self.rows.iter_mut().find(|row| row.name == of) {
            row.note = note;
        }
    }

    /// Everything, in milliseconds.
    pub fn json(&self) -> Value {
        let rows: Vec<Value> = self
            .rows
            .iter()
            .map(|row| {
                json!({
                    "name": row.name,
                    "median": milliseconds(row.median()),
                    "best": milliseconds(row.at(0.0)),
                    "p99": milliseconds(row.at(0.99)),
                    "samples": row.samples.len(),
                    "note": row.note,
                })
            })
            .collect();
        json!({ "unit": "ms", "figures": rows })
    }
}

impl Row {
    fn median(&self) -> Duration {
        self.at(0.5)
    }

    /// The sample that stands at a fraction of the way (nearest rank); zero when there is none.
    fn at(&self, fraction: f64) -> Duration {
        let rank = (fraction * self.samples.len() as f64).ceil() as usize;
        self.samples.get(rank.saturating_sub(1)).copied().unwrap_or_default()
    }

    fn line(&self) -> String {
        let shown = |time| format!("{:.3}", milliseconds(time));
        format!(
            "{:<58} {:>10} {:>10} {:>10} {:>8}",
            self.name,
            shown(self.median()),
            shown(self.at(0.0)),
            shown(self.at(0.99)),
            self.samples.len(),
        )
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

#[allow(clippy::disallowed_methods, reason = "taking the time is what this package is for")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_the_nearest() {
        let row = |count: u64| Row {
            name: String::new(),
            samples: (1..=count).map(Duration::from_millis).collect(),
            note: String::new(),
        };
        assert_eq!(row(0).median(), Duration::ZERO);
        assert_eq!(row(1).at(0.99), Duration::from_millis(1));
        assert_eq!(row(100).median(), Duration::from_millis(50));
        assert_eq!(row(100).at(0.99), Duration::from_millis(99));
        assert_eq!(row(101).median(), Duration::from_millis(51));
        assert_eq!(row(100).at(0.0), Duration::from_millis(1));
    }

    #[test]
    fn warming_up_is_not_counted_and_names_choose() {
        let mut runs = 0;
        let mut sheet = Sheet::new(Some("kept".to_owned()));
        sheet.measure("kept", 20, || runs += 1);
        sheet.measure("left out", 20, || ());
        assert_eq!((runs, sheet.rows.len(), sheet.rows[0].samples.len()), (22, 1, 20));
    }
}
