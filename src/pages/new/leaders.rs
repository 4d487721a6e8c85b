//! Who leads: name and role, one after the other.

use leptos::prelude::*;
use plumbline_core::import::lines::{Line, read_leaders};
use plumbline_core::intent::limits::NAME_MAX;
use plumbline_core::intent::{Intent, LeaderDetails};
use plumbline_core::view::{LeaderRow, TeamView, TodayView, ViewKey};

use super::entry::QuickEntry;
use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::components::loaded::WhenLoaded;
use crate::components::person::PersonLine;
use crate::i18n::*;
use crate::platform::{page, random};
use crate::workspace::{Loaded, use_workspace};

/// The second step.
#[component]
pub fn LeadersStep(on_next: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let view = workspace.view::<TeamView>(ViewKey::Team);
    let today = workspace.view::<TodayView>(ViewKey::Today);
    let needed = Signal::derive(move || match today.get() {
        Loaded::Ready(today) => today.setup.map_or(0, |setup| setup.leaders_needed),
        _ => 0,
    });
    let add = Callback::new(move |lines: Vec<Line>| {
        leptos::task::spawn_local(async move {
            for Line { title: name, description: role } in lines {
                let details = LeaderDetails { name, role, ..LeaderDetails::default() };
                // A refusal is shown; the rest of the list goes on.
                let _ = workspace.edit(Intent::AddLeader { leader: random::leader_id(), details }).await;
            }
        });
    });
    let row = move |row: LeaderRow| {
        let (id, name) = (row.person.id, row.person.name.clone());
        view! {
            <li>
                <PersonLine person=row.person/>
                <button type="button" class="btn btn-quiet btn-icon btn-small"
                    aria-label=move || t_string!(i18n, start.remove_named, name = name.clone())
                    on:click=move |_| {
                        workspace.dispatch(Intent::RemoveLeader { leader: id });
                        leptos::task::spawn_local(page::rescue_focus("#leader-name"));
                    }>
                    <Icon name=IconName::X/>
                </button>
            </li>
        }
    };
    view! {
        <WhenLoaded view let:team>
            <section class="new-step">
                <header class="column">
                    <h1 tabindex="-1">{tu_string!(i18n, start.leaders_heading)}</h1>
                    <p class="lead">{tu_string!(i18n, start.leaders_lead)}</p>
                </header>
                <QuickEntry id="leader-name"
                    title=Signal::stored(tu_string!(i18n, start.leader_name).to_string())
                    title_example=Signal::derive(move || Some(t_string!(i18n, start.leader_name_example).to_string()))
                    detail=Signal::stored(tu_string!(i18n, start.leader_role).to_string())
                    detail_example=Signal::derive(move || Some(t_string!(i18n, start.leader_role_example).to_string()))
                    longest=(NAME_MAX, NAME_MAX)
                    add=Signal::stored(tu_string!(i18n, start.leader_add).to_string())
                    missing=Signal::stored(tu_string!(i18n, start.leader_missing).to_string())
                    read=read_leaders on_add=add/>
                <ul class="quick-list" role="list" aria-label=tu_string!(i18n, start.leaders_list)>
                    <For each=move || team.get().present key=|row| (row.person.id, row.person.name.clone(), row.person.role.clone()) let:leader>{row(leader)}</For>
                </ul>
                <div class="actions">
                    <button type="button" class="btn btn-primary" on:click=move |_| on_next.run(())>
                        {tu_string!(i18n, start.leaders_next)}
                        <Icon name=IconName::ArrowRight/>
                    </button>
                    <p class="muted small actions-note" role="status">
                        {move || t!(i18n, start.leaders_count, count = move || team.with(|team| team.present.len()), needed = move || needed.get())}
                    </p>
                </div>
            </section>
        </WhenLoaded>
    }
}
