//! What stands around every page: where to go, whether work is saved, what can be taken back.

use leptos::prelude::*;
use plumbline_core::bridge::{Answer, Request};
use plumbline_core::id::WorkspaceId;
use plumbline_core::view::{ShellView, ViewKey};

use crate::boxed::view;
use crate::components::present::PresentPeople;
use crate::components::saving::SavingChip;
use crate::i18n::*;
use crate::notice::use_notices;
use crate::platform;
use crate::route::Page;
use crate::workspace::{Loaded, use_workspace};

mod banners;
mod doing;
mod history;
mod navigation;
mod switcher;

pub use banners::{AppBanners, Named, remove_workspace};

use banners::WorkspaceBanners;
use history::History;
use navigation::{BottomBar, SideNavigation};
use switcher::Switcher;

/// The frame of an open workspace: navigation, tools and what needs saying on every page.
#[component]
pub fn WorkspaceFrame(
    /// Which workspace.
    workspace: WorkspaceId,
    /// Where in it the person is.
    #[prop(into)]
    page: Signal<Option<Page>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let handle = use_workspace();
    let loaded = handle.view::<ShellView>(ViewKey::Shell);
    let shell = Memo::new(move |_| match loaded.get() {
        Loaded::Ready(shell) => Some(shell),
        Loaded::Waiting | Loaded::Missing => None,
    });
    let fingerprint = Signal::derive(move || shell.with(|shell| Some(shell.as_ref()?.fingerprint.clone())));
    let export = export_workspace();
    let sharing = handle.sharing();
    let here = Memo::new(move |_| {
        sharing.with(|sharing| sharing.as_ref().map(|sharing| sharing.here.clone()).unwrap_or_default())
    });
    let team =
        Memo::new(move |_| shell.with(|shell| shell.as_ref().map(|shell| shell.leaders.clone()).unwrap_or_default()));
    view! {
        <header class="shell-side">
            <Switcher workspace shell/>
            <SideNavigation workspace page shell/>
        </header>
        <section class="shell-top" aria-label=tu_string!(i18n, common.tools_label)>
            <SavingChip workspace saving=handle.saving() sharing=handle.sharing() fingerprint on_export=export/>
            <PresentPeople here team/>
            <History shell/>
        </section>
        <section class="banners" aria-label=tu_string!(i18n, common.banners_label)>
            <WorkspaceBanners workspace page shell/>
        </section>
        <BottomBar workspace page shell/>
    }
}

/// Make a file of the open workspace and hand it to the person.
pub fn export_workspace() -> Callback<()> {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let notices = use_notices();
    Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            match workspace.ask(Request::ExportWorkspace).await {
                Ok(Answer::File(file)) => match platform::file::save(&file.name, &file.mime, &file.bytes) {
                    Ok(()) => notices.done(tu_string!(i18n, common.saving_exported)),
                    Err(_) => notices
                        .trouble(tu_string!(i18n, common.export_failed), tu_string!(i18n, common.export_failed_next)),
                },
                Ok(_) => {}
                Err(failure) => notices.failure(&failure),
            }
        });
    })
}
