//! What screen readers are told while the page stays as it is.

use leptos::prelude::*;

use crate::boxed::view;

/// Says things aloud. Copyable; needs one [`LiveRegion`] on the page.
#[derive(Debug, Clone, Copy)]
pub struct Announcer {
    text: RwSignal<(u32, String)>,
}

impl Announcer {
    /// Silent.
    #[must_use]
    pub fn new() -> Self {
        Self { text: RwSignal::new((0, String::new())) }
    }

    /// Say it now.
    pub fn say(self, words: String) {
        // The component may be gone by the time an answer arrives; then nobody listens.
        let _ = self.text.try_update(|(count, text)| {
            *count = count.wrapping_add(1);
            *text = words;
        });
    }
}

/// Where the words appear for screen readers.
#[component]
pub fn LiveRegion(
    /// What says them.
    announcer: Announcer,
) -> impl IntoView {
    let text = announcer.text;
    view! {
        <div class="visually-hidden" role="status" aria-live="assertive" aria-atomic="true">
            // The same words twice differ by an invisible blank, or they would be said once.
            {move || text.with(|(count, text)| format!("{text}{}", if count % 2 == 0 { "" } else { "\u{a0}" }))}
        </div>
    }
}
