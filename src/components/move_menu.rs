//! "Move to…": every place of a list as a button, for those who do not drag.

use leptos::prelude::*;

use crate::boxed::view;
use crate::components::dialog::Dialog;
use crate::components::sortable::{Key, Part, Sorter};
use crate::i18n::*;

/// The menu of a list; shows for the row that [`Sorter::menu`] names.
#[component]
pub fn MoveMenu<K: Key>(
    /// The list.
    sorter: Sorter<K>,
) -> impl IntoView {
    let i18n = use_i18n();
    let open = RwSignal::new(false);
    // The row stays known while the dialog closes, so that focus can go back to it.
    let row = RwSignal::new(None::<K>);
    Effect::new(move |_| {
        if let Some(key) = sorter.menu.get() {
            row.set(Some(key));
            open.set(true);
        }
    });
    Effect::watch(
        move || open.get(),
        move |open, before, _| {
            if let (false, Some(true), Some(key)) = (*open, before.copied(), row.get_untracked()) {
                sorter.menu.set(None);
                sorter.focus_soon(key, Part::Menu);
                row.set(None);
            }
        },
        false,
    );
    let name = move || row.get().map(|key| sorter.title(key)).unwrap_or_default();
    let choose = move |to: Option<usize>| {
        if let Some(key) = row.get_untracked() {
            sorter.put(key, to, Part::Menu);
            open.set(false);
        }
    };
    // Drawn for as long as it is open: a closed menu would be drawn anew, place by place, at every move.
    let places = move || {
        let own = row.get();
        let shown = if own.is_some() { sorter.shown().get() } else { Vec::new() };
        let start = usize::from(shown.first().copied() == own);
        shown
            .into_iter()
            .enumerate()
            .map(|(at, key)| {
                let here = own == Some(key);
                view! {
                    <li>
                        <button type="button" class="move-place" aria-current=here.then_some("true") disabled=here autofocus=at == start
                            on:click=move |_| choose(Some(at))>
                            <span class="num">{at + 1}</span>
                            <span>
                                {if here {
                                    t_string!(i18n, round.move_here).to_string()
                                } else {
                                    t_string!(i18n, round.move_now, title = sorter.title(key))
                                }}
                            </span>
                        </button>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <Dialog open title=Signal::derive(move || t_string!(i18n, round.move_title, title = name()))>
            <ol class="move-places" role="list">{move || places()}</ol>
            {sorter.rules().open.then(|| view! {
                <button type="button" class="btn" on:click=move |_| choose(None)>{tu_string!(i18n, round.move_out)}</button>
            })}
        </Dialog>
    }
}
