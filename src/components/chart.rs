//! The charts: drawn from the geometry in `plumbline_core::chart`, coloured by tokens, each with its words or a table beside it.

pub mod agreement_scale;
pub mod bump;
pub mod heat_map;
pub mod strip;
pub mod trend;
pub mod verdict;

use leptos::prelude::*;
use plumbline_core::view::Person;

use crate::boxed::view;
use crate::i18n::*;

/// A person's initials in their colour. Decoration: the name stands beside it or is spoken instead.
pub fn initials(person: &Person) -> impl IntoView + use<> {
    view! {
        <span class=format!("avatar avatar-small p{}", person.colour % 8) title=person.name.clone() aria-hidden="true">
            {person.initials.clone()}
        </span>
    }
}

/// The same data as a table, folded away.
#[component]
pub fn AsTable(
    /// The table.
    children: Children,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <details class="as-table no-print">
            <summary>{tu_string!(i18n, results.show_as_table)}</summary>
            <div class="table-wrap" tabindex="0" role="group" aria-label=tu_string!(i18n, results.table_region).to_string()>
                {children()}
            </div>
        </details>
    }
}
