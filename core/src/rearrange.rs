//! Putting things in order by hand: one state machine for mouse, touch, pen, keyboard and buttons.
//!
//! The list itself belongs to the caller. While something is held, the machine works on a copy of the order as it was when
//! grabbed, so that edits arriving from elsewhere cannot pull a row from under somebody's finger. Nothing changes until the
//! drop, which comes out as one [`Change`].

mod geometry;
#[cfg(test)]
mod tests;

pub use geometry::{Boxes, Shifts, Stretch, scroll_step};

/// A point in the list's own coordinates, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// From the left edge.
    pub x: f64,
    /// From the top edge.
    pub y: f64,
}

impl Point {
    /// How far it is from `other`.
    #[must_use]
    pub fn distance(self, other: Self) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }
}

/// What a list allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rules {
    /// How many fit; `None` for any number. Coming into a full list pushes the last out.
    pub capacity: Option<usize>,
    /// Whether things come in from outside and leave again.
    pub open: bool,
}

/// What holds the thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    /// Mouse, finger or pen.
    Pointer,
    /// Grabbed with a key.
    Keyboard,
}

/// Where a grabbed thing is to go next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// One place up.
    Up,
    /// One place down.
    Down,
    /// To the first place.
    First,
    /// To the last place.
    Last,
}

/// What a person does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Event<K> {
    /// A pointer went down on it.
    Press {
        /// On what.
        item: K,
        /// Where.
        at: Point,
        /// How far the pointer may stray and still mean a click.
        slop: f64,
    },
    /// The pointer moved.
    Drag {
        /// Where to.
        at: Point,
        /// The place under it, from 0; `None` outside the list.
        over: Option<usize>,
    },
    /// The pointer was lifted.
    Release,
    /// Space or Enter: grab it, or drop what is held.
    Toggle(K),
    /// An arrow, Home or End while something is held.
    Step(Step),
    /// Escape, or the browser took the pointer away.
    Cancel,
    /// Straight to a place, from 0, without holding; `None` takes it out of the list.
    Place(K, Option<usize>),
}

/// What is to be said aloud. Places count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said<K> {
    /// In hand now.
    Grabbed(K, Option<usize>, usize),
    /// Would come to stand there.
    Over(K, usize, usize),
    /// Would leave the list.
    Outside(K),
    /// Stands there now.
    Dropped(K, usize, usize),
    /// Left the list.
    Removed(K),
    /// Back where it was.
    Cancelled(K, Option<usize>, usize),
}

/// One finished rearrangement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change<K> {
    /// What moved.
    pub item: K,
    /// Its place now, from 0; `None` when it left.
    pub to: Option<usize>,
    /// What it stands right below now; `None` at the top or outside.
    pub below: Option<K>,
    /// The whole list now.
    pub order: Vec<K>,
    /// What a full list pushed out.
    pub displaced: Option<K>,
}

/// What an event led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome<K> {
    /// To be said to screen readers.
    pub said: Option<Said<K>>,
    /// To be carried out.
    pub change: Option<Change<K>>,
}

impl<K> Default for Outcome<K> {
    fn default() -> Self {
        Self { said: None, change: None }
    }
}

impl<K> From<Said<K>> for Outcome<K> {
    fn from(said: Said<K>) -> Self {
        Self { said: Some(said), change: None }
    }
}

/// Something in hand.
#[derive(Debug, Clone, PartialEq)]
pub struct Held<K> {
    /// What.
    pub item: K,
    /// How.
    pub means: Means,
    /// The list as it was when grabbed.
    pub order: Vec<K>,
    /// Its place then, from 0; `None` when it comes from outside.
    pub from: Option<usize>,
    /// The place it would take now.
    pub to: Option<usize>,
    /// Where the pointer went down.
    pub start: Point,
    /// Where the pointer is.
    pub at: Point,
}

/// The state machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Rearrange<K> {
    rules: Rules,
    state: State<K>,
}

#[derive(Debug, Clone, PartialEq)]
enum State<K> {
    Idle,
    Pressed { item: K, at: Point, slop: f64 },
    Held(Held<K>),
}

impl<K: Copy + Eq> Rearrange<K> {
    /// Nothing in hand.
    #[must_use]
    pub const fn new(rules: Rules) -> Self {
        Self { rules, state: State::Idle }
    }

    /// What is in hand.
    #[must_use]
    pub const fn held(&self) -> Option<&Held<K>> {
        match &self.state {
            State::Held(held) => Some(held),
            _ => None,
        }
    }

    /// What a pointer is down on or has in hand, and where it went down.
    #[must_use]
    pub const fn pressed(&self) -> Option<(K, Point)> {
        match &self.state {
            State::Pressed { item, at, .. } => Some((*item, *at)),
            State::Held(Held { item, start, means: Means::Pointer, .. }) => Some((*item, *start)),
            _ => None,
        }
    }

    /// Whether no pointer is down and nothing in hand.
    #[must_use]
    pub const fn is_idle(&self) -> bool {
        matches!(self.state, State::Idle)
    }

    /// The order as it would be if what is held were dropped now; `order` when nothing is held.
    #[must_use]
    pub fn preview(&self, order: &[K]) -> Vec<K> {
        match self.held() {
            Some(held) => self.rules.put(&held.order, held.item, held.to).order,
            None => order.to_vec(),
        }
    }

    /// One step of the machine. `order` is the list as the caller has it now.
    pub fn handle(&mut self, event: Event<K>, order: &[K]) -> Outcome<K> {
        match event {
            Event::Press { item, at, slop } => {
                // A second finger or button must not steal what is held.
                if self.is_idle() {
                    self.state = State::Pressed { item, at, slop };
                }
                Outcome::default()
            }
            Event::Drag { at, over } => self.drag(at, over, order),
            Event::Release => match self.held() {
                Some(Held { means: Means::Pointer, .. }) => self.drop_held(),
                Some(_) => Outcome::default(),
                None => {
                    self.state = State::Idle;
                    Outcome::default()
                }
            },
            Event::Toggle(item) => match self.held() {
                Some(_) => self.drop_held(),
                None => self.grab(item, Means::Keyboard, Point::default(), order),
            },
            Event::Step(step) => self.step(step),
            Event::Cancel => match std::mem::replace(&mut self.state, State::Idle) {
                State::Held(held) => {
                    Said::Cancelled(held.item, held.from.map(|at| at + 1), self.rules.of(&held.order)).into()
                }
                _ => Outcome::default(),
            },
            Event::Place(item, to) => {
                self.state = State::Idle;
                let to = to.map(|to| to.min(self.rules.last_place(order, item)));
                self.finish(item, to, order)
            }
        }
    }

    fn grab(&mut self, item: K, means: Means, start: Point, order: &[K]) -> Outcome<K> {
        let from = order.iter().position(|other| *other == item);
        if from.is_none() && !self.rules.open {
            self.state = State::Idle;
            return Outcome::default();
        }
        self.state = State::Held(Held { item, means, order: order.to_vec(), from, to: from, start, at: start });
        Said::Grabbed(item, from.map(|at| at + 1), self.rules.of(order)).into()
    }

    fn drag(&mut self, at: Point, over: Option<usize>, order: &[K]) -> Outcome<K> {
        let mut outcome = Outcome::default();
        if let State::Pressed { item, at: start, slop } = self.state {
            if start.distance(at) < slop {
                return outcome;
            }
            outcome = self.grab(item, Means::Pointer, start, order);
        }
        let rules = self.rules;
        let State::Held(held) = &mut self.state else { return outcome };
        if held.means != Means::Pointer {
            return outcome;
        }
        held.at = at;
        let to = match over {
            Some(place) => Some(place.min(rules.last_place(&held.order, held.item))),
            None if rules.open => None,
            // A closed list has no outside: the thing stays where it was last.
            None => held.to,
        };
        if to == held.to {
            return outcome;
        }
        held.to = to;
        match to {
            Some(to) => Said::Over(held.item, to + 1, rules.of(&held.order)),
            None => Said::Outside(held.item),
        }
        .into()
    }

    fn step(&mut self, step: Step) -> Outcome<K> {
        let rules = self.rules;
        let State::Held(held) = &mut self.state else { return Outcome::default() };
        let last = rules.last_place(&held.order, held.item);
        let to = match (step, held.to) {
            (Step::Up, Some(to)) => to.saturating_sub(1),
            (Step::Down, Some(to)) => (to + 1).min(last),
            (Step::First, _) => 0,
            (Step::Last | Step::Up | Step::Down, _) => last,
        };
        held.to = Some(to);
        Said::Over(held.item, to + 1, rules.of(&held.order)).into()
    }

    fn drop_held(&mut self) -> Outcome<K> {
        match std::mem::replace(&mut self.state, State::Idle) {
            State::Held(held) => self.finish(held.item, held.to, &held.order),
            _ => Outcome::default(),
        }
    }

    fn finish(&self, item: K, to: Option<usize>, order: &[K]) -> Outcome<K> {
        let present = order.contains(&item);
        if !self.rules.open && (!present || to.is_none()) {
            return Outcome::default();
        }
        let change = self.rules.put(order, item, to);
        let said = match change.to {
            Some(place) => Said::Dropped(item, place + 1, self.rules.of(&change.order)),
            None => Said::Removed(item),
        };
        let moved = change.order != order;
        Outcome { said: (moved || present).then_some(said), change: moved.then_some(change) }
    }
}

impl Rules {
    /// The size people are told: of how many places.
    fn of<K>(self, order: &[K]) -> usize {
        self.capacity.unwrap_or(order.len())
    }

    /// The last place, from 0, that `item` can take.
    fn last_place<K: Copy + Eq>(self, order: &[K], item: K) -> usize {
        let after = order.len() + usize::from(!order.contains(&item));
        self.capacity.map_or(after, |capacity| after.min(capacity)).saturating_sub(1)
    }

    fn put<K: Copy + Eq>(self, order: &[K], item: K, to: Option<usize>) -> Change<K> {
        let mut order: Vec<K> = order.iter().copied().filter(|other| *other != item).collect();
        let to = to.map(|to| to.min(order.len()));
        let mut displaced = None;
        if let Some(to) = to {
            order.insert(to, item);
            if self.capacity.is_some_and(|capacity| order.len() > capacity) {
                displaced = order.pop();
            }
        }
        let below = to.and_then(|to| to.checked_sub(1)).and_then(|above| order.get(above).copied());
        Change { item, to, below, order, displaced }
    }
}

/// An order as it will be once moves that are under way have been carried out: each thing goes right below another, or on top.
/// Moves of or below things that are gone are left out, as they will be refused.
#[must_use]
pub fn rebase<K: Copy + Eq>(order: &[K], moves: &[(K, Option<K>)]) -> Vec<K> {
    let mut order = order.to_vec();
    for (item, below) in moves {
        let Some(from) = order.iter().position(|other| other == item) else { continue };
        order.remove(from);
        let to = match below {
            None => Some(0),
            Some(below) => order.iter().position(|other| other == below).map(|above| above + 1),
        };
        order.insert(to.unwrap_or(from), *item);
    }
    order
}
