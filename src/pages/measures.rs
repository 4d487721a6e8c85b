//! What the figures mean: the list of measures, in full.

use leptos::prelude::*;

use crate::boxed::view;
use crate::components::definition::{MEASURES, measure};
use crate::i18n::*;

/// Every measure: its sentence, formula, range, source and published values.
#[component]
pub fn MeasuresPage() -> impl IntoView {
    let i18n = use_i18n();
    let measures = || MEASURES.iter().filter_map(|id| measure(i18n, id));
    let contents =
        measures().map(|metric| view! { <li><a href=format!("#{}", metric.id)>{metric.name}</a></li> }).collect_view();
    let measures = measures()
        .map(|metric| {
            view! {
                <section id=metric.id class="measure" aria-labelledby=format!("{}-title", metric.id) tabindex="-1">
                    <h2 id=format!("{}-title", metric.id)>{metric.name}</h2>
                    <p class="measure-sentence">{metric.sentence}</p>
                    <dl class="definition-list">
                        <dt>{tu_string!(i18n, results.definition_formula)}</dt>
                        <dd>{metric.definition}</dd>
                        <dt>{tu_string!(i18n, results.definition_units)}</dt>
                        <dd>{metric.units}</dd>
                        <dt>{tu_string!(i18n, results.definition_domain)}</dt>
                        <dd>{metric.domain}</dd>
                        <dt>{tu_string!(i18n, results.definition_source)}</dt>
                        <dd>{metric.source}</dd>
                        <dt>{tu_string!(i18n, results.definition_published)}</dt>
                        <dd>{metric.published}</dd>
                    </dl>
                </section>
            }
        })
        .collect_view();
    view! {
        <div class="page measures">
            <header class="page-head">
                <div>
                    <h1 tabindex="-1">{tu_string!(i18n, results.measures_title)}</h1>
                    <p class="lead">{tu_string!(i18n, results.measures_lead)}</p>
                </div>
            </header>
            <nav class="measures-contents" aria-label=tu_string!(i18n, results.measures_contents)>
                <ul role="list">{contents}</ul>
            </nav>
            {measures}
        </div>
    }
}
