//! The bump chart: places over the rounds, one line per priority.

use crate::view::Bump;

/// A bump chart laid out: columns of rounds, rows of places.
#[derive(Debug, Clone, PartialEq)]
pub struct BumpChart {
    /// Where each round stands, from 0 to 1.
    pub columns: Vec<f64>,
    /// Rows needed.
    pub rows: usize,
    /// One per line of the view, in its order.
    pub lines: Vec<Line>,
    /// Who moved most since the round before.
    pub mover: Option<Mover>,
}

/// One priority's way through the rounds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Line {
    /// Its places, only in rounds that ranked it.
    pub points: Vec<Point>,
    /// Links between rounds that follow each other; a round that did not rank it leaves a gap.
    pub links: Vec<(Point, Point)>,
}

/// A place in one round.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// From 0 to 1.
    pub x: f64,
    /// Row from 0. Priorities tied at a place stand in rows below each other.
    pub row: usize,
    /// Place from 1.
    pub place: u32,
}

/// The largest move since the round before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mover {
    /// Index of the line.
    pub line: usize,
    /// Place in the round before.
    pub from: u32,
    /// Place now.
    pub to: u32,
}

/// Lays out the bump chart. `top` places count: a move below them is noise and is not called the largest.
#[must_use]
pub fn layout(bump: &Bump, top: u8) -> BumpChart {
    let rounds = bump.rounds.len();
    let columns: Vec<f64> = match rounds {
        0 | 1 => vec![0.5; rounds],
        _ => (0..rounds).map(|round| round as f64 / (rounds - 1) as f64).collect(),
    };
    let mut lines = vec![Line::default(); bump.lines.len()];
    let mut latest: Vec<Option<(usize, Point)>> = vec![None; bump.lines.len()];
    for (round, &x) in columns.iter().enumerate() {
        let mut here: Vec<(u32, usize)> = bump
            .lines
            .iter()
            .enumerate()
            .filter_map(|(index, line)| Some((line.places.get(round).copied()??, index)))
            .collect();
        here.sort_unstable();
        for (row, &(place, index)) in here.iter().enumerate() {
            let point = Point { x, row, place };
            if let Some((_, before)) = latest[index].filter(|(at, _)| at + 1 == round) {
                lines[index].links.push((before, point));
            }
            lines[index].points.push(point);
            latest[index] = Some((round, point));
        }
    }
    let mover = bump
        .lines
        .iter()
        .enumerate()
        .filter_map(|(line, of)| match of.places.as_slice() {
            [.., Some(from), Some(to)] if from != to && *from.min(to) <= u32::from(top) => {
                Some(Mover { line, from: *from, to: *to })
            }
            _ => None,
        })
        // Of equal moves the priority that now stands higher.
        .min_by_key(|mover| (std::cmp::Reverse(mover.from.abs_diff(mover.to)), mover.line));
    BumpChart { columns, rows: lines.len(), lines, mover }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{PriorityId, RoundId};
    use crate::view::{BumpLine, PriorityRef, RoundRef};

    fn bump(rounds: u8, places: &[&[Option<u32>]]) -> Bump {
        let rounds =
            (0..rounds).map(|n| RoundRef { id: RoundId::from_bytes([n; 10]), label: format!("Q{n}") }).collect();
        let line = |(n, places): (u8, &&[Option<u32>])| BumpLine {
            priority: PriorityRef {
                id: PriorityId::from_bytes([n; 10]),
                title: format!("P{n}"),
                description: String::new(),
            },
            places: places.to_vec(),
        };
        Bump { rounds, lines: (0..).zip(places).map(line).collect() }
    }

    #[test]
    fn lines_link_rounds_that_follow_each_other() {
        let chart = layout(&bump(3, &[&[Some(2), Some(1), Some(1)], &[Some(1), None, Some(2)]]), 5);
        assert_eq!(chart.columns, [0.0, 0.5, 1.0]);
        assert_eq!(chart.lines[0].links.len(), 2);
        assert_eq!(chart.lines[1].points.iter().map(|point| point.place).collect::<Vec<_>>(), [1, 2]);
        assert!(chart.lines[1].links.is_empty(), "the gap is not bridged");
    }

    #[test]
    fn tied_priorities_do_not_cover_each_other() {
        let chart = layout(&bump(1, &[&[Some(1)], &[Some(1)], &[Some(3)]]), 5);
        let rows: Vec<usize> = chart.lines.iter().map(|line| line.points[0].row).collect();
        assert_eq!(rows, [0, 1, 2]);
        assert_eq!(chart.columns, [0.5]);
    }

    #[test]
    fn the_largest_move_is_named() {
        let chart =
            layout(&bump(2, &[&[Some(3), Some(1)], &[Some(2), Some(2)], &[Some(1), Some(3)], &[None, Some(4)]]), 5);
        assert_eq!(chart.mover, Some(Mover { line: 0, from: 3, to: 1 }));
        assert_eq!(layout(&bump(2, &[&[Some(1), Some(1)]]), 5).mover, None);
        assert_eq!(layout(&bump(1, &[&[Some(1)]]), 5).mover, None);
        let below = bump(2, &[&[Some(2), Some(1)], &[Some(9), Some(6)]]);
        assert_eq!(layout(&below, 5).mover.map(|mover| mover.line), Some(0), "the longer move lies below the line");
    }

    #[test]
    fn short_or_missing_data_is_drawn_as_far_as_it_goes() {
        let chart = layout(&bump(2, &[&[], &[Some(1)]]), 5);
        assert!(chart.lines[0].points.is_empty());
        assert_eq!(chart.lines[1].points.len(), 1);
        assert_eq!(layout(&Bump::default(), 5).rows, 0);
    }
}
