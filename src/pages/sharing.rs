//! Sharing: what it means, how it stands, who is invited.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use plumbline_core::bridge::Request;
use plumbline_core::bridge::sharing::{Role, Sharing, Standing, WholeLink};
use plumbline_core::id::WorkspaceId;
use plumbline_core::view::{Person, ShellView, ViewKey};

use crate::boxed::view;
use crate::components::dialog::Dialog;
use crate::components::icon::{Icon, IconName};
use crate::components::link_shown::LinkShown;
use crate::components::loaded::WhenLoaded;
use crate::i18n::*;
use crate::notice::use_notices;
use crate::platform::{address, preferences};
use crate::route::{Page, Route};
use crate::workspace::use_workspace;

mod aside;
mod invite;
mod links;
mod state;
mod without;

use aside::Aside;
use invite::{Invite, Recovery};
use links::Links;
use state::State;
use without::Without;

/// Links, devices, the relay.
#[component]
pub fn SharingPage(workspace: WorkspaceId) -> impl IntoView {
    let i18n = use_i18n();
    let handle = use_workspace();
    let view = handle.view::<ShellView>(ViewKey::Shell);
    let sharing = handle.sharing();
    let is_shared = Memo::new(move |_| sharing.with(Option::is_some));
    let lead = move || {
        if is_shared.get() { t_string!(i18n, sharing.lead_shared) } else { t_string!(i18n, sharing.lead_alone) }
    };
    view! {
        <WhenLoaded view let:shell>
            <div class="page settings sharing">
                <header class="page-head">
                    <div>
                        <h1 tabindex="-1">{tu_string!(i18n, sharing.heading)}</h1>
                        <p class="lead">{move || lead()}</p>
                    </div>
                </header>
                {move || if is_shared.get() {
                    view! { <Shared workspace shell/> }
                } else {
                    view! { <Alone workspace/> }
                }}
            </div>
        </WhenLoaded>
    }
}

/// What sharing means, and the button.
#[component]
fn Alone(workspace: WorkspaceId) -> impl IntoView {
    let i18n = use_i18n();
    let handle = use_workspace();
    let notices = use_notices();
    let navigate = use_navigate();
    let busy = RwSignal::new(false);
    let share = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let navigate = navigate.clone();
        leptos::task::spawn_local(async move {
            handle.take_peer().await;
            match handle.ask(Request::Share { relay: address::origin() }).await {
                Ok(_) => {
                    notices.done(tu_string!(i18n, sharing.shared_now));
                    // The others are to see whose device this is.
                    if preferences::me(workspace).is_none() {
                        navigate(&Route::In(workspace, Page::Me).href(), Default::default());
                    }
                }
                Err(failure) => notices.failure(&failure),
            }
            busy.try_set(false);
        });
    };
    let words = move || if busy.get() { t_string!(i18n, sharing.sharing) } else { t_string!(i18n, sharing.share) };
    view! {
        <div class="column sharing-alone">
            <ul class="points">
                <li>{tu_string!(i18n, sharing.how_apart)}</li>
                <li>{tu_string!(i18n, sharing.how_sealed)}</li>
                <li>{tu_string!(i18n, sharing.how_link)}</li>
            </ul>
            <div>
                <button type="button" class="btn btn-primary" aria-disabled=move || busy.get().to_string() on:click=share>
                    <Icon name=IconName::Link/>
                    {move || words()}
                </button>
            </div>
        </div>
    }
}

/// How it stands, and what can be done.
#[component]
fn Shared(workspace: WorkspaceId, #[prop(into)] shell: Signal<ShellView>) -> impl IntoView {
    let sharing = use_workspace().sharing();
    // Whoever stops sharing is somewhere else by the next turn.
    let sharing =
        Memo::new(move |before: Option<&Option<Sharing>>| sharing.get().or_else(|| before.cloned().flatten()));
    let facts = Signal::derive(move || sharing.get());
    let admin = Memo::new(move |_| {
        facts.with(|facts| facts.as_ref().is_some_and(|facts| facts.standing == Standing::Member(Role::Admin)))
    });
    let founder = Memo::new(move |_| facts.with(|facts| facts.as_ref().is_some_and(|facts| facts.founder)));
    let leaders = Memo::new(move |_| shell.with(|shell| shell.leaders.clone()));
    let name = Memo::new(move |_| shell.with(|shell| shell.name.clone()));
    let shown = RwSignal::new(None::<(String, WholeLink)>);
    view! {
        <State workspace facts leaders/>
        <Show when=move || admin.get()><Invite shown/></Show>
        <Links facts leaders admin shown/>
        <Aside facts leaders admin/>
        <Without/>
        <Show when=move || founder.get()><Recovery facts shown/></Show>
        <ShownDialog shown name/>
    }
}

/// The dialog with a link in it.
#[component]
fn ShownDialog(shown: RwSignal<Option<(String, WholeLink)>>, name: Memo<String>) -> impl IntoView {
    let i18n = use_i18n();
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(shown.with(Option::is_some)));
    Effect::new(move |_| {
        if !open.get() && shown.with_untracked(Option::is_some) {
            shown.set(None);
        }
    });
    let title = Signal::derive(move || match shown.get() {
        Some((whose, _)) if !whose.is_empty() => t_string!(i18n, sharing.link_for, name = whose).to_string(),
        _ => t_string!(i18n, sharing.link_title).to_string(),
    });
    view! {
        <Dialog open title>
            {move || shown.get().map(|(_, link)| {
                let text = t_string!(i18n, sharing.send_text, name = name.get_untracked());
                view! { <LinkShown link words=tu_string!(i18n, sharing.link_is_key) text/> }
            })}
        </Dialog>
    }
}

/// What a role is called.
fn role_words(i18n: crate::notice::words::Sentences, role: Role) -> &'static str {
    match role {
        Role::Reader => t_string!(i18n, sharing.role_reader),
        Role::Writer => t_string!(i18n, sharing.role_writer),
        Role::Admin => t_string!(i18n, sharing.role_admin),
    }
}

/// The names of leaders, one after the other; empty when nobody is known.
fn names_of(leaders: &[Person], ids: &[plumbline_core::id::LeaderId]) -> String {
    let names: Vec<&str> =
        leaders.iter().filter(|person| ids.contains(&person.id)).map(|person| person.name.as_str()).collect();
    names.join(", ")
}
