//! A native dialog with a heading and a way out.

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;

use crate::boxed::view;
use crate::components::field::unique_id;
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::platform;

/// A dialog that shows while `open` is true. Its content is made anew each time, so no draft lingers.
#[component]
pub fn Dialog(
    /// Whether it shows; set to false when the person closes it.
    open: RwSignal<bool>,
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// What is in it. Give the control to start with `autofocus`.
    children: ChildrenFn,
) -> impl IntoView {
    let i18n = use_i18n();
    let element = NodeRef::<html::Dialog>::new();
    let heading = unique_id("dialog");
    let labelled = heading.clone();
    let shown = StoredValue::new(false);
    // The browser tells of a dialog's end a moment later. By then it may have been asked for again.
    let ended = move || {
        if shown.get_value() && !platform::dialog::is_open(element) {
            open.set(false);
        }
    };
    Effect::new(move |_| {
        if open.get() {
            // One turn later its content is there, so that focus goes to the control that asks for it.
            set_timeout(
                move || {
                    if open.try_get_untracked() == Some(true) {
                        platform::dialog::open(element);
                        shown.set_value(true);
                    }
                },
                Duration::ZERO,
            );
        } else {
            shown.set_value(false);
            platform::dialog::close(element);
        }
    });
    view! {
        <dialog class="dialog" node_ref=element aria-labelledby=labelled on:close=move |_| ended()>
            <Show when=move || open.get()>
                <div class="dialog-inner">
                    <div class="dialog-head">
                        <h2 id=heading.clone()>{move || title.get()}</h2>
                        <button type="button" class="btn btn-quiet btn-icon btn-small" aria-label=tu_string!(i18n, common.close)
                            on:click=move |_| open.set(false)>
                            <Icon name=IconName::X/>
                        </button>
                    </div>
                    {children()}
                </div>
            </Show>
        </dialog>
    }
}
