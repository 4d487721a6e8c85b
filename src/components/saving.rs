//! Whether everything is on this device: a word that is always visible, and what is where one click away.

use std::time::Duration;

use leptos::prelude::*;
use plumbline_core::bridge::Saving;

use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::notice::words;
use crate::platform::clock;

/// Writing that takes less than this is not worth a flicker.
const WORTH_SAYING: Duration = Duration::from_millis(400);

/// The word and its panel.
#[component]
pub fn SavingChip(
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
    let word = move || match shown.get() {
        Saving::Saved { .. } => t_string!(i18n, common.saving_saved),
        Saving::Busy => t_string!(i18n, common.saving_busy),
        Saving::Failing { .. } => t_string!(i18n, common.saving_failing),
    };
    let failing = move || matches!(shown.get(), Saving::Failing { .. });
    let explanation = move || match shown.get() {
        Saving::Saved { at } => view! {
            <p>{tu_string!(i18n, common.saving_saved_text)}</p>
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
                let name = if failing() { IconName::Warning } else { IconName::Check };
                view! { <Icon name/> }
            }}
            <span>{move || word()}</span>
        </button>
        <div class="menu saving-panel" id="saving-panel" popover="auto" role="group" aria-labelledby="saving-title">
            <h2 class="saving-title" id="saving-title">{tu_string!(i18n, common.saving_panel)}</h2>
            {move || explanation()}
            {move || fingerprint.get().map(|fingerprint| view! {
                <p>
                    <span class="muted">{tu_string!(i18n, common.fingerprint)}</span>
                    " "
                    <code class="fingerprint">{fingerprint}</code>
                </p>
                <p class="muted small">{tu_string!(i18n, common.fingerprint_help)}</p>
            })}
            <p class="muted small">{tu_string!(i18n, common.saving_backup)}</p>
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
