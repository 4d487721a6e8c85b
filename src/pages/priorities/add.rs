//! Adding candidates: one by one with Enter, or many lines at once.

use leptos::prelude::*;
use plumbline_core::bridge::{Failure, Request};
use plumbline_core::import::lines::read_lines;
use plumbline_core::intent::{Intent, Refusal, limits};

use crate::boxed::view;
use crate::components::dialog::Dialog;
use crate::components::field::TextField;
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::notice::use_notices;
use crate::platform::{clipboard, page, random};
use crate::workspace::use_workspace;

/// The form above the list.
#[component]
pub fn AddPriorities(
    /// Titles that are taken, the retired ones included.
    known: Signal<Vec<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let engine = use_workspace();
    let title = RwSignal::new(String::new());
    let description = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<String>);
    let several = RwSignal::new(false);
    let pasted = RwSignal::new(String::new());
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (wanted, words) = (title.get_untracked().trim().to_owned(), description.get_untracked().trim().to_owned());
        if wanted.is_empty() {
            problem.set(Some(t_string!(i18n, priorities.title_empty).to_string()));
            page::focus("new-priority");
            return;
        }
        if known.with_untracked(|known| known.iter().any(|known| known.to_lowercase() == wanted.to_lowercase())) {
            problem.set(Some(t_string!(i18n, priorities.title_taken, title = wanted)));
            page::focus("new-priority");
            return;
        }
        leptos::task::spawn_local(async move {
            let intent =
                Intent::AddPriority { priority: random::priority_id(), title: wanted.clone(), description: words };
            if engine.edit(intent).await.is_ok() {
                // What was typed meanwhile stays.
                let _ = title.try_update(|title| {
                    if title.trim() == wanted {
                        title.clear()
                    }
                });
                let _ = description.try_set(String::new());
                let _ = problem.try_set(None);
                page::focus("new-priority");
            }
        });
    };
    Effect::watch(move || title.get(), move |_, _, _| problem.set(None), false);
    let pasting = move |event: leptos::ev::ClipboardEvent| {
        if let Some(lines) = clipboard::pasted(&event).filter(|text| text.trim().contains(['\n', '\r'])) {
            event.prevent_default();
            pasted.set(lines);
            several.set(true);
        }
    };
    view! {
        <form class="add-priority card" novalidate on:submit=add on:paste=pasting>
            <TextField id="new-priority" label=Signal::stored(tu_string!(i18n, priorities.add_label).to_string()) value=title
                error=problem longest=limits::TITLE_MAX placeholder=Signal::derive(move || Some(t_string!(i18n, priorities.add_example).to_string()))/>
            <TextField label=Signal::stored(tu_string!(i18n, priorities.field_description).to_string()) value=description
                longest=limits::DESCRIPTION_MAX optional=true/>
            <div class="add-priority-actions">
                <button type="submit" class="btn btn-primary"><Icon name=IconName::Plus/>{tu_string!(i18n, common.add)}</button>
                <button type="button" class="btn" on:click=move |_| several.set(true)>{tu_string!(i18n, priorities.add_several)}</button>
            </div>
        </form>
        <SeveralDialog open=several text=pasted known/>
    }
}

#[component]
fn SeveralDialog(open: RwSignal<bool>, text: RwSignal<String>, known: Signal<Vec<String>>) -> impl IntoView {
    let i18n = use_i18n();
    let engine = use_workspace();
    let notices = use_notices();
    let busy = RwSignal::new(false);
    let lines = Memo::new(move |_| {
        let taken: Vec<String> = known.with(|known| known.iter().map(|title| title.to_lowercase()).collect());
        let mut lines = text.with(|text| read_lines(text));
        let all = lines.len();
        lines.retain(|line| !taken.contains(&line.title.to_lowercase()));
        let repeats = all - lines.len();
        (lines, repeats)
    });
    let count = move || lines.with(|(lines, _)| lines.len());
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if count() == 0 || busy.get_untracked() {
            return;
        }
        busy.set(true);
        let wanted = lines.with_untracked(|(lines, _)| lines.clone());
        leptos::task::spawn_local(async move {
            let mut added = 0_usize;
            let mut left = Vec::new();
            for line in wanted {
                let intent = Intent::AddPriority {
                    priority: random::priority_id(),
                    title: line.title.clone(),
                    description: line.description.clone(),
                };
                match engine.ask(Request::Dispatch(intent)).await {
                    Ok(_) => added += 1,
                    // Somebody added it a moment ago.
                    Err(Failure::Refused(Refusal::NameTaken { .. })) => {}
                    Err(failure) => {
                        notices.failure(&failure);
                        left.push(line.title);
                    }
                }
            }
            if added > 0 {
                notices.done(tu_string!(i18n, priorities.added, count = added));
            }
            let _ = busy.try_set(false);
            let _ = open.try_set(!left.is_empty());
            // What could not be added stays in the field, to be mended.
            let _ = text.try_set(left.join("\n"));
        });
    };
    view! {
        <Dialog open title=Signal::stored(tu_string!(i18n, priorities.several_title).to_string())>
            <form class="column" on:submit=add>
                <div class="field">
                    <label for="several-lines">{tu_string!(i18n, priorities.several_label)}</label>
                    <textarea id="several-lines" rows="8" autofocus=true aria-describedby="several-hint" prop:value=move || text.get()
                        on:input:target=move |event| text.set(event.target().value())></textarea>
                    <p class="hint" id="several-hint">{tu_string!(i18n, priorities.several_hint)}</p>
                </div>
                <p class="muted" role="status">
                    {move || lines.with(|(lines, repeats)| match (lines.len(), *repeats) {
                        (0, 0) => String::new(),
                        (found, 0) => t_string!(i18n, priorities.several_found, count = found),
                        (found, repeats) => format!(
                            "{} {}",
                            t_string!(i18n, priorities.several_found, count = found),
                            t_string!(i18n, priorities.several_known, count = repeats),
                        ),
                    })}
                </p>
                <div class="dialog-foot">
                    <button type="button" class="btn" on:click=move |_| open.set(false)>{tu_string!(i18n, common.cancel)}</button>
                    <button type="submit" class="btn btn-primary" aria-disabled=move || (count() == 0 || busy.get()).then_some("true")>
                        {move || t_string!(i18n, priorities.several_add, count = count())}
                    </button>
                </div>
            </form>
        </Dialog>
    }
}
