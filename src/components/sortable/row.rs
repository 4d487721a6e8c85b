//! One row: handle, place, content, and buttons that do without dragging.

use leptos::prelude::*;
use plumbline_core::rearrange::Means;

use super::sorter::{Key, Part, Sorter};
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
    let title = move || sorter.title(key);
    let tab = move || if sorter.is_active(key) { "0" } else { "-1" };
    let held_by = move |means: Means| sorter.holding() == Some((key, means));
    let grabbed = move || held_by(Means::Keyboard);
    let at_top = move || sorter.place(key) == Some(1);
    let at_end = move || sorter.place(key) == Some(sorter.filled());
    view! {
        <li class="sortable-row" data-key=key.to_string() class:dragged=move || held_by(Means::Pointer) class:grabbed=grabbed
            class:pushed-out=move || sorter.is_pushed_out(key) style:transform=move || sorter.shift(key)
            on:pointerdown=move |event| sorter.press(key, &event) on:pointermove=move |event| sorter.follow(&event)
            on:pointerup=move |event| sorter.release(&event) on:pointercancel=move |event| sorter.lose(&event)
            on:lostpointercapture=move |event| if pointer::is_own(&event) { sorter.lose(&event) } on:focusin=move |_| sorter.focused(key)>
            <button type="button" class="sortable-grip" data-grip="" data-part=Part::Grip.name() tabindex=tab
                aria-label=move || t_string!(i18n, round.sort_grip, title = title()) aria-describedby=help
                aria-pressed=move || if grabbed() { "true" } else { "false" }
                on:click=move |event| if pointer::is_keyboard_click(&event) { sorter.toggle(key) }
                on:keydown=move |event| sorter.key(key, &event) on:blur=move |_| sorter.blurred(key)>
                <Icon name=IconName::Grip/>
            </button>
            <span class="sortable-place num">{move || sorter.place(key)}</span>
            <div class="sortable-body">{children()}</div>
            <div class="sortable-tools">
                <button type="button" class="btn btn-quiet btn-icon btn-small" data-part=Part::Up.name() tabindex=tab
                    aria-label=move || t_string!(i18n, round.sort_up, title = title())
                    aria-disabled=move || at_top().then_some("true") on:click=move |_| if !at_top() { sorter.nudge(key, false) }>
                    <Icon name=IconName::Up/>
                </button>
                <button type="button" class="btn btn-quiet btn-icon btn-small" data-part=Part::Down.name() tabindex=tab
                    aria-label=move || t_string!(i18n, round.sort_down, title = title())
                    aria-disabled=move || at_end().then_some("true") on:click=move |_| if !at_end() { sorter.nudge(key, true) }>
                    <Icon name=IconName::Down/>
                </button>
                <button type="button" class="btn btn-quiet btn-icon btn-small" data-part=Part::Menu.name() tabindex=tab
                    aria-haspopup="dialog" aria-label=move || t_string!(i18n, round.sort_to, title = title())
                    on:click=move |_| sorter.menu.set(Some(key))>
                    <Icon name=IconName::More/>
                </button>
            </div>
        </li>
    }
}
