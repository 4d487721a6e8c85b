//! One line from opposition to one order, with chance, this round and the round before.

use leptos::prelude::*;
use plumbline_core::analysis::Verdict;
use plumbline_core::chart::scale::{Anchor, agreement};
use plumbline_core::chart::{figure, percent};

use crate::boxed::view;
use crate::i18n::*;

/// The agreement scale of one round. All figures are mean correlations.
#[component]
pub fn AgreementScale(
    /// This round.
    now: f64,
    /// The level chance stays under.
    chance: f64,
    /// The round before.
    before: Option<f64>,
) -> impl IntoView {
    let i18n = use_i18n();
    let scale = agreement(now, chance, before);
    let spoken = match before {
        Some(before) => tu_string!(
            i18n,
            results.scale_spoken_before,
            now = figure(now),
            chance = figure(chance),
            before = figure(before)
        ),
        None => tu_string!(i18n, results.scale_spoken, now = figure(now), chance = figure(chance)),
    };
    let bands = scale
        .bands
        .iter()
        .map(|band| {
            let (class, name) = match band.verdict {
                Verdict::BelowChance => ("scale-band scale-chance", tu_string!(i18n, results.band_chance)),
                Verdict::Weak => ("scale-band scale-weak", tu_string!(i18n, results.band_weak)),
                Verdict::Moderate => ("scale-band scale-moderate", tu_string!(i18n, results.band_moderate)),
                Verdict::Strong => ("scale-band scale-strong", tu_string!(i18n, results.band_strong)),
            };
            let words = band.labelled.then(|| {
                view! { <text class="scale-name" x=percent(f64::midpoint(band.from, band.to)) y="74" text-anchor="middle">{name}</text> }
            });
            view! {
                <rect class=class x=percent(band.from) y="30" width=percent(band.to - band.from) height="12"/>
                {words}
            }
        })
        .collect_view();
    let earlier = scale.before.zip(before).map(|(at, value)| {
        let words = tu_string!(i18n, results.scale_before, value = figure(value));
        view! {
            <circle class="scale-before" cx=percent(at) cy="36" r="6"/>
            <text class="scale-label" x=percent(at) y="58" text-anchor=Anchor::at(at).name()>{words}</text>
        }
    });
    let words = tu_string!(i18n, results.scale_now, value = figure(now));
    view! {
        <svg class="scale" width="100%" height="82" role="img" aria-label=spoken>
            {bands}
            <line class="scale-zero" x1=percent(scale.zero) x2=percent(scale.zero) y1="26" y2="46"/>
            {scale.zero_labelled.then(|| {
                view! { <text class="scale-label" x=percent(scale.zero) y="20" text-anchor="middle">"0"</text> }
            })}
            {earlier}
            <circle class="scale-now" cx=percent(scale.now) cy="36" r="8"/>
            <text class="scale-label scale-label-now" x=percent(scale.now) y="17" text-anchor=Anchor::at(scale.now).name()>
                {words}
            </text>
        </svg>
    }
}
