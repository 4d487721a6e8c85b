//! One candidate in the list, and the dialog that changes its words.

use leptos::prelude::*;
use plumbline_core::id::PriorityId;
use plumbline_core::intent::{Intent, limits};
use plumbline_core::view::{PrioritiesView, PriorityRow, RoundRef};

use crate::boxed::view;
use crate::components::dialog::Dialog;
use crate::components::field::TextField;
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::workspace::use_workspace;

/// A row of the list.
#[component]
pub fn Entry(
    /// Which.
    id: PriorityId,
    /// What it shows.
    row: Memo<Option<PriorityRow>>,
    /// The round its figures come from.
    last: Signal<Option<RoundRef>>,
    /// Change its words.
    on_edit: Callback<PriorityId>,
    /// Take it off the list.
    on_retire: Callback<(PriorityId, String)>,
) -> impl IntoView {
    let i18n = use_i18n();
    let title = move || row.with(|row| row.as_ref().map(|row| row.priority.title.clone()).unwrap_or_default());
    let description =
        move || row.with(|row| row.as_ref().map(|row| row.priority.description.clone()).unwrap_or_default());
    let in_conflict = move || row.with(|row| row.as_ref().is_some_and(|row| row.in_conflict));
    let standing = move || {
        let label = last.get()?.label;
        let (place, stacks) = row.with(|row| row.as_ref().map(|row| (row.place, row.stacks)))?;
        match (place, stacks) {
            (Some(place), Some(0)) => Some(t_string!(i18n, priorities.stood_at_nobody, place = place, round = label)),
            (None, Some(0)) => Some(t_string!(i18n, priorities.stood_nobody, round = label)),
            (Some(place), Some(stacks)) => {
                Some(t_string!(i18n, priorities.stood_at, place = place, count = stacks, round = label))
            }
            (None, Some(stacks)) => Some(t_string!(i18n, priorities.stood, count = stacks, round = label)),
            (_, None) => Some(t_string!(i18n, priorities.not_ranked, round = label)),
        }
    };
    view! {
        <li class="priority-row">
            <span class="priority-words">
                <span class="priority-title">
                    {move || title()}
                    {move || in_conflict().then(|| view! {
                        <span class="badge badge-warn">{tu_string!(i18n, priorities.in_conflict)}</span>
                    })}
                </span>
                {move || Some(description()).filter(|text| !text.is_empty()).map(|text| view! { <span class="muted">{text}</span> })}
                {move || standing().map(|text| view! { <span class="muted small num">{text}</span> })}
            </span>
            <span class="priority-tools">
                <button type="button" class="btn btn-quiet btn-icon btn-small"
                    aria-label=move || t_string!(i18n, priorities.edit_name, title = title()) on:click=move |_| on_edit.run(id)>
                    <Icon name=IconName::Pen/>
                </button>
                <button type="button" class="btn btn-quiet btn-small"
                    aria-label=move || t_string!(i18n, priorities.retire_name, title = title())
                    on:click=move |_| on_retire.run((id, untrack(title)))>
                    {tu_string!(i18n, priorities.retire)}
                </button>
            </span>
        </li>
    }
}

/// The dialog for the priority that `editing` names.
#[component]
pub fn EditPriority(
    /// Where its words are.
    list: Signal<PrioritiesView>,
    /// Which; `None` when closed.
    editing: RwSignal<Option<PriorityId>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let engine = use_workspace();
    let open = RwSignal::new(false);
    let title = RwSignal::new(String::new());
    let description = RwSignal::new(String::new());
    let tried = RwSignal::new(false);
    Effect::new(move |_| {
        let Some(id) = editing.get() else { return };
        let row = list.with_untracked(|list| list.current.iter().find(|row| row.priority.id == id).cloned());
        if let Some(row) = row {
            title.set(row.priority.title);
            description.set(row.priority.description);
            tried.set(false);
            open.set(true);
        }
    });
    Effect::new(move |_| {
        if !open.get() {
            editing.set(None);
        }
    });
    let problem = Signal::derive(move || {
        (tried.get() && title.with(|title| title.trim().is_empty()))
            .then(|| t_string!(i18n, priorities.title_empty).to_string())
    });
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        let (Some(priority), title, description) =
            (editing.get_untracked(), title.get_untracked(), description.get_untracked())
        else {
            return;
        };
        if title.trim().is_empty() {
            return;
        }
        leptos::task::spawn_local(async move {
            if engine.edit(Intent::EditPriority { priority, title, description }).await.is_ok() {
                let _ = open.try_set(false);
            }
        });
    };
    view! {
        <Dialog open title=Signal::stored(tu_string!(i18n, priorities.edit_title).to_string())>
            <form class="column" novalidate on:submit=save>
                <TextField label=Signal::stored(tu_string!(i18n, priorities.field_title).to_string()) value=title error=problem
                    longest=limits::TITLE_MAX autofocus=true/>
                <TextField label=Signal::stored(tu_string!(i18n, priorities.field_description).to_string()) value=description
                    longest=limits::DESCRIPTION_MAX optional=true/>
                <div class="dialog-foot">
                    <button type="button" class="btn" on:click=move |_| open.set(false)>{tu_string!(i18n, common.cancel)}</button>
                    <button type="submit" class="btn btn-primary">{tu_string!(i18n, common.save)}</button>
                </div>
            </form>
        </Dialog>
    }
}
