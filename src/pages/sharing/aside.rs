//! What removed members wrote after their removal: shown, not lost, and taken in by an administrator's word.

use leptos::prelude::*;
use plumbline_core::bridge::Request;
use plumbline_core::bridge::sharing::Sharing;
use plumbline_core::view::Person;

use super::names_of;
use crate::boxed::view;
use crate::i18n::*;
use crate::notice::use_notices;
use crate::workspace::use_workspace;

/// The section; absent when nothing is set aside.
#[component]
pub fn Aside(facts: Signal<Option<Sharing>>, leaders: Memo<Vec<Person>>, admin: Memo<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let handle = use_workspace();
    let notices = use_notices();
    let aside =
        Memo::new(move |_| facts.with(|facts| facts.as_ref().map(|facts| facts.set_aside.clone()).unwrap_or_default()));
    let take = move |_| {
        leptos::task::spawn_local(async move {
            match handle.ask(Request::Adopt).await {
                Ok(_) => notices.done(tu_string!(i18n, sharing.aside_taken)),
                Err(failure) => notices.failure(&failure),
            }
        });
    };
    let lines = move || {
        let team = leaders.get();
        let line = |work: plumbline_core::bridge::sharing::SetAside| {
            let names = names_of(&team, &work.leaders);
            let name = if names.is_empty() { t_string!(i18n, sharing.here_unnamed).to_string() } else { names };
            let count = work.edits;
            view! { <li>{t!(i18n, sharing.aside_from, count = move || count, name = name)}</li> }
        };
        aside.get().into_iter().map(line).collect_view()
    };
    view! {
        <Show when=move || !aside.with(Vec::is_empty)>
            <section class="setting" aria-labelledby="sharing-aside">
                <h2 id="sharing-aside">{tu_string!(i18n, sharing.aside)}</h2>
                <div class="column">
                    <p>{tu_string!(i18n, sharing.aside_text)}</p>
                    <ul class="plain-list" role="list">{move || lines()}</ul>
                    <Show when=move || admin.get()>
                        <div><button type="button" class="btn" on:click=take>{tu_string!(i18n, sharing.aside_take)}</button></div>
                    </Show>
                </div>
            </section>
        </Show>
    }
}
