//! Values that two people wrote at the same time: both are shown, and a person settles them.

use leptos::prelude::*;
use plumbline_core::id::WorkspaceId;
use plumbline_core::intent::{FieldPath, FieldValue, Intent};
use plumbline_core::view::{ClaimView, ConflictView, ConflictsView, FieldName, ViewKey};

use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::components::loaded::WhenLoaded;
use crate::i18n::*;
use crate::notice::use_notices;
use crate::notice::words::Sentences;
use crate::platform::{clock, page};
use crate::route::{Page, Route};
use crate::workspace::use_workspace;

/// Values to settle.
#[component]
pub fn ConflictsPage(workspace: WorkspaceId) -> impl IntoView {
    let i18n = use_i18n();
    let view = use_workspace().view::<ConflictsView>(ViewKey::Conflicts);
    view! {
        <WhenLoaded view let:view>
            <div class="page conflicts">
                <header class="page-head">
                    <div>
                        <h1 tabindex="-1" id="conflicts-heading">{tu_string!(i18n, settings.conflicts_heading)}</h1>
                        <p class="lead">{tu_string!(i18n, settings.conflicts_lead)}</p>
                    </div>
                </header>
                {move || if view.with(|view| view.conflicts.is_empty()) {
                    view! {
                        <div class="empty">
                            <p>{tu_string!(i18n, settings.conflicts_none)}</p>
                            <a class="btn" href=Route::In(workspace, Page::Today).href()>{tu_string!(i18n, settings.conflicts_back)}</a>
                        </div>
                    }
                } else {
                    view! {
                        <ul class="column" role="list">
                            {move || view.get().conflicts.into_iter().map(|conflict| view! { <Conflict conflict/> }).collect_view()}
                        </ul>
                    }
                }}
            </div>
        </WhenLoaded>
    }
}

#[component]
fn Conflict(conflict: ConflictView) -> impl IntoView {
    let i18n = use_i18n();
    let ConflictView { field, name, subject, claims, since } = conflict;
    let what = move || field_words(i18n, name);
    let claims = claims.into_iter().map(|claim| view! { <Claim field=field.clone() claim/> });
    view! {
        <li class="card conflict">
            <div class="card-head">
                <h2 class="conflict-what">
                    <Icon name=IconName::Conflict/>
                    <span>{move || what()} {(!subject.is_empty()).then(|| format!(" · {subject}"))}</span>
                </h2>
                <p class="muted small">{t!(i18n, settings.conflict_since, day = clock::moment_text(since))}</p>
            </div>
            <ul class="claims" role="list">{claims.collect_view()}</ul>
        </li>
    }
}

#[component]
fn Claim(field: FieldPath, claim: ClaimView) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let notices = use_notices();
    let ClaimView { value, shown, author, at, .. } = claim;
    let shown = match value {
        FieldValue::Flag(true) => tu_string!(i18n, settings.claim_yes).to_string(),
        FieldValue::Flag(false) => tu_string!(i18n, settings.claim_no).to_string(),
        _ if shown.is_empty() => tu_string!(i18n, settings.claim_nothing).to_string(),
        _ => shown,
    };
    let author = if author.is_empty() { tu_string!(i18n, settings.claim_unknown).to_string() } else { author };
    let label = tu_string!(i18n, settings.settle_for, value = shown.clone(), author = author.clone());
    let done = shown.clone();
    let settle = move |_| {
        let (intent, done) = (Intent::Settle { field: field.clone(), value: value.clone() }, done.clone());
        leptos::task::spawn_local(async move {
            if workspace.edit(intent).await.is_ok() {
                notices.done(tu_string!(i18n, settings.settled, value = done));
                // The button that had focus is gone.
                page::focus("conflicts-heading");
            }
        });
    };
    view! {
        <li class="claim">
            <p class="claim-value">{shown}</p>
            <p class="muted small">{t!(i18n, settings.claim_by, author = author, at = clock::moment_text(at))}</p>
            <button type="button" class="btn" on:click=settle aria-label=label>{tu_string!(i18n, settings.settle)}</button>
        </li>
    }
}

fn field_words(i18n: Sentences, name: FieldName) -> &'static str {
    match name {
        FieldName::WorkspaceName => t_string!(i18n, settings.field_workspace_name),
        FieldName::StackSize => t_string!(i18n, settings.field_stack_size),
        FieldName::LeaderName => t_string!(i18n, settings.field_leader_name),
        FieldName::LeaderRole => t_string!(i18n, settings.field_leader_role),
        FieldName::LeaderDepartment => t_string!(i18n, settings.field_leader_department),
        FieldName::LeaderJoined => t_string!(i18n, settings.field_leader_joined),
        FieldName::LeaderLeft => t_string!(i18n, settings.field_leader_left),
        FieldName::PriorityTitle => t_string!(i18n, settings.field_priority_title),
        FieldName::PriorityDescription => t_string!(i18n, settings.field_priority_description),
        FieldName::PriorityRetired => t_string!(i18n, settings.field_priority_retired),
        FieldName::StackPlace => t_string!(i18n, settings.field_stack_place),
        FieldName::RoundAsked => t_string!(i18n, settings.field_round_asked),
    }
}
