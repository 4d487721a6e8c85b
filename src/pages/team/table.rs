//! Leaders as rows; on a phone each row becomes a card.

use chrono::NaiveDate;
use leptos::prelude::*;
use plumbline_core::id::WorkspaceId;
use plumbline_core::view::LeaderRow;

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
    let leaving = Memo::new(move |_| shown == Shown::Past || rows.with(|rows| rows.iter().any(|row| row.left.is_some())));
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
                    <th scope="col">{t!(i18n, team.name)}</th>
                    <th scope="col">{t!(i18n, team.role)}</th>
                    <th scope="col">{t!(i18n, team.department)}</th>
                    <th scope="col">{t!(i18n, team.joined)}</th>
                    {move || leaving.get().then(|| view! { <th scope="col">{t!(i18n, team.left)}</th> })}
                    <th scope="col"><span class="visually-hidden">{t!(i18n, team.actions)}</span></th>
                </tr>
            </thead>
            <tbody>
                {move || {
                    let leaving = leaving.get();
                    let rows = rows.get().into_iter().map(|row| view! { <Row row workspace leaving on_edit/> });
                    rows.collect_view()
                }}
            </tbody>
        </table>
    }
}

#[component]
fn Row(row: LeaderRow, workspace: WorkspaceId, leaving: bool, on_edit: Callback<LeaderRow>) -> impl IntoView {
    let i18n = use_i18n();
    let LeaderRow { person, department, joined, left, in_conflict, .. } = row.clone();
    let (name, label, role) = (person.name.clone(), person.name.clone(), person.role.clone());
    let conflict = in_conflict.then(|| view! {
        <a class="badge badge-warn" href=Route::In(workspace, Page::Conflicts).href()>{t!(i18n, team.in_conflict)}</a>
    });
    let edit = format!("edit-{}", person.id);
    view! {
        <tr>
            <th scope="row">
                <span class="person">
                    <Avatar person/>
                    <span class="person-name">{name}</span>
                    {conflict}
                </span>
            </th>
            <td data-label=move || t_string!(i18n, team.role)>{role}</td>
            <td data-label=move || t_string!(i18n, team.department)>{department}</td>
            <td data-label=move || t_string!(i18n, team.joined)>{day(joined)}</td>
            {leaving.then(|| view! { <td data-label=move || t_string!(i18n, team.left)>{day(left)}</td> })}
            <td class="end">
                <button type="button" id=edit class="btn btn-quiet btn-icon btn-small" on:click=move |_| on_edit.run(row.clone())
                    aria-label=move || t_string!(i18n, team.edit_named, name = label.clone()) title=move || t_string!(i18n, team.edit)>
                    <Icon name=IconName::Pen/>
                </button>
            </td>
        </tr>
    }
}

fn day(day: Option<NaiveDate>) -> String {
    day.map(clock::date_text).unwrap_or_default()
}
