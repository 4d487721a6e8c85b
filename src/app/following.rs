//! What follows each navigation: the title, menus closed, focus on the new page's heading.

use leptos::prelude::*;
use plumbline_core::id::WorkspaceId;

use crate::i18n::*;
use crate::notice::use_notices;
use crate::notice::words::Sentences;
use crate::platform::page;
use crate::route::{Page, Route};
use crate::workspace::use_workspace;

/// After each navigation: the title, open menus closed, and focus on the new page's heading.
pub fn follow_navigation(route: Memo<Route>, workspace: Memo<Option<WorkspaceId>>) {
    let i18n = use_i18n();
    let directory = use_workspace().directory();
    let notices = use_notices();
    Effect::new(move |_| {
        let page = page_name(i18n, route.get());
        let name = workspace.get().and_then(|id| {
            directory.with(|cards| cards.as_ref()?.iter().find(|card| card.id == id).map(|card| card.name.clone()))
        });
        page::set_title(&match name {
            Some(name) => t_string!(i18n, common.title_page, page = page, workspace = name).to_string(),
            None => t_string!(i18n, common.title_plain, page = page).to_string(),
        });
    });
    Effect::new(move |before: Option<Route>| {
        let now = route.get();
        if before.is_some_and(|before| before != now) {
            page::close_popovers();
            notices.leave_page();
            leptos::task::spawn_local(page::focus_heading());
        }
        now
    });
}

fn page_name(i18n: Sentences, route: Route) -> &'static str {
    match route {
        Route::Start => t_string!(i18n, common.page_start),
        Route::New => t_string!(i18n, common.page_new),
        Route::Join => t_string!(i18n, common.page_join),
        Route::Measures => t_string!(i18n, common.nav_measures),
        Route::Unknown => t_string!(i18n, common.page_unknown),
        Route::In(_, page) => match page {
            Page::Today => t_string!(i18n, common.nav_today),
            Page::Diagnose => t_string!(i18n, common.nav_rounds),
            Page::NewRound => t_string!(i18n, common.page_new_round),
            Page::Round(_) => t_string!(i18n, common.page_round),
            Page::Ballot(_) => t_string!(i18n, common.page_ballot),
            Page::Stack(_) => t_string!(i18n, common.page_stack),
            Page::Priorities => t_string!(i18n, common.nav_priorities),
            Page::Team => t_string!(i18n, common.nav_team),
            Page::Import => t_string!(i18n, common.page_import),
            Page::Conflicts => t_string!(i18n, common.page_conflicts),
            Page::Sharing => t_string!(i18n, common.nav_sharing),
            Page::Me => t_string!(i18n, common.page_me),
            Page::Settings => t_string!(i18n, common.nav_settings),
        },
    }
}
