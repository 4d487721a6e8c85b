//! Where the last round left the team.

use leptos::prelude::*;
use plumbline_core::analysis::Verdict;
use plumbline_core::id::WorkspaceId;
use plumbline_core::view::{AgreementSummary, Headline};

use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::components::person::PersonLine;
use crate::i18n::*;
use crate::notice::words::Sentences;
use crate::platform::clock;
use crate::route::{Page, Route};

/// The last closed round in words and few figures.
#[component]
pub fn HeadlineSection(workspace: WorkspaceId, headline: Headline) -> impl IntoView {
    let i18n = use_i18n();
    let Headline { round, revealed, agreement, before, contested, farthest, signed, to_sign, stack } = headline;
    let results = Route::In(workspace, Page::Round(round.id)).href();
    let agreed = Route::In(workspace, Page::Stack(round.id)).href();
    let label = round.label;
    let figures = agreement.map(|agreement| view! { <Agreement agreement before/> });
    let discuss = (!contested.is_empty()).then(|| view! {
        <div class="standing-part">
            <h3>{tu_string!(i18n, today.discuss_first)}</h3>
            <ol class="standing-list">{contested.into_iter().map(|title| view! { <li>{title}</li> }).collect_view()}</ol>
        </div>
    });
    let apart = farthest.map(|person| {
        view! {
            <div class="standing-part">
                <h3>{tu_string!(i18n, today.farthest)}</h3>
                <PersonLine person/>
            </div>
        }
    });
    let signatures = (to_sign > 0).then(|| {
        view! {
            <p class="row">
                {if signed == to_sign {
                    view! { <span class="badge badge-good">{tu_string!(i18n, today.signed_all)}</span> }
                } else {
                    view! { <span class="badge badge-quiet num">{t!(i18n, today.signed, signed, to_sign)}</span> }
                }}
            </p>
        }
    });
    view! {
        <section class="standing" aria-labelledby="standing-heading">
            <header class="standing-head">
                <h2 id="standing-heading">{t!(i18n, today.headline_heading, round = label)}</h2>
                <p class="muted">{t!(i18n, today.revealed, day = clock::day_text(revealed))}</p>
            </header>
            <div class="standing-grid">
                <div class="standing-column">
                    {figures}
                    {discuss}
                    {apart}
                    <p>
                        <a class="link-on" href=results>{tu_string!(i18n, today.see_results)} <Icon name=IconName::ArrowRight/></a>
                    </p>
                </div>
                <div class="card">
                    <div class="card-head">
                        <h3>{tu_string!(i18n, today.agreed_stack)}</h3>
                        {signatures}
                    </div>
                    <ol class="agreed-list">{stack.into_iter().map(|title| view! { <li><span>{title}</span></li> }).collect_view()}</ol>
                    <p>
                        <a class="link-on" href=agreed>{tu_string!(i18n, today.see_stack)} <Icon name=IconName::ArrowRight/></a>
                    </p>
                </div>
            </div>
        </section>
    }
}

#[component]
fn Agreement(agreement: AgreementSummary, before: Option<f64>) -> impl IntoView {
    let i18n = use_i18n();
    let AgreementSummary { mean_correlation, chance, verdict, .. } = agreement;
    let change = move || before.map(|before| change(i18n, before, mean_correlation));
    view! {
        <div class="standing-part">
            <p class="standing-verdict">{move || verdict_words(i18n, verdict)}</p>
            <p class="muted num">
                {t!(i18n, today.agreement_figure, figure = two_decimals(mean_correlation), chance = two_decimals(chance))}
                " "
                {move || change()}
            </p>
        </div>
    }
}

fn verdict_words(i18n: Sentences, verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::BelowChance => t_string!(i18n, today.verdict_below_chance),
        Verdict::Weak => t_string!(i18n, today.verdict_weak),
        Verdict::Moderate => t_string!(i18n, today.verdict_moderate),
        Verdict::Strong => t_string!(i18n, today.verdict_strong),
    }
}

/// Compared as shown: two figures that read the same have not changed.
fn change(i18n: Sentences, before: f64, now: f64) -> String {
    let (shown_before, shown_now) = (two_decimals(before), two_decimals(now));
    if shown_before == shown_now {
        t_string!(i18n, today.change_none).to_string()
    } else if now > before {
        t_string!(i18n, today.change_up, before = shown_before).to_string()
    } else {
        t_string!(i18n, today.change_down, before = shown_before).to_string()
    }
}

/// With a real minus sign, and never "−0.00".
fn two_decimals(figure: f64) -> String {
    let text = format!("{figure:.2}");
    match text.strip_prefix('-') {
        Some("0.00") => "0.00".to_owned(),
        Some(rest) => format!("−{rest}"),
        None => text,
    }
}
