//! Without the relay: another device by hand, or a file.

use leptos::prelude::*;
use plumbline_core::bridge::sharing::WholeLink;
use plumbline_core::bridge::{Answer, Request};

use crate::boxed::view;
use crate::components::dialog::Dialog;
use crate::components::field::TextField;
use crate::components::file_drop::{FileDrop, Given};
use crate::components::icon::{Icon, IconName};
use crate::components::link_shown::LinkShown;
use crate::i18n::*;
use crate::notice::use_notices;
use crate::platform::{address, file};
use crate::workspace::use_workspace;

/// The code that is shown, and whether it answers another one.
type Shown = RwSignal<Option<(WholeLink, bool)>>;

/// The section.
#[component]
pub fn Without() -> impl IntoView {
    let i18n = use_i18n();
    let shown: Shown = RwSignal::new(None);
    view! {
        <section class="setting" aria-labelledby="sharing-without">
            <h2 id="sharing-without">{tu_string!(i18n, sharing.without)}</h2>
            <div class="column">
                <p>{tu_string!(i18n, sharing.without_text)}</p>
                <ByHand shown/>
                <ByFile/>
            </div>
        </section>
        <CodeDialog shown/>
    }
}

/// A code to another device, and one from it.
#[component]
fn ByHand(shown: Shown) -> impl IntoView {
    let i18n = use_i18n();
    let handle = use_workspace();
    let notices = use_notices();
    let (code, missing) = (RwSignal::new(String::new()), RwSignal::new(None::<String>));
    let ask = move |request: Request, answers: bool| {
        leptos::task::spawn_local(async move {
            match handle.ask(request).await {
                Ok(Answer::Link(link)) => {
                    code.try_set(String::new());
                    shown.try_set(Some((link, answers)));
                }
                Ok(_) => {
                    code.try_set(String::new());
                    shown.try_set(None);
                    notices.done(tu_string!(i18n, sharing.hand_connecting));
                }
                Err(failure) => notices.failure(&failure),
            }
        });
    };
    let show = move |_| ask(Request::AskByHand { app: address::origin() }, false);
    let take = move |code: String| ask(Request::Brought { code, app: address::origin() }, true);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let text = code.get_untracked().trim().to_owned();
        missing.set(text.is_empty().then(|| t_string!(i18n, sharing.hand_missing).to_string()));
        if !text.is_empty() {
            take(text);
        }
    };
    // A camera opened the address that a code stands for.
    Effect::new(move |_| {
        if let Some(code) = handle.carried().get() {
            handle.carried().set(None);
            take(code);
        }
    });
    view! {
        <h3>{tu_string!(i18n, sharing.hand)}</h3>
        <p class="muted">{tu_string!(i18n, sharing.hand_text)}</p>
        <div>
            <button type="button" class="btn" on:click=show><Icon name=IconName::Link/>{tu_string!(i18n, sharing.hand_show)}</button>
        </div>
        <form class="column" on:submit=submit novalidate>
            <TextField label=Signal::stored(tu_string!(i18n, sharing.hand_code).to_string()) value=code error=missing
                hint=Signal::stored(Some(tu_string!(i18n, sharing.hand_code_hint).to_string()))/>
            <div><button type="submit" class="btn">{tu_string!(i18n, sharing.hand_use)}</button></div>
        </form>
    }
}

/// A file with everything, and one from another device.
#[component]
fn ByFile() -> impl IntoView {
    let i18n = use_i18n();
    let handle = use_workspace();
    let notices = use_notices();
    let save = move |_| {
        leptos::task::spawn_local(async move {
            match handle.ask(Request::SaveEdits).await {
                Ok(Answer::File(made)) => match file::save(&made.name, &made.mime, &made.bytes) {
                    Ok(()) => notices.done(tu_string!(i18n, sharing.file_saved)),
                    Err(_) => notices
                        .trouble(tu_string!(i18n, common.export_failed), tu_string!(i18n, common.export_failed_next)),
                },
                Ok(_) => {}
                Err(failure) => notices.failure(&failure),
            }
        });
    };
    let take = Callback::new(move |given: Option<Given>| {
        let Some(given) = given else {
            return notices.trouble(tu_string!(i18n, sharing.file_unread), tu_string!(i18n, sharing.file_unread_next));
        };
        leptos::task::spawn_local(async move {
            match handle.ask(Request::TakeEdits { bytes: given.bytes }).await {
                Ok(Answer::Edited(true)) => notices.done(tu_string!(i18n, sharing.file_taken)),
                Ok(_) => notices.done(tu_string!(i18n, sharing.file_known)),
                Err(failure) => notices.failure(&failure),
            }
        });
    });
    view! {
        <h3>{tu_string!(i18n, sharing.file)}</h3>
        <p class="muted">{tu_string!(i18n, sharing.file_text)}</p>
        <div>
            <button type="button" class="btn" on:click=save><Icon name=IconName::Download/>{tu_string!(i18n, sharing.file_save)}</button>
        </div>
        <FileDrop label=tu_string!(i18n, sharing.file_take) hint=tu_string!(i18n, sharing.file_hint) accept=".plumbline-edits" on_file=take/>
    }
}

/// The dialog with a code in it.
#[component]
fn CodeDialog(shown: Shown) -> impl IntoView {
    let i18n = use_i18n();
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(shown.with(Option::is_some)));
    Effect::new(move |_| {
        if !open.get() && shown.with_untracked(Option::is_some) {
            shown.set(None);
        }
    });
    let answers = move || shown.with(|shown| shown.as_ref().is_some_and(|(_, answers)| *answers));
    let title = Signal::derive(move || {
        let title = if answers() { t_string!(i18n, sharing.hand_answer) } else { t_string!(i18n, sharing.hand_title) };
        title.to_string()
    });
    view! {
        <Dialog open title>
            {move || shown.get().map(|(link, answers)| {
                let words = if answers { tu_string!(i18n, sharing.hand_answer_text) } else { tu_string!(i18n, sharing.hand_title_text) };
                view! { <LinkShown link words text=tu_string!(i18n, sharing.hand_send)/> }
            })}
        </Dialog>
    }
}
