//! What people do: pointers, keys, buttons, focus.

use leptos::ev;
use leptos::prelude::*;
use plumbline_core::rearrange::{Event, Means, Rearrange, Step};

use super::{Key, Part, Sorter};
use crate::i18n::*;
use crate::platform::{focus, pointer, rows};

impl<K: Key> Sorter<K> {
    /// Focus came into a row.
    pub fn focused(self, key: K) {
        self.active.set(Some(key));
    }

    /// Focus left a handle: what was grabbed with a key goes back.
    pub fn blurred(self, key: K) {
        let moving = self.grip.with_value(|grip| grip.moving);
        if !moving && self.holding.get_untracked() == Some((key, Means::Keyboard)) {
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
}
