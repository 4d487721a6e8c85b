//! Who stands apart, and from whom.

use std::sync::Arc;

use leptos::prelude::*;
use plumbline_core::analysis::Analysis;
use plumbline_core::chart::heat::StandsOut;
use plumbline_core::chart::{figure, heat, percent};
use plumbline_core::view::{Person, ResultsView};

use crate::boxed::view;
use crate::components::chart::heat_map::{Cell, Head, HeatMap, Row};
use crate::components::chart::initials;
use crate::components::definition::Definition;
use crate::i18n::*;

#[component]
pub(super) fn Apart(view: Arc<ResultsView>, analysis: Arc<Analysis>) -> impl IntoView {
    let i18n = use_i18n();
    let lead = match heat::stands_out(&analysis.divergence) {
        StandsOut::One(leader) => {
            view.leaders.get(leader).map(|person| tu_string!(i18n, results.apart_lead, name = person.name.clone()))
        }
        StandsOut::Several => None,
        StandsOut::Nobody => Some(tu_string!(i18n, results.apart_nobody).to_string()),
    };
    let rows = analysis
        .divergence
        .iter()
        .filter_map(|entry| {
            let person = view.leaders.get(entry.leader)?.clone();
            let other = view.leaders.get(entry.farthest)?.name.clone();
            let mean = entry.mean_top_k_distance;
            let words =
                tu_string!(i18n, results.farthest_from, name = other, distance = figure(entry.farthest_distance));
            Some(view! {
                <li class="apart-row">
                    <span class="apart-person">{initials(&person)} <span>{person.name.clone()}</span></span>
                    <span class="apart-bar" style:--value=percent(mean) style:--chance=percent(analysis.chance_top_k_distance) aria-hidden="true"></span>
                    <span class="apart-value num">{figure(mean)}</span>
                    <span class="apart-words muted small num">{words}</span>
                </li>
            })
        })
        .collect_view();
    let chance = figure(analysis.chance_top_k_distance);
    view! {
        <section class="results-section apart" aria-labelledby="apart-title">
            <div class="section-head">
                <div class="section-title">
                    <h2 id="apart-title">{tu_string!(i18n, results.apart_title)}</h2>
                    <Definition metric="top_k_distance"/>
                </div>
                <p class="muted">{lead} " " {tu_string!(i18n, results.apart_words)}</p>
            </div>
            <ol class="apart-list" role="list">{rows}</ol>
            <p class="muted small num apart-chance">{t!(i18n, results.apart_chance, chance = chance)}</p>
            <h3 class="no-print">{tu_string!(i18n, results.pairs_title)}</h3>
            <Pairs view analysis/>
        </section>
    }
}

/// Every two leaders: a grid where there is room, a list per person where there is not.
#[component]
fn Pairs(view: Arc<ResultsView>, analysis: Arc<Analysis>) -> impl IntoView {
    let i18n = use_i18n();
    let people = &view.leaders;
    let rows = people
        .iter()
        .zip(&analysis.distances)
        .enumerate()
        .map(|(own, (person, distances))| Row {
            head: Head::Person(person.clone()),
            cells: distances
                .iter()
                .enumerate()
                .map(|(other, &distance)| {
                    if other == own {
                        Cell { text: "–".into(), spoken: Some(tu_string!(i18n, results.themself).into()), shade: 0 }
                    } else {
                        Cell { text: figure(distance), spoken: None, shade: heat::of_distance(distance) }
                    }
                })
                .collect(),
        })
        .collect();
    let columns: Vec<Head> = people.iter().cloned().map(Head::Person).collect();
    let lists = analysis
        .distances
        .iter()
        .enumerate()
        .filter_map(|(own, row)| Some(person_list(people, people.get(own)?, &heat::farthest_first(row, own))))
        .collect_view();
    view! {
        <div class="table-wrap wide-only no-print" tabindex="0" role="group" aria-label=tu_string!(i18n, results.pairs_title)>
            <HeatMap
                caption=tu_string!(i18n, results.pairs_caption)
                corner=tu_string!(i18n, results.leader)
                columns
                rows
            />
        </div>
        <div class="narrow-only no-print">{lists}</div>
    }
}

fn person_list(people: &[Person], person: &Person, others: &[(usize, f64)]) -> AnyView {
    let items = others
        .iter()
        .filter_map(|(other, distance)| Some((people.get(*other)?.clone(), *distance)))
        .map(|(other, distance)| {
            view! {
                <li class="pair-row">
                    {initials(&other)}
                    <span>{other.name.clone()}</span>
                    <span class=format!("num heat heat-{}", heat::of_distance(distance))>{figure(distance)}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <details class="per-person">
            <summary>{initials(person)} {person.name.clone()}</summary>
            <ul role="list">{items}</ul>
        </details>
    }
}
