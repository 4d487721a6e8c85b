//! The links there are, and the devices that came by them.

use leptos::prelude::*;
use plumbline_core::bridge::Request;
use plumbline_core::bridge::sharing::{DeviceCard, Key, LinkCard, Sharing, WholeLink};
use plumbline_core::view::Person;

use super::invite::show_link;
use super::{names_of, role_words};
use crate::boxed::view;
use crate::components::dialog::Dialog;
use crate::i18n::*;
use crate::notice::use_notices;
use crate::platform::clock;
use crate::workspace::use_workspace;

/// What a person is about to end.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Ending {
    Link(Key, String),
    Device(Key),
}

/// The section.
#[component]
pub fn Links(
    facts: Signal<Option<Sharing>>,
    leaders: Memo<Vec<Person>>,
    admin: Memo<bool>,
    shown: RwSignal<Option<(String, WholeLink)>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let cards =
        Memo::new(move |_| facts.with(|facts| facts.as_ref().map(|facts| facts.links.clone()).unwrap_or_default()));
    let ending = RwSignal::new(None::<Ending>);
    let list = move || {
        let (team, may) = (leaders.get(), admin.get());
        cards.get().into_iter().map(|card| view! { <LinkLine card team=team.clone() may shown ending/> }).collect_view()
    };
    view! {
        <section class="setting" aria-labelledby="sharing-links">
            <h2 id="sharing-links">{tu_string!(i18n, sharing.links)}</h2>
            <ul class="links" role="list">{move || list()}</ul>
            <Confirm ending/>
        </section>
    }
}

#[component]
fn LinkLine(
    card: LinkCard,
    team: Vec<Person>,
    may: bool,
    shown: RwSignal<Option<(String, WholeLink)>>,
    ending: RwSignal<Option<Ending>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let show = show_link(shown);
    let name = match (&card.name, card.founding) {
        (_, true) => t_string!(i18n, sharing.founding).to_string(),
        (name, _) if name.is_empty() => t_string!(i18n, sharing.unnamed).to_string(),
        (name, _) => name.clone(),
    };
    let (link, label, whose) = (card.link, name.clone(), card.name.clone());
    let end_name = name.clone();
    let until = if card.founding || card.closed {
        None
    } else {
        Some(match card.expires {
            Some(at) => t_string!(i18n, sharing.expires_on, day = clock::day_text(at)).to_string(),
            None => t_string!(i18n, sharing.expires_never).to_string(),
        })
    };
    let show_again = (card.shown && !card.closed && !card.founding).then(|| {
        let label = name.clone();
        view! {
            <button type="button" class="btn btn-small" aria-label=t_string!(i18n, sharing.show_again_named, name = label).to_string()
                on:click=move |_| show.run((whose.clone(), link))>{tu_string!(i18n, sharing.show_again)}</button>
        }
    });
    let close = (may && !card.closed && !card.founding && !card.own).then(|| view! {
        <button type="button" class="btn btn-small btn-quiet" aria-label=t_string!(i18n, sharing.close_link_named, name = label).to_string()
            on:click=move |_| ending.set(Some(Ending::Link(link, end_name.clone())))>{tu_string!(i18n, sharing.close_link)}</button>
    });
    let devices = if card.devices.is_empty() && !card.closed {
        view! { <p class="muted small">{tu_string!(i18n, sharing.no_devices)}</p> }
    } else {
        let lines = card.devices.into_iter().map(|device| view! { <DeviceLine device team=team.clone() may ending/> });
        view! { <ul class="plain-list link-devices" role="list">{lines.collect_view()}</ul> }
    };
    view! {
        <li class="link-line">
            <div class="link-head">
                <strong class="link-name">{name}</strong>
                <span class="badge badge-quiet">{role_words(i18n, card.role)}</span>
                {card.closed.then(|| view! { <span class="badge badge-warn">{tu_string!(i18n, sharing.closed)}</span> })}
                <span class="muted small">{until}</span>
                <span class="link-actions">{show_again} {close}</span>
            </div>
            {devices}
        </li>
    }
}

#[component]
fn DeviceLine(device: DeviceCard, team: Vec<Person>, may: bool, ending: RwSignal<Option<Ending>>) -> impl IntoView {
    let i18n = use_i18n();
    let names = names_of(&team, &device.leaders);
    let name = match (device.own, names.is_empty()) {
        (true, true) => t_string!(i18n, sharing.device_this).to_string(),
        (true, false) => format!("{} · {names}", t_string!(i18n, sharing.device_this)),
        (false, true) => t_string!(i18n, sharing.device_unnamed).to_string(),
        (false, false) => t_string!(i18n, sharing.device_of, name = names).to_string(),
    };
    let key = device.device;
    let label = name.clone();
    let remove = (may && !device.own && !device.removed).then(|| view! {
        <button type="button" class="btn btn-small btn-quiet" aria-label=t_string!(i18n, sharing.remove_device_named, name = label).to_string()
            on:click=move |_| ending.set(Some(Ending::Device(key)))>{tu_string!(i18n, sharing.remove_device)}</button>
    });
    view! {
        <li class="link-device">
            <span>{name}</span>
            <span class="muted small">{t!(i18n, sharing.joined_on, day = clock::day_text(device.joined))}</span>
            {device.removed.then(|| view! { <span class="badge badge-warn">{tu_string!(i18n, sharing.removed)}</span> })}
            <span class="link-actions">{remove}</span>
        </li>
    }
}

/// Closing cannot be taken back, so it is asked.
#[component]
fn Confirm(ending: RwSignal<Option<Ending>>) -> impl IntoView {
    let i18n = use_i18n();
    let handle = use_workspace();
    let notices = use_notices();
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(ending.with(Option::is_some)));
    Effect::new(move |_| {
        if !open.get() && ending.with_untracked(Option::is_some) {
            ending.set(None);
        }
    });
    let title = Signal::derive(move || match ending.get() {
        Some(Ending::Link(_, name)) => t_string!(i18n, sharing.close_title, name = name).to_string(),
        _ => t_string!(i18n, sharing.remove_title).to_string(),
    });
    let yes = move |_| {
        let Some(what) = ending.get_untracked() else { return };
        leptos::task::spawn_local(async move {
            let (request, done) = match what {
                Ending::Link(link, _) => (Request::CloseLink(link), tu_string!(i18n, sharing.closed_done)),
                Ending::Device(device) => (Request::RemoveDevice(device), tu_string!(i18n, sharing.removed_done)),
            };
            match handle.ask(request).await {
                Ok(_) => notices.done(done),
                Err(failure) => notices.failure(&failure),
            }
            open.try_set(false);
        });
    };
    let is_link = move || ending.with(|ending| matches!(ending, Some(Ending::Link(..))));
    let text =
        move || if is_link() { t_string!(i18n, sharing.close_text) } else { t_string!(i18n, sharing.remove_text) };
    let verb = move || if is_link() { t_string!(i18n, sharing.close_yes) } else { t_string!(i18n, sharing.remove_yes) };
    view! {
        <Dialog open title>
            <p>{move || text()}</p>
            <div class="dialog-foot">
                <button type="button" class="btn" autofocus=true on:click=move |_| open.set(false)>{tu_string!(i18n, sharing.keep_it)}</button>
                <button type="button" class="btn btn-danger" on:click=yes>{move || verb()}</button>
            </div>
        </Dialog>
    }
}
