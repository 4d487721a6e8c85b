//! One row: handle, place, content, and buttons that do without dragging.

use leptos::prelude::*;
use plumbline_core::rearrange::Means;

use super::sorter::{Key, Part, Sorter};
use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::platform::pointer;

/// A row of the list.
#[component]
pub fn Row<K: Key>(
    /// What moves it.
    sorter: Sorter<K>,
    /// Which row.
    key_of: K,
    /// The identifier of the help on keys.
    help: String,
    /// What it shows.
    children: Children,
) -> impl IntoView {
    let i18n = use_i18n();
    let key = key_of;
    let row = sorter.row(key);
    let title = Memo::new(move |_| sorter.title(key));
    let tab = move || if row.with(|row| row.active) { "0" } else { "-1" };
    let grabbed = move || row.with(|row| row.held == Some(Means::Keyboard));
    let dragged = move || row.with(|row| row.held == Some(Means::Pointer));
    let transform = move || {
        if dragged() { sorter.dragged_by() } else { row.with(|row| row.shift.map(|y| format!("translateY({y}px)"))) }
    };
    let at_top = move || row.with(|row| row.first);
    let at_end = move || row.with(|row| row.last);
    view! {
        <li class="sortable-row" data-key=key.to_string() class:dragged=move || dragged() class:grabbed=move || grabbed()
            class:pushed-out=move || row.with(|row| row.pushed_out) class:below-line=move || row.with(|row| row.below)
            style:transform=move || transform()
            on:pointerdown=move |event| sorter.press(key, &event) on:pointermove=move |event| sorter.follow(&event)
            on:pointerup=move |event| sorter.release(&event) on:pointercancel=move |event| sorter.lose(&event)
            on:lostpointercapture=move |event| if pointer::is_own(&event) { sorter.lose(&event) } on:focusin=move |_| sorter.focused(key)>
            <button type="button" class="sortable-grip" data-grip="" data-part=Part::Grip.name() tabindex=move || tab()
                aria-label=move || t_string!(i18n, round.sort_grip, title = title.get()) aria-describedby=help
                aria-pressed=move || if grabbed() { "true" } else { "false" }
                on:click=move |event| if pointer::is_keyboard_click(&event) { sorter.toggle(key) }
                on:keydown=move |event| sorter.key(key, &event) on:blur=move |_| sorter.blurred(key)>
                <Icon name=IconName::Grip/>
            </button>
            <span class="sortable-place num">{move || row.with(|row| row.place)}</span>
            <div class="sortable-body">{children()}</div>
            <div class="sortable-tools">
                <button type="button" class="btn btn-quiet btn-icon btn-small" data-part=Part::Up.name() tabindex=move || tab()
                    aria-label=move || t_string!(i18n, round.sort_up, title = title.get())
                    aria-disabled=move || at_top().then_some("true") on:click=move |_| if !at_top() { sorter.nudge(key, false) }>
                    <Icon name=IconName::Up/>
                </button>
                <button type="button" class="btn btn-quiet btn-icon btn-small" data-part=Part::Down.name() tabindex=move || tab()
                    aria-label=move || t_string!(i18n, round.sort_down, title = title.get())
                    aria-disabled=move || at_end().then_some("true") on:click=move |_| if !at_end() { sorter.nudge(key, true) }>
                    <Icon name=IconName::Down/>
                </button>
                <button type="button" class="btn btn-quiet btn-icon btn-small" data-part=Part::Menu.name() tabindex=move || tab()
                    aria-haspopup="dialog" aria-label=move || t_string!(i18n, round.sort_to, title = title.get())
                    on:click=move |_| sorter.menu.set(Some(key))>
                    <Icon name=IconName::More/>
                </button>
            </div>
        </li>
    }
}
