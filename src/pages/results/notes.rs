//! What the figures leave out, and why there may be none.

use std::sync::Arc;

use leptos::prelude::*;
use plumbline_core::view::ResultsView;

use super::names::join;
use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::platform::clock;

/// Ballots that are missing or came late.
#[component]
pub(super) fn Notes(view: Arc<ResultsView>) -> impl IntoView {
    let i18n = use_i18n();
    let missing = (!view.missing.is_empty()).then(|| {
        let everyone: Vec<usize> = (0..view.missing.len()).collect();
        let names = join(i18n, &view.missing, &everyone);
        view! { <li>{t!(i18n, results.missing, names = names)}</li> }
    });
    let late = view
        .late
        .iter()
        .map(|late| {
            let (name, at) = (late.person.name.clone(), clock::moment_text(late.cast));
            view! { <li>{t!(i18n, results.late, name = name, at = at)}</li> }
        })
        .collect_view();
    let named = |people: &[plumbline_core::view::Person]| {
        let everyone: Vec<usize> = (0..people.len()).collect();
        (!people.is_empty()).then(|| join(i18n, people, &everyone))
    };
    // Whoever closed the round counted something else than was sealed: not a note, a warning.
    let unverified =
        named(&view.counted_unverified).map(|names| t_string!(i18n, round.check_unverified, names = names));
    let left_out = named(&view.left_out).map(|names| t_string!(i18n, round.check_left_out, names = names));
    let warnings = [unverified, left_out].into_iter().flatten().map(|words| {
        view! {
            <div class="banner banner-warn" role="alert">
                <Icon name=IconName::Warning/>
                <p>{words}</p>
            </div>
        }
    });
    let warnings = warnings.collect_view();
    let unreadable =
        named(&view.unreadable).map(|names| view! { <li>{t!(i18n, round.check_unreadable, names = names)}</li> });
    let any = !view.missing.is_empty() || !view.late.is_empty() || !view.unreadable.is_empty();
    view! {
        {warnings}
        {any.then(|| view! { <ul class="results-notes muted" role="list">{missing}{unreadable}{late}</ul> })}
    }
}

/// A round that allows no figures.
#[component]
pub(super) fn NoFigures(view: Arc<ResultsView>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="empty">
            <h2>{tu_string!(i18n, results.no_figures)}</h2>
            <p>{view.problem.clone()}</p>
            <Notes view/>
        </section>
    }
}
