//! The leaders: who is in the team, who has left, whose laptop this is.

use leptos::prelude::*;
use plumbline_core::id::WorkspaceId;
use plumbline_core::view::{TeamView, ViewKey};

use crate::boxed::view;
use crate::components::empty::Empty;
use crate::components::icon::{Icon, IconName};
use crate::components::loaded::WhenLoaded;
use crate::i18n::*;
use crate::workspace::use_workspace;

mod editor;
mod laptop;
mod table;

use editor::{Editing, LeaderEditor};
use laptop::Laptop;
use table::{LeaderTable, Shown};

/// Leaders.
#[component]
pub fn TeamPage(workspace: WorkspaceId) -> impl IntoView {
    let i18n = use_i18n();
    let view = use_workspace().view::<TeamView>(ViewKey::Team);
    let editing = RwSignal::new(None::<Editing>);
    view! {
        <WhenLoaded view let:team>
            <div class="page team">
                <header class="page-head">
                    <div>
                        <h1 tabindex="-1">{tu_string!(i18n, team.heading)}</h1>
                        <p class="lead">{tu_string!(i18n, team.lead)}</p>
                    </div>
                    <div class="actions">
                        <button type="button" class="btn btn-primary" on:click=move |_| editing.set(Some(Editing::New))>
                            <Icon name=IconName::Plus/>
                            {tu_string!(i18n, team.add)}
                        </button>
                    </div>
                </header>
                {
                    let nobody = Memo::new(move |_| team.with(|team| team.present.is_empty()));
                    move || if nobody.get() {
                    view! {
                        <Empty purpose=Signal::stored(tu_string!(i18n, team.empty).to_string())
                            example=Signal::derive(move || Some(t_string!(i18n, team.empty_example).to_string()))/>
                    }
                } else {
                    view! {
                        <LeaderTable rows=Signal::derive(move || team.get().present) shown=Shown::Present workspace
                            on_edit=Callback::new(move |row| editing.set(Some(Editing::Leader(row))))/>
                        <Laptop workspace leaders=Signal::derive(move || team.get().present)/>
                    }
                    }
                }
                <Show when=move || !team.with(|team| team.past.is_empty())>
                    <section class="column" aria-labelledby="past-heading">
                        <h2 id="past-heading">{tu_string!(i18n, team.past)}</h2>
                        <LeaderTable rows=Signal::derive(move || team.get().past) shown=Shown::Past workspace
                            on_edit=Callback::new(move |row| editing.set(Some(Editing::Leader(row))))/>
                    </section>
                </Show>
                <LeaderEditor editing
                    departments=Signal::derive(move || team.get().departments) roles=Signal::derive(move || team.get().roles)/>
            </div>
        </WhenLoaded>
    }
}
