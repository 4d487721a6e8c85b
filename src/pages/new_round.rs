//! Open a round: what it is called, what is ranked, who is asked.

mod sealing;

use std::collections::HashSet;

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use plumbline_core::bridge::sharing::Key;
use plumbline_core::id::{LeaderId, PriorityId, WorkspaceId};
use plumbline_core::intent::{Intent, limits};
use plumbline_core::seal::Bytes32;
use plumbline_core::view::{RoundsView, ViewKey};

use crate::boxed::view;
use crate::components::field::TextField;
use crate::components::icon::{Icon, IconName};
use crate::components::loaded::WhenLoaded;
use crate::components::person::PersonLine;
use crate::i18n::*;
use crate::platform::{page, random};
use crate::route::{Page, Route};
use crate::workspace::use_workspace;

use self::sealing::Sealing;

/// The page.
#[component]
pub fn NewRoundPage(workspace: WorkspaceId) -> impl IntoView {
    let view = use_workspace().view::<RoundsView>(ViewKey::Rounds);
    view! {
        <WhenLoaded view=view let:rounds>
            <Form workspace rounds/>
        </WhenLoaded>
    }
}

#[component]
fn Form(workspace: WorkspaceId, rounds: Signal<RoundsView>) -> impl IntoView {
    let i18n = use_i18n();
    let engine = use_workspace();
    let navigate = use_navigate();
    let label = RwSignal::new(rounds.with_untracked(|rounds| rounds.suggested_label.clone()));
    let top = RwSignal::new(rounds.with_untracked(|rounds| rounds.top));
    let left_out = RwSignal::new(HashSet::<PriorityId>::new());
    let excused = RwSignal::new(HashSet::<LeaderId>::new());
    let strong = RwSignal::new(false);
    let sharing = engine.sharing();
    let shared = Memo::new(move |_| sharing.with(Option::is_some));
    let others = sealing::others(rounds);
    let wanted = RwSignal::new(None::<Key>);
    let second = sealing::second(others, wanted);
    let tried = RwSignal::new(false);
    let opening = RwSignal::new(false);
    // Not drawn anew when this page's own round appears as open a moment before the page is left.
    let already_open = Memo::new(move |_| match opening.get() {
        true => None,
        false => rounds.with(|rounds| rounds.open.first().map(|open| (open.id, open.label.clone()))),
    });

    let chosen = Memo::new(move |_| {
        rounds
            .with(|rounds| rounds.candidates.iter().map(|found| found.id).collect::<Vec<_>>())
            .into_iter()
            .filter(|id| left_out.with(|out| !out.contains(id)))
            .collect::<Vec<_>>()
    });
    let asked = Memo::new(move |_| {
        rounds
            .with(|rounds| rounds.leaders.iter().map(|found| found.id).collect::<Vec<_>>())
            .into_iter()
            .filter(|id| excused.with(|out| !out.contains(id)))
            .collect::<Vec<_>>()
    });
    let needed = move || limits::candidates_needed(top.get());
    let label_problem = Signal::derive(move || {
        (tried.get() && label.with(|label| label.trim().is_empty()))
            .then(|| t_string!(i18n, round.new_label_empty).to_string())
    });
    let too_few = Memo::new(move |_| chosen.with(Vec::len) < needed());
    let too_many = Memo::new(move |_| chosen.with(Vec::len) > limits::CANDIDATES_MAX);
    let lonely = Memo::new(move |_| asked.with(Vec::len) < limits::LEADERS_MIN);
    let open = move || {
        tried.set(true);
        if label.with_untracked(|label| label.trim().is_empty()) {
            page::focus("round-label");
            return;
        }
        if too_few.get_untracked() || too_many.get_untracked() || lonely.get_untracked() || opening.get_untracked() {
            return;
        }
        opening.set(true);
        let round = random::round_id();
        let intent = Intent::OpenRound {
            round,
            label: label.get_untracked().trim().to_owned(),
            top: top.get_untracked(),
            candidates: chosen.get_untracked(),
            leaders: asked.get_untracked(),
            strong: strong.get_untracked() && second.get_untracked().is_some(),
            second: second.get_untracked().map(|(device, _)| Bytes32(device.0)),
        };
        let navigate = navigate.clone();
        leptos::task::spawn_local(async move {
            match engine.edit(intent).await {
                Ok(_) => navigate(&Route::In(workspace, Page::Round(round)).href(), Default::default()),
                Err(_) => {
                    let _ = opening.try_set(false);
                }
            }
        });
    };
    let open = StoredValue::new_local(open);
    let form = move || {
        view! {
            <form class="new-round" novalidate on:submit=move |event| {
                event.prevent_default();
                open.with_value(|open| open());
            }>
                <section class="card">
                    <div class="new-round-basics">
                        <TextField id="round-label" label=Signal::stored(tu_string!(i18n, round.new_label).to_string()) value=label
                            hint=Signal::derive(move || Some(t_string!(i18n, round.new_label_hint).to_string()))
                            error=label_problem longest=limits::TITLE_MAX/>
                        <div class="field">
                            <label for="round-top">{tu_string!(i18n, round.new_top)}</label>
                            <select id="round-top" on:change:target=move |event| {
                                if let Ok(value) = event.target().value().parse() { top.set(value) }
                            }>
                                {(limits::TOP_MIN..=limits::TOP_MAX).map(|size| view! {
                                    <option value=size.to_string() selected=size == top.get_untracked()>{size}</option>
                                }).collect_view()}
                            </select>
                            <p class="hint">{tu_string!(i18n, round.new_top_hint)}</p>
                        </div>
                    </div>
                </section>
                <div class="new-round-columns">
                    <fieldset class="card">
                        <legend class="visually-hidden">{tu_string!(i18n, round.new_candidates)}</legend>
                        <div class="card-head">
                            <h2>{tu_string!(i18n, round.new_candidates)}</h2>
                            <span class="muted num">
                                {move || t_string!(i18n, round.chosen_of, chosen = chosen.with(Vec::len), of = rounds.with(|rounds| rounds.candidates.len()))}
                            </span>
                        </div>
                        <Problem when=too_few words=Signal::derive(move || t_string!(
                            i18n, round.new_missing, needed = needed(), found = chosen.with(Vec::len), top = top.get()
                        )) href=Route::In(workspace, Page::Priorities).href() link=Signal::stored(tu_string!(i18n, round.new_add_priorities).to_string())/>
                        <Problem when=too_many words=Signal::derive(move || t_string!(
                            i18n, round.new_excess, limit = limits::CANDIDATES_MAX, found = chosen.with(Vec::len)
                        ))/>
                        <ul class="checks" role="list">
                            <For each=move || rounds.with(|rounds| rounds.candidates.clone()) key=|found| found.clone().id let:found>
                                <li>
                                    <label class="check">
                                        <input type="checkbox" prop:checked=move || left_out.with(|out| !out.contains(&found.id))
                                            on:change=move |_| left_out.update(|out| toggle(out, found.id))/>
                                        <span>{found.title}<span class="hint">{found.description}</span></span>
                                    </label>
                                </li>
                            </For>
                        </ul>
                    </fieldset>
                    <fieldset class="card">
                        <legend class="visually-hidden">{tu_string!(i18n, round.new_leaders)}</legend>
                        <div class="card-head">
                            <h2>{tu_string!(i18n, round.new_leaders)}</h2>
                            <span class="muted num">
                                {move || t_string!(i18n, round.chosen_of, chosen = asked.with(Vec::len), of = rounds.with(|rounds| rounds.leaders.len()))}
                            </span>
                        </div>
                        <Problem when=lonely words=Signal::derive(move || t_string!(
                            i18n, round.new_lonely, needed = limits::LEADERS_MIN, found = asked.with(Vec::len)
                        )) href=Route::In(workspace, Page::Team).href() link=Signal::stored(tu_string!(i18n, round.new_add_leaders).to_string())/>
                        <ul class="checks" role="list">
                            <For each=move || rounds.with(|rounds| rounds.leaders.clone()) key=|person| person.clone().id let:person>
                                <li>
                                    <label class="check">
                                        <input type="checkbox" prop:checked=move || excused.with(|out| !out.contains(&person.id))
                                            on:change=move |_| excused.update(|out| toggle(out, person.id))/>
                                        <PersonLine person=person.clone()/>
                                    </label>
                                </li>
                            </For>
                        </ul>
                    </fieldset>
                </div>
                <Show when=move || shared.get()>
                    <Sealing strong others second wanted/>
                </Show>
                <div class="form-foot">
                    <button type="submit" class="btn btn-primary" aria-describedby="new-round-after"
                        aria-disabled=move || (too_few.get() || too_many.get() || lonely.get() || opening.get()).then_some("true")>
                        {tu_string!(i18n, round.new_open)}
                    </button>
                    <p class="muted small" id="new-round-after">{tu_string!(i18n, round.new_after)}</p>
                </div>
            </form>
        }
    };
    view! {
        <div class="page">
            <a class="back" href=Route::In(workspace, Page::Diagnose).href()>
                <Icon name=IconName::ArrowLeft/>{tu_string!(i18n, round.all_rounds)}
            </a>
            <header class="page-head">
                <div>
                    <h1 tabindex="-1">{tu_string!(i18n, round.new_title)}</h1>
                    <p class="lead">{tu_string!(i18n, round.new_lead)}</p>
                </div>
            </header>
            {move || match already_open.get() {
                Some((id, label)) => view! {
                    <section class="empty">
                        <p>{t_string!(i18n, round.new_already, label = label)}</p>
                        <a class="btn btn-primary" href=Route::In(workspace, Page::Round(id)).href()>{tu_string!(i18n, round.new_already_link)}</a>
                    </section>
                },
                None => form(),
            }}
        </div>
    }
}

/// What keeps the round from being opened, and where to mend it.
#[component]
fn Problem(
    when: Memo<bool>,
    #[prop(into)] words: Signal<String>,
    #[prop(optional)] href: Option<String>,
    #[prop(optional, into)] link: MaybeProp<String>,
) -> impl IntoView {
    let href = StoredValue::new(href);
    view! {
        <div role="status" class="new-round-problem">
            <Show when=move || when.get()>
                <p>
                    <Icon name=IconName::Info/>
                    <span>
                        {move || words.get()} " "
                        {href.get_value().map(|href| view! { <a href=href>{move || link.get()}</a> })}
                    </span>
                </p>
            </Show>
        </div>
    }
}

fn toggle<T: std::hash::Hash + Eq>(set: &mut HashSet<T>, item: T) {
    if !set.remove(&item) {
        set.insert(item);
    }
}
