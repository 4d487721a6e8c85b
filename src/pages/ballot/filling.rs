//! One leader with their ballot. The draft lives in memory only, and goes with the page.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use plumbline_core::id::WorkspaceId;
use plumbline_core::intent::Intent;
use plumbline_core::view::{BallotView, SealingView};

use super::Protection;
use crate::boxed::view;
use crate::components::ballot_box::BallotBox;
use crate::components::dialog::Dialog;
use crate::components::hand_over::CoveredBallot;
use crate::components::icon::{Icon, IconName};
use crate::components::person::Avatar;
use crate::i18n::*;
use crate::platform::{leaving, page};
use crate::route::{Page, Route};
use crate::workspace::use_workspace;

/// Where somebody was about to go with a ballot begun.
#[derive(Debug, Clone, PartialEq)]
enum Exit {
    /// A page of the app.
    Page(String),
    /// Where the back button leads.
    Back,
    /// Back to the choice of leaders.
    HandBack,
}

/// The ballot with its heading, its cover, and the question before leaving.
#[component]
pub fn Filling(
    /// Whose workspace.
    workspace: WorkspaceId,
    /// Whose ballot.
    ballot: Signal<BallotView>,
    /// How the round's ballots are sealed.
    sealing: Signal<Option<SealingView>>,
    /// Whether several leaders share this laptop.
    shared: bool,
    /// The ballot is in.
    on_cast: Callback<()>,
    /// Hand the laptop on without casting.
    on_back: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let engine = use_workspace();
    let navigate = use_navigate();
    let (round, leader) = ballot.with_untracked(|ballot| (ballot.round, ballot.person.id));
    let ranking = RwSignal::new(Vec::new());
    let casting = RwSignal::new(false);
    let covered = RwSignal::new(false);
    let asking = RwSignal::new(false);
    let exit = RwSignal::new(None::<Exit>);
    let begun = move || ranking.try_with_untracked(|ranking: &Vec<_>| !ranking.is_empty()).unwrap_or(false);

    leaving::guard(begun, move |path| {
        exit.set(Some(Exit::Page(path)));
        asking.set(true);
    });
    leaving::guard_back(Signal::derive(move || ranking.with(|ranking| !ranking.is_empty())), move || {
        exit.set(Some(Exit::Back));
        asking.set(true);
    });
    leaving::on_hidden(move || {
        if shared && begun() {
            covered.set(true);
        }
    });
    page::focus_soon("ballot-title");

    let cast = move |()| {
        casting.set(true);
        let ranking_now = ranking.get_untracked();
        leptos::task::spawn_local(async move {
            let done = engine.edit(Intent::CastBallot { round, leader, ranking: ranking_now }).await;
            let _ = casting.try_set(false);
            if done.is_ok() {
                // Emptied before anybody else looks at the screen, and so that leaving needs no question.
                let _ = ranking.try_set(Vec::new());
                on_cast.run(());
            }
        });
    };
    let hand_back = move |_| {
        if begun() {
            exit.set(Some(Exit::HandBack));
            asking.set(true);
        } else {
            on_back.run(());
        }
    };
    let leave = move |_| {
        asking.set(false);
        ranking.set(Vec::new());
        match exit.get_untracked() {
            Some(Exit::Page(path)) => navigate(&path, Default::default()),
            Some(Exit::Back) => {
                let gone = leaving::go_back();
                if !gone {
                    navigate(&Route::In(workspace, Page::Round(round)).href(), Default::default());
                }
            }
            Some(Exit::HandBack) => on_back.run(()),
            None => {}
        }
    };
    let leave = StoredValue::new(leave);
    let name = move || ballot.with(|ballot| ballot.person.name.clone());
    let round_href = Route::In(workspace, Page::Round(round)).href();
    view! {
        <div class="page ballot-page" hidden=move || covered.get()>
            {if shared {
                view! {
                    <button type="button" class="back" on:click=hand_back><Icon name=IconName::ArrowLeft/>{tu_string!(i18n, round.hand_back)}</button>
                }
            } else {
                view! { <a class="back" href=round_href><Icon name=IconName::ArrowLeft/>{move || ballot.with(|ballot| ballot.label.clone())}</a> }
            }}
            <header class="page-head">
                <div>
                    <h1 id="ballot-title" tabindex="-1">
                        <Avatar person=ballot.with_untracked(|ballot| ballot.person.clone())/>
                        {move || t_string!(i18n, round.ballot_title, name = name())}
                    </h1>
                    <p class="lead">
                        {move || ballot.with(|ballot| t_string!(i18n, round.ballot_lead, top = ballot.top, of = ballot.candidates.len(), round = ballot.label.clone()))}
                    </p>
                    {move || ballot.with(|ballot| ballot.cast.is_some()).then(|| view! {
                        <p class="ballot-revising">{tu_string!(i18n, round.ballot_revising)}</p>
                    })}
                </div>
            </header>
            <BallotBox ballot ranking casting on_cast=Callback::new(cast) on_hide=Callback::new(move |()| {
                covered.set(true);
                page::focus_soon("cover-title");
            })/>
            <Protection sealing alone=!shared/>
        </div>
        <Show when=move || covered.get()>
            <div class="page ballot-page">
                <CoveredBallot name=Signal::derive(name) on_show=Callback::new(move |()| {
                    covered.set(false);
                    page::focus_soon("ballot-title");
                })/>
            </div>
        </Show>
        <Dialog open=asking title=Signal::stored(tu_string!(i18n, round.leave_title).to_string())>
            <p>{tu_string!(i18n, round.leave_text)}</p>
            <div class="dialog-foot">
                <button type="button" class="btn" on:click=move |event| leave.with_value(|leave| leave(event))>
                    {tu_string!(i18n, round.leave_yes)}
                </button>
                <button type="button" class="btn btn-primary" autofocus=true on:click=move |_| asking.set(false)>
                    {tu_string!(i18n, round.leave_no)}
                </button>
            </div>
        </Dialog>
    }
}
