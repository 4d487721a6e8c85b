//! Whether everything is on this device: a word that is always visible, and what is where one click away.

use std::time::Duration;

use leptos::prelude::*;
use plumbline_core::bridge::Saving;
use plumbline_core::bridge::sharing::{Sharing, Way};
use plumbline_core::id::WorkspaceId;

use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::notice::words;
use crate::platform::clock;
use crate::route::{Page, Route};

/// Writing that takes less than this is not worth a flicker.
const WORTH_SAYING: Duration = Duration::from_millis(400);

/// The word and its panel.
#[component]
pub fn SavingChip(
    /// Which workspace.
    workspace: WorkspaceId,
    /// How it is shared; `None` when it is not.
    #[prop(into)]
    sharing: Signal<Option<Sharing>>,
    /// Whether everything is stored.
    #[prop(into)]
    saving: Signal<Saving>,
    /// The document's short fingerprint.
    #[prop(into)]
    fingerprint: Signal<Option<String>>,
    /// Make a file of the workspace.
    on_export: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let shown = steadied(saving);
    // What waits, and whether the relay is reached: all that the word needs of sharing.
    let travel = Memo::new(move |_| {
        sharing.with(|sharing| sharing.as_ref().map(|sharing| (sharing.waiting, sharing.way == Way::Open)))
    });
    let elsewhere = Memo::new(move |_| sharing.with(|sharing| sharing.as_ref().map_or(0, |sharing| sharing.elsewhere)));
    let is_shared = Memo::new(move |_| travel.with(Option::is_some));
    let word = move || match (shown.get(), travel.get()) {
        (Saving::Saved { .. }, None) => t_string!(i18n, common.saving_saved).to_string(),
        (Saving::Saved { .. }, Some((0, true))) => t_string!(i18n, sharing.chip_synced).to_string(),
        (Saving::Saved { .. }, Some((0, false))) => t_string!(i18n, sharing.chip_away).to_string(),
        (Saving::Saved { .. }, Some((_, false))) if elsewhere.get() > 0 => {
            t_string!(i18n, sharing.chip_elsewhere, count = elsewhere.get())
        }
        (Saving::Saved { .. }, Some((count, _))) => t_string!(i18n, sharing.chip_waiting, count = count).to_string(),
        (Saving::Busy, _) => t_string!(i18n, common.saving_busy).to_string(),
        (Saving::Failing { .. }, _) => t_string!(i18n, common.saving_failing).to_string(),
    };
    let failing = move || matches!(shown.get(), Saving::Failing { .. });
    let explanation = move || match shown.get() {
        Saving::Saved { at } => view! {
            <p>{move || match travel.get() {
                None => t_string!(i18n, common.saving_saved_text),
                Some((0, true)) => t_string!(i18n, sharing.chip_text_synced),
                Some(_) => t_string!(i18n, sharing.chip_text_away),
            }}</p>
            {at.map(|at| view! { <p class="muted">{t!(i18n, common.saving_saved_at, at = clock::time_text(at))}</p> })}
        },
        Saving::Busy => view! { <p>{tu_string!(i18n, common.saving_busy_text)}</p> },
        Saving::Failing { edits, trouble } => view! {
            <p>{t!(i18n, common.saving_failing_text, count = move || edits)}</p>
            <p>{words::of_trouble(i18n, trouble)}</p>
        },
    };
    view! {
        <button type="button" class="saving" class:saving-failing=move || failing() popovertarget="saving-panel">
            {move || {
                let waits = travel.with(|travel| travel.is_some_and(|(waiting, open)| waiting > 0 || !open));
                let name = if failing() { IconName::Warning } else if waits { IconName::Clock } else { IconName::Check };
                view! { <Icon name/> }
            }}
            <span>{move || word()}</span>
        </button>
        <div class="menu saving-panel" id="saving-panel" popover="auto" role="group" aria-labelledby="saving-title">
            <h2 class="saving-title" id="saving-title">{tu_string!(i18n, common.saving_panel)}</h2>
            {move || explanation()}
            {move || is_shared.get().then(|| view! {
                <p><a href=Route::In(workspace, Page::Sharing).href()>{tu_string!(i18n, sharing.open_page)}</a></p>
            })}
            {move || fingerprint.get().map(|fingerprint| view! {
                <p>
                    <span class="muted">{tu_string!(i18n, common.fingerprint)}</span>
                    " "
                    <code class="fingerprint">{fingerprint}</code>
                </p>
                <p class="muted small">{tu_string!(i18n, common.fingerprint_help)}</p>
            })}
            <Show when=move || !is_shared.get()>
                <p class="muted small">{tu_string!(i18n, common.saving_backup)}</p>
            </Show>
            <button type="button" class="btn" on:click=move |_| on_export.run(())>
                <Icon name=IconName::Download/>
                {tu_string!(i18n, common.saving_export)}
            </button>
        </div>
    }
}

/// The state of saving without the blink of every quick write.
fn steadied(saving: Signal<Saving>) -> RwSignal<Saving> {
    let shown = RwSignal::new(saving.get_untracked());
    Effect::new(move |_| match saving.get() {
        Saving::Busy => set_timeout(
            move || {
                if saving.try_get_untracked() == Some(Saving::Busy) {
                    shown.try_set(Saving::Busy);
                }
            },
            WORTH_SAYING,
        ),
        settled => shown.set(settled),
    });
    shown
}
