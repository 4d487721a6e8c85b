//! Where to go: a list on a laptop, a bar and a sheet on a phone.

use leptos::prelude::*;
use plumbline_core::id::WorkspaceId;
use plumbline_core::view::ShellView;

use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::components::theme::ThemeChoice;
use crate::i18n::*;
use crate::route::{Page, Route};

/// The pages people go to; every other page belongs to one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Area {
    Today,
    Diagnose,
    Priorities,
    Team,
    Sharing,
    Settings,
}

impl Area {
    const fn of(page: Page) -> Self {
        match page {
            Page::Today | Page::Conflicts => Self::Today,
            Page::Diagnose | Page::NewRound | Page::Round(_) | Page::Ballot(_) | Page::Stack(_) | Page::Import => {
                Self::Diagnose
            }
            Page::Priorities => Self::Priorities,
            Page::Team | Page::Me => Self::Team,
            Page::Sharing => Self::Sharing,
            Page::Settings => Self::Settings,
        }
    }

    const fn page(self) -> Page {
        match self {
            Self::Today => Page::Today,
            Self::Diagnose => Page::Diagnose,
            Self::Priorities => Page::Priorities,
            Self::Team => Page::Team,
            Self::Sharing => Page::Sharing,
            Self::Settings => Page::Settings,
        }
    }

    const fn icon(self) -> IconName {
        match self {
            Self::Today => IconName::Today,
            Self::Diagnose => IconName::Chart,
            Self::Priorities => IconName::Stack,
            Self::Team => IconName::Team,
            Self::Sharing => IconName::Link,
            Self::Settings => IconName::Settings,
        }
    }
}

/// One link of the navigation, marked when the person is there.
#[component]
fn AreaLink(
    workspace: WorkspaceId,
    area: Area,
    page: Signal<Option<Page>>,
    /// How many things wait on the other side.
    #[prop(optional, into)]
    count: MaybeProp<u32>,
    class: &'static str,
) -> impl IntoView {
    let i18n = use_i18n();
    let words = move || match area {
        Area::Today => t_string!(i18n, common.nav_today),
        Area::Diagnose => t_string!(i18n, common.nav_rounds),
        Area::Priorities => t_string!(i18n, common.nav_priorities),
        Area::Team => t_string!(i18n, common.nav_team),
        Area::Sharing => t_string!(i18n, common.nav_sharing),
        Area::Settings => t_string!(i18n, common.nav_settings),
    };
    let current = move || match page.get() {
        Some(page) if page == area.page() => Some("page"),
        Some(page) if Area::of(page) == area => Some("true"),
        _ => None,
    };
    let waiting = move || {
        count.get().filter(|count| *count > 0).map(|count| {
            view! {
                <span class="nav-count num">
                    <span aria-hidden="true">{count}</span>
                    <span class="visually-hidden">{t!(i18n, common.needs_count, count = move || count)}</span>
                </span>
            }
        })
    };
    view! {
        <a class=class href=Route::In(workspace, area.page()).href() aria-current=move || current()>
            <Icon name=area.icon()/>
            <span>{move || words()}</span>
            {move || waiting()}
        </a>
    }
}

/// The navigation of a laptop.
#[component]
pub fn SideNavigation(
    /// Which workspace.
    workspace: WorkspaceId,
    /// Where the person is.
    page: Signal<Option<Page>>,
    /// The frame's view.
    shell: Memo<Option<ShellView>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let needs = Signal::derive(move || shell.with(|shell| shell.as_ref().map(|shell| shell.needs)));
    view! {
        <nav class="nav" aria-label=tu_string!(i18n, common.nav_label)>
            <AreaLink workspace area=Area::Today page count=needs class="nav-link"/>
            <p class="nav-heading">{tu_string!(i18n, common.nav_diagnose)}</p>
            <AreaLink workspace area=Area::Diagnose page class="nav-link"/>
            <AreaLink workspace area=Area::Priorities page class="nav-link"/>
            <p class="nav-heading">{tu_string!(i18n, common.nav_workspace)}</p>
            <AreaLink workspace area=Area::Team page class="nav-link"/>
            <AreaLink workspace area=Area::Sharing page class="nav-link"/>
            <AreaLink workspace area=Area::Settings page class="nav-link"/>
        </nav>
        <div class="side-foot">
            <a class="nav-link nav-minor" href=Route::Measures.href()>
                <Icon name=IconName::Info/>
                <span>{tu_string!(i18n, common.nav_measures)}</span>
            </a>
            <ThemeChoice/>
        </div>
    }
}

/// The navigation of a phone.
#[component]
pub fn BottomBar(
    /// Which workspace.
    workspace: WorkspaceId,
    /// Where the person is.
    page: Signal<Option<Page>>,
    /// The frame's view.
    shell: Memo<Option<ShellView>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let needs = Signal::derive(move || shell.with(|shell| shell.as_ref().map(|shell| shell.needs)));
    view! {
        <nav class="shell-bottom" aria-label=tu_string!(i18n, common.nav_label)>
            <AreaLink workspace area=Area::Today page count=needs class="tab"/>
            <AreaLink workspace area=Area::Diagnose page class="tab"/>
            <AreaLink workspace area=Area::Priorities page class="tab"/>
            <AreaLink workspace area=Area::Team page class="tab"/>
            <button type="button" class="tab" popovertarget="more-sheet">
                <Icon name=IconName::More/>
                <span>{tu_string!(i18n, common.nav_more)}</span>
            </button>
        <div class="sheet" id="more-sheet" popover="auto" role="group" aria-label=tu_string!(i18n, common.nav_more)>
            <AreaLink workspace area=Area::Sharing page class="menu-item"/>
            <AreaLink workspace area=Area::Settings page class="menu-item"/>
            <a class="menu-item" href=Route::Measures.href()>
                <Icon name=IconName::Info/>
                <span>{tu_string!(i18n, common.nav_measures)}</span>
            </a>
            <a class="menu-item" href=Route::Start.href()>
                <Icon name=IconName::List/>
                <span>{tu_string!(i18n, common.switcher_all)}</span>
            </a>
            <div class="sheet-foot"><ThemeChoice/></div>
        </div>
        </nav>
    }
}
