//! What follows from it: the machine is told, the words are said, rows glide, the page scrolls.

use std::time::Duration;

use leptos::prelude::*;
use plumbline_core::rearrange::{Boxes, Event, Means, Point, Rearrange, Said, scroll_step};

use super::{Key, Part, Sorter};
use crate::components::sortable::words::spoken;
use crate::platform::rows::Spot;
use crate::platform::{focus, rows};

impl<K: Key> Sorter<K> {
    /// Move focus once what has changed is on the screen: before that it would have the browser style and lay out the page once more,
    /// and the frame would wait for it.
    pub fn focus_soon(self, key: K, part: Part) {
        let focus = move || {
            if let Some(list) = self.list.try_get_untracked().flatten() {
                focus::on_part(&list, &key.to_string(), part.name());
            }
        };
        request_animation_frame(move || set_timeout(focus, Duration::ZERO));
    }

    pub(super) fn point(self, x: f64, y: f64) -> Option<Point> {
        let (x, y, _, _) = rows::point_in(&*self.list.get_untracked()?, x, y);
        Some(Point { x, y })
    }

    /// Take note of how the list is laid out.
    pub(super) fn measure(self) {
        let Some(list) = self.list.get_untracked() else { return };
        let (stretches, line) = rows::stretches(&list);
        let gap = rows::row_gap(&list);
        let after = self.line.get_untracked();
        self.grip.update_value(|grip| {
            grip.boxes = Boxes { rows: stretches, line: after.zip(line), held: grip.origin.height, gap };
        });
    }

    /// The pointer is where `grip` says: tell the machine what is under it.
    pub(super) fn drag(self) {
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

    pub(super) fn autoscroll(self, (top, bottom): (f64, f64)) {
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

    pub(super) fn forget_drag(self) {
        set_timeout(
            move || {
                let _ = self.grip.try_update_value(|grip| grip.dragged = false);
            },
            Duration::from_millis(50),
        );
    }

    pub(super) fn send(self, event: Event<K>) {
        let held = self.machine.with_untracked(|machine| machine.held().is_some());
        if matches!(event, Event::Toggle(_)) && !held {
            let height = self.held_height(event);
            self.grip.update_value(|grip| grip.boxes.held = height);
        }
        let ends = matches!(event, Event::Release | Event::Cancel | Event::Toggle(_)) && held;
        let before = (ends || matches!(event, Event::Place(..))).then(|| self.drawn()).flatten();
        let order = self.order.get_untracked();
        if before.is_some() && !matches!(event, Event::Cancel) {
            self.let_go_of_focus();
        }
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

    /// A row that has focus loses it when it is moved, and the browser then styles the page at once, in the middle of the change.
    /// Before the change that costs nothing; whoever moves a row gives focus back (`focus_soon`).
    fn let_go_of_focus(self) {
        let Some(list) = self.list.get_untracked() else { return };
        self.grip.update_value(|grip| grip.moving = true);
        focus::leave(&list);
        self.grip.update_value(|grip| grip.moving = false);
    }

    /// Where everything is drawn now, what is dragged in from outside included.
    pub(super) fn drawn(self) -> Option<Vec<(String, Spot)>> {
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

    pub(super) fn held_height(self, event: Event<K>) -> f64 {
        let Event::Toggle(key) = event else { return 0.0 };
        let at = self.order.with_untracked(|order| order.iter().position(|other| *other == key));
        self.grip.with_value(|grip| at.and_then(|at| grip.boxes.rows.get(at)).map_or(0.0, |row| row.height))
    }

    pub(super) fn say(self, said: Said<K>) {
        self.announcer.say(spoken(self.i18n, said, |key| self.title.run(key)));
    }

    /// Once the page shows the new order, let rows glide there from where they were drawn.
    pub(super) fn settle(self, before: Option<Vec<(String, Spot)>>) {
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
                grip.resting = rows::glide(&list, &grip.resting);
            });
        });
    }
}

/// Whether a coordinate is inside a list, or so near that it is meant.
fn within(at: f64, size: f64) -> bool {
    const NEAR: f64 = 24.0;
    at >= -NEAR && at <= size + NEAR
}
