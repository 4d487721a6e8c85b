//! Opening a workspace file: choose it, see what it holds, then bring it in.

use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use plumbline_core::bridge::{Answer, FileSummary, Request};

use crate::boxed::view;
use crate::components::dialog::Dialog;
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::notice::use_notices;
use crate::platform;
use crate::route::{Page, Route};
use crate::workspace::use_workspace;

#[derive(Debug, Clone, PartialEq)]
struct Looked {
    bytes: Vec<u8>,
    summary: FileSummary,
}

/// The button that opens a workspace file, and the look into it before anything changes.
#[component]
pub fn OpenWorkspaceFile(
    /// The button's class.
    #[prop(default = "btn")]
    class: &'static str,
    /// What the button says.
    children: Children,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let notices = use_notices();
    let navigate = use_navigate();
    let input = NodeRef::<html::Input>::new();
    let looked = RwSignal::new(None::<Looked>);
    let open = RwSignal::new(false);

    let chosen = move |_| {
        let Some(input) = input.get_untracked() else { return };
        leptos::task::spawn_local(async move {
            let read = platform::file::chosen(&input).await;
            // Choosing the same file again must be heard as well.
            input.set_value("");
            let Ok((_, bytes)) = read else {
                notices.trouble(tu_string!(i18n, start.unreadable), tu_string!(i18n, start.unreadable_next));
                return;
            };
            match workspace.ask(Request::InspectFile { bytes: bytes.clone() }).await {
                Ok(Answer::Inspected(summary)) => {
                    looked.set(Some(Looked { bytes, summary }));
                    open.set(true);
                }
                Ok(_) => {}
                Err(failure) => notices.failure(&failure),
            }
        });
    };
    let bring_in = Callback::new(move |()| {
        let Some(Looked { bytes, summary }) = looked.get_untracked() else { return };
        let navigate = navigate.clone();
        open.set(false);
        leptos::task::spawn_local(async move {
            match workspace.ask(Request::ImportFile { bytes }).await {
                Ok(answer) => {
                    let id = if let Answer::Opened(id) = answer { id } else { summary.workspace };
                    notices.done(tu_string!(i18n, start.file_opened, name = summary.name));
                    navigate(&Route::In(id, Page::Today).href(), Default::default());
                }
                Err(failure) => notices.failure(&failure),
            }
        });
    });
    let choose = move |_| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    view! {
        <button type="button" class=class on:click=choose>{children()}</button>
        <input class="visually-hidden" type="file" accept=".plumbline,application/octet-stream" node_ref=input tabindex="-1"
            aria-label=tu_string!(i18n, start.choose_file) on:change=chosen/>
        <Dialog open title=Signal::stored(tu_string!(i18n, start.file_title).to_string())>
            {move || looked.get().map(|looked| view! { <Summary summary=looked.summary/> })}
            <div class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{tu_string!(i18n, common.cancel)}</button>
                <button type="button" class="btn btn-primary" autofocus on:click=move |_| bring_in.run(())>
                    <Icon name=IconName::Upload/>
                    {tu_string!(i18n, start.file_open)}
                </button>
            </div>
        </Dialog>
    }
}

#[component]
fn Summary(summary: FileSummary) -> impl IntoView {
    let i18n = use_i18n();
    let FileSummary { name, leaders, priorities, rounds, changes, fingerprint, known, new_changes, .. } = summary;
    let effect = match (known, new_changes) {
        (false, _) => view! { <p>{tu_string!(i18n, start.file_new)}</p> },
        (true, 0) => view! { <p>{tu_string!(i18n, start.file_nothing_new)}</p> },
        (true, new) => view! { <p>{t!(i18n, start.file_adds, count = move || new)}</p> },
    };
    view! {
        <dl class="facts">
            <div><dt>{tu_string!(i18n, start.fact_name)}</dt><dd><strong>{name}</strong></dd></div>
            <div><dt>{tu_string!(i18n, start.fact_leaders)}</dt><dd class="num">{leaders}</dd></div>
            <div><dt>{tu_string!(i18n, start.fact_priorities)}</dt><dd class="num">{priorities}</dd></div>
            <div><dt>{tu_string!(i18n, start.fact_rounds)}</dt><dd class="num">{rounds}</dd></div>
            <div><dt>{tu_string!(i18n, start.fact_changes)}</dt><dd class="num">{changes}</dd></div>
            <div><dt>{tu_string!(i18n, common.fingerprint)}</dt><dd><code class="fingerprint">{fingerprint}</code></dd></div>
        </dl>
        {effect}
    }
}
