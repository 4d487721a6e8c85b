//! What the round is called, when it was held, and the one button that brings it in.

use chrono::NaiveDate;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use plumbline_core::bridge::Request;
use plumbline_core::id::WorkspaceId;
use plumbline_core::import::plan::{self, Heading};
use plumbline_core::intent::{Intent, limits};
use plumbline_core::time::{DAY, Timestamp};

use super::draft::Draft;
use crate::boxed::view;
use crate::components::field::TextField;
use crate::i18n::*;
use crate::notice::use_notices;
use crate::platform::random;
use crate::route::{Page, Route};
use crate::workspace::use_workspace;

#[component]
pub(super) fn Confirm(workspace: WorkspaceId, draft: Draft) -> impl IntoView {
    let i18n = use_i18n();
    let handle = use_workspace();
    let notices = use_notices();
    let navigate = use_navigate();
    let busy = RwSignal::new(false);
    let counts = Memo::new(move |_| draft.counts());
    let needed = move || usize::from(draft.top.get());
    let held = move || draft.held.get().parse::<NaiveDate>().ok();
    let hurdle = Memo::new(move |_| {
        let (ballots, priorities) = counts.get();
        if draft.sheet.with(Option::is_none) {
            Some(t_string!(i18n, files.hurdle_reading).to_string())
        } else if ballots < limits::LEADERS_MIN {
            Some(t_string!(i18n, files.hurdle_ballots, needed = limits::LEADERS_MIN, found = ballots))
        } else if priorities < needed() {
            Some(t_string!(i18n, files.hurdle_priorities, needed = needed(), found = priorities))
        } else if draft.label.with(|label| label.trim().is_empty()) {
            Some(t_string!(i18n, files.hurdle_label).to_string())
        } else if held().is_none() {
            Some(t_string!(i18n, files.hurdle_held).to_string())
        } else {
            None
        }
    });
    let bring_in = move || {
        if busy.get_untracked() || hurdle.get_untracked().is_some() {
            return;
        }
        let (Some(sheet), Some(day)) = (draft.sheet.get_untracked(), held()) else { return };
        let heading = Heading {
            round: random::round_id(),
            label: draft.label.get_untracked().trim().to_owned(),
            held: noon(day),
            whole_list: draft.whole_list.get_untracked(),
        };
        let decisions = draft.decisions.get_untracked();
        let round = draft.existing.with_untracked(|have| {
            plan::round(&sheet, &decisions, have, heading, random::leader_id, random::priority_id)
        });
        let (id, label, ballots) = (round.round, round.label.clone(), round.ballots.len());
        let navigate = navigate.clone();
        busy.set(true);
        leptos::task::spawn_local(async move {
            let done = handle.edit(Intent::ImportRound(Box::new(round))).await;
            busy.try_set(false);
            if done.is_err() {
                return;
            }
            let back = navigate.clone();
            // Made here, outside any page, because the notice outlives this one.
            let undo = Callback::new(move |()| {
                let back = back.clone();
                leptos::task::spawn_local(async move {
                    match handle.ask(Request::Undo).await {
                        Ok(_) => back(&Route::In(workspace, Page::Diagnose).href(), NavigateOptions::default()),
                        Err(failure) => notices.failure(&failure),
                    }
                });
            });
            let words = tu_string!(i18n, files.imported, count = ballots, label = label).to_string();
            notices.done_with(words, tu_string!(i18n, common.undo), undo);
            navigate(&Route::In(workspace, Page::Round(id)).href(), NavigateOptions::default());
        });
    };
    view! {
        <section class="card import-confirm" aria-labelledby="confirm-title">
            <h2 id="confirm-title">{tu_string!(i18n, files.confirm_title)}</h2>
            <div class="grid-2">
                <TextField label=Signal::stored(tu_string!(i18n, files.label).to_string()) value=draft.label/>
                <TextField
                    label=Signal::stored(tu_string!(i18n, files.held).to_string())
                    value=draft.held
                    kind="date"
                />
                <Places draft/>
            </div>
            <WholeList draft/>
            <div class="actions">
                <button
                    type="button"
                    class="btn btn-primary"
                    aria-disabled=move || (busy.get() || hurdle.get().is_some()).then_some("true")
                    aria-describedby="import-hurdle"
                    on:click=move |_| bring_in()
                >
                    {t!(i18n, files.import_button, count = move || counts.get().0)}
                </button>
            </div>
            <p id="import-hurdle" class="muted" role="status">
                {move || hurdle.get().unwrap_or_else(|| t_string!(i18n, files.import_safe).to_string())}
            </p>
        </section>
    }
}

/// How many places a ballot has.
#[component]
fn Places(draft: Draft) -> impl IntoView {
    let i18n = use_i18n();
    let options = (limits::TOP_MIN..=limits::TOP_MAX)
        .map(|top| {
            view! { <option value=top.to_string() prop:selected=move || draft.top.get() == top>{top}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for="import-top">{tu_string!(i18n, files.top)}</label>
            <select
                id="import-top"
                aria-describedby="import-top-hint"
                on:change:target=move |event| {
                    if let Ok(top) = event.target().value().parse() {
                        draft.top.set(top);
                        draft.refine();
                    }
                }
            >
                {options}
            </select>
            <p id="import-top-hint" class="hint">{tu_string!(i18n, files.top_hint)}</p>
        </div>
    }
}

/// Whether priorities that nobody ranked could have been ranked: it changes the figures, so it is asked.
#[component]
fn WholeList(draft: Draft) -> impl IntoView {
    let i18n = use_i18n();
    let any = Memo::new(move |_| draft.existing.with(|have| !have.current.is_empty()));
    move || {
        any.get().then(|| {
            view! {
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=move || draft.whole_list.get()
                        on:change:target=move |event| draft.whole_list.set(event.target().checked())
                    />
                    <span>
                        {tu_string!(i18n, files.whole_list)}
                        <span class="hint">{t!(i18n, files.whole_list_hint, count = move || draft.counts().1)}</span>
                    </span>
                </label>
            }
        })
    }
}

/// Noon, so that the day reads the same in every time zone but the outermost.
fn noon(day: NaiveDate) -> Timestamp {
    Timestamp(Timestamp::from_day(day).0 + DAY / 2)
}
