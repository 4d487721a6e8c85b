//! Joining a workspace by a link.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use plumbline_core::bridge::{Answer, Request};

use crate::boxed::view;
use crate::components::field::TextField;
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::notice::words::{self, Words};
use crate::platform::{address, page, preferences};
use crate::route::{Page, Route};
use crate::workspace::use_workspace;

const FIELD: &str = "join-link";

/// A link that was opened is joined by at once; without one, there is a field for it.
#[component]
pub fn JoinPage() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let navigate = use_navigate();
    let draft = RwSignal::new(String::new());
    let missing = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<Words>);
    let join = Callback::new(move |link: String| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failed.set(None);
        let navigate = navigate.clone();
        leptos::task::spawn_local(async move {
            workspace.take_peer().await;
            let result = workspace.ask(Request::Join { link: link.clone(), relay: address::origin() }).await;
            busy.try_set(false);
            match result {
                Ok(Answer::Opened(id)) => {
                    let next = if preferences::me(id).is_some() { Page::Today } else { Page::Me };
                    let options = leptos_router::NavigateOptions { replace: true, ..Default::default() };
                    navigate(&Route::In(id, next).href(), options);
                }
                Ok(_) => {}
                Err(failure) => {
                    // Kept, so that "try again" needs no second look for it.
                    draft.try_set(link);
                    failed.try_set(Some(words::of_failure(i18n, &failure)));
                    page::focus_soon("join-failed");
                }
            }
        });
    });
    Effect::new(move |_| {
        if let Some(link) = workspace.incoming().get() {
            workspace.incoming().set(None);
            join.run(link);
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let link = draft.get_untracked().trim().to_owned();
        missing.set(link.is_empty().then(|| t_string!(i18n, sharing.join_missing).to_string()));
        if link.is_empty() {
            page::focus(FIELD);
        } else {
            join.run(link);
        }
    };
    view! {
        <div class="page join">
            <header class="page-head">
                <div>
                    <h1 tabindex="-1">{tu_string!(i18n, sharing.join_heading)}</h1>
                    <p class="lead">{tu_string!(i18n, sharing.join_lead)}</p>
                </div>
            </header>
            {move || failed.get().map(|words| view! {
                <div class="banner banner-bad" id="join-failed" role="alert" tabindex="-1">
                    <Icon name=IconName::Warning/>
                    <p><strong>{words.what}</strong> " " {words.next}</p>
                </div>
            })}
            <div role="status">
                {move || busy.get().then(|| view! {
                    <div class="banner">
                        <Icon name=IconName::Clock/>
                        <p><strong>{tu_string!(i18n, sharing.joining)}</strong> " " {tu_string!(i18n, sharing.joining_text)}</p>
                    </div>
                })}
            </div>
            <form class="column" on:submit=submit novalidate>
                <TextField id=FIELD label=Signal::stored(tu_string!(i18n, sharing.join_link).to_string()) value=draft error=missing
                    hint=Signal::stored(Some(tu_string!(i18n, sharing.join_hint).to_string()))/>
                <div class="actions">
                    <button type="submit" class="btn btn-primary" aria-disabled=move || busy.get().to_string()>
                        {tu_string!(i18n, sharing.join)}
                    </button>
                    <a class="btn" href=Route::Start.href()>{tu_string!(i18n, common.cancel)}</a>
                </div>
            </form>
        </div>
    }
}
