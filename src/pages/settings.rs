//! The workspace's name and rules, its file, and where it is kept.

use leptos::prelude::*;
use plumbline_core::id::WorkspaceId;
use plumbline_core::intent::Intent;
use plumbline_core::intent::limits::NAME_MAX;
use plumbline_core::view::{SettingsView, ViewKey};

use crate::boxed::view;
use crate::components::field::{TextField, unique_id};
use crate::components::icon::{Icon, IconName};
use crate::components::loaded::WhenLoaded;
use crate::components::shell::{Named, export_workspace, remove_workspace};
use crate::components::theme::ThemeChoice;
use crate::components::workspace_file::OpenWorkspaceFile;
use crate::i18n::*;
use crate::notice::use_notices;
use crate::platform::{clock, page};
use crate::workspace::use_workspace;

mod kept;

use kept::Kept;

/// Name, stack size, files.
#[component]
pub fn SettingsPage(workspace: WorkspaceId) -> impl IntoView {
    let i18n = use_i18n();
    let view = use_workspace().view::<SettingsView>(ViewKey::Settings);
    view! {
        <WhenLoaded view let:settings>
            <div class="page settings">
                <header class="page-head"><h1 tabindex="-1">{tu_string!(i18n, settings.heading)}</h1></header>
                <section class="setting" aria-labelledby="setting-workspace">
                    <h2 id="setting-workspace">{tu_string!(i18n, settings.workspace)}</h2>
                    <div class="column">
                        <Rename name=Memo::new(move |_| settings.with(|settings| settings.name.clone()))/>
                        <StackSize settings/>
                    </div>
                </section>
                <section class="setting" aria-labelledby="setting-file">
                    <h2 id="setting-file">{tu_string!(i18n, settings.file)}</h2>
                    <Files/>
                </section>
                <section class="setting" aria-labelledby="setting-kept">
                    <h2 id="setting-kept">{tu_string!(i18n, settings.kept)}</h2>
                    <Kept/>
                </section>
                <section class="setting" aria-labelledby="setting-facts">
                    <h2 id="setting-facts">{tu_string!(i18n, settings.facts)}</h2>
                    <Facts settings/>
                </section>
                <section class="setting" aria-labelledby="setting-theme">
                    <h2 id="setting-theme">{tu_string!(i18n, common.theme_label)}</h2>
                    <div class="column">
                        <div><ThemeChoice/></div>
                        <p class="muted small">{tu_string!(i18n, settings.theme_hint)}</p>
                    </div>
                </section>
                <section class="setting" aria-labelledby="setting-delete">
                    <h2 id="setting-delete">{tu_string!(i18n, settings.delete)}</h2>
                    <Delete workspace settings/>
                </section>
            </div>
        </WhenLoaded>
    }
}

#[component]
fn Rename(name: Memo<String>) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let notices = use_notices();
    let draft = RwSignal::new(name.get_untracked());
    let error = RwSignal::new(None::<String>);
    // A name that arrives from elsewhere shows at once, unless one is being written here.
    Effect::watch(
        move || name.get(),
        move |now, before, _| {
            if before.is_none_or(|before| draft.with_untracked(|draft| draft == before)) {
                draft.set(now.clone());
            }
        },
        false,
    );
    let changed = Memo::new(move |_| draft.with(|draft| draft.trim() != name.get()));
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let wanted = draft.get_untracked().trim().to_owned();
        if wanted.is_empty() {
            error.set(Some(t_string!(i18n, settings.name_missing).to_string()));
            page::focus("setting-name");
            return;
        }
        error.set(None);
        if !changed.get_untracked() {
            return;
        }
        leptos::task::spawn_local(async move {
            if workspace.edit(Intent::RenameWorkspace { name: wanted }).await.is_ok() {
                notices.done(tu_string!(i18n, settings.renamed));
            }
        });
    };
    view! {
        <form class="inline-form" on:submit=save novalidate>
            <TextField id="setting-name" label=Signal::stored(tu_string!(i18n, settings.name).to_string()) value=draft error
                longest=NAME_MAX/>
            <button type="submit" class="btn" aria-disabled=move || (!changed.get()).to_string()>{tu_string!(i18n, settings.rename)}</button>
        </form>
    }
}

#[component]
fn StackSize(settings: Signal<SettingsView>) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let id = unique_id("size");
    let hint = format!("{id}-hint");
    let described = hint.clone();
    let (least, most) = settings.with_untracked(|settings| settings.top_range);
    let top = Memo::new(move |_| settings.with(|settings| settings.top));
    let choose = move |value: String| {
        if let Ok(top) = value.parse() {
            workspace.dispatch(Intent::SetTop { top });
        }
    };
    view! {
        <div class="field">
            <label for=id.clone()>{tu_string!(i18n, settings.top)}</label>
            <select class="short" id=id aria-describedby=described on:change:target=move |event| choose(event.target().value())>
                {(least..=most).map(|size| view! { <option value=size.to_string() prop:selected=move || top.get() == size>{size}</option> }).collect_view()}
            </select>
            <p class="hint" id=hint>{tu_string!(i18n, settings.top_hint)}</p>
        </div>
    }
}

#[component]
fn Files() -> impl IntoView {
    let i18n = use_i18n();
    let export = export_workspace();
    view! {
        <div class="column">
            <p>{tu_string!(i18n, settings.file_text)}</p>
            <div class="actions">
                <button type="button" class="btn" on:click=move |_| export.run(())>
                    <Icon name=IconName::Download/>
                    {tu_string!(i18n, common.saving_export)}
                </button>
                <OpenWorkspaceFile>
                    <Icon name=IconName::Upload/>
                    {tu_string!(i18n, start.file)}
                </OpenWorkspaceFile>
            </div>
        </div>
    }
}

#[component]
fn Facts(settings: Signal<SettingsView>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="column">
            <dl class="facts">
                <div><dt>{tu_string!(i18n, common.fingerprint)}</dt><dd><code class="fingerprint">{move || settings.get().fingerprint}</code></dd></div>
                <div><dt>{tu_string!(i18n, settings.changes)}</dt><dd class="num">{move || settings.get().changes}</dd></div>
                <div><dt>{tu_string!(i18n, settings.sessions)}</dt><dd class="num">{move || settings.get().sessions}</dd></div>
                <div><dt>{tu_string!(i18n, settings.created)}</dt><dd>{move || clock::day_text(settings.get().created)}</dd></div>
            </dl>
            <p class="muted small">{tu_string!(i18n, common.fingerprint_help)}</p>
        </div>
    }
}

#[component]
fn Delete(workspace: WorkspaceId, settings: Signal<SettingsView>) -> impl IntoView {
    let i18n = use_i18n();
    let remove = remove_workspace();
    let delete = move |_| {
        let SettingsView { name, sample, .. } = settings.get_untracked();
        remove.run((workspace, if sample { Named::Sample } else { Named::Own(name) }));
    };
    view! {
        <div class="column">
            <p>{tu_string!(i18n, settings.delete_text)}</p>
            <div><button type="button" class="btn btn-danger" on:click=delete>{tu_string!(i18n, settings.delete_action)}</button></div>
        </div>
    }
}
