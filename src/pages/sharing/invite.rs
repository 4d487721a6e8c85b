//! Making a link, and the founder's own.

use leptos::prelude::*;
use plumbline_core::bridge::sharing::{Role, Sharing, WholeLink};
use plumbline_core::bridge::{Answer, Request};

use crate::boxed::view;
use crate::components::field::{TextField, unique_id};
use crate::i18n::*;
use crate::notice::use_notices;
use crate::platform::{address, clock};
use crate::workspace::use_workspace;

/// Longest name of a link, in characters: it is sealed into a field of fixed size.
const NAME_LONGEST: usize = 40;

/// Who may do what, and for how long.
#[component]
pub fn Invite(shown: RwSignal<Option<(String, WholeLink)>>) -> impl IntoView {
    let i18n = use_i18n();
    let handle = use_workspace();
    let notices = use_notices();
    let (name, role, days) = (RwSignal::new(String::new()), RwSignal::new(Role::Writer), RwSignal::new(Some(7_u32)));
    let busy = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let whose = name.get_untracked().trim().to_owned();
        let request = Request::MakeLink {
            role: role.get_untracked(),
            expires: days.get_untracked().map(clock::in_days),
            name: whose.clone(),
            app: address::origin(),
        };
        leptos::task::spawn_local(async move {
            match handle.ask(request).await {
                Ok(Answer::Link(link)) => {
                    shown.set(Some((whose, link)));
                    name.try_set(String::new());
                }
                Ok(_) => {}
                Err(failure) => notices.failure(&failure),
            }
            busy.try_set(false);
        });
    };
    let choice = move |of: Role| {
        let (words, what) = match of {
            Role::Reader => (tu_string!(i18n, sharing.role_reader), tu_string!(i18n, sharing.role_reader_what)),
            Role::Writer => (tu_string!(i18n, sharing.role_writer), tu_string!(i18n, sharing.role_writer_what)),
            Role::Admin => (tu_string!(i18n, sharing.role_admin), tu_string!(i18n, sharing.role_admin_what)),
        };
        view! {
            <label class="check">
                <input type="radio" name="role" prop:checked=move || role.get() == of on:change=move |_| role.set(of)/>
                <span>{words} <span class="muted small">" " {what}</span></span>
            </label>
        }
    };
    let until = unique_id("until");
    let option = move |value: Option<u32>, words: &'static str| {
        let text = value.map(|days| days.to_string()).unwrap_or_default();
        view! { <option value=text prop:selected=move || days.get() == value>{words}</option> }
    };
    view! {
        <section class="setting" aria-labelledby="sharing-invite">
            <h2 id="sharing-invite">{tu_string!(i18n, sharing.invite)}</h2>
            <form class="column" on:submit=submit novalidate>
                <TextField label=Signal::stored(tu_string!(i18n, sharing.invite_name).to_string()) value=name optional=true
                    longest=NAME_LONGEST hint=Signal::stored(Some(tu_string!(i18n, sharing.invite_name_hint).to_string()))/>
                <fieldset class="field">
                    <legend>{tu_string!(i18n, sharing.invite_role)}</legend>
                    {choice(Role::Writer)}
                    {choice(Role::Reader)}
                    {choice(Role::Admin)}
                </fieldset>
                <div class="field">
                    <label for=until.clone()>{tu_string!(i18n, sharing.invite_until)}</label>
                    <select id=until on:change:target=move |event| days.set(event.target().value().parse().ok())>
                        {option(Some(1), t_string!(i18n, sharing.until_day))}
                        {option(Some(7), t_string!(i18n, sharing.until_week))}
                        {option(Some(30), t_string!(i18n, sharing.until_month))}
                        {option(None, t_string!(i18n, sharing.until_closed))}
                    </select>
                </div>
                <div>
                    <button type="submit" class="btn btn-primary" aria-disabled=move || busy.get().to_string()>
                        {tu_string!(i18n, sharing.make)}
                    </button>
                </div>
            </form>
        </section>
    }
}

/// The founding link, for the founder alone.
#[component]
pub fn Recovery(facts: Signal<Option<Sharing>>, shown: RwSignal<Option<(String, WholeLink)>>) -> impl IntoView {
    let i18n = use_i18n();
    let show = show_link(shown);
    let founding = Memo::new(move |_| {
        facts.with(|facts| facts.as_ref()?.links.iter().find(|card| card.founding).map(|card| card.link))
    });
    let open = move |_| {
        if let Some(link) = founding.get_untracked() {
            show.run((tu_string!(i18n, sharing.recovery).to_string(), link));
        }
    };
    view! {
        <section class="setting" aria-labelledby="sharing-recovery">
            <h2 id="sharing-recovery">{tu_string!(i18n, sharing.recovery)}</h2>
            <div class="column">
                <p>{tu_string!(i18n, sharing.recovery_text)}</p>
                <div><button type="button" class="btn" on:click=open>{tu_string!(i18n, sharing.recovery_show)}</button></div>
            </div>
        </section>
    }
}

/// Show a link again that this device has.
pub fn show_link(
    shown: RwSignal<Option<(String, WholeLink)>>,
) -> Callback<(String, plumbline_core::bridge::sharing::Key)> {
    let handle = use_workspace();
    let notices = use_notices();
    Callback::new(move |(whose, link): (String, plumbline_core::bridge::sharing::Key)| {
        leptos::task::spawn_local(async move {
            match handle.ask(Request::ShowLink { link, app: address::origin() }).await {
                Ok(Answer::Link(link)) => shown.set(Some((whose, link))),
                Ok(_) => {}
                Err(failure) => notices.failure(&failure),
            }
        });
    })
}
