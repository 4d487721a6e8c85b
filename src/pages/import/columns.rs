//! Which column is which: guessed, shown on the file's own rows, and changeable.

use leptos::prelude::*;
use plumbline_core::import::Form;
use plumbline_core::import::roles::{self, Role};

use super::draft::Draft;
use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::notice::words::Sentences;

/// Rows of the file shown.
const ROWS: usize = 4;

#[component]
pub(super) fn ColumnChoice(draft: Draft) -> impl IntoView {
    let i18n = use_i18n();
    let layout = move |form: Form| {
        view! {
            <label class="check">
                <input
                    type="radio"
                    name="layout"
                    prop:checked=move || draft.form.get() == form
                    on:change=move |_| {
                        draft.form.set(form);
                        draft.roles.update(|roles| keep_leader(roles));
                        draft.reread();
                    }
                />
                <span>
                    {match form {
                        Form::Wide => tu_string!(i18n, files.layout_wide),
                        Form::Long => tu_string!(i18n, files.layout_long),
                        Form::List => tu_string!(i18n, files.layout_list),
                        Form::Grid => tu_string!(i18n, files.layout_grid),
                    }}
                </span>
            </label>
        }
    };
    let incomplete = move || draft.roles.with(|now| roles::columns(draft.form.get(), now).is_none());
    view! {
        <section class="card" aria-labelledby="columns-title">
            <div class="section-head">
                <h2 id="columns-title">{tu_string!(i18n, files.columns_title)}</h2>
                <p class="muted">{tu_string!(i18n, files.columns_words)}</p>
            </div>
            <fieldset class="row layouts">
                <legend class="visually-hidden">{tu_string!(i18n, files.layout_label)}</legend>
                {layout(Form::Wide)}
                {layout(Form::Long)}
                {layout(Form::List)}
                {layout(Form::Grid)}
            </fieldset>
            <div class="table-wrap" tabindex="0" role="group" aria-labelledby="columns-title">
                <Rows draft/>
            </div>
            {move || {
                incomplete().then(|| {
                    let words = match draft.form.get() {
                        Form::Wide => t_string!(i18n, files.incomplete_wide),
                        Form::Long => t_string!(i18n, files.incomplete_long),
                        Form::List => t_string!(i18n, files.incomplete_list),
                        Form::Grid => t_string!(i18n, files.incomplete_grid),
                    };
                    view! { <p class="error" role="status">{words}</p> }
                })
            }}
            {move || {
                draft.trouble.get().map(|words| {
                    view! { <div class="banner banner-bad" role="alert"><Icon name=IconName::Warning/><p>{words}</p></div> }
                })
            }}
        </section>
    }
}

/// Places mean nothing in the other layout; who ranks stays the same.
fn keep_leader(roles: &mut [Role]) {
    for role in roles.iter_mut().filter(|role| **role != Role::Leader) {
        *role = Role::Unused;
    }
}

/// The header, what each column is taken for, and the first rows.
#[component]
fn Rows(draft: Draft) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        let headers = draft.headers.get()?;
        let form = draft.form.get();
        let width = draft.roles.with_untracked(Vec::len);
        let choices = roles::choices(form, width);
        let heads = (0..width)
            .map(|column| {
                let name = headers.header.get(column).cloned().unwrap_or_default();
                let label = tu_string!(i18n, files.column_label, name = name.clone());
                let options = choices.clone();
                view! {
                    <th scope="col">
                        <select
                            class="input column-role"
                            aria-label=label
                            on:change:target=move |event| {
                                let chosen = event.target().value().parse().ok().and_then(|at: usize| options.get(at).copied());
                                let Some(role) = chosen else { return };
                                draft.roles.update(|roles| roles::assign(roles, column, role));
                                draft.reread();
                            }
                        >
                            {role_options(i18n, draft, column, &choices)}
                        </select>
                        <span class="column-name">{name}</span>
                    </th>
                }
            })
            .collect_view();
        let rows = headers
            .rows
            .iter()
            .take(ROWS)
            .map(|row| {
                let cells = (0..width).map(|column| view! { <td>{row.get(column).cloned()}</td> }).collect_view();
                view! { <tr>{cells}</tr> }
            })
            .collect_view();
        Some(view! {
            <table class="table column-table">
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        })
    }
}

fn role_options(i18n: Sentences, draft: Draft, column: usize, choices: &[Role]) -> AnyView {
    choices
        .iter()
        .enumerate()
        .map(|(at, &role)| {
            let words = match role {
                Role::Unused => tu_string!(i18n, files.role_unused).to_string(),
                Role::Leader => tu_string!(i18n, files.role_leader).to_string(),
                Role::Place(place) => tu_string!(i18n, files.role_place, place = place),
                Role::Priority => tu_string!(i18n, files.role_priority).to_string(),
                Role::Rank => tu_string!(i18n, files.role_rank).to_string(),
                Role::List => tu_string!(i18n, files.role_list).to_string(),
                Role::Ranked => tu_string!(i18n, files.role_ranked).to_string(),
            };
            view! {
                <option value=at.to_string() prop:selected=move || draft.roles.with(|roles| roles.get(column) == Some(&role))>
                    {words}
                </option>
            }
        })
        .collect_view()
        .into_any()
}
