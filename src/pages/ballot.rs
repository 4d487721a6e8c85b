//! Cast ballots: one laptop handed from leader to leader, or one's own.

mod filling;
mod sealing;

use leptos::prelude::*;
use plumbline_core::bridge::Request;
use plumbline_core::id::{LeaderId, RoundId, WorkspaceId};
use plumbline_core::view::{AskedRow, BallotView, OpenRoundView, Person, RoundView, ViewKey};

use self::filling::Filling;
pub use self::sealing::{Protection, closing, named_device, no_casting};
use crate::boxed::view;
use crate::components::hand_over::{BallotIn, ChoosePerson, PrivateScreen};
use crate::components::icon::{Icon, IconName};
use crate::components::loaded::WhenLoaded;
use crate::i18n::*;
use crate::platform::{page, preferences};
use crate::route::{Page, Route};
use crate::workspace::use_workspace;

/// Where the laptop is on its way round.
#[derive(Debug, Clone, PartialEq)]
enum Stage {
    /// Who takes it?
    Choosing,
    /// On its way to somebody, nothing shown.
    Handing(Person),
    /// Somebody fills in their ballot.
    Filling(LeaderId),
    /// A ballot is in.
    Cast,
}

/// The page.
#[component]
pub fn BallotPage(workspace: WorkspaceId, round: RoundId) -> impl IntoView {
    let engine = use_workspace();
    let view = engine.view::<RoundView>(ViewKey::Round(round));
    view! {
        <WhenLoaded view=view let:view>
            <Passing workspace round view/>
        </WhenLoaded>
    }
}

#[component]
fn Passing(workspace: WorkspaceId, round: RoundId, view: Signal<RoundView>) -> impl IntoView {
    let i18n = use_i18n();
    let engine = use_workspace();
    let own = preferences::me(workspace);
    let open = Memo::new(move |_| match view.get() {
        RoundView::Open(open) => Some(open),
        _ => None,
    });
    // By itself, so that a ballot cast elsewhere does not draw the page anew and lose a draft.
    let closed = Memo::new(move |_| open.with(Option::is_none));
    let asked =
        Signal::derive(move || open.with(|open| open.as_ref().map(|open| open.asked.clone()).unwrap_or_default()));
    let sealing = Signal::derive(move || open.with(|open| open.as_ref().and_then(|open| open.sealing.clone())));
    // By itself as well: only whether and why there is no casting.
    let waits =
        Memo::new(move |_| sealing.with(|sealing| sealing.as_ref().and_then(|sealing| no_casting(i18n, sealing))));
    let label = move || open.with(|open| open.as_ref().map(|open| open.label.clone()).unwrap_or_default());
    let mine = own.filter(|own| asked.with_untracked(|asked| asked.iter().any(|row| row.person.id == *own)));
    let shared = mine.is_none();
    let stage = RwSignal::new(mine.map_or(Stage::Choosing, Stage::Filling));
    let go = move |next: Stage| {
        // The laptop changes hands: nobody may take back what somebody else did.
        if shared {
            engine.send(Request::ForgetUndo);
        }
        stage.set(next);
        page::focus_soon("cover-title");
    };
    let href = move |page: Page| Route::In(workspace, page).href();
    move || {
        if closed.get() {
            return view! { <Closed round_href=href(Page::Round(round))/> };
        }
        if let Some(words) = waits.get() {
            return view! { <NoCasting words round_href=href(Page::Round(round))/> };
        }
        match stage.get() {
            Stage::Choosing => view! {
                <div class="page ballot-page">
                    <a class="back" href=href(Page::Round(round))><Icon name=IconName::ArrowLeft/>{move || label()}</a>
                    <header class="page-head">
                        <div>
                            <h1 id="cover-title" tabindex="-1">{tu_string!(i18n, round.pass_title)}</h1>
                            <p class="lead">{tu_string!(i18n, round.pass_lead)}</p>
                        </div>
                    </header>
                    <ChoosePerson asked on_choose=Callback::new(move |person| go(Stage::Handing(person)))/>
                    <Protection sealing/>
                </div>
            },
            Stage::Handing(person) => {
                let leader = person.id;
                let revising = move || asked.with(|asked| has_cast(asked, leader));
                view! {
                    <div class="page ballot-page">
                        <PrivateScreen person revising=Signal::derive(revising)
                            on_yes=Callback::new(move |()| stage.set(Stage::Filling(leader)))
                            on_no=Callback::new(move |()| go(Stage::Choosing))/>
                    </div>
                }
            }
            Stage::Filling(leader) => {
                let ballot = engine.view::<BallotView>(ViewKey::Ballot(round, leader));
                view! {
                    <WhenLoaded view=ballot let:ballot>
                        <Filling workspace ballot sealing shared on_cast=Callback::new(move |()| go(Stage::Cast))
                            on_back=Callback::new(move |()| go(Stage::Choosing))/>
                    </WhenLoaded>
                }
            }
            Stage::Cast => {
                let waiting = move || open.with(|open| open.as_ref().map(waiting_for).unwrap_or_default());
                view! {
                    <div class="page ballot-page">
                        <BallotIn waiting=Signal::derive(waiting) shared round_href=href(Page::Round(round))
                            on_next=Callback::new(move |person| go(Stage::Handing(person)))/>
                    </div>
                }
            }
        }
    }
}

fn has_cast(asked: &[AskedRow], leader: LeaderId) -> bool {
    asked.iter().any(|row| row.person.id == leader && row.cast.is_some())
}

fn waiting_for(open: &OpenRoundView) -> Vec<Person> {
    open.asked.iter().filter(|row| row.cast.is_none()).map(|row| row.person.clone()).collect()
}

/// The round is open, and no ballot can be cast.
#[component]
fn NoCasting(words: String, round_href: String) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="page ballot-page">
            <section class="cover">
                <h1 id="cover-title" tabindex="-1">{tu_string!(i18n, round.no_casting_title)}</h1>
                <p class="lead">{words}</p>
                <div class="cover-actions"><a class="btn btn-primary" href=round_href>{tu_string!(i18n, round.closed_link)}</a></div>
            </section>
        </div>
    }
}

#[component]
fn Closed(round_href: String) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="page ballot-page">
            <section class="cover">
                <h1 id="cover-title" tabindex="-1">{tu_string!(i18n, round.closed_title)}</h1>
                <p class="lead">{tu_string!(i18n, round.closed_text)}</p>
                <div class="cover-actions"><a class="btn btn-primary" href=round_href>{tu_string!(i18n, round.closed_link)}</a></div>
            </section>
        </div>
    }
}
