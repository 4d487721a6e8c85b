//! Whether the ballots fall into camps.

use std::sync::Arc;

use leptos::prelude::*;
use plumbline_core::analysis::Analysis;
use plumbline_core::chart::strip::stack_of;
use plumbline_core::view::ResultsView;

use super::names::join;
use crate::boxed::view;
use crate::components::chart::initials;
use crate::components::definition::Definition;
use crate::i18n::*;

#[component]
pub(super) fn Camps(view: Arc<ResultsView>, analysis: Arc<Analysis>) -> impl IntoView {
    let i18n = use_i18n();
    let count = analysis.factions.as_ref().map_or(0, |found| found.groups.len());
    let lead = match count {
        0 => tu_string!(i18n, results.camps_none).to_string(),
        _ => tu_string!(i18n, results.camps_lead, count = count).to_string(),
    };
    let groups = analysis.factions.as_ref().map(|found| {
        let groups = found
            .groups
            .iter()
            .map(|group| {
                let people =
                    group.members.iter().filter_map(|member| view.leaders.get(*member)).map(initials).collect_view();
                let typical =
                    view.leaders.get(group.representative).map(|person| person.name.clone()).unwrap_or_default();
                let stack = stack_of(&view.ranks, group.representative)
                    .into_iter()
                    .filter_map(|(_, candidate)| Some(view.candidates.get(candidate)?.title.clone()))
                    .map(|title| view! { <li>{title}</li> })
                    .collect_view();
                view! {
                    <li class="card camp">
                        <div class="row">{people}</div>
                        <h3>{join(i18n, &view.leaders, &group.members)}</h3>
                        <p class="muted small">{t!(i18n, results.camp_typical, name = typical)}</p>
                        <ol class="camp-stack num">{stack}</ol>
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="camps-list" role="list">{groups}</ul> }
    });
    view! {
        <section class="results-section camps no-print" aria-labelledby="camps-title">
            <div class="section-head">
                <div class="section-title">
                    <h2 id="camps-title">{tu_string!(i18n, results.camps_title)}</h2>
                    <Definition metric="factions"/>
                </div>
                <p class="muted">{lead}</p>
            </div>
            {groups}
        </section>
    }
}
