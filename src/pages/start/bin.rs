//! Deleted workspaces: they can be restored until they are erased.

use leptos::prelude::*;
use plumbline_core::bridge::{Request, WorkspaceCard};

use crate::boxed::view;
use crate::components::dialog::Dialog;
use crate::i18n::*;
use crate::notice::use_notices;
use crate::platform::clock;
use crate::workspace::use_workspace;

/// The bin; nothing is drawn while it is empty.
#[component]
pub fn Bin(
    /// What is in it.
    #[prop(into)]
    cards: Signal<Vec<WorkspaceCard>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let notices = use_notices();
    let asking = RwSignal::new(false);
    let doomed = RwSignal::new(None::<WorkspaceCard>);
    let ask = move |request: Request| {
        leptos::task::spawn_local(async move {
            if let Err(failure) = workspace.ask(request).await {
                notices.failure(&failure);
            }
        });
    };
    let erase = move |_| {
        asking.set(false);
        if let Some(card) = doomed.get_untracked() {
            ask(Request::Erase { workspace: card.id });
        }
    };
    let rows = move |card: WorkspaceCard| {
        let since = clock::day_text(card.deleted.unwrap_or_default());
        let (id, name, label, erase_label) = (card.id, card.name.clone(), card.name.clone(), card.name.clone());
        view! {
            <li class="workspace">
                <span class="workspace-name">{name}</span>
                <span class="muted small workspace-when">{t!(i18n, start.bin_since, day = since)}</span>
                <span class="row">
                    <button type="button" class="btn btn-small" on:click=move |_| ask(Request::Restore { workspace: id })
                        aria-label=move || t_string!(i18n, start.restore_named, name = label.clone())>
                        {tu_string!(i18n, start.restore)}
                    </button>
                    <button type="button" class="btn btn-quiet btn-small"
                        aria-label=move || t_string!(i18n, start.erase_named, name = erase_label.clone())
                        on:click=move |_| { doomed.set(Some(card.clone())); asking.set(true); }>
                        {tu_string!(i18n, start.erase)}
                    </button>
                </span>
            </li>
        }
    };
    view! {
        <Show when=move || !cards.with(Vec::is_empty)>
            <details class="bin">
                <summary>{t!(i18n, start.bin, count = move || cards.with(Vec::len))}</summary>
                <ul class="workspaces" role="list">
                    <For each=move || cards.get() key=|card| card.id let:card>{rows(card)}</For>
                </ul>
            </details>
        </Show>
        <Dialog open=asking title=Signal::derive(move || {
            let name = doomed.with(|card| card.as_ref().map(|card| card.name.clone())).unwrap_or_default();
            t_string!(i18n, start.erase_title, name = name).to_string()
        })>
            <p>{tu_string!(i18n, start.erase_text)}</p>
            <div class="dialog-foot">
                <button type="button" class="btn" autofocus on:click=move |_| asking.set(false)>{tu_string!(i18n, start.keep)}</button>
                <button type="button" class="btn btn-danger" on:click=erase>{tu_string!(i18n, start.erase)}</button>
            </div>
        </Dialog>
    }
}
