//! Quick entry: two fields in a line; Enter adds and starts the next, a pasted list adds each of its lines.

use leptos::prelude::*;
use plumbline_core::import::lines::Line;

use crate::boxed::view;
use crate::components::field::TextField;
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::platform::{clipboard, page};

/// Two fields and a button.
#[component]
pub fn QuickEntry(
    /// The first field's identifier; focus returns to it.
    id: &'static str,
    /// Label of the field that must be filled.
    #[prop(into)]
    title: Signal<String>,
    /// Its example.
    #[prop(into)]
    title_example: Signal<Option<String>>,
    /// Label of the field that may stay empty.
    #[prop(into)]
    detail: Signal<String>,
    /// Its example.
    #[prop(into)]
    detail_example: Signal<Option<String>>,
    /// Longest text of each.
    longest: (usize, usize),
    /// Words of the button.
    #[prop(into)]
    add: Signal<String>,
    /// What is wrong when the first field is empty.
    #[prop(into)]
    missing: Signal<String>,
    /// How a pasted list is read.
    read: fn(&str) -> Vec<Line>,
    /// Add these, in order.
    on_add: Callback<Vec<Line>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let (first, second) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let error = RwSignal::new(None::<String>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        page::focus(id);
        let (words, detail) = (first.get_untracked().trim().to_owned(), second.get_untracked().trim().to_owned());
        if words.is_empty() {
            error.set(Some(missing.get_untracked()));
            return;
        }
        error.set(None);
        first.set(String::new());
        second.set(String::new());
        on_add.run(vec![Line { title: words, description: detail }]);
    };
    let pasted = move |event: leptos::ev::ClipboardEvent| {
        let Some(text) = clipboard::pasted(&event) else { return };
        let lines = read(&text);
        // One line is ordinary text; the browser puts it where the cursor is.
        if lines.len() > 1 {
            event.prevent_default();
            error.set(None);
            on_add.run(lines);
        }
    };
    view! {
        <form class="quick" on:submit=submit on:paste=pasted novalidate>
            <TextField id label=title value=first error longest=longest.0 placeholder=title_example autofocus=true/>
            <TextField label=detail value=second optional=true longest=longest.1 placeholder=detail_example/>
            <button type="submit" class="btn">
                <Icon name=IconName::Plus/>
                {move || add.get()}
            </button>
            <p class="hint muted small quick-hint">{tu_string!(i18n, start.quick_hint)}</p>
        </form>
    }
}
