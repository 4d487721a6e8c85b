//! A heat map is a table with shaded cells: its figures are there to read, so it needs no twin.

use leptos::prelude::*;

use crate::boxed::view;
use plumbline_core::view::Person;

use super::initials;

/// What heads a row or a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Head {
    /// A leader: initials in a column, the name in a row.
    Person(Person),
    /// Words.
    Words(String),
}

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// What stands in it.
    pub text: String,
    /// What is read out instead, where the text alone says too little.
    pub spoken: Option<String>,
    /// From 0 (none) to [`plumbline_core::chart::heat::SHADES`].
    pub shade: u8,
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its head.
    pub head: Head,
    /// Its cells, one per column.
    pub cells: Vec<Cell>,
}

/// Shaded cells under heads.
#[component]
pub fn HeatMap(
    /// What the table shows.
    #[prop(into)]
    caption: String,
    /// What the rows are.
    #[prop(into)]
    corner: String,
    /// Heads of the columns.
    columns: Vec<Head>,
    /// The rows.
    rows: Vec<Row>,
) -> impl IntoView {
    let heads = columns.into_iter().map(|head| view! { <th scope="col">{column_head(head)}</th> }).collect_view();
    let body = rows
        .into_iter()
        .map(|row| {
            let cells = row
                .cells
                .into_iter()
                .map(|cell| {
                    let class = format!("heat heat-{}", cell.shade);
                    match cell.spoken {
                        Some(spoken) => view! {
                            <td class=class>
                                <span aria-hidden="true">{cell.text}</span>
                                <span class="visually-hidden">{spoken}</span>
                            </td>
                        },
                        None => view! { <td class=class>{cell.text}</td> },
                    }
                })
                .collect_view();
            view! { <tr><th scope="row">{row_head(row.head)}</th>{cells}</tr> }
        })
        .collect_view();
    view! {
        <table class="heat-map num">
            <caption class="visually-hidden">{caption}</caption>
            <thead><tr><th scope="col" class="heat-corner">{corner}</th>{heads}</tr></thead>
            <tbody>{body}</tbody>
        </table>
    }
}

fn column_head(head: Head) -> AnyView {
    match head {
        Head::Person(person) => view! {
            {initials(&person)}
            <span class="visually-hidden">{person.name}</span>
        },
        Head::Words(words) => words.into_any(),
    }
}

fn row_head(head: Head) -> AnyView {
    match head {
        Head::Person(person) => view! { <span class="heat-person">{initials(&person)} {person.name}</span> },
        Head::Words(words) => view! { <span class="heat-words">{words}</span> },
    }
}
