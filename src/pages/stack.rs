//! The agreed stack: put in order together, live, and signed by every leader.

mod content;
mod moving;

use leptos::prelude::*;
use plumbline_core::id::{LeaderId, PriorityId, RoundId, WorkspaceId};
use plumbline_core::intent::Intent;
use plumbline_core::rearrange::{Change, Rules, rebase};
use plumbline_core::view::{StackView, ViewKey};

use self::content::Content;
use self::moving::{held_elsewhere, say_what_is_held};
use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::components::loaded::WhenLoaded;
use crate::components::signatures::Signatures;
use crate::components::sortable::{Sortable, Sorter};
use crate::i18n::*;
use crate::platform::preferences;
use crate::route::{Page, Route};
use crate::workspace::use_workspace;

/// The page.
#[component]
pub fn StackPage(workspace: WorkspaceId, round: RoundId) -> impl IntoView {
    let view = use_workspace().view::<StackView>(ViewKey::Stack(round));
    view! {
        <WhenLoaded view=view let:stack>
            <Agreed workspace stack/>
        </WhenLoaded>
    }
}

#[component]
fn Agreed(workspace: WorkspaceId, stack: Signal<StackView>) -> impl IntoView {
    let i18n = use_i18n();
    let engine = use_workspace();
    let round = stack.with_untracked(|stack| stack.round);
    // Moves on their way to storage, shown at once on top of whatever arrives meanwhile.
    let moves = RwSignal::new(Vec::<(PriorityId, Option<PriorityId>)>::new());
    let order = Memo::new(move |_| {
        let stored: Vec<PriorityId> = stack.with(|stack| stack.rows.iter().map(|row| row.priority.id).collect());
        moves.with(|moves| rebase(&stored, moves))
    });
    let title = move |key: PriorityId| {
        stack.with(|stack| {
            stack
                .rows
                .iter()
                .find(|row| row.priority.id == key)
                .map(|row| row.priority.title.clone())
                .unwrap_or_default()
        })
    };
    let change = move |change: Change<PriorityId>| {
        let Change { item, below, .. } = change;
        moves.update(|moves| moves.push((item, below)));
        leptos::task::spawn_local(async move {
            let _ = engine.edit(Intent::MoveInStack { round, priority: item, below }).await;
            // The answer comes after the view that holds the move, or after the refusal's notice.
            let _ = moves.try_update(|moves| {
                if let Some(at) = moves.iter().position(|one| *one == (item, below)) {
                    moves.remove(at);
                }
            });
        });
    };
    let top = move || stack.with(|stack| usize::from(stack.top));
    let sorter = Sorter::new(Rules::default(), order.into(), Signal::derive(move || Some(top())), title, change);
    say_what_is_held(workspace, round, Signal::derive(move || sorter.holding().map(|(held, _)| held)));
    let held = held_elsewhere(round);
    let to_sign = move || order.with(|order| order.iter().take(top()).map(|id| (*id, title(*id))).collect::<Vec<_>>());
    let sign =
        move |(leader, stack): (LeaderId, Vec<PriorityId>)| engine.dispatch(Intent::SignStack { round, leader, stack });
    let withdraw = move |leader: LeaderId| engine.dispatch(Intent::WithdrawSignature { round, leader });
    let disputed = move || stack.with(|stack| stack.rows.iter().filter(|row| !row.placements.is_empty()).count());
    view! {
        <div class="page stack-page">
            <a class="back" href=Route::In(workspace, Page::Round(round)).href()>
                <Icon name=IconName::ArrowLeft/>{move || t_string!(i18n, round.stack_back, label = stack.with(|stack| stack.label.clone()))}
            </a>
            <header class="page-head">
                <div>
                    <h1 tabindex="-1">{tu_string!(i18n, round.stack_title)}</h1>
                    <p class="lead">{move || t_string!(i18n, round.stack_lead, top = top())}</p>
                </div>
            </header>
            <Show when=move || disputed() != 0>
                <p class="stack-disputed" role="status">
                    <Icon name=IconName::Conflict/>
                    <span>{move || t_string!(i18n, round.stack_disputed, count = disputed())}</span>
                </p>
            </Show>
            <div class="stack-columns">
                <div class="stack-board">
                    <Sortable sorter label=Signal::stored(tu_string!(i18n, round.stack_title).to_string())
                        line=Signal::derive(move || Some(t_string!(i18n, round.stack_line).to_string()))
                        render=move |key| view! { <Content stack held key_of=key/> }/>
                    <p class="muted small">
                        {tu_string!(i18n, round.stack_keys)} " " <span class="with-keys">{tu_string!(i18n, round.stack_keys_more)}</span>
                    </p>
                </div>
                <Signatures rows=Signal::derive(move || stack.with(|stack| stack.signatures.clone())) stack=Signal::derive(to_sign)
                    settled=Signal::derive(move || stack.with(|stack| stack.settled)) busy=Signal::derive(move || moves.with(|moves| !moves.is_empty()))
                    me=preferences::me(workspace) on_sign=Callback::new(sign) on_withdraw=Callback::new(withdraw)/>
            </div>
        </div>
    }
}
