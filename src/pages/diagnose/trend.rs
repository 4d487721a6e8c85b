//! Agreement over the rounds.

use leptos::prelude::*;
use plumbline_core::chart::figure;
use plumbline_core::chart::trend::{Turn, layout};
use plumbline_core::view::{RoundsView, TrendPoint};

use crate::boxed::view;
use crate::components::chart::trend::TrendLine;
use crate::components::definition::Definition;
use crate::i18n::*;

#[component]
pub(super) fn Trend(rounds: Signal<RoundsView>) -> impl IntoView {
    let points = Memo::new(move |_| rounds.with(|view| view.trend.clone()));
    move || {
        let points = points.get();
        (!points.is_empty()).then(|| view! { <Drawn points/> })
    }
}

#[component]
fn Drawn(points: Vec<TrendPoint>) -> impl IntoView {
    let i18n = use_i18n();
    let figures: Vec<_> = points.iter().map(|point| point.agreement).collect();
    let words = match (layout(&figures).turn, points.as_slice()) {
        (Some(turn), [.., before, last]) => {
            let (from, to) = (figure(before.agreement.mean_correlation), figure(last.agreement.mean_correlation));
            let before = before.round.label.clone();
            match turn {
                Turn::Rose => tu_string!(i18n, results.trend_rose, from = from, to = to, before = before),
                Turn::Fell => tu_string!(i18n, results.trend_fell, from = from, to = to, before = before),
                Turn::Held => tu_string!(i18n, results.trend_held, to = to, before = before),
            }
        }
        _ => tu_string!(i18n, results.trend_one).to_string(),
    };
    view! {
        <section class="card" aria-labelledby="trend-title">
            <div class="section-head">
                <div class="section-title">
                    <h2 id="trend-title">{tu_string!(i18n, results.trend_title)}</h2>
                    <Definition metric="mean_correlation"/>
                </div>
                <p class="muted num">{words}</p>
            </div>
            <TrendLine points/>
        </section>
    }
}
