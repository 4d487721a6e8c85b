//! Which workspace this is, and the way to the others.

use leptos::prelude::*;
use plumbline_core::id::WorkspaceId;
use plumbline_core::view::ShellView;

use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::route::{Page, Route};
use crate::workspace::use_workspace;

/// The name of the workspace, opening the list of all.
#[component]
pub fn Switcher(
    /// The one shown.
    workspace: WorkspaceId,
    /// The frame's view.
    shell: Memo<Option<ShellView>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let directory = use_workspace().directory();
    let name = move || {
        shell.with(|shell| shell.as_ref().map(|shell| shell.name.clone())).or_else(|| {
            let cards = directory.get()?;
            cards.into_iter().find(|card| card.id == workspace).map(|card| card.name)
        })
    };
    let others = move || {
        let cards = directory.get().unwrap_or_default();
        cards
            .into_iter()
            .filter(|card| card.deleted.is_none())
            .map(|card| {
                let here = card.id == workspace;
                view! {
                    <a class="menu-item" href=Route::In(card.id, Page::Today).href() aria-current=here.then_some("true")>
                        <span class="grow">{card.name}</span>
                        {card.sample.then(|| view! { <span class="badge">{tu_string!(i18n, common.sample_badge)}</span> })}
                        {here.then(|| view! { <Icon name=IconName::Check/> })}
                    </a>
                }
            })
            .collect_view()
    };
    view! {
        <button type="button" class="switcher" popovertarget="switcher-menu"
            aria-label=move || t_string!(i18n, common.switcher_label, name = name().unwrap_or_default())>
            <span class="switcher-mark" aria-hidden="true"></span>
            <span class="switcher-name">{move || name().unwrap_or_default()}</span>
            <Icon name=IconName::Chevron/>
        </button>
        <div class="menu switcher-menu" id="switcher-menu" popover="auto" role="group"
            aria-label=tu_string!(i18n, common.switcher_title)>
            <p class="menu-title">{tu_string!(i18n, common.switcher_title)}</p>
            {move || others()}
            <hr/>
            <a class="menu-item" href=Route::New.href()>
                <Icon name=IconName::Plus/>
                <span>{tu_string!(i18n, common.switcher_new)}</span>
            </a>
            <a class="menu-item" href=Route::Start.href()>
                <Icon name=IconName::List/>
                <span>{tu_string!(i18n, common.switcher_all)}</span>
            </a>
        </div>
    }
}
