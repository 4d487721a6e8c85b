//! What a figure means, one click away.

mod words;

pub use words::{MEASURES, measure};

use leptos::prelude::*;

use super::field::unique_id;
use super::icon::{Icon, IconName};
use crate::boxed::view;
use crate::i18n::*;
use crate::route::Route;

/// A small button that opens the definition of a measure.
#[component]
pub fn Definition(
    /// Its key in [`MEASURES`].
    metric: &'static str,
) -> impl IntoView {
    let i18n = use_i18n();
    let found = measure(i18n, metric)?;
    let id = unique_id("definition");
    let title = format!("{id}-title");
    let (target, close, labelled) = (id.clone(), id.clone(), title.clone());
    Some(view! {
        <button type="button" class="definition-button no-print" popovertarget=target>
            <Icon name=IconName::Info/>
            <span>{tu_string!(i18n, results.what_is_this)}</span>
            <span class="visually-hidden">{format!(" {}", found.name)}</span>
        </button>
        <div id=id class="definition" popover="auto" role="dialog" aria-labelledby=labelled>
            <div class="definition-head">
                <p id=title class="definition-name">{found.name}</p>
                <button
                    type="button"
                    class="btn btn-quiet btn-icon btn-small"
                    popovertarget=close
                    popovertargetaction="hide"
                    aria-label=tu_string!(i18n, common.close).to_string()
                >
                    <Icon name=IconName::X/>
                </button>
            </div>
            <p>{found.sentence}</p>
            <dl class="definition-list">
                <dt>{tu_string!(i18n, results.definition_formula)}</dt>
                <dd>{found.definition}</dd>
                <dt>{tu_string!(i18n, results.definition_units)}</dt>
                <dd>{found.units}</dd>
                <dt>{tu_string!(i18n, results.definition_source)}</dt>
                <dd>{found.source}</dd>
            </dl>
            <p class="definition-more"><a href=format!("{}#{}", Route::Measures.href(), found.id)>{tu_string!(i18n, results.definition_more)}</a></p>
        </div>
    })
}
