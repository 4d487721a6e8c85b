//! Nothing to show: why, and the way on.

use leptos::prelude::*;

use crate::boxed::view;
use crate::i18n::*;
use crate::route::Route;

/// Why there is nothing to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// This device does not have the workspace.
    UnknownWorkspace,
    /// The workspace is here and cannot be read.
    Unreadable,
    /// No page has this address.
    UnknownPage,
}

/// Nothing to show, why, and the way on.
#[component]
pub fn NotOpened(
    /// Why.
    why: Why,
) -> impl IntoView {
    let i18n = use_i18n();
    let title = move || match why {
        Why::UnknownWorkspace => t_string!(i18n, common.unknown_workspace_title),
        Why::Unreadable => t_string!(i18n, common.unopened_title),
        Why::UnknownPage => t_string!(i18n, common.unknown_page_title),
    };
    let text = move || match why {
        Why::UnknownWorkspace => t_string!(i18n, common.unknown_workspace_text),
        Why::Unreadable => t_string!(i18n, common.unopened_text),
        Why::UnknownPage => t_string!(i18n, common.unknown_page_text),
    };
    view! {
        <section class="page nowhere">
            <div class="empty">
                <h1 tabindex="-1">{move || title()}</h1>
                <p>{move || text()}</p>
                <a class="btn btn-primary" href=Route::Start.href()>{tu_string!(i18n, common.see_all_workspaces)}</a>
            </div>
        </section>
    }
}
