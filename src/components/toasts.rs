//! Notices on screen. What went well goes by itself; what did not stays until it is dismissed.

use std::time::Duration;

use leptos::ev::FocusEvent;
use leptos::prelude::*;

use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::notice::{Content, Notice, use_notices, words};

/// How long word of something done stays, unless pointed at or focused.
const STAY: Duration = Duration::from_secs(9);
const TICK: Duration = Duration::from_millis(500);

/// All notices: one polite region, one that interrupts.
#[component]
pub fn Toasts() -> impl IntoView {
    let notices = use_notices();
    let done = move || -> Vec<Notice> {
        notices.list.get().into_iter().filter(|notice| matches!(notice.content, Content::Done(_))).collect()
    };
    let failed = move || -> Vec<Notice> {
        notices.list.get().into_iter().filter(|notice| !matches!(notice.content, Content::Done(_))).collect()
    };
    view! {
        <div class="toasts">
            <div role="status">
                <For each=done key=|notice| notice.id let:notice><Toast notice/></For>
            </div>
            <div role="alert">
                <For each=failed key=|notice| notice.id let:notice><Toast notice/></For>
            </div>
        </div>
    }
}

#[component]
fn Toast(notice: Notice) -> impl IntoView {
    let i18n = use_i18n();
    let notices = use_notices();
    let Notice { id, content, action } = notice;
    let held = RwSignal::new(false);
    let failed = !matches!(content, Content::Done(_));
    if !failed {
        leave_in_time(held, move || notices.dismiss(id));
    }
    let (icon, what, next) = match content {
        Content::Done(text) => (IconName::Check, text, String::new()),
        Content::Failed(failure) => {
            let words = words::of_failure(i18n, &failure);
            (IconName::Warning, words.what, words.next)
        }
        Content::Trouble(what, next) => (IconName::Warning, what, next),
    };
    let action = action.map(|action| {
        let run = move |_| {
            notices.dismiss(id);
            action.run.run(());
        };
        view! { <button type="button" class="btn btn-small" on:click=run>{action.label}</button> }
    });
    view! {
        <div class="toast" class:toast-failed=failed
            on:mouseenter=move |_| held.set(true) on:mouseleave=move |_| held.set(false)
            on:focusin=move |_: FocusEvent| held.set(true) on:focusout=move |_: FocusEvent| held.set(false)>
            <Icon name=icon/>
            <div class="toast-words">
                <p>{what}</p>
                {(!next.is_empty()).then(|| view! { <p class="toast-next">{next}</p> })}
            </div>
            {action}
            <button type="button" class="btn btn-quiet btn-icon btn-small" aria-label=tu_string!(i18n, common.dismiss)
                on:click=move |_| notices.dismiss(id)>
                <Icon name=IconName::X/>
            </button>
        </div>
    }
}

fn leave_in_time(held: RwSignal<bool>, leave: impl Fn() + 'static) {
    let left = StoredValue::new(STAY);
    let tick = move || {
        if held.get_untracked() {
            return;
        }
        left.update_value(|left| *left = left.saturating_sub(TICK));
        if left.get_value().is_zero() {
            leave();
        }
    };
    if let Ok(handle) = set_interval_with_handle(tick, TICK) {
        on_cleanup(move || handle.clear());
    }
}
