//! Who will hold the key to the ballots of a shared workspace.

use leptos::prelude::*;
use plumbline_core::bridge::sharing::Key;
use plumbline_core::view::RoundsView;

use crate::boxed::view;
use crate::i18n::*;
use crate::pages::ballot::named_device;
use crate::workspace::use_workspace;

/// A device, and the names of those who use it.
pub type Custodian = (Key, String);

/// Whose devices could hold the key besides this one.
pub fn others(rounds: Signal<RoundsView>) -> Memo<Vec<Custodian>> {
    let i18n = use_i18n();
    let sharing = use_workspace().sharing();
    Memo::new(move |_| {
        sharing.with(|sharing| {
            let Some(sharing) = sharing else { return Vec::new() };
            let named = |device: &Key| {
                let mut devices = sharing.links.iter().flat_map(|link| &link.devices);
                let leaders = devices.find(|card| card.device == *device).map(|card| card.leaders.as_slice());
                let names = rounds.with(|rounds| {
                    let is_theirs = |id| leaders.is_some_and(|leaders| leaders.contains(id));
                    let people = rounds.leaders.iter().filter(|person| is_theirs(&person.id));
                    people.map(|person| person.name.clone()).collect::<Vec<_>>()
                });
                (*device, named_device(i18n, &names))
            };
            sharing.custodians.iter().map(named).collect::<Vec<_>>()
        })
    })
}

/// Whose device will: the one that is `wanted`, while it could, else the first.
pub fn second(others: Memo<Vec<Custodian>>, wanted: RwSignal<Option<Key>>) -> Memo<Option<Custodian>> {
    Memo::new(move |_| {
        let is_wanted = |(device, _): &&Custodian| wanted.get().is_none_or(|wanted| wanted == *device);
        others.with(|others| others.iter().find(is_wanted).or(others.first()).cloned())
    })
}

/// Says who will, and lets whoever opens the round choose.
#[component]
pub fn Sealing(
    strong: RwSignal<bool>,
    others: Memo<Vec<Custodian>>,
    second: Memo<Option<Custodian>>,
    wanted: RwSignal<Option<Key>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let choice = move || {
        let options = move || {
            let chosen = second.get().map(|(device, _)| device);
            let option = |(place, (device, name)): (usize, Custodian)| {
                view! { <option value=place.to_string() selected=chosen == Some(device)>{name}</option> }
            };
            others.get().into_iter().enumerate().map(option).collect_view()
        };
        view! {
            <div class="field">
                <label for="round-second">{tu_string!(i18n, round.new_second)}</label>
                <select id="round-second" on:change:target=move |event| {
                    let place = event.target().value().parse().unwrap_or(0_usize);
                    wanted.set(others.with_untracked(|others| others.get(place).map(|(device, _)| *device)));
                }>
                    {options}
                </select>
                <p class="hint">{tu_string!(i18n, round.new_second_hint)}</p>
            </div>
        }
    };
    view! {
        <section class="card" aria-labelledby="new-round-sealing">
            <h2 id="new-round-sealing">{tu_string!(i18n, round.new_seal)}</h2>
            {move || match second.get() {
                None => view! { <p>{tu_string!(i18n, round.new_seal_one)}</p> },
                Some((_, second)) => view! {
                    <p>{t_string!(i18n, round.new_seal_two, second = second.clone())}</p>
                    <Show when=move || others.with(|others| others.len() > 1)>{choice}</Show>
                    <label class="check">
                        <input type="checkbox" prop:checked=move || strong.get() on:change=move |_| strong.update(|strong| *strong = !*strong)/>
                        <span>
                            {tu_string!(i18n, round.new_strong)}
                            <span class="hint">{t_string!(i18n, round.new_strong_hint, second = second)}</span>
                        </span>
                    </label>
                },
            }}
        </section>
    }
}
