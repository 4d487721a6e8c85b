//! The reveal: how far the team agrees, what to talk about first, and who stands where.

mod apart;
mod camps;
mod consensus;
mod discuss;
mod head;
mod headline;
mod moves;
mod names;
mod notes;
mod stacks;

use std::sync::Arc;

use leptos::prelude::*;
use plumbline_core::id::WorkspaceId;
use plumbline_core::view::ResultsView;

use crate::boxed::view;
use crate::route::{Page, Route};

/// A revealed round. The figures are drawn anew only when they change; signatures come and go without disturbing a reader.
#[component]
pub fn Results(workspace: WorkspaceId, #[prop(into)] results: Signal<ResultsView>) -> impl IntoView {
    let signatures = Memo::new(move |_| results.with(|view| (view.signed, view.to_sign)));
    let figures = Memo::new(move |_| {
        let mut view = results.get();
        (view.signed, view.to_sign) = (0, 0);
        Arc::new(view)
    });
    let round = results.with_untracked(|view| view.id);
    let stack = Route::In(workspace, Page::Stack(round)).href();
    view! {
        <div class="page results">
            {move || view! { <head::Head view=figures.get() stack=stack.clone() signatures/> }}
            {move || {
                let view = figures.get();
                match view.analysis.clone() {
                    Some(analysis) => sections(view, Arc::new(analysis)),
                    None => view! { <notes::NoFigures view/> },
                }
            }}
        </div>
    }
}

fn sections(view: Arc<ResultsView>, analysis: Arc<plumbline_core::analysis::Analysis>) -> AnyView {
    view! {
        <headline::Headline view=view.clone() analysis=analysis.clone()/>
        <discuss::Discuss view=view.clone() analysis=analysis.clone()/>
        <consensus::ConsensusOrder view=view.clone() analysis=analysis.clone()/>
        <stacks::Stacks view=view.clone()/>
        <apart::Apart view=view.clone() analysis=analysis.clone()/>
        <camps::Camps view=view.clone() analysis/>
        <moves::Moves view/>
    }
}
