//! Who else has the workspace open.

use leptos::prelude::*;
use plumbline_core::bridge::sharing::Somebody;
use plumbline_core::view::Person;

use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::components::person::Avatar;
use crate::i18n::*;

/// More than these become a number.
const SHOWN: usize = 4;

/// The marks of who is here, each person once; their names for whoever cannot see them.
#[component]
pub fn PresentPeople(
    /// The others, as they say of themselves.
    #[prop(into)]
    here: Signal<Vec<Somebody>>,
    /// The team.
    #[prop(into)]
    team: Signal<Vec<Person>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let named = move || {
        let (team, here) = (team.get(), here.get());
        let is_here = |person: &&Person| here.iter().any(|other| other.presence.leader == Some(person.id));
        let named: Vec<Person> = team.iter().filter(is_here).cloned().collect();
        let unnamed =
            here.iter().filter(|other| !team.iter().any(|person| other.presence.leader == Some(person.id))).count();
        (named, unnamed)
    };
    let shown = move || {
        let (named, unnamed) = named();
        if named.is_empty() && unnamed == 0 {
            return ().into_any();
        }
        let mut names: Vec<String> = named.iter().map(|person| person.name.clone()).collect();
        if unnamed > 0 {
            names.push(t_string!(i18n, sharing.here_unnamed).to_string());
        }
        let total = named.len() + unnamed;
        let more = named.len().saturating_sub(SHOWN) + unnamed;
        view! {
            <p class="present" title=names.join(", ")>
                <span class="visually-hidden">{tu_string!(i18n, sharing.here_now)} ": " {names.join(", ")}</span>
                {named.into_iter().take(SHOWN).map(|person| view! { <Avatar person/> }).collect_view()}
                // On a phone there is room for how many only.
                <span class="present-total num" aria-hidden="true"><Icon name=IconName::Users/>{total}</span>
                {(more > 0).then(|| view! { <span class="present-more num" aria-hidden="true">"+" {more}</span> })}
            </p>
        }
    };
    view! { <div class="present-place" role="status">{move || shown()}</div> }
}
