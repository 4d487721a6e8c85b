//! What the browser promises about the data on this device.

use leptos::prelude::*;

use crate::boxed::view;
use crate::i18n::*;
use crate::platform::storage::{self, StorageFacts};

/// Whether the browser may clear the data by itself, and how much room is used.
#[component]
pub fn Kept() -> impl IntoView {
    let i18n = use_i18n();
    let facts = RwSignal::new(None::<StorageFacts>);
    let refused = RwSignal::new(false);
    let look = move || {
        leptos::task::spawn_local(async move {
            let found = storage::facts().await;
            facts.try_set(Some(found));
        });
    };
    look();
    let ask = move |_| {
        leptos::task::spawn_local(async move {
            let kept = storage::keep().await;
            refused.try_set(!kept);
            look();
        });
    };
    let promise = move || match facts.get()?.kept {
        Some(true) => {
            Some(view! { <p><span class="badge badge-good">{tu_string!(i18n, settings.kept_yes)}</span></p> })
        }
        Some(false) => Some(view! {
            <p>{tu_string!(i18n, settings.kept_no)}</p>
            <div><button type="button" class="btn" on:click=ask>{tu_string!(i18n, settings.keep)}</button></div>
        }),
        None => Some(view! { <p>{tu_string!(i18n, settings.kept_unknown)}</p> }),
    };
    let room = move || {
        let facts = facts.get()?;
        let (used, quota) = (size(facts.used?), size(facts.quota?));
        Some(view! { <p class="muted small num">{t!(i18n, settings.room, used, quota)}</p> })
    };
    view! {
        <div class="column">
            <p>{tu_string!(i18n, settings.kept_text)}</p>
            {move || promise()}
            <div>
                <p role="status">{move || refused.get().then_some(tu_string!(i18n, settings.keep_refused))}</p>
                {move || room()}
            </div>
        </div>
    }
}

/// "0.2 MB", "84 MB", "10.7 GB".
fn size(bytes: u64) -> String {
    #[allow(clippy::cast_precision_loss, reason = "shown with one decimal at most")]
    let megabytes = bytes as f64 / 1e6;
    match megabytes {
        ..10.0 => format!("{megabytes:.1} MB"),
        ..1000.0 => format!("{megabytes:.0} MB"),
        _ => format!("{:.1} GB", megabytes / 1000.0),
    }
}
