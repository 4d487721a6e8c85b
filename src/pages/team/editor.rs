//! One leader in a dialog: add, change, note the last day, or take back an entry made by mistake.

use chrono::NaiveDate;
use leptos::prelude::*;
use plumbline_core::intent::limits::NAME_MAX;
use plumbline_core::intent::{Intent, LeaderDetails};
use plumbline_core::view::LeaderRow;

use crate::boxed::view;
use crate::components::dialog::Dialog;
use crate::components::field::TextField;
use crate::i18n::*;
use crate::notice::use_notices;
use crate::platform::{page, random};
use crate::workspace::use_workspace;

const NAME: &str = "leader-name";

/// What the dialog is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Editing {
    /// Someone new.
    New,
    /// Someone in the list.
    Leader(LeaderRow),
}

/// The dialog; open while `editing` holds something.
#[component]
pub fn LeaderEditor(
    /// Who.
    editing: RwSignal<Option<Editing>>,
    /// Departments in use.
    departments: Signal<Vec<String>>,
    /// Roles in use.
    roles: Signal<Vec<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(editing.with(Option::is_some)));
    Effect::new(move |_| {
        if !open.get() && editing.with_untracked(Option::is_some) {
            editing.set(None);
            // The row may have moved or gone, and the button that had focus with it.
            leptos::task::spawn_local(page::rescue_focus("#main h1"));
        }
    });
    let title = Signal::derive(move || match editing.get() {
        Some(Editing::Leader(row)) => t_string!(i18n, team.edit_named, name = row.person.name).to_string(),
        _ => t_string!(i18n, team.add).to_string(),
    });
    view! {
        <Dialog open title>
            {move || editing.get().map(|editing| view! { <Form editing departments roles open/> })}
        </Dialog>
    }
}

#[component]
fn Form(
    editing: Editing,
    departments: Signal<Vec<String>>,
    roles: Signal<Vec<String>>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let row = match editing {
        Editing::New => None,
        Editing::Leader(row) => Some(row),
    };
    let text = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let value = |read: fn(&LeaderRow) -> String| RwSignal::new(row.as_ref().map(read).unwrap_or_default());
    let name = value(|row| row.person.name.clone());
    let role = value(|row| row.person.role.clone());
    let department = value(|row| row.department.clone());
    let joined = RwSignal::new(text(row.as_ref().and_then(|row| row.joined)));
    let left = RwSignal::new(text(row.as_ref().and_then(|row| row.left)));
    let (name_error, left_error) = (RwSignal::new(None::<String>), RwSignal::new(None::<String>));
    let existing = row.as_ref().map(|row| row.person.id);

    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let details = LeaderDetails {
            name: name.get_untracked().trim().to_owned(),
            role: role.get_untracked().trim().to_owned(),
            department: department.get_untracked().trim().to_owned(),
            joined: joined.get_untracked().parse().ok(),
            left: left.get_untracked().parse().ok(),
        };
        name_error.set(details.name.is_empty().then(|| t_string!(i18n, team.name_missing).to_string()));
        let backwards = details.joined.zip(details.left).is_some_and(|(joined, left)| left < joined);
        left_error.set(backwards.then(|| t_string!(i18n, team.left_before_joined).to_string()));
        if details.name.is_empty() {
            page::focus(NAME);
            return;
        }
        if backwards {
            return;
        }
        let intent = match existing {
            Some(leader) => Intent::EditLeader { leader, details },
            None => Intent::AddLeader { leader: random::leader_id(), details },
        };
        leptos::task::spawn_local(async move {
            // Refused, say for a name that is taken: the draft stays, and the notice says why.
            if workspace.edit(intent).await.is_ok() {
                open.set(false);
            }
        });
    };
    let removable = row.as_ref().filter(|row| row.ballots == 0).map(|row| (row.person.id, row.person.name.clone()));
    let remove = removable.map(|(leader, gone)| view! { <Remove leader name=gone open/> });
    let ballots = row.as_ref().map_or(0, |row| row.ballots);
    let left_hint = Signal::derive(move || {
        let words = if ballots > 0 {
            t_string!(i18n, team.left_hint_ballots, count = ballots).to_string()
        } else {
            t_string!(i18n, team.left_hint).to_string()
        };
        Some(words)
    });
    view! {
        <form class="column" on:submit=submit novalidate>
            <TextField id=NAME label=Signal::stored(tu_string!(i18n, team.name).to_string()) value=name error=name_error
                longest=NAME_MAX autofocus=true/>
            <div class="grid-2">
                <TextField label=Signal::stored(tu_string!(i18n, team.role).to_string()) value=role optional=true longest=NAME_MAX
                    suggestions=Signal::derive(move || Some(roles.get()))/>
                <TextField label=Signal::stored(tu_string!(i18n, team.department).to_string()) value=department optional=true
                    longest=NAME_MAX suggestions=Signal::derive(move || Some(departments.get()))/>
                <TextField kind="date" label=Signal::stored(tu_string!(i18n, team.joined_long).to_string()) value=joined optional=true/>
                {existing.map(|_| view! {
                    <TextField kind="date" label=Signal::stored(tu_string!(i18n, team.left_long).to_string()) value=left optional=true
                        error=left_error hint=left_hint/>
                })}
            </div>
            <div class="dialog-foot">
                {remove}
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tu_string!(i18n, common.cancel)}</button>
                <button type="submit" class="btn btn-primary">
                    {move || if existing.is_some() { t_string!(i18n, common.save) } else { t_string!(i18n, team.add) }}
                </button>
            </div>
        </form>
    }
}

/// Only for someone without ballots: the others leave, with a date.
#[component]
fn Remove(leader: plumbline_core::id::LeaderId, name: String, open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let notices = use_notices();
    let remove = move |_| {
        let name = name.clone();
        leptos::task::spawn_local(async move {
            if workspace.edit(Intent::RemoveLeader { leader }).await.is_ok() {
                open.set(false);
                let back = Callback::new(move |()| {
                    leptos::task::spawn_local(async move {
                        if let Err(failure) = workspace.ask(plumbline_core::bridge::Request::Undo).await {
                            notices.failure(&failure);
                        }
                    });
                });
                notices.done_with(tu_string!(i18n, team.removed, name = name), tu_string!(i18n, common.undo), back);
            }
        });
    };
    view! { <button type="button" class="btn btn-danger first" on:click=remove>{tu_string!(i18n, team.remove)}</button> }
}
