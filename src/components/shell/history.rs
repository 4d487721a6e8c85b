//! Undo and redo, each naming what it would do.

use leptos::ev;
use leptos::prelude::*;
use plumbline_core::bridge::{Answer, Request};
use plumbline_core::intent::Doing;
use plumbline_core::view::ShellView;

use super::doing;
use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::notice::use_notices;
use crate::platform;
use crate::workspace::use_workspace;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Back,
    Forth,
}

/// The two buttons and their shortcuts.
#[component]
pub fn History(
    /// The frame's view.
    shell: Memo<Option<ShellView>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let notices = use_notices();
    let undo = Memo::new(move |_| shell.with(|shell| shell.as_ref()?.undo.clone()));
    let redo = Memo::new(move |_| shell.with(|shell| shell.as_ref()?.redo.clone()));
    let step = move |way: Way| {
        let (request, what) = match way {
            Way::Back => (Request::Undo, undo.get_untracked()),
            Way::Forth => (Request::Redo, redo.get_untracked()),
        };
        let Some(what) = what else { return };
        let doing = doing::in_words(i18n, &what);
        leptos::task::spawn_local(async move {
            match workspace.ask(request).await {
                Ok(Answer::Edited(true)) => {
                    notices.done(match way {
                        Way::Back => tu_string!(i18n, common.undone, doing = doing).to_string(),
                        Way::Forth => tu_string!(i18n, common.redone, doing = doing).to_string(),
                    });
                }
                Ok(_) => {}
                Err(failure) => notices.failure(&failure),
            }
        });
    };
    let listener = window_event_listener(ev::keydown, move |event| {
        if !(event.ctrl_key() || event.meta_key()) || event.alt_key() || platform::page::is_typing(&event) {
            return;
        }
        let way = match (event.key().to_lowercase().as_str(), event.shift_key()) {
            ("z", false) => Way::Back,
            ("z", true) | ("y", false) => Way::Forth,
            _ => return,
        };
        event.prevent_default();
        step(way);
    });
    on_cleanup(move || listener.remove());

    let named = move |way: Way, doing: Option<Doing>| match (way, doing) {
        (Way::Back, Some(doing)) => {
            t_string!(i18n, common.undo_named, doing = doing::in_words(i18n, &doing)).to_string()
        }
        (Way::Forth, Some(doing)) => {
            t_string!(i18n, common.redo_named, doing = doing::in_words(i18n, &doing)).to_string()
        }
        (Way::Back, None) => t_string!(i18n, common.undo_nothing).to_string(),
        (Way::Forth, None) => t_string!(i18n, common.redo_nothing).to_string(),
    };
    let button = move |way: Way| {
        let (memo, icon) = match way {
            Way::Back => (undo, IconName::Undo),
            Way::Forth => (redo, IconName::Redo),
        };
        let label = move || named(way, memo.get());
        // Stays focusable when there is nothing to do, so that focus is not lost after the last step.
        view! {
            <button type="button" class="btn btn-quiet btn-icon" aria-label=move || label() title=move || label()
                aria-disabled=move || memo.with(Option::is_none).to_string() on:click=move |_| step(way)>
                <Icon name=icon/>
            </button>
        }
    };
    view! {
        <div class="toolbar undo-redo" role="group" aria-label=tu_string!(i18n, common.history_label)>
            {button(Way::Back)}
            {button(Way::Forth)}
        </div>
    }
}
