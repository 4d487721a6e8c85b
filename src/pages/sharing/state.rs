//! How sharing stands: this device, the relay, what waits, who is here, what people should know.

use leptos::prelude::*;
use plumbline_core::bridge::Request;
use plumbline_core::bridge::sharing::{Caution, Place, Sharing, Standing, Way, Why};
use plumbline_core::id::WorkspaceId;
use plumbline_core::view::Person;

use super::role_words;
use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::components::person::PersonLine;
use crate::i18n::*;
use crate::notice::words::Sentences;
use crate::platform::{clock, preferences};
use crate::route::{Page, Route};
use crate::workspace::use_workspace;

/// The section.
#[component]
pub fn State(workspace: WorkspaceId, facts: Signal<Option<Sharing>>, leaders: Memo<Vec<Person>>) -> impl IntoView {
    let i18n = use_i18n();
    let standing = Memo::new(move |_| facts.with(|facts| facts.as_ref().map(|facts| facts.standing)));
    let way = Memo::new(move |_| facts.with(|facts| facts.as_ref().map(|facts| facts.way)));
    let waiting = Memo::new(move |_| facts.with(|facts| facts.as_ref().map_or(0, |facts| facts.waiting)));
    let synced = Memo::new(move |_| facts.with(|facts| facts.as_ref().and_then(|facts| facts.synced)));
    let here =
        Memo::new(move |_| facts.with(|facts| facts.as_ref().map(|facts| facts.here.clone()).unwrap_or_default()));
    let cautions =
        Memo::new(move |_| facts.with(|facts| facts.as_ref().map(|facts| facts.cautions.clone()).unwrap_or_default()));
    let role = move || match standing.get()? {
        Standing::Member(role) => Some(role_words(i18n, role)),
        Standing::Removed => Some(t_string!(i18n, sharing.way_removed)),
        Standing::Expired => Some(t_string!(i18n, sharing.way_expired)),
        Standing::Unknown => Some(t_string!(i18n, sharing.way_unknown)),
    };
    let me = preferences::me(workspace);
    let you = move || {
        let name = leaders
            .with(|leaders| leaders.iter().find(|person| Some(person.id) == me).map(|person| person.name.clone()));
        name.unwrap_or_else(|| t_string!(i18n, sharing.you_not_said).to_string())
    };
    let elsewhere = Memo::new(move |_| facts.with(|facts| facts.as_ref().map_or(0, |facts| facts.elsewhere)));
    let direct = Memo::new(move |_| facts.with(|facts| facts.as_ref().map_or(0, |facts| facts.direct)));
    let handed = move || match (waiting.get(), elsewhere.get()) {
        (0, _) => t_string!(i18n, sharing.all_handed).to_string(),
        (count, 0) => t_string!(i18n, sharing.waiting, count = count),
        (count, devices) => {
            let edits = t_string!(i18n, sharing.waiting_relay, count = count);
            let places = t_string!(i18n, sharing.elsewhere, count = devices);
            format!("{edits} {places}")
        }
    };
    let handle = use_workspace();
    let choose = move |wanted: bool| {
        preferences::set_direct(wanted);
        handle.send(Request::Direct(wanted));
    };
    let directly = move || match direct.get() {
        0 => t_string!(i18n, sharing.direct_none).to_string(),
        count => t_string!(i18n, sharing.direct_count, count = count),
    };
    let people = move || {
        let (here, team) = (here.get(), leaders.get());
        if here.is_empty() {
            return view! { <p class="muted">{tu_string!(i18n, sharing.here_nobody)}</p> };
        }
        let person = |leader| team.iter().find(|person| Some(person.id) == leader).cloned();
        let lines = here.into_iter().map(|other| {
            let place =
                place_words(i18n, other.presence.place).map(|words| view! { <span class="muted small">{words}</span> });
            match person(other.presence.leader) {
                Some(person) => view! { <li class="here"><PersonLine person/>{place}</li> },
                None => view! { <li class="here muted">{tu_string!(i18n, sharing.here_unnamed)}{place}</li> },
            }
        });
        view! { <ul class="plain-list" role="list">{lines.collect_view()}</ul> }
    };
    view! {
        <section class="setting" aria-labelledby="sharing-state">
            <h2 id="sharing-state">{tu_string!(i18n, sharing.state)}</h2>
            <div class="column">
                {move || cautions.get().into_iter().map(|caution| view! {
                    <div class="banner banner-warn" role="alert">
                        <Icon name=IconName::Warning/>
                        <p>{caution_words(i18n, caution)}</p>
                    </div>
                }).collect_view()}
                <dl class="facts">
                    <div>
                        <dt>{tu_string!(i18n, sharing.you)}</dt>
                        <dd>
                            {move || you()}
                            " "
                            <a href=Route::In(workspace, Page::Me).href()>
                                {if me.is_some() { t_string!(i18n, sharing.you_change) } else { t_string!(i18n, sharing.you_say) }}
                            </a>
                        </dd>
                    </div>
                    <div><dt>{tu_string!(i18n, sharing.your_role)}</dt><dd>{move || role()}</dd></div>
                    <div><dt>{tu_string!(i18n, sharing.way)}</dt><dd><span role="status">{move || way.get().map(|way| way_words(i18n, way))}</span></dd></div>
                    <div><dt>{tu_string!(i18n, sharing.direct)}</dt><dd><span role="status">{move || directly()}</span></dd></div>
                    <div>
                        <dt>{tu_string!(i18n, sharing.handed)}</dt>
                        <dd>
                            {move || handed()}
                            {move || synced.get().map(|at| view! {
                                " "
                                <span class="muted">{t!(i18n, sharing.synced_at, at = clock::time_text(at))}</span>
                            })}
                        </dd>
                    </div>
                </dl>
                <label class="check">
                    <input type="checkbox" prop:checked=preferences::direct() on:change:target=move |event| choose(event.target().checked())/>
                    <span>
                        {tu_string!(i18n, sharing.direct_wanted)}
                        <span class="hint">{tu_string!(i18n, sharing.direct_hint)}</span>
                    </span>
                </label>
                <h3>{tu_string!(i18n, sharing.here_now)}</h3>
                {move || people()}
            </div>
        </section>
    }
}

/// Where somebody is, if it is somewhere that matters to others.
fn place_words(i18n: Sentences, place: Place) -> Option<&'static str> {
    Some(match place {
        Place::Elsewhere => return None,
        Place::Priorities => t_string!(i18n, sharing.at_priorities),
        Place::Round(_) => t_string!(i18n, sharing.at_round),
        Place::Ballot(_) => t_string!(i18n, sharing.at_ballot),
        Place::Stack(_) => t_string!(i18n, sharing.at_stack),
    })
}

/// The way to the relay in words.
pub fn way_words(i18n: Sentences, way: Way) -> &'static str {
    match way {
        Way::Open => t_string!(i18n, sharing.way_open),
        Way::Reaching => t_string!(i18n, sharing.way_reaching),
        Way::Away(why) => match why {
            Why::Offline => t_string!(i18n, sharing.way_offline),
            Why::NoRelay => t_string!(i18n, sharing.way_no_relay),
            Why::Unknown => t_string!(i18n, sharing.way_unknown),
            Why::Removed => t_string!(i18n, sharing.way_removed),
            Why::Expired => t_string!(i18n, sharing.way_expired),
            Why::Refused => t_string!(i18n, sharing.way_refused),
            Why::Stranger => t_string!(i18n, sharing.way_stranger),
            Why::Busy => t_string!(i18n, sharing.way_busy),
        },
    }
}

fn caution_words(i18n: Sentences, caution: Caution) -> &'static str {
    match caution {
        Caution::RolledBack => t_string!(i18n, sharing.caution_rolled_back),
        Caution::Forked => t_string!(i18n, sharing.caution_forked),
        Caution::Stranger => t_string!(i18n, sharing.caution_stranger),
        Caution::Withheld => t_string!(i18n, sharing.caution_withheld),
        Caution::Copied => t_string!(i18n, sharing.caution_copied),
        Caution::Forged => t_string!(i18n, sharing.caution_forged),
    }
}
