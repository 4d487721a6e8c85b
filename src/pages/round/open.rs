//! An open round: who has cast, never what; and the way to the reveal.

use leptos::prelude::*;
use plumbline_core::id::{LeaderId, WorkspaceId};
use plumbline_core::intent::{Intent, limits};
use plumbline_core::view::{AskedRow, Closing, OpenRoundView, Person};

use crate::boxed::view;
use crate::components::dialog::Dialog;
use crate::components::icon::{Icon, IconName};
use crate::components::person::PersonLine;
use crate::i18n::*;
use crate::pages::ballot::{Protection, closing, no_casting};
use crate::platform::{clock, page};
use crate::route::{Page, Route};
use crate::workspace::use_workspace;

/// The page while ballots may be cast.
#[component]
pub fn OpenRound(workspace: WorkspaceId, #[prop(into)] round: Signal<OpenRoundView>) -> impl IntoView {
    let i18n = use_i18n();
    let engine = use_workspace();
    let id = round.with_untracked(|round| round.id);
    let revealing = RwSignal::new(false);
    let cancelling = RwSignal::new(false);
    let ask = move |leader: LeaderId, asked: bool| engine.dispatch(Intent::AskLeader { round: id, leader, asked });
    let finish = move |intent: Intent, dialog: RwSignal<bool>| {
        leptos::task::spawn_local(async move {
            let done = engine.edit(intent).await;
            let _ = dialog.try_set(false);
            if done.is_ok() {
                leptos::task::spawn_local(page::focus_heading());
            }
        });
    };
    let complete = move || round.with(|round| round.complete);
    let sealing = Signal::derive(move || round.with(|round| round.sealing.clone()));
    // What this device cannot do alone, or at all.
    let part = move || sealing.with(|sealing| sealing.as_ref().and_then(|sealing| closing(i18n, sealing)));
    let first_half =
        move || sealing.with(|sealing| sealing.as_ref().is_some_and(|sealing| sealing.closing == Closing::Both));
    let waits = move || sealing.with(|sealing| sealing.as_ref().and_then(|sealing| no_casting(i18n, sealing)));
    let awaits_key = move || sealing.with(|sealing| sealing.as_ref().is_some_and(|sealing| sealing.awaits_key));
    let can_reveal =
        move || round.with(|round| round.can_reveal) && (part().is_none() || first_half()) && !awaits_key();
    let ballots = move || round.with(|round| (round.cast, round.asked.len()));
    let missing = move || {
        round.with(|round| {
            let names = round.asked.iter().filter(|row| row.cast.is_none()).map(|row| row.person.name.clone());
            names.collect::<Vec<_>>().join(", ")
        })
    };
    view! {
        <div class="page round-page">
            <a class="back" href=Route::In(workspace, Page::Diagnose).href()>
                <Icon name=IconName::ArrowLeft/>{tu_string!(i18n, round.all_rounds)}
            </a>
            <header class="page-head">
                <div>
                    <h1 tabindex="-1">{move || round.with(|round| round.label.clone())}</h1>
                    <p class="lead">
                        {move || round.with(|round| t_string!(
                            i18n, round.open_lead, when = clock::day_text(round.opened), top = round.top, of = round.candidates.len()
                        ))}
                    </p>
                </div>
            </header>
            <div class="round-columns">
                <section class="card" aria-labelledby="who-has-cast">
                    <div class="card-head">
                        <h2 id="who-has-cast">
                            {move || t_string!(i18n, round.ballots_in, cast = ballots().0, asked = ballots().1)}
                        </h2>
                    </div>
                    <div class="ballot-dots" aria-hidden="true">
                        <For each=move || round.with(|round| round.asked.clone()) key=|row| (row.person.id, row.cast.is_some()) let:row>
                            <span class=format!("ballot-dot p{}", row.person.colour.min(7)) class:cast=row.cast.is_some()></span>
                        </For>
                    </div>
                    <ul class="asked" role="list">
                        <For each=move || round.with(|round| round.asked.clone()) key=|row| (row.person.clone().id, row.cast) let:row>
                            <Asked row on_excuse=Callback::new(move |leader| ask(leader, false))/>
                        </For>
                    </ul>
                    <Show when=move || round.with(|round| !round.not_asked.is_empty())>
                        <div class="not-asked">
                            <span class="muted small">{tu_string!(i18n, round.not_asked)}</span>
                            <For each=move || round.with(|round| round.not_asked.clone()) key=|person| person.id let:person>
                                <AskButton person on_ask=Callback::new(move |leader| ask(leader, true))/>
                            </For>
                        </div>
                    </Show>
                </section>
                <div class="column round-next">
                    <section class="card" aria-labelledby="round-next-title">
                        <h2 id="round-next-title">
                            {move || if complete() { t_string!(i18n, round.next_reveal) } else { t_string!(i18n, round.next_cast) }}
                        </h2>
                        <p class="muted">
                            {move || if let Some(words) = waits() {
                                words
                            } else if complete() {
                                t_string!(i18n, round.next_reveal_text).to_string()
                            } else {
                                t_string!(i18n, round.still_to_cast, names = missing())
                            }}
                        </p>
                        <Show when=move || waits().is_none()>
                            <a class="btn" class:btn-primary=move || !complete() href=Route::In(workspace, Page::Ballot(id)).href()>
                                {move || if complete() { t_string!(i18n, round.revise_ballots) } else { t_string!(i18n, round.cast_ballots) }}
                                <Icon name=IconName::ArrowRight/>
                            </a>
                        </Show>
                        <button type="button" class="btn" class:btn-primary=move || complete() aria-describedby="reveal-reason"
                            aria-disabled=move || (!can_reveal()).then_some("true")
                            on:click=move |_| if can_reveal() { revealing.set(true) }>
                            <Icon name=IconName::Eye/>
                            {move || if first_half() { t_string!(i18n, round.close_first) } else { t_string!(i18n, round.reveal) }}
                        </button>
                        <p class="muted small" id="reveal-reason">
                            {move || if let Some(words) = part() {
                                words
                            } else if can_reveal() {
                                t_string!(i18n, round.reveal_hint).to_string()
                            } else {
                                t_string!(i18n, round.reveal_not_yet, needed = limits::LEADERS_MIN, cast = ballots().0)
                            }}
                        </p>
                    </section>
                    <Protection sealing/>
                    <button type="button" class="btn btn-quiet btn-small call-off" on:click=move |_| cancelling.set(true)>
                        {tu_string!(i18n, round.call_off)}
                    </button>
                </div>
            </div>
            <details class="round-candidates">
                <summary>{move || t_string!(i18n, round.what_is_ranked, count = round.with(|round| round.candidates.len()))}</summary>
                <ul role="list">
                    <For each=move || round.with(|round| round.candidates.clone()) key=|candidate| candidate.clone().id let:candidate>
                        <li>
                            <span>{candidate.title}</span>
                            <span class="muted small">{candidate.description}</span>
                        </li>
                    </For>
                </ul>
            </details>
        </div>
        <Dialog open=revealing title=Signal::derive(move || if first_half() {
            t_string!(i18n, round.close_first_title).to_string()
        } else {
            t_string!(i18n, round.reveal_title, count = ballots().0)
        })>
            <p>
                {move || if complete() {
                    t_string!(i18n, round.reveal_complete).to_string()
                } else {
                    t_string!(i18n, round.reveal_incomplete, names = missing())
                }}
            </p>
            <p class="muted">
                {move || if first_half() {
                    t_string!(i18n, round.close_first_text)
                } else {
                    t_string!(i18n, round.reveal_final)
                }}
            </p>
            <div class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| revealing.set(false)>{tu_string!(i18n, common.cancel)}</button>
                <button type="button" class="btn btn-primary" autofocus=true
                    on:click=move |_| finish(Intent::CloseRound { round: id }, revealing)>
                    {move || if first_half() { t_string!(i18n, round.close_first) } else { t_string!(i18n, round.reveal_now) }}
                </button>
            </div>
        </Dialog>
        <Dialog open=cancelling title=Signal::stored(tu_string!(i18n, round.call_off_title).to_string())>
            <p>{tu_string!(i18n, round.call_off_text)}</p>
            <div class="dialog-foot">
                <button type="button" class="btn" autofocus=true on:click=move |_| cancelling.set(false)>
                    {tu_string!(i18n, round.call_off_no)}
                </button>
                <button type="button" class="btn btn-danger" on:click=move |_| finish(Intent::CancelRound { round: id }, cancelling)>
                    {tu_string!(i18n, round.call_off_yes)}
                </button>
            </div>
        </Dialog>
    }
}

#[component]
fn Asked(row: AskedRow, on_excuse: Callback<LeaderId>) -> impl IntoView {
    let i18n = use_i18n();
    let AskedRow { person, cast } = row;
    let (id, name) = (person.id, StoredValue::new(person.name.clone()));
    view! {
        <li>
            <PersonLine person/>
            <span class="asked-state">
                {match cast {
                    Some(at) => view! {
                        <span class="muted small num">{clock::moment_text(at)}</span>
                        <span class="badge badge-good">{tu_string!(i18n, round.ballot_in_badge)}</span>
                    },
                    None => view! {
                        <button type="button" class="btn btn-quiet btn-small"
                            aria-label=move || t_string!(i18n, round.excuse_name, name = name.get_value())
                            on:click=move |_| on_excuse.run(id)>
                            {tu_string!(i18n, round.excuse)}
                        </button>
                        <span class="badge badge-quiet">{tu_string!(i18n, round.not_yet_badge)}</span>
                    },
                }}
            </span>
        </li>
    }
}

#[component]
fn AskButton(person: Person, on_ask: Callback<LeaderId>) -> impl IntoView {
    let i18n = use_i18n();
    let name = StoredValue::new(person.name);
    view! {
        <button type="button" class="btn btn-small" on:click=move |_| on_ask.run(person.id)>
            <Icon name=IconName::Plus/>
            {move || t_string!(i18n, round.ask_name, name = name.get_value())}
        </button>
    }
}
