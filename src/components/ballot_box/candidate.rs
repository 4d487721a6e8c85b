//! One candidate: tapped or dragged into the ranking, tapped again to take it out.

use leptos::prelude::*;
use plumbline_core::id::PriorityId;
use plumbline_core::rearrange::Means;
use plumbline_core::view::PriorityRef;

use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::components::sortable::Sorter;
use crate::i18n::*;
use crate::platform::pointer;

/// A candidate. It keeps its place in the list when ranked, so that nothing jumps.
#[component]
pub fn Candidate(
    /// The ranking it goes to.
    sorter: Sorter<PriorityId>,
    /// Which.
    priority: PriorityRef,
) -> impl IntoView {
    let i18n = use_i18n();
    let PriorityRef { id, title, description } = priority;
    let about = format!("about-{id}");
    let row = sorter.row(id);
    let ranked = Memo::new(move |_| sorter.shown().with(|shown| shown.contains(&id)));
    let dragged = move || !ranked.get() && row.with(|row| row.held == Some(Means::Pointer));
    // What is ranked already moves in the ranking, not from here.
    let press = move |event| {
        if !ranked.get_untracked() {
            sorter.press(id, &event);
        }
    };
    let click = move |_| {
        if !sorter.just_dragged() {
            sorter.pick(id);
        }
    };
    view! {
        <li class="candidate" class:ranked=move || ranked.get() class:dragged=move || dragged()
            style:transform=move || if dragged() { sorter.dragged_by() } else { None }
            on:pointerdown=press on:pointermove=move |event| sorter.follow(&event)
            on:pointerup=move |event| sorter.release(&event) on:pointercancel=move |event| sorter.lose(&event)
            on:lostpointercapture=move |event| if pointer::is_own(&event) { sorter.lose(&event) }>
            <span class="sortable-grip" data-grip="" aria-hidden="true"><Icon name=IconName::Grip/></span>
            <div class="candidate-words">
                // Its click area is stretched over the whole row by the style sheet.
                <button type="button" class="candidate-pick" data-drag=""
                    aria-pressed=move || if ranked.get() { "true" } else { "false" } aria-describedby=about.clone()
                    on:click=click on:keydown=move |event| sorter.digit(id, &event)>
                    <span class="visually-hidden">{tu_string!(i18n, round.candidate_rank)} " "</span>
                    <span class="sortable-title">{title}</span>
                </button>
                <span class="muted small" id=about>{description}</span>
            </div>
            <span class="candidate-place num" aria-hidden="true">
                {move || match row.with(|row| row.place).filter(|_| ranked.get()) {
                    Some(place) => place.into_any(),
                    None => view! { <Icon name=IconName::Plus/> },
                }}
            </span>
        </li>
    }
}
