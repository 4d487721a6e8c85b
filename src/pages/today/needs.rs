//! What waits for someone: each with why, since when, and one action.

use leptos::prelude::*;
use plumbline_core::id::WorkspaceId;
use plumbline_core::view::{Need, NeedKind};

use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::components::person::Avatar;
use crate::i18n::*;
use crate::notice::words::Sentences;
use crate::platform::{clock, preferences};
use crate::route::{Page, Route};

/// The list, oldest first.
#[component]
pub fn Needs(workspace: WorkspaceId, needs: Memo<Vec<Need>>) -> impl IntoView {
    let i18n = use_i18n();
    let me = preferences::me(workspace);
    let rows = move || {
        let rows = needs.get().into_iter().map(|need| {
            let mine = me.is_some() && need.person.as_ref().map(|person| person.id) == me;
            view! { <Row workspace need mine/> }
        });
        rows.collect_view()
    };
    view! {
        <section class="column" aria-labelledby="needs-heading">
            <h2 id="needs-heading">{tu_string!(i18n, today.needs_heading)}</h2>
            {move || if needs.with(Vec::is_empty) {
                view! {
                    <p class="needs-none">
                        <Icon name=IconName::Check/>
                        <span>{tu_string!(i18n, today.needs_none)}</span>
                    </p>
                }
            } else {
                view! { <ul class="needs" role="list">{move || rows()}</ul> }
            }}
        </section>
    }
}

#[component]
fn Row(workspace: WorkspaceId, need: Need, mine: bool) -> impl IntoView {
    let i18n = use_i18n();
    let Need { kind, person, since } = need;
    let name = person.as_ref().map(|person| person.name.clone()).unwrap_or_default();
    let page = place(&kind);
    let (icon, kind) = (icon(&kind), StoredValue::new(kind));
    let why = move || kind.with_value(|kind| why(i18n, kind, &name, mine));
    let action = move || kind.with_value(|kind| action(i18n, kind));
    // Links that read the same lead to different things: the whole sentence belongs to each.
    let spoken = {
        let why = why.clone();
        move || format!("{}: {}", action(), why())
    };
    let mark = match person {
        Some(person) => view! { <Avatar person/> },
        None => view! { <span class="needs-team" aria-hidden="true"><Icon name=icon/></span> },
    };
    view! {
        <li class="need" class:need-mine=mine>
            {mark}
            <div class="need-words">
                <p class="need-why">{move || why()}</p>
                <p class="muted small">{t!(i18n, today.since, day = clock::day_text(since))}</p>
            </div>
            <a class="btn" href=Route::In(workspace, page).href() aria-label=spoken>{move || action()}</a>
        </li>
    }
}

fn why(i18n: Sentences, kind: &NeedKind, name: &str, mine: bool) -> String {
    let name = name.to_owned();
    match kind {
        NeedKind::CastBallot(round) if mine => {
            t_string!(i18n, today.cast_mine, round = round.label.clone()).to_string()
        }
        NeedKind::CastBallot(round) => {
            t_string!(i18n, today.cast, name = name, round = round.label.clone()).to_string()
        }
        NeedKind::Reveal(round) => t_string!(i18n, today.reveal, round = round.label.clone()).to_string(),
        NeedKind::SignStack(round) if mine => t_string!(i18n, today.sign_mine, round = round.label.clone()).to_string(),
        NeedKind::SignStack(round) => t_string!(i18n, today.sign, name = name, round = round.label.clone()).to_string(),
        NeedKind::SignAgain(round) if mine => {
            t_string!(i18n, today.sign_again_mine, round = round.label.clone()).to_string()
        }
        NeedKind::SignAgain(round) => {
            t_string!(i18n, today.sign_again, name = name, round = round.label.clone()).to_string()
        }
        NeedKind::Settle { conflicts } => t_string!(i18n, today.settle, count = *conflicts).to_string(),
        NeedKind::HoldRound { days } => t_string!(i18n, today.hold, count = *days).to_string(),
    }
}

fn action(i18n: Sentences, kind: &NeedKind) -> &'static str {
    match kind {
        NeedKind::CastBallot(_) => t_string!(i18n, today.cast_action),
        NeedKind::Reveal(_) => t_string!(i18n, today.reveal_action),
        NeedKind::SignStack(_) | NeedKind::SignAgain(_) => t_string!(i18n, today.sign_action),
        NeedKind::Settle { .. } => t_string!(i18n, today.settle_action),
        NeedKind::HoldRound { .. } => t_string!(i18n, today.hold_action),
    }
}

const fn place(kind: &NeedKind) -> Page {
    match kind {
        NeedKind::CastBallot(round) => Page::Ballot(round.id),
        NeedKind::Reveal(round) => Page::Round(round.id),
        NeedKind::SignStack(round) | NeedKind::SignAgain(round) => Page::Stack(round.id),
        NeedKind::Settle { .. } => Page::Conflicts,
        NeedKind::HoldRound { .. } => Page::NewRound,
    }
}

const fn icon(kind: &NeedKind) -> IconName {
    match kind {
        NeedKind::CastBallot(_) => IconName::List,
        NeedKind::Reveal(_) => IconName::Eye,
        NeedKind::SignStack(_) | NeedKind::SignAgain(_) => IconName::Pen,
        NeedKind::Settle { .. } => IconName::Conflict,
        NeedKind::HoldRound { .. } => IconName::Clock,
    }
}
