//! Agreement from round to round, above the band that chance fills.

use leptos::prelude::*;
use plumbline_core::chart::scale::Anchor;
use plumbline_core::chart::trend::layout;
use plumbline_core::chart::{figure, percent};
use plumbline_core::view::TrendPoint;

use super::AsTable;
use super::verdict::VerdictBadge;
use crate::boxed::view;
use crate::i18n::*;
use crate::platform::clock;

/// Height of the plot.
const PLOT: f64 = 168.0;
/// Room above it, for the figure of a point at its very top.
const HEAD: f64 = 24.0;

/// The trend line.
#[component]
pub fn TrendLine(
    /// Earliest first.
    points: Vec<TrendPoint>,
) -> impl IntoView {
    let i18n = use_i18n();
    let rounds: Vec<_> = points.iter().map(|point| point.agreement).collect();
    let trend = layout(&rounds);
    let y = |height: f64| HEAD + height * PLOT;
    let chance = trend
        .points
        .iter()
        .map(|mark| {
            view! {
                <rect
                    class="trend-chance"
                    x=percent(mark.left)
                    y=y(mark.chance).to_string()
                    width=percent(mark.width)
                    height=(HEAD + PLOT - y(mark.chance)).to_string()
                />
            }
        })
        .collect_view();
    let lines = trend
        .points
        .windows(2)
        .map(|pair| {
            view! { <line class="trend-line" x1=percent(pair[0].x) y1=y(pair[0].y).to_string() x2=percent(pair[1].x) y2=y(pair[1].y).to_string()/> }
        })
        .collect_view();
    let last = trend.points.len().saturating_sub(1);
    let marks = trend
        .points
        .iter()
        .zip(&points)
        .enumerate()
        .map(|(index, (mark, point))| {
            let value = mark.labelled.then(|| {
                view! {
                    <text class="trend-value" x=percent(mark.x) y=(y(mark.y) - 13.0).to_string() text-anchor="middle">
                        {figure(point.agreement.mean_correlation)}
                    </text>
                    <text class="trend-round" x=percent(mark.x) y=(HEAD + PLOT + 20.0).to_string() text-anchor="middle">
                        {point.round.label.clone()}
                    </text>
                }
            });
            let class = if index == last { "trend-mark trend-latest" } else { "trend-mark" };
            view! { <circle class=class cx=percent(mark.x) cy=y(mark.y).to_string() r="5"/> {value} }
        })
        .collect_view();
    let spoken = tu_string!(i18n, results.trend_spoken, count = points.len()).to_string();
    let words = trend.points.first().map(|first| {
        let at = first.left;
        view! {
            <text class="trend-words" x=percent(at) dx="8" y=(HEAD + PLOT - 8.0).to_string() text-anchor=Anchor::at(at).name()>
                {tu_string!(i18n, results.trend_chance).to_string()}
            </text>
        }
    });
    view! {
        <svg class="trend" width="100%" height=(HEAD + PLOT + 30.0).to_string() role="img" aria-label=spoken>
            {chance}
            <line class="trend-zero" x1="0%" x2="100%" y1=y(trend.zero).to_string() y2=y(trend.zero).to_string()/>
            {words}
            {lines}
            {marks}
        </svg>
        <AsTable><TrendTable points=points.clone()/></AsTable>
    }
}

#[component]
fn TrendTable(points: Vec<TrendPoint>) -> impl IntoView {
    let i18n = use_i18n();
    let rows = points
        .into_iter()
        .map(|point| {
            view! {
                <tr>
                    <th scope="row">{point.round.label}</th>
                    <td>{clock::day_text(point.at)}</td>
                    <td>{figure(point.agreement.mean_correlation)}</td>
                    <td>{figure(point.agreement.chance)}</td>
                    <td><VerdictBadge verdict=point.agreement.verdict/></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="table">
            <caption>{tu_string!(i18n, results.trend_table)}</caption>
            <thead>
                <tr>
                    <th scope="col">{tu_string!(i18n, results.round)}</th>
                    <th scope="col">{tu_string!(i18n, results.revealed)}</th>
                    <th scope="col">{tu_string!(i18n, results.agreement)}</th>
                    <th scope="col">{tu_string!(i18n, results.chance_level)}</th>
                    <th scope="col">{tu_string!(i18n, results.in_words)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}
