//! A list people put in order: by mouse, finger, pen, keyboard, buttons or a menu.

mod row;
mod sorter;
mod words;

use row::Row;
pub use sorter::{Key, Part, Sorter};

use leptos::prelude::*;

use crate::boxed::view;
use crate::components::announce::LiveRegion;
use crate::components::field::unique_id;
use crate::components::move_menu::MoveMenu;
use crate::i18n::*;

/// One thing in the list: a row, the line, or a place that waits to be filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Entry<K> {
    Row(K),
    Line,
    Free(usize),
}

/// The list. What moves it is in `sorter`; what a row shows is drawn by `render`.
#[component]
pub fn Sortable<K, F>(
    /// Keeps the order and what is held.
    sorter: Sorter<K>,
    /// What is put in order, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// What stands on the line, in lists that have one.
    #[prop(optional, into)]
    line: MaybeProp<String>,
    /// What stands at a place that waits to be filled, given the place from 1.
    #[prop(optional)]
    free: Option<Callback<usize, String>>,
    /// What a row shows.
    render: F,
) -> impl IntoView
where
    K: Key,
    F: Fn(K) -> AnyView + Clone + Send + Sync + 'static,
{
    let i18n = use_i18n();
    let help = unique_id("sorting");
    let help_of_rows = StoredValue::new(help.clone());
    let entries = move || {
        let rows = sorter.shown().get();
        let taken = rows.len();
        let mut entries: Vec<Entry<K>> = rows.into_iter().map(Entry::Row).collect();
        if let Some(after) = sorter.line().get().filter(|after| *after <= taken) {
            entries.insert(after, Entry::Line);
        }
        entries.extend((taken..sorter.rules().capacity.unwrap_or(taken)).map(Entry::Free));
        entries
    };
    let draw = move |entry: Entry<K>| match entry {
        Entry::Row(key) => {
            let content = render(key);
            view! { <Row sorter key_of=key help=help_of_rows.get_value()>{content}</Row> }
        }
        Entry::Line => view! {
            <li class="sortable-line" data-line="line" style:transform=move || sorter.line_shift()>
                <span>{move || line.get()}</span>
            </li>
        },
        Entry::Free(place) => view! {
            <li class="sortable-free" class:covered=move || place < sorter.filled()>
                <span class="sortable-place num" aria-hidden="true">{place + 1}</span>
                <span class="visually-hidden">{move || free.map(|words| words.run(place + 1))}</span>
            </li>
        },
    };
    view! {
        <p class="visually-hidden" id=help>
            {move || if sorter.rules().open { t_string!(i18n, round.sort_help_open) } else { t_string!(i18n, round.sort_help) }}
        </p>
        <ol class="sortable" role="list" node_ref=sorter.list class:holding=move || sorter.holding().is_some()
            class:dragging=move || sorter.is_dragging() class:open-list=sorter.rules().open
            aria-label=move || label.get()>
            <For each=entries key=|entry| *entry children=draw/>
            <li class="sortable-slot" role="presentation" aria-hidden="true" hidden=move || sorter.slot().is_none()
                style:top=move || sorter.slot().map(|slot| format!("{}px", slot.top))
                style:height=move || sorter.slot().map(|slot| format!("{}px", slot.height))></li>
        </ol>
        <MoveMenu sorter/>
        <LiveRegion announcer=sorter.announcer/>
    }
}
