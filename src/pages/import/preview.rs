//! The ballots as they would be brought in, and what is wrong, by row.

use std::collections::HashSet;
use std::sync::Arc;

use leptos::prelude::*;
use plumbline_core::import::plan::counted;
use plumbline_core::import::{BallotSheet, Problem, Severity};

use super::draft::Draft;
use super::words;
use crate::boxed::view;
use crate::i18n::*;

#[component]
pub(super) fn Preview(draft: Draft) -> impl IntoView {
    move || {
        draft.sheet.get().map(|sheet| {
            view! {
                <Problems sheet=sheet.clone()/>
                <Ballots draft sheet/>
            }
        })
    }
}

#[component]
fn Problems(sheet: Arc<BallotSheet>) -> impl IntoView {
    let i18n = use_i18n();
    if sheet.problems.is_empty() {
        return ().into_any();
    }
    let (errors, warnings): (Vec<&Problem>, Vec<&Problem>) =
        sheet.problems.iter().partition(|problem| problem.severity == Severity::Error);
    let item = |problem: &&Problem| {
        let (class, badge) = match problem.severity {
            Severity::Error => ("badge badge-bad", tu_string!(i18n, files.not_counted)),
            Severity::Warning => ("badge badge-warn", tu_string!(i18n, files.counted)),
        };
        view! { <li class="problem"><span class=class>{badge}</span> <p>{words::problem(i18n, problem)}</p></li> }
    };
    let more = sheet.more_problems;
    let counts = (errors.len(), warnings.len());
    view! {
        <section class="card" aria-labelledby="problems-title">
            <div class="section-head">
                <h2 id="problems-title">{tu_string!(i18n, files.problems_title)}</h2>
                <p class="muted num">{t!(i18n, files.problems_words, errors = counts.0, warnings = counts.1)}</p>
            </div>
            <div class="problems" tabindex="0" role="group" aria-labelledby="problems-title">
                <ul role="list">
                    {errors.iter().map(item).collect_view()}
                    {warnings.iter().map(item).collect_view()}
                </ul>
            </div>
            {(more > 0).then(|| view! { <p class="muted">{t!(i18n, files.problems_more, count = move || more)}</p> })}
        </section>
    }
}

#[component]
fn Ballots(draft: Draft, sheet: Arc<BallotSheet>) -> impl IntoView {
    let i18n = use_i18n();
    let counted: HashSet<usize> = draft.decisions.with(|decisions| counted(&sheet, decisions)).into_iter().collect();
    let places = sheet.top;
    let heads = (1..=places)
        .map(|place| view! { <th scope="col" class="num">{tu_string!(i18n, files.role_place, place = place)}</th> })
        .collect_view();
    let rows = sheet
        .ballots
        .iter()
        .enumerate()
        .map(|(index, ballot)| {
            let cells = (0..places)
                .map(|place| {
                    let title = ballot.ranking.get(place).and_then(|candidate| sheet.candidates.get(*candidate));
                    view! { <td>{title.cloned()}</td> }
                })
                .collect_view();
            let left_out = !counted.contains(&index);
            let mark =
                left_out.then(|| view! { <span class="badge badge-quiet">{tu_string!(i18n, files.left_out)}</span> });
            view! {
                <tr class:left-out=left_out>
                    <td class="num muted">{ballot.row}</td>
                    <th scope="row">{ballot.leader.clone()} " " {mark}</th>
                    {cells}
                </tr>
            }
        })
        .collect_view();
    let count = counted.len();
    view! {
        <section class="card" aria-labelledby="ballots-title">
            <h2 id="ballots-title">{t!(i18n, files.ballots_title, count = move || count)}</h2>
            <div class="table-wrap ballots-wrap" tabindex="0" role="group" aria-labelledby="ballots-title">
                <table class="table ballots-table">
                    <thead>
                        <tr>
                            <th scope="col">{tu_string!(i18n, files.row)}</th>
                            <th scope="col">{tu_string!(i18n, files.role_leader)}</th>
                            {heads}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}
