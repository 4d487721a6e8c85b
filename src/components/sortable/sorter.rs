//! What connects the state machine to the page: events in, positions and words out.

mod carry;
mod input;

use std::collections::HashMap;
use std::fmt::Display;
use std::hash::Hash;

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use leptos_i18n::I18nContext;
use plumbline_core::rearrange::{Boxes, Change, Event, Means, Rearrange, Rules, Stretch};

use crate::components::announce::Announcer;
use crate::i18n::*;
use crate::platform::rows::Spot;

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
    rows: Memo<HashMap<K, RowState>>,
    grip: StoredValue<Grip>,
}

/// What a row shows of itself. Computed for all rows at once, so that a move runs again only the rows that it changes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct RowState {
    /// The place from 1, with what is held where it is now; `None` outside the list.
    pub place: Option<usize>,
    /// Nothing stands above.
    pub first: bool,
    /// Nothing stands below.
    pub last: bool,
    /// Its controls are the ones Tab reaches.
    pub active: bool,
    /// Held, and how.
    pub held: Option<Means>,
    /// A full list would push it out.
    pub pushed_out: bool,
    /// Laid out below the line.
    pub below: bool,
    /// How far it stands below where it was laid out, in pixels; while a pointer holds it, see [`Sorter::dragged_by`].
    pub shift: Option<f64>,
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
    /// Focus is taken from the list for a moment, and nobody means to let go.
    moving: bool,
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
        let target =
            Memo::new(move |_| machine.with(|machine| machine.held().map(|held| (held.item, held.from, held.to))));
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
        let active = RwSignal::new(None);
        let rows = Memo::new(move |_| row_states(shown, line, preview, holding, layout, active));
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
            active,
            shown,
            preview,
            holding,
            layout,
            rows,
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

    /// What a row shows of itself, told again only when it changes.
    #[must_use]
    pub fn row(self, key: K) -> Memo<RowState> {
        Memo::new(move |_| self.rows.with(|rows| rows.get(&key).copied()).unwrap_or_default())
    }

    /// Where what is dragged would come to stand.
    #[must_use]
    pub fn slot(self) -> Option<Stretch> {
        if self.is_dragging() { self.layout.with(|layout| layout.slot) } else { None }
    }

    /// The CSS transform of what a pointer holds.
    #[must_use]
    pub fn dragged_by(self) -> Option<String> {
        self.machine.with(|machine| {
            let held = machine.held()?;
            let x = if self.rules.open { held.at.x - held.start.x } else { 0.0 };
            Some(format!("translate({x}px, {}px)", held.at.y - held.start.y))
        })
    }

    /// The CSS transform of the line.
    #[must_use]
    pub fn line_shift(self) -> Option<String> {
        self.holding.get()?;
        self.layout.with(|layout| Some(format!("translateY({}px)", layout.line)))
    }
}

fn row_states<K: Key>(
    shown: Memo<Vec<K>>,
    line: Signal<Option<usize>>,
    preview: Memo<Vec<K>>,
    holding: Memo<Option<(K, Means)>>,
    layout: Memo<Layout<K>>,
    active: RwSignal<Option<K>>,
) -> HashMap<K, RowState> {
    let mut rows: HashMap<K, RowState> = HashMap::new();
    preview.with(|preview| {
        for (at, key) in preview.iter().enumerate() {
            let (place, first, last) = (Some(at + 1), at == 0, at + 1 == preview.len());
            rows.insert(*key, RowState { place, first, last, ..RowState::default() });
        }
    });
    let active = active.get();
    shown.with(|shown| {
        let active = active.filter(|key| shown.contains(key)).or_else(|| shown.first().copied());
        if let Some(key) = active {
            rows.entry(key).or_default().active = true;
        }
        for key in shown.iter().skip(line.get().unwrap_or(shown.len())) {
            rows.entry(*key).or_default().below = true;
        }
    });
    if let Some((item, means)) = holding.get() {
        rows.entry(item).or_default().held = Some(means);
        layout.with(|layout| {
            for (key, shift) in &layout.rows {
                let row = rows.entry(*key).or_default();
                row.shift = *shift;
                row.pushed_out = *key != item && shift.is_none();
            }
        });
    }
    rows
}
