//! What a row of the agreed stack shows: title, what the ballots said, and two moves that contradict each other.

use leptos::prelude::*;
use plumbline_core::id::PriorityId;
use plumbline_core::intent::Intent;
use plumbline_core::view::{Placement, StackRow, StackView};

use crate::boxed::view;
use crate::i18n::*;
use crate::workspace::use_workspace;

/// The content of one row.
#[component]
pub fn Content(
    /// The stack it stands in.
    stack: Signal<StackView>,
    /// What others hold, in words.
    held: Memo<Vec<(PriorityId, String)>>,
    /// Which row.
    key_of: PriorityId,
) -> impl IntoView {
    let i18n = use_i18n();
    let row = Memo::new(move |last: Option<&Option<StackRow>>| {
        let now = stack.with(|stack| stack.rows.iter().find(|row| row.priority.id == key_of).cloned());
        now.or_else(|| last.cloned().flatten())
    });
    let with = move |read: fn(&StackRow) -> String| row.with(|row| row.as_ref().map(read).unwrap_or_default());
    let description = move || with(|row| row.priority.description.clone());
    let evidence = move || {
        row.get().map(|row| match row.consensus {
            _ if row.stacks == 0 => t_string!(i18n, round.row_nobody).to_string(),
            Some(place) => t_string!(i18n, round.row_consensus, place = place, count = row.stacks),
            None => t_string!(i18n, round.row_stacks, count = row.stacks),
        })
    };
    let contested = move || row.with(|row| row.as_ref().is_some_and(|row| row.contested));
    let moving = Memo::new(move |_| {
        held.with(|held| held.iter().find(|(priority, _)| *priority == key_of).map(|(_, words)| words.clone()))
    });
    let placements = move || row.with(|row| row.as_ref().map(|row| row.placements.clone()).unwrap_or_default());
    view! {
        <span class="sortable-title">{move || with(|row| row.priority.title.clone())}</span>
        {move || Some(description()).filter(|text| !text.is_empty()).map(|text| view! { <span class="muted small">{text}</span> })}
        <span class="stack-evidence small">
            <span class="muted num">{move || evidence()}</span>
            {move || contested().then(|| view! { <span class="badge badge-warn">{tu_string!(i18n, round.contested)}</span> })}
            {move || moving.get().map(|words| view! { <span class="badge badge-quiet">{words}</span> })}
        </span>
        {move || {
            let placements = placements();
            (!placements.is_empty()).then(|| view! { <Dispute placements/> })
        }}
    }
}

/// Two or more moves made at the same time, and a button for each.
#[component]
fn Dispute(placements: Vec<Placement>) -> impl IntoView {
    let i18n = use_i18n();
    let engine = use_workspace();
    let words = move |placements: &[Placement]| {
        let mut unknown = 0;
        let mut author = |placement: &Placement| {
            if !placement.author.is_empty() {
                return placement.author.clone();
            }
            unknown += 1;
            if unknown == 1 { t_string!(i18n, round.somebody_first) } else { t_string!(i18n, round.somebody_next) }
                .to_string()
        };
        let put = |placement| t_string!(i18n, round.put_it, author = author(placement), count = placement.place);
        placements.iter().map(put).collect::<Vec<_>>().join("; ")
    };
    let shown = placements.clone();
    let buttons = placements
        .into_iter()
        .map(|placement| {
            let Placement { place, settle: (field, value), .. } = placement;
            view! {
                <button type="button" class="btn btn-small" on:click=move |_| {
                    engine.dispatch(Intent::Settle { field: field.clone(), value: value.clone() });
                }>
                    {move || t_string!(i18n, round.keep_place, count = place)}
                </button>
            }
        })
        .collect_view();
    view! {
        <div class="dispute">
            <span class="small">{move || words(&shown)}</span>
            <span class="dispute-buttons">{buttons}</span>
        </div>
    }
}
