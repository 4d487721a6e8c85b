//! Handing one laptop from leader to leader: who is next, "is it you?", and "it is in".

use leptos::prelude::*;
use plumbline_core::view::{AskedRow, Person};

use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::components::person::{Avatar, PersonLine};
use crate::i18n::*;

/// Who takes the laptop: those still to cast first, then those who may revise.
#[component]
pub fn ChoosePerson(
    /// Everyone asked.
    #[prop(into)]
    asked: Signal<Vec<AskedRow>>,
    /// Chosen.
    on_choose: Callback<Person>,
) -> impl IntoView {
    let i18n = use_i18n();
    let group = move |done: bool| {
        asked.with(|asked| {
            asked.iter().filter(|row| row.cast.is_some() == done).map(|row| row.person.clone()).collect::<Vec<_>>()
        })
    };
    let waiting = move || group(false);
    let done = move || group(true);
    view! {
        <div class="hand-over">
            <Show when=move || !waiting().is_empty()>
                <ul class="hand-over-people" role="list">
                    <For each=waiting key=|person| person.id let:person>
                        <li><PersonButton person on_choose/></li>
                    </For>
                </ul>
            </Show>
            <Show when=move || !done().is_empty()>
                <section class="hand-over-done">
                    <h2>{tu_string!(i18n, round.hand_done)}</h2>
                    <p class="muted small">{tu_string!(i18n, round.hand_done_hint)}</p>
                    <ul class="hand-over-people" role="list">
                        <For each=done key=|person| person.id let:person>
                            <li><PersonButton person on_choose done=true/></li>
                        </For>
                    </ul>
                </section>
            </Show>
        </div>
    }
}

#[component]
fn PersonButton(person: Person, on_choose: Callback<Person>, #[prop(optional)] done: bool) -> impl IntoView {
    let i18n = use_i18n();
    let chosen = person.clone();
    view! {
        <button type="button" class="hand-over-person" class:done=done on:click=move |_| on_choose.run(chosen.clone())>
            <PersonLine person/>
            {if done {
                view! { <span class="badge badge-good">{tu_string!(i18n, round.ballot_in_badge)}</span> }
            } else {
                view! { <Icon name=IconName::ArrowRight/> }
            }}
        </button>
    }
}

/// Nothing to see yet: the person named makes sure to be alone with the screen.
#[component]
pub fn PrivateScreen(
    /// Whose screen it is now.
    person: Person,
    /// Whether an earlier ballot would be replaced.
    #[prop(into)]
    revising: Signal<bool>,
    /// "I am Ana".
    on_yes: Callback<()>,
    /// "Somebody else".
    on_no: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let name = StoredValue::new(person.name.clone());
    view! {
        <section class="cover">
            <Avatar person/>
            <h1 id="cover-title" tabindex="-1">{move || t_string!(i18n, round.pass_to, name = name.get_value())}</h1>
            <p class="lead">{move || t_string!(i18n, round.private_text, name = name.get_value())}</p>
            {move || revising.get().then(|| view! { <p class="cover-note">{tu_string!(i18n, round.private_revising)}</p> })}
            <div class="cover-actions">
                <button type="button" class="btn btn-primary btn-large" on:click=move |_| on_yes.run(())>
                    {move || t_string!(i18n, round.i_am, name = name.get_value())}
                </button>
                <button type="button" class="btn btn-quiet" on:click=move |_| on_no.run(())>{tu_string!(i18n, round.somebody_else)}</button>
            </div>
        </section>
    }
}

/// A ballot under way, hidden from whoever looks over.
#[component]
pub fn CoveredBallot(
    /// Whose.
    #[prop(into)]
    name: Signal<String>,
    /// Show it again.
    on_show: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="cover">
            <span class="cover-mark"><Icon name=IconName::EyeOff/></span>
            <h1 id="cover-title" tabindex="-1">{move || t_string!(i18n, round.covered_title, name = name.get())}</h1>
            <p class="lead">{tu_string!(i18n, round.covered_text)}</p>
            <div class="cover-actions">
                <button type="button" class="btn btn-primary btn-large" on:click=move |_| on_show.run(())>
                    <Icon name=IconName::Eye/>
                    {move || t_string!(i18n, round.covered_show, name = name.get())}
                </button>
            </div>
        </section>
    }
}

/// The ballot is in; who is next.
#[component]
pub fn BallotIn(
    /// Those still to cast; nobody is offered when this is their own laptop.
    #[prop(into)]
    waiting: Signal<Vec<Person>>,
    /// Whether several leaders share this laptop.
    shared: bool,
    /// Where the round is.
    round_href: String,
    /// The next leader.
    on_next: Callback<Person>,
) -> impl IntoView {
    let i18n = use_i18n();
    let everyone = move || waiting.with(Vec::is_empty);
    view! {
        <section class="cover">
            <span class="cover-mark good"><Icon name=IconName::Check/></span>
            <h1 id="cover-title" tabindex="-1">{tu_string!(i18n, round.in_title)}</h1>
            <p class="lead">{tu_string!(i18n, round.in_text)}</p>
            <Show when=move || shared && !everyone()>
                <h2 class="cover-next">{tu_string!(i18n, round.in_next)}</h2>
                <ul class="hand-over-people" role="list">
                    <For each=move || waiting.get() key=|person| person.id let:person>
                        <li><PersonButton person on_choose=on_next/></li>
                    </For>
                </ul>
            </Show>
            <p class="muted">
                {move || if everyone() {
                    t_string!(i18n, round.in_everyone).to_string()
                } else {
                    t_string!(i18n, round.in_waiting, count = waiting.with(Vec::len))
                }}
            </p>
            <div class="cover-actions">
                <a class="btn" class:btn-primary=move || everyone() href=round_href>{tu_string!(i18n, round.in_back)}</a>
            </div>
        </section>
    }
}
