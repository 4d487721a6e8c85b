//! Who sits at this device: asked once, after joining.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use plumbline_core::bridge::Request;
use plumbline_core::bridge::sharing::{Role, Standing};
use plumbline_core::id::{LeaderId, WorkspaceId};
use plumbline_core::intent::limits::NAME_MAX;
use plumbline_core::intent::{Intent, LeaderDetails};
use plumbline_core::view::{Person, TeamView, ViewKey};

use crate::boxed::view;
use crate::components::field::TextField;
use crate::components::icon::{Icon, IconName};
use crate::components::loaded::WhenLoaded;
use crate::components::person::PersonLine;
use crate::i18n::*;
use crate::platform::{page, preferences, random};
use crate::route::{Page, Route};
use crate::workspace::use_workspace;

const NAME: &str = "me-name";

/// Pick your record, add one, or only look.
#[component]
pub fn MePage(workspace: WorkspaceId) -> impl IntoView {
    let i18n = use_i18n();
    let handle = use_workspace();
    let view = handle.view::<TeamView>(ViewKey::Team);
    let navigate = use_navigate();
    let sharing = handle.sharing();
    let done = Callback::new(move |leader: Option<LeaderId>| {
        preferences::set_me(workspace, leader);
        handle.send(Request::Identify(leader));
        // Whoever founded the workspace goes on inviting.
        let founder = sharing.with_untracked(|sharing| sharing.as_ref().is_some_and(|sharing| sharing.founder));
        let next = if founder { Page::Sharing } else { Page::Today };
        navigate(&Route::In(workspace, next).href(), Default::default());
    });
    let reads_only = Memo::new(move |_| {
        sharing
            .with(|sharing| sharing.as_ref().is_some_and(|sharing| sharing.standing == Standing::Member(Role::Reader)))
    });
    view! {
        <WhenLoaded view let:team>
            <div class="page me">
                <header class="page-head">
                    <div>
                        <h1 tabindex="-1">{tu_string!(i18n, sharing.who_heading)}</h1>
                        <p class="lead">{tu_string!(i18n, sharing.who_lead)}</p>
                    </div>
                </header>
                <ul class="hand-over-people" role="list">
                    <For each=move || team.with(|team| team.present.iter().map(|row| row.person.clone()).collect::<Vec<_>>())
                        key=|person| (person.id, person.name.clone()) let:person>
                        <li><Choice person done/></li>
                    </For>
                </ul>
                <Show when=move || !reads_only.get()>
                    <AddMe done/>
                </Show>
                <div>
                    <button type="button" class="btn btn-quiet" on:click=move |_| done.run(None)>{tu_string!(i18n, sharing.who_look)}</button>
                </div>
            </div>
        </WhenLoaded>
    }
}

#[component]
fn Choice(person: Person, done: Callback<Option<LeaderId>>) -> impl IntoView {
    let id = person.id;
    view! {
        <button type="button" class="hand-over-person" on:click=move |_| done.run(Some(id))>
            <PersonLine person/>
            <Icon name=IconName::ArrowRight/>
        </button>
    }
}

#[component]
fn AddMe(done: Callback<Option<LeaderId>>) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let (name, role) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let error = RwSignal::new(None::<String>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let wanted = name.get_untracked().trim().to_owned();
        error.set(wanted.is_empty().then(|| t_string!(i18n, team.name_missing).to_string()));
        if wanted.is_empty() {
            page::focus(NAME);
            return;
        }
        let leader = random::leader_id();
        let role = role.get_untracked().trim().to_owned();
        let details = LeaderDetails { name: wanted, role, ..LeaderDetails::default() };
        leptos::task::spawn_local(async move {
            // Refused, say for a name that is taken: the notice says why.
            if workspace.edit(Intent::AddLeader { leader, details }).await.is_ok() {
                done.run(Some(leader));
            }
        });
    };
    view! {
        <section class="column" aria-labelledby="me-add">
            <h2 id="me-add">{tu_string!(i18n, sharing.who_not_listed)}</h2>
            <form class="column" on:submit=submit novalidate>
                <div class="grid-2">
                    <TextField id=NAME label=Signal::stored(tu_string!(i18n, sharing.who_name).to_string()) value=name error
                        longest=NAME_MAX/>
                    <TextField label=Signal::stored(tu_string!(i18n, sharing.who_role).to_string()) value=role optional=true
                        longest=NAME_MAX/>
                </div>
                <div><button type="submit" class="btn btn-primary">{tu_string!(i18n, sharing.who_add)}</button></div>
            </form>
        </section>
    }
}
