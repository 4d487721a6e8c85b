//! Leaders as rows; on a phone each row becomes a card.

use chrono::NaiveDate;
use leptos::prelude::*;
use plumbline_core::id::WorkspaceId;
use plumbline_core::view::LeaderRow;

use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::components::person::Avatar;
use crate::i18n::*;
use crate::platform::clock;
use crate::route::{Page, Route};

/// Which leaders a table shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// In the team now.
    Present,
    /// Left.
    Past,
}

/// A table of leaders.
#[component]
pub fn LeaderTable(
    /// Who.
    rows: Signal<Vec<LeaderRow>>,
    /// Whether they are in the team or have left.
    shown: Shown,
    /// Which workspace, for links.
    workspace: WorkspaceId,
    /// Change this one.
    on_edit: Callback<LeaderRow>,
) -> impl IntoView {
    let i18n = use_i18n();
    // A last day ahead is worth a column only when there is one.
    let leaving =
        Memo::new(move |_| shown == Shown::Past || rows.with(|rows| rows.iter().any(|row| row.left.is_some())));
    view! {
        <table class="table leaders">
            <caption class="visually-hidden">
                {move || match shown {
                    Shown::Present => t_string!(i18n, team.caption_present),
                    Shown::Past => t_string!(i18n, team.past),
                }}
            </caption>
            <thead>
                <tr>
                    <th scope="col">{tu_string!(i18n, team.name)}</th>
                    <th scope="col">{tu_string!(i18n, team.role)}</th>
                    <th scope="col">{tu_string!(i18n, team.department)}</th>
                    <th scope="col">{tu_string!(i18n, team.joined)}</th>
                    {move || leaving.get().then(|| view! { <th scope="col">{tu_string!(i18n, team.left)}</th> })}
                    <th scope="col"><span class="visually-hidden">{tu_string!(i18n, team.actions)}</span></th>
                </tr>
            </thead>
            <tbody>
                // A row stays while its leader does, so that focus comes back to the button that opened the dialog.
                <For each=move || rows.get() key=|row| row.person.id let:first>
                    {
                        let id = first.person.id;
                        let row = Memo::new(move |before: Option<&LeaderRow>| {
                            let now = rows.with(|rows| rows.iter().find(|row| row.person.id == id).cloned());
                            now.or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
                        });
                        view! { <Row row workspace leaving on_edit/> }
                    }
                </For>
            </tbody>
        </table>
    }
}

#[component]
fn Row(
    row: Memo<LeaderRow>,
    workspace: WorkspaceId,
    leaving: Memo<bool>,
    on_edit: Callback<LeaderRow>,
) -> impl IntoView {
    let i18n = use_i18n();
    let name = move || row.with(|row| row.person.name.clone());
    let person = Memo::new(move |_| row.with(|row| row.person.clone()));
    let conflict = move || {
        row.with(|row| row.in_conflict).then(|| view! {
            <a class="badge badge-warn" href=Route::In(workspace, Page::Conflicts).href()>{tu_string!(i18n, team.in_conflict)}</a>
        })
    };
    view! {
        <tr>
            <th scope="row">
                <span class="person">
                    {move || view! { <Avatar person=person.get()/> }}
                    <span class="person-name">{move || name()}</span>
                    {move || conflict()}
                </span>
            </th>
            <td>{move || row.with(|row| row.person.role.clone())}</td>
            <td>{move || row.with(|row| row.department.clone())}</td>
            <td>{move || day(row.with(|row| row.joined))}</td>
            {move || leaving.get().then(|| view! { <td>{move || day(row.with(|row| row.left))}</td> })}
            <td class="end">
                <button type="button" class="btn btn-quiet btn-icon btn-small" on:click=move |_| on_edit.run(row.get_untracked())
                    aria-label=move || t_string!(i18n, team.edit_named, name = name()) title=tu_string!(i18n, team.edit)>
                    <Icon name=IconName::Pen/>
                </button>
            </td>
        </tr>
    }
}

fn day(day: Option<NaiveDate>) -> String {
    day.map(clock::date_text).unwrap_or_default()
}
