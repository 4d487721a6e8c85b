//! Home: what needs someone, oldest first, and where the last round left the team.

use leptos::prelude::*;
use plumbline_core::id::WorkspaceId;
use plumbline_core::view::{TodayView, ViewKey};

use crate::boxed::view;
use crate::components::loaded::WhenLoaded;
use crate::i18n::*;
use crate::workspace::use_workspace;

mod headline;
mod needs;
mod setup;

use headline::HeadlineSection;
use needs::Needs;
use setup::SetupSection;

/// The home page.
#[component]
pub fn TodayPage(workspace: WorkspaceId) -> impl IntoView {
    let i18n = use_i18n();
    let view = use_workspace().view::<TodayView>(ViewKey::Today);
    view! {
        <WhenLoaded view let:today>
            <div class="page today">
                <header class="page-head"><h1 tabindex="-1">{tu_string!(i18n, common.nav_today)}</h1></header>
                {
                    let setup = Memo::new(move |_| today.with(|today| today.setup.clone()));
                    let needs = Memo::new(move |_| today.with(|today| today.needs.clone()));
                    let headline = Memo::new(move |_| today.with(|today| today.headline.clone()));
                    view! {
                        {move || setup.get().map(|setup| view! { <SetupSection workspace setup/> })}
                        {move || (setup.with(Option::is_none) || needs.with(|needs| !needs.is_empty()))
                            .then(|| view! { <Needs workspace needs/> })}
                        {move || headline.get().map(|headline| view! { <HeadlineSection workspace headline/> })}
                    }
                }
            </div>
        </WhenLoaded>
    }
}
