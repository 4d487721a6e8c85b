//! Where the ballots come from: a file, or cells copied from a spreadsheet.

use leptos::prelude::*;

use super::draft::Draft;
use crate::boxed::view;
use crate::components::file_drop::{FileDrop, Given};
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;

#[component]
pub(super) fn Source(draft: Draft) -> impl IntoView {
    let read = Memo::new(move |_| draft.headers.with(Option::is_some));
    move || {
        if read.get() {
            view! { <Taken draft/> }
        } else {
            view! { <Choose draft/> }
        }
    }
}

#[component]
fn Choose(draft: Draft) -> impl IntoView {
    let i18n = use_i18n();
    let cells = RwSignal::new(String::new());
    let on_file = move |given: Option<Given>| match given {
        Some(given) => draft.take(given, false),
        None => draft.trouble.set(Some(tu_string!(i18n, files.unreadable).into())),
    };
    let paste = move || {
        let text = cells.get_untracked();
        if !text.trim().is_empty() {
            draft.take(Given { name: String::new(), bytes: text.into_bytes() }, true);
        }
    };
    view! {
        <section class="import-source" aria-label=tu_string!(i18n, files.source_label)>
            {move || {
                draft.trouble.get().map(|words| {
                    view! {
                        <div class="banner banner-bad" role="alert"><Icon name=IconName::Warning/><p>{words}</p></div>
                    }
                })
            }}
            <FileDrop
                label=tu_string!(i18n, files.choose_file)
                hint=tu_string!(i18n, files.drop_hint)
                accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain"
                on_file
            />
            <div class="card">
                <div class="field">
                    <label for="paste">{tu_string!(i18n, files.paste_label)}</label>
                    <textarea
                        id="paste"
                        rows="6"
                        spellcheck="false"
                        aria-describedby="paste-hint"
                        prop:value=move || cells.get()
                        on:input:target=move |event| cells.set(event.target().value())
                    ></textarea>
                    <p id="paste-hint" class="hint">{tu_string!(i18n, files.paste_hint)}</p>
                </div>
                <div class="actions">
                    <button
                        type="button"
                        class="btn"
                        aria-disabled=move || cells.with(|text| text.trim().is_empty()).then_some("true")
                        on:click=move |_| paste()
                    >
                        {tu_string!(i18n, files.read_cells)}
                    </button>
                </div>
            </div>
            <div class="import-examples">
                <figure>
                    <figcaption class="muted small">{tu_string!(i18n, files.example_wide)}</figcaption>
                    <pre>"leader,1,2,3,4,5\nAna Silva,Enter Spain,Hire a CFO,…"</pre>
                </figure>
                <figure>
                    <figcaption class="muted small">{tu_string!(i18n, files.example_long)}</figcaption>
                    <pre>"leader,priority,rank\nAna Silva,Enter Spain,1"</pre>
                </figure>
            </div>
        </section>
    }
}

#[component]
fn Taken(draft: Draft) -> impl IntoView {
    let i18n = use_i18n();
    let name = move || draft.name.get().unwrap_or_else(|| t_string!(i18n, files.pasted).to_string());
    view! {
        <div class="import-taken">
            <p><Icon name=IconName::List/> <strong>{move || name()}</strong></p>
            <button type="button" class="btn btn-quiet" on:click=move |_| draft.forget()>
                {tu_string!(i18n, files.another_file)}
            </button>
        </div>
    }
}
