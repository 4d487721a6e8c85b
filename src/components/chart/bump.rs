//! The bump chart: how places move from round to round.

use leptos::prelude::*;
use plumbline_core::chart::bump::{BumpChart, layout};
use plumbline_core::chart::percent;
use plumbline_core::chart::scale::Anchor;
use plumbline_core::view::Bump;

use super::AsTable;
use crate::boxed::view;
use crate::i18n::*;

/// Height of one place.
const ROW: f64 = 30.0;
/// Room above the first place for the rounds' names.
const HEAD: f64 = 36.0;

/// Places over the rounds, named at the end of each line.
#[component]
pub fn BumpLines(
    /// The places.
    bump: Bump,
    /// How many places count: their lines are drawn stronger.
    top: u8,
) -> impl IntoView {
    let i18n = use_i18n();
    let chart = layout(&bump, top);
    let height = HEAD + ROW * chart.rows as f64;
    let heads = chart
        .columns
        .iter()
        .zip(&bump.rounds)
        .map(|(&x, round)| {
            view! { <text class="bump-round" x=percent(x) y="12" text-anchor=Anchor::at(x).name()>{round.label.clone()}</text> }
        })
        .collect_view();
    let (lines, labels) = drawing(&chart, &bump, top);
    let spoken = tu_string!(i18n, results.bump_spoken, count = bump.rounds.len()).to_string();
    let span = bump.rounds.first().zip(bump.rounds.last()).map(|(first, last)| {
        let words = tu_string!(i18n, results.bump_span, first = first.label.clone(), last = last.label.clone());
        view! { <p class="narrow-only muted small" aria-hidden="true">{words}</p> }
    });
    view! {
        {span}
        <div class="bump">
            <svg class="bump-lines" width="100%" height=height.to_string() role="img" aria-label=spoken>
                {heads}
                {lines}
            </svg>
            <ol class="bump-labels" role="list" aria-hidden="true">{labels}</ol>
        </div>
        <AsTable><BumpTable bump=bump.clone()/></AsTable>
    }
}

fn drawing(chart: &BumpChart, bump: &Bump, top: u8) -> (AnyView, AnyView) {
    let y = |row: usize| (HEAD + ROW * (row as f64 + 0.5)).to_string();
    let class = |index: usize| match chart.mover {
        Some(mover) if mover.line == index => "bump-line bump-mover",
        _ if bump.lines[index].places.last().copied().flatten().is_some_and(|place| place <= u32::from(top)) => {
            "bump-line bump-top"
        }
        _ => "bump-line",
    };
    let lines = chart
        .lines
        .iter()
        .enumerate()
        .map(|(index, line)| {
            let links = line
                .links
                .iter()
                .map(|(from, to)| view! { <line x1=percent(from.x) y1=y(from.row) x2=percent(to.x) y2=y(to.row)/> })
                .collect_view();
            let points = line
                .points
                .iter()
                .map(|point| {
                    view! {
                        <circle cx=percent(point.x) cy=y(point.row) r="11"/>
                        <text x=percent(point.x) y=y(point.row) dy="0.35em" text-anchor="middle">{point.place}</text>
                    }
                })
                .collect_view();
            view! { <g class=class(index)>{links}{points}</g> }
        })
        .collect_view();
    let labels = bump
        .lines
        .iter()
        .enumerate()
        .map(|(index, line)| {
            let title = line.priority.title.clone();
            view! { <li class=class(index) title=title.clone()>{title.clone()}</li> }
        })
        .collect_view();
    (lines.into_any(), labels.into_any())
}

#[component]
fn BumpTable(bump: Bump) -> impl IntoView {
    let i18n = use_i18n();
    let heads = bump.rounds.iter().map(|round| view! { <th scope="col">{round.label.clone()}</th> }).collect_view();
    let rows = bump
        .lines
        .iter()
        .map(|line| {
            let cells = line
                .places
                .iter()
                .map(|place| match place {
                    Some(place) => view! { <td>{*place}</td> },
                    None => view! { <td class="muted">{tu_string!(i18n, results.not_ranked_then)}</td> },
                })
                .collect_view();
            view! { <tr><th scope="row">{line.priority.title.clone()}</th>{cells}</tr> }
        })
        .collect_view();
    view! {
        <table class="table">
            <caption>{tu_string!(i18n, results.bump_table)}</caption>
            <thead><tr><th scope="col">{tu_string!(i18n, results.priority)}</th>{heads}</tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
}
