//! Whose laptop this is, so that edits carry a name and Today can say "you".

use leptos::prelude::*;
use plumbline_core::bridge::Request;
use plumbline_core::id::WorkspaceId;
use plumbline_core::view::LeaderRow;

use crate::boxed::view;
use crate::components::field::unique_id;
use crate::i18n::*;
use crate::platform::preferences;
use crate::workspace::use_workspace;

/// The choice: one leader's laptop, or shared.
#[component]
pub fn Laptop(workspace: WorkspaceId, leaders: Signal<Vec<LeaderRow>>) -> impl IntoView {
    let i18n = use_i18n();
    let handle = use_workspace();
    let me = RwSignal::new(preferences::me(workspace));
    let select = unique_id("me");
    let hint = format!("{select}-hint");
    let described = hint.clone();
    let choose = move |value: String| {
        let chosen = value.parse().ok();
        me.set(chosen);
        preferences::set_me(workspace, chosen);
        handle.send(Request::Identify(chosen));
    };
    let options = move || {
        let mine = me.get();
        let options = leaders.get().into_iter().map(|row| {
            let id = row.person.id;
            view! { <option value=id.to_string() prop:selected={Some(id) == mine}>{row.person.name}</option> }
        });
        options.collect_view()
    };
    view! {
        <section class="laptop field">
            <label for=select.clone()>{tu_string!(i18n, team.laptop)}</label>
            <select id=select aria-describedby=described on:change:target=move |event| choose(event.target().value())>
                <option value="" prop:selected=move || me.get().is_none()>{tu_string!(i18n, team.laptop_shared)}</option>
                {move || options()}
            </select>
            <p class="hint" id=hint>{tu_string!(i18n, team.laptop_hint)}</p>
        </section>
    }
}
