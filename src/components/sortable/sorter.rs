//! What connects the state machine to the page: events in, positions and words out.

use std::collections::HashMap;
use std::fmt::Display;
use std::hash::Hash;

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use leptos_i18n::I18nContext;
use plumbline_core::rearrange::{Boxes, Change, Event, Means, Point, Rearrange, Rules, Said, Step, Stretch, scroll_step};

use super::words::spoken;
use crate::components::announce::Announcer;
use crate::i18n::*;
use crate::platform::rows::Spot;
use crate::platform::{focus, pointer, rows};

/// What identifies a row: small, and the same text everywhere.
pub trait Key: Copy + Eq + Hash + Display + Send + Sync + 'static {}
impl<T: Copy + Eq + Hash + Display + Send + Sync + 'static> Key for T {}

/// A control of a row that focus returns to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The handle.
    Grip,
    /// One place up.
    Up,
    /// One place down.
    Down,
    /// To a place of choice.
    Menu,
}

impl Part {
    /// As the attribute `data-part` has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Grip => "grip",
            Self::Up => "up",
            Self::Down => "down",
            Self::Menu => "menu",
        }
    }
}

/// Keeps what is held and moves it. Copyable handle; the order itself belongs to the page.
#[derive(Clone, Copy)]
pub struct Sorter<K: Key> {
    /// The list on the page.
    pub list: NodeRef<html::Ol>,
    /// Says what happens.
    pub announcer: Announcer,
    /// Whose menu of places is open.
    pub menu: RwSignal<Option<K>>,
    rules: Rules,
    i18n: I18nContext<Locale>,
    order: Signal<Vec<K>>,
    line: Signal<Option<usize>>,
    title: Callback<K, String>,
    on_change: Callback<Change<K>>,
    machine: RwSignal<Rearrange<K>>,
    active: RwSignal<Option<K>>,
    shown: Memo<Vec<K>>,
    preview: Memo<Vec<K>>,
    holding: Memo<Option<(K, Means)>>,
    layout: Memo<Layout<K>>,
    grip: StoredValue<Grip>,
}

/// What has to be remembered between events.
#[derive(Debug, Clone, Default)]
struct Grip {
    boxes: Boxes,
    /// The held row when the pointer went down.
    origin: Spot,
    pointer: i32,
    /// The pointer's last place in the window.
    x: f64,
    y: f64,
    /// Where rows rest, for letting them glide when the order changes from elsewhere.
    resting: Vec<(String, Spot)>,
    gliding: bool,
    dragged: bool,
}

/// How far rows stand from where they were laid out.
#[derive(Debug, Clone, PartialEq)]
struct Layout<K: Key> {
    rows: HashMap<K, Option<f64>>,
    line: f64,
    slot: Option<Stretch>,
}

impl<K: Key> Sorter<K> {
    /// A sorter for the caller's list: `order` as it is, `line` after how many rows a line is drawn, `title` what a row is
    /// called, `on_change` what to do when something was dropped elsewhere.
    #[must_use]
    pub fn new(
        rules: Rules,
        order: Signal<Vec<K>>,
        line: Signal<Option<usize>>,
        title: impl Fn(K) -> String + Send + Sync + 'static,
        on_change: impl Fn(Change<K>) + Send + Sync + 'static,
    ) -> Self {
        let machine = RwSignal::new(Rearrange::<K>::new(rules));
        let grip = StoredValue::new(Grip::default());
        let shown = Memo::new(move |_| {
            machine.with(|machine| machine.held().map(|held| held.order.clone())).unwrap_or_else(|| order.get())
        });
        let preview = Memo::new(move |_| machine.with(|machine| machine.preview(&order.get())));
        let target = Memo::new(move |_| machine.with(|machine| machine.held().map(|held| (held.item, held.from, held.to))));
        let holding = Memo::new(move |_| machine.with(|machine| machine.held().map(|held| (held.item, held.means))));
        let layout = Memo::new(move |_| {
            let Some((_, from, to)) = target.get() else {
                return Layout { rows: HashMap::new(), line: 0.0, slot: None };
            };
            let shifts = grip.with_value(|grip| grip.boxes.shifts(from, to, rules.capacity));
            let mut shift_of: HashMap<K, Option<f64>> =
                shown.with_untracked(|shown| shown.iter().copied().zip(shifts.rows).collect());
            if let (Some((item, _, _)), Some(slot), Some(from)) = (target.get(), shifts.slot, from) {
                let laid_out = grip.with_value(|grip| grip.boxes.rows.get(from).map_or(slot.top, |row| row.top));
                shift_of.insert(item, Some(slot.top - laid_out));
            }
            Layout { rows: shift_of, line: shifts.line, slot: shifts.slot }
        });
        let sorter = Self {
            list: NodeRef::new(),
            announcer: Announcer::new(),
            menu: RwSignal::new(None),
            rules,
            i18n: use_i18n(),
            order,
            line,
            title: Callback::new(title),
            on_change: Callback::new(on_change),
            machine,
            active: RwSignal::new(None),
            shown,
            preview,
            holding,
            layout,
            grip,
        };
        let escape = window_event_listener(ev::keydown, move |event| {
            if event.key() == "Escape" && sorter.is_dragging_untracked() {
                event.prevent_default();
                sorter.send(Event::Cancel);
            }
        });
        on_cleanup(move || escape.remove());
        Effect::new(move |_| {
            if sorter.list.get().is_some() {
                sorter.settle(None);
            }
        });
        // Moves made elsewhere glide as well.
        Effect::watch(move || shown.get(), move |_, _, _| sorter.settle(None), false);
        sorter
    }

    /// What the list allows.
    #[must_use]
    pub fn rules(self) -> Rules {
        self.rules
    }

    /// The order that is laid out: while something is held, the one it was grabbed in.
    #[must_use]
    pub fn shown(self) -> Memo<Vec<K>> {
        self.shown
    }

    /// After how many rows the line is drawn.
    #[must_use]
    pub fn line(self) -> Signal<Option<usize>> {
        self.line
    }

    /// What a row is called.
    #[must_use]
    pub fn title(self, key: K) -> String {
        self.title.run(key)
    }

    /// What is held, and how.
    #[must_use]
    pub fn holding(self) -> Option<(K, Means)> {
        self.holding.get()
    }

    /// Whether a pointer drags something.
    #[must_use]
    pub fn is_dragging(self) -> bool {
        matches!(self.holding.get(), Some((_, Means::Pointer)))
    }

    fn is_dragging_untracked(self) -> bool {
        matches!(self.holding.try_get_untracked().flatten(), Some((_, Means::Pointer)))
    }

    /// Whether a drag has just ended, so that the click that comes with it means nothing.
    #[must_use]
    pub fn just_dragged(self) -> bool {
        self.grip.with_value(|grip| grip.dragged)
    }

    /// How many places are filled as things stand, with what is held.
    #[must_use]
    pub fn filled(self) -> usize {
        self.preview.with(Vec::len)
    }

    /// The place of a row from 1, with what is held where it is now.
    #[must_use]
    pub fn place(self, key: K) -> Option<usize> {
        self.preview.with(|preview| preview.iter().position(|other| *other == key).map(|at| at + 1))
    }

    /// Where what is dragged would come to stand.
    #[must_use]
    pub fn slot(self) -> Option<Stretch> {
        if self.is_dragging() { self.layout.with(|layout| layout.slot) } else { None }
    }

    /// The CSS transform of a row.
    #[must_use]
    pub fn shift(self, key: K) -> Option<String> {
        match self.holding.get()? {
            (item, Means::Pointer) if item == key => self.machine.with(|machine| {
                let held = machine.held()?;
                let x = if self.rules.open { held.at.x - held.start.x } else { 0.0 };
                Some(format!("translate({x}px, {}px)", held.at.y - held.start.y))
            }),
            _ => self.layout.with(|layout| layout.rows.get(&key).copied().flatten().map(|y| format!("translateY({y}px)"))),
        }
    }

    /// Whether a full list would push this row out.
    #[must_use]
    pub fn is_pushed_out(self, key: K) -> bool {
        self.holding.get().is_some_and(|(item, _)| item != key)
            && self.layout.with(|layout| layout.rows.get(&key) == Some(&None))
    }

    /// The CSS transform of the line.
    #[must_use]
    pub fn line_shift(self) -> Option<String> {
        self.holding.get()?;
        self.layout.with(|layout| Some(format!("translateY({}px)", layout.line)))
    }

    /// Whether the controls of this row are the ones Tab reaches.
    #[must_use]
    pub fn is_active(self, key: K) -> bool {
        match self.active.get().filter(|active| self.shown.with(|shown| shown.contains(active))) {
            Some(active) => active == key,
            None => self.shown.with(|shown| shown.first() == Some(&key)),
        }
    }

    /// Focus came into a row.
    pub fn focused(self, key: K) {
        self.active.set(Some(key));
    }

    /// Focus left a handle: what was grabbed with a key goes back.
    pub fn blurred(self, key: K) {
        if self.holding.get_untracked() == Some((key, Means::Keyboard)) {
            self.send(Event::Cancel);
        }
    }

    /// Straight to a place, from 0; `None` takes it out. Focus goes to `part` of the row.
    pub fn put(self, key: K, to: Option<usize>, part: Part) {
        self.send(Event::Place(key, to));
        if to.is_some() {
            self.focus_soon(key, part);
        }
    }

    /// To the next free place or out again, from outside the list; focus stays where it is. A full list stays as it is.
    pub fn pick(self, key: K) {
        let (present, taken) = self.order.with_untracked(|order| (order.contains(&key), order.len()));
        if present {
            self.send(Event::Place(key, None));
        } else if self.rules.capacity.is_some_and(|capacity| taken >= capacity) {
            self.announcer.say(t_string!(self.i18n, round.said_full).to_string());
        } else {
            self.send(Event::Place(key, Some(taken)));
        }
    }

    /// A digit on something outside the list: to that place.
    pub fn digit(self, key: K, event: &ev::KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        if let Ok(place @ 1..=9) = event.key().parse::<usize>() {
            event.prevent_default();
            event.stop_propagation();
            self.send(Event::Place(key, Some(place - 1)));
        }
    }

    /// Up or down by one, from a button.
    pub fn nudge(self, key: K, down: bool) {
        let place = self.order.with_untracked(|order| order.iter().position(|other| *other == key));
        let Some(place) = place else { return };
        let to = if down { place + 1 } else { place.saturating_sub(1) };
        self.put(key, Some(to), if down { Part::Down } else { Part::Up });
    }

    /// A pointer went down on a row, or on something that may become one.
    pub fn press(self, key: K, event: &ev::PointerEvent) {
        if !pointer::may_drag(event) {
            return;
        }
        let pointer = pointer::read(event);
        let (Some(list), Some(at)) = (self.list.get_untracked(), self.point(pointer.x, pointer.y)) else { return };
        let origin = rows::spot_of_target(&list, event);
        self.grip.update_value(|grip| {
            grip.origin = origin;
            grip.pointer = pointer.id;
            (grip.x, grip.y) = (pointer.x, pointer.y);
            grip.dragged = false;
        });
        self.send(Event::Press { item: key, at, slop: pointer.slop });
    }

    /// A pointer moved.
    pub fn follow(self, event: &ev::PointerEvent) {
        let pointer = pointer::read(event);
        if self.machine.with_untracked(Rearrange::is_idle) || self.grip.with_value(|grip| grip.pointer) != pointer.id {
            return;
        }
        self.grip.update_value(|grip| (grip.x, grip.y) = (pointer.x, pointer.y));
        let dragging = self.is_dragging_untracked();
        if !dragging {
            self.measure();
        }
        self.drag();
        if !dragging && self.is_dragging_untracked() {
            pointer::capture(event);
            self.grip.update_value(|grip| grip.dragged = true);
            self.autoscroll(rows::shown_between());
        }
    }

    /// A pointer was lifted.
    pub fn release(self, event: &ev::PointerEvent) {
        if self.grip.with_value(|grip| grip.pointer) != event.pointer_id() {
            return;
        }
        let held = self.holding.get_untracked();
        self.send(Event::Release);
        if let Some((key, Means::Pointer)) = held {
            self.focus_soon(key, Part::Grip);
            self.forget_drag();
        }
    }

    /// The browser took the pointer away.
    pub fn lose(self, event: &ev::PointerEvent) {
        let ours = self.grip.with_value(|grip| grip.pointer) == event.pointer_id();
        let by_key = matches!(self.holding.get_untracked(), Some((_, Means::Keyboard)));
        if ours && !by_key && !self.machine.with_untracked(Rearrange::is_idle) {
            self.send(Event::Cancel);
            self.forget_drag();
        }
    }

    /// Space, Enter or a screen reader's click on a handle.
    pub fn toggle(self, key: K) {
        self.measure();
        let ending = self.holding.get_untracked().is_some();
        self.send(Event::Toggle(key));
        if ending {
            self.focus_soon(key, Part::Grip);
        }
    }

    /// A key on a handle.
    pub fn key(self, key: K, event: &ev::KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let holding = self.holding.get_untracked().is_some();
        let name = event.key();
        let step = match name.as_str() {
            "ArrowUp" => Some(Step::Up),
            "ArrowDown" => Some(Step::Down),
            "Home" => Some(Step::First),
            "End" => Some(Step::Last),
            _ => None,
        };
        match (step, name.as_str()) {
            (Some(step), _) if holding => {
                self.send(Event::Step(step));
            }
            (Some(step), _) => self.walk(key, step),
            (None, "Escape") if holding => {
                self.send(Event::Cancel);
                self.focus_soon(key, Part::Grip);
            }
            (None, "Delete" | "Backspace") if self.rules.open && !holding => self.put(key, None, Part::Grip),
            (None, digit) => match digit.parse::<usize>() {
                Ok(place @ 1..=9) if !holding => self.put(key, Some(place - 1), Part::Grip),
                _ => return,
            },
        }
        event.prevent_default();
        event.stop_propagation();
    }

    /// Move focus to another handle.
    fn walk(self, key: K, step: Step) {
        let to = self.shown.with_untracked(|shown| {
            let at = shown.iter().position(|other| *other == key)?;
            let to = match step {
                Step::Up => at.saturating_sub(1),
                Step::Down => (at + 1).min(shown.len() - 1),
                Step::First => 0,
                Step::Last => shown.len() - 1,
            };
            shown.get(to).copied()
        });
        if let (Some(to), Some(list)) = (to, self.list.get_untracked()) {
            focus::on_part(&list, &to.to_string(), Part::Grip.name());
        }
    }

    /// Move focus once what has changed is on the page.
    pub fn focus_soon(self, key: K, part: Part) {
        request_animation_frame(move || {
            if let Some(list) = self.list.try_get_untracked().flatten() {
                focus::on_part(&list, &key.to_string(), part.name());
            }
        });
    }

    fn point(self, x: f64, y: f64) -> Option<Point> {
        let (x, y, _, _) = rows::point_in(&*self.list.get_untracked()?, x, y);
        Some(Point { x, y })
    }

    /// Take note of how the list is laid out.
    fn measure(self) {
        let Some(list) = self.list.get_untracked() else { return };
        let (stretches, line) = rows::stretches(&list);
        let gap = rows::row_gap(&list);
        let after = self.line.get_untracked();
        self.grip.update_value(|grip| {
            grip.boxes = Boxes { rows: stretches, line: after.zip(line), held: grip.origin.height, gap };
        });
    }

    /// The pointer is where `grip` says: tell the machine what is under it.
    fn drag(self) {
        let Some(list) = self.list.get_untracked() else { return };
        let grip = self.grip.get_value();
        let (x, y, width, height) = rows::point_in(&list, grip.x, grip.y);
        let at = Point { x, y };
        let Some((item, start)) = self.machine.with_untracked(Rearrange::pressed) else { return };
        let from = self.shown.with_untracked(|shown| shown.iter().position(|other| *other == item));
        let inside = !self.rules.open || within(x, width) && within(y, height);
        let over = inside.then(|| grip.boxes.place(from, grip.origin.y + y - start.y));
        self.send(Event::Drag { at, over });
    }

    fn autoscroll(self, (top, bottom): (f64, f64)) {
        request_animation_frame(move || {
            if !self.is_dragging_untracked() {
                return;
            }
            let y = self.grip.with_value(|grip| grip.y);
            let step = scroll_step(y, top, bottom);
            if step != 0.0 {
                rows::scroll_by(step);
                self.drag();
            }
            self.autoscroll((top, bottom));
        });
    }

    fn forget_drag(self) {
        set_timeout(
            move || {
                let _ = self.grip.try_update_value(|grip| grip.dragged = false);
            },
            std::time::Duration::from_millis(50),
        );
    }

    fn send(self, event: Event<K>) {
        let held = self.machine.with_untracked(|machine| machine.held().is_some());
        if matches!(event, Event::Toggle(_)) && !held {
            let height = self.held_height(event);
            self.grip.update_value(|grip| grip.boxes.held = height);
        }
        let ends = matches!(event, Event::Release | Event::Cancel | Event::Toggle(_)) && held;
        let before = (ends || matches!(event, Event::Place(..))).then(|| self.drawn()).flatten();
        let order = self.order.get_untracked();
        let outcome = self.machine.try_update(|machine| machine.handle(event, &order)).unwrap_or_default();
        if let Some(said) = outcome.said {
            self.say(said);
        }
        if before.is_some() {
            self.settle(before);
        }
        if let Some(change) = outcome.change {
            self.on_change.run(change);
        }
    }

    /// Where everything is drawn now, what is dragged in from outside included.
    fn drawn(self) -> Option<Vec<(String, Spot)>> {
        let mut spots = rows::spots(&*self.list.get_untracked()?);
        let origin = self.grip.with_value(|grip| grip.origin);
        self.machine.with_untracked(|machine| {
            if let Some(held) = machine.held().filter(|held| held.from.is_none() && held.means == Means::Pointer) {
                let (x, y) = (origin.x + held.at.x - held.start.x, origin.y + held.at.y - held.start.y);
                spots.push((held.item.to_string(), Spot { x, y, ..origin }));
            }
        });
        Some(spots)
    }

    fn held_height(self, event: Event<K>) -> f64 {
        let Event::Toggle(key) = event else { return 0.0 };
        let at = self.order.with_untracked(|order| order.iter().position(|other| *other == key));
        self.grip.with_value(|grip| at.and_then(|at| grip.boxes.rows.get(at)).map_or(0.0, |row| row.height))
    }

    fn say(self, said: Said<K>) {
        self.announcer.say(spoken(self.i18n, said, |key| self.title.run(key)));
    }

    /// Once the page shows the new order, let rows glide there from where they were drawn.
    fn settle(self, before: Option<Vec<(String, Spot)>>) {
        let waiting = self.grip.try_update_value(|grip| {
            if let Some(before) = before {
                grip.resting = before;
            }
            std::mem::replace(&mut grip.gliding, true)
        });
        if waiting != Some(false) {
            return;
        }
        request_animation_frame(move || {
            let Some(list) = self.list.try_get_untracked().flatten() else { return };
            let _ = self.grip.try_update_value(|grip| {
                grip.gliding = false;
                rows::glide(&list, &grip.resting);
                grip.resting = rows::rests(&list);
            });
        });
    }
}

/// Whether a coordinate is inside a list, or so near that it is meant.
fn within(at: f64, size: f64) -> bool {
    const NEAR: f64 = 24.0;
    at >= -NEAR && at <= size + NEAR
}
