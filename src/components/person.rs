//! A leader as a coloured mark with initials, and as a line.

use leptos::prelude::*;

use crate::boxed::view;
use plumbline_core::view::Person;

/// The mark alone. Hidden from assistive technology: the name stands beside it.
#[component]
pub fn Avatar(
    /// Whose.
    person: Person,
    /// Whether it stands in running text.
    #[prop(optional)]
    small: bool,
) -> impl IntoView {
    let colour = format!("avatar p{}", person.colour.min(7));
    view! { <span class=colour class:avatar-small=small aria-hidden="true">{person.initials}</span> }
}

/// Mark, name and role.
#[component]
pub fn PersonLine(
    /// Whose.
    person: Person,
) -> impl IntoView {
    let Person { name, role, .. } = person.clone();
    view! {
        <span class="person">
            <Avatar person/>
            <span class="person-words">
                <span class="person-name">{name}</span>
                {(!role.is_empty()).then(|| view! { <span class="person-role">{role}</span> })}
            </span>
        </span>
    }
}
