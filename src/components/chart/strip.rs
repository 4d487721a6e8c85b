//! The dot strip: who puts one priority at which place.

use std::sync::Arc;

use leptos::prelude::*;
use plumbline_core::chart::strip::Strip;
use plumbline_core::view::Person;

use super::initials;
use crate::boxed::view;
use crate::i18n::*;

/// One priority's strip.
#[component]
pub fn SpreadStrip(
    /// Who stands where.
    strip: Strip,
    /// The leaders its indexes mean.
    leaders: Arc<[Person]>,
) -> impl IntoView {
    let i18n = use_i18n();
    let cell = |label: String, spoken: String, members: &[usize], class: &'static str| {
        let people: Vec<&Person> = members.iter().filter_map(|leader| leaders.get(*leader)).collect();
        let names = people.iter().map(|person| person.name.as_str()).collect::<Vec<_>>().join(", ");
        // Empty places are seen as gaps; read out, they would only be noise.
        let words =
            (!people.is_empty()).then(|| view! { <span class="visually-hidden">{format!("{spoken}: {names}")}</span> });
        let silent = people.is_empty().then_some("true");
        view! {
            <li class=class aria-hidden=silent>
                {words}
                <span class="strip-people">{people.into_iter().map(initials).collect_view()}</span>
                <span class="strip-place num" aria-hidden="true">{label}</span>
            </li>
        }
    };
    let places = (1..)
        .zip(&strip.places)
        .map(|(place, members): (u32, _)| {
            cell(place.to_string(), tu_string!(i18n, results.strip_place, place = place), members, "strip-cell")
        })
        .collect_view();
    let left_out = tu_string!(i18n, results.strip_left_out).to_string();
    let last = cell(left_out.clone(), left_out, &strip.left_out, "strip-cell strip-cell-out");
    let columns = (strip.places.len() + 1).to_string();
    view! {
        <ul class="strip" role="list" style:--columns=columns>
            {places}
            {last}
        </ul>
    }
}
