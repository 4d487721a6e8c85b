//! Where rows are drawn while one of them is held: pixels in the list's own coordinates, top to bottom.

/// A row as it was laid out when something was grabbed.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Stretch {
    /// Its top edge.
    pub top: f64,
    /// Its height.
    pub height: f64,
}

impl Stretch {
    fn middle(self) -> f64 {
        self.top + self.height / 2.0
    }
}

/// The list as it was laid out when something was grabbed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Boxes {
    /// The rows, in order.
    pub rows: Vec<Stretch>,
    /// A line that stays after so many rows whatever stands above it.
    pub line: Option<(usize, Stretch)>,
    /// Height of what is held.
    pub held: f64,
    /// Space between rows.
    pub gap: f64,
}

/// How far everything stands from where it was laid out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shifts {
    /// For each row that was there, in the order it was laid out; `None` when it would be pushed out.
    pub rows: Vec<Option<f64>>,
    /// For the line.
    pub line: f64,
    /// Where what is held would come to stand.
    pub slot: Option<Stretch>,
}

impl Boxes {
    /// The place, from 0, that something held takes: `from` is its own row, `top` its top edge now.
    #[must_use]
    pub fn place(&self, from: Option<usize>, top: f64) -> usize {
        let bottom = top + self.held;
        let Some(from) = from else {
            // Held over a row, it takes that row's place; below the last one, the next free place.
            let middle = top + self.held / 2.0;
            return self.rows.iter().filter(|row| row.top + row.height < middle).count();
        };
        // Rows are compared with where they were laid out, never with where they were pushed: nothing can flicker.
        let above = self.rows.iter().take(from).filter(|row| row.middle() <= top).count();
        let below = self.rows.iter().skip(from + 1).filter(|row| row.middle() < bottom).count();
        above + below
    }

    /// Where everything goes while the row `from` (or something from outside) is held over the place `to`, in a list that
    /// shows `capacity` rows at most.
    #[must_use]
    pub fn shifts(&self, from: Option<usize>, to: Option<usize>, capacity: Option<usize>) -> Shifts {
        let gap = self.gap;
        let mut sequence: Vec<Option<usize>> =
            (0..self.rows.len()).filter(|row| Some(*row) != from).map(Some).collect();
        if let Some(to) = to {
            sequence.insert(to.min(sequence.len()), None);
        }
        let mut shifts = Shifts { rows: vec![Some(0.0); self.rows.len()], line: 0.0, slot: None };
        let mut top = self.rows.first().map_or(0.0, |row| row.top);
        let mut seen = 0;
        let pass_line = |seen: usize, top: &mut f64, shifts: &mut Shifts| {
            if let Some((_, line)) = self.line.filter(|(after, _)| *after == seen) {
                shifts.line = *top - line.top;
                *top += line.height + gap;
            }
        };
        for entry in sequence {
            pass_line(seen, &mut top, &mut shifts);
            let height = match entry {
                Some(row) => {
                    let fits = capacity.is_none_or(|capacity| seen < capacity);
                    shifts.rows[row] = fits.then_some(top - self.rows[row].top);
                    self.rows[row].height
                }
                None => {
                    shifts.slot = Some(Stretch { top, height: self.held });
                    self.held
                }
            };
            top += height + gap;
            seen += 1;
        }
        pass_line(seen, &mut top, &mut shifts);
        shifts
    }
}

/// How far to scroll in one frame when the pointer is held at `y` in a window that shows `top` to `bottom`: nothing in the
/// middle, faster towards and beyond the edges.
#[must_use]
pub fn scroll_step(y: f64, top: f64, bottom: f64) -> f64 {
    /// Pixels from an edge at which scrolling starts: about a row.
    const EDGE: f64 = 56.0;
    /// Pixels a frame at the edge itself: a screenful in about a second.
    const FASTEST: f64 = 14.0;
    let edge = EDGE.min((bottom - top) / 3.0);
    if edge <= 0.0 {
        return 0.0;
    }
    let over_top = ((top + edge - y) / edge).clamp(0.0, 1.0);
    let over_bottom = ((y - (bottom - edge)) / edge).clamp(0.0, 1.0);
    (over_bottom - over_top) * FASTEST
}
