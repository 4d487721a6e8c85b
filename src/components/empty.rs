//! Nothing here yet: what this is for, one example, one action.

use leptos::prelude::*;

use crate::boxed::view;

/// An empty place in a page.
#[component]
pub fn Empty(
    /// What the place is for, in one line.
    #[prop(into)]
    purpose: Signal<String>,
    /// One example.
    #[prop(optional, into)]
    example: MaybeProp<String>,
    /// The action.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <p>{move || purpose.get()}</p>
            {move || example.get().map(|example| view! { <p class="example">{example}</p> })}
            {children.map(|children| children())}
        </div>
    }
}
