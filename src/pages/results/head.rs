//! The page's head: which round, what to do next, what to take along.

use std::sync::Arc;

use leptos::prelude::*;
use plumbline_core::analysis::Verdict;
use plumbline_core::bridge::{Answer, Request, RoundExport};
use plumbline_core::view::ResultsView;

use crate::boxed::view;
use crate::components::download::{self, Choice, DownloadMenu};
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::notice::use_notices;
use crate::platform::{clock, print};
use crate::workspace::use_workspace;

#[component]
pub(super) fn Head(view: Arc<ResultsView>, stack: String, signatures: Memo<(u32, u32)>) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let notices = use_notices();
    let round = view.id;
    let export = move |what| {
        Callback::new(move |()| {
            leptos::task::spawn_local(async move {
                match workspace.ask(Request::ExportRound { round, what }).await {
                    Ok(Answer::File(made)) if download::save(&made).is_ok() => {}
                    Ok(_) => notices.done(tu_string!(i18n, results.export_failed)),
                    Err(failure) => notices.failure(&failure),
                }
            });
        })
    };
    let choices = vec![
        Choice { label: tu_string!(i18n, results.export_figures).into(), run: export(RoundExport::Figures) },
        Choice { label: tu_string!(i18n, results.export_ballots).into(), run: export(RoundExport::Ballots) },
    ];
    let lead = match view.analysis.as_ref().map(|analysis| analysis.agreement.verdict) {
        Some(Verdict::BelowChance) => tu_string!(i18n, results.lead_chance),
        Some(Verdict::Weak) => tu_string!(i18n, results.lead_weak),
        Some(Verdict::Moderate) => tu_string!(i18n, results.lead_moderate),
        Some(Verdict::Strong) => tu_string!(i18n, results.lead_strong),
        None => tu_string!(i18n, results.lead_none),
    };
    let revealed = clock::day_text(view.revealed);
    let ballots = view.leaders.len();
    let signed = move || match signatures.get() {
        (_, 0) => None,
        (signed, of) if signed == of => Some(t_string!(i18n, results.signed_by_all, count = of).to_string()),
        (signed, of) => Some(t_string!(i18n, results.signed_by, signed = signed, of = of).to_string()),
    };
    view! {
        <header class="page-head results-head">
            <div>
                <p class="results-eyebrow">
                    {t!(i18n, results.eyebrow, date = revealed)}
                    " · "
                    {t!(i18n, results.ballots_counted, count = move || ballots)}
                    {view.imported.then(|| view! { " · " {tu_string!(i18n, results.imported)} })}
                </p>
                <h1 tabindex="-1">{view.label.clone()}</h1>
                <p class="lead results-lead">{lead}</p>
            </div>
            <div class="actions no-print">
                <a class="btn btn-primary" href=stack>
                    {tu_string!(i18n, results.agree_one_stack)}
                    <Icon name=IconName::ArrowRight/>
                </a>
                <DownloadMenu label=tu_string!(i18n, results.export) choices/>
                <button type="button" class="btn" on:click=move |_| print::print()>
                    <Icon name=IconName::Print/>
                    {tu_string!(i18n, results.print)}
                </button>
            </div>
            {move || signed().map(|words| view! { <p class="results-signed muted">{words}</p> })}
        </header>
    }
}
