//! A label, its control, a hint and what is wrong with it.

use std::sync::atomic::{AtomicU32, Ordering};

use leptos::prelude::*;

use crate::boxed::view;
use crate::i18n::*;

/// An identifier for tying a label to its control, unique on the page.
#[must_use]
pub fn unique_id(kind: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{kind}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A single-line text field (or a date, by `kind`) with everything around it.
#[component]
pub fn TextField(
    /// Its label.
    #[prop(into)]
    label: Signal<String>,
    /// What is written.
    value: RwSignal<String>,
    /// The `type` of the input.
    #[prop(default = "text")]
    kind: &'static str,
    /// Help that is always there.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong, in words; `None` when nothing is.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// Whether it may be left empty, said beside the label.
    #[prop(optional)]
    optional: bool,
    /// Values to suggest.
    #[prop(optional, into)]
    suggestions: MaybeProp<Vec<String>>,
    /// Longest text that is taken.
    #[prop(optional, into)]
    longest: Option<usize>,
    /// Whether a dialog starts here.
    #[prop(optional)]
    autofocus: bool,
    /// An example, shown while it is empty.
    #[prop(optional, into)]
    placeholder: MaybeProp<String>,
    /// Its identifier, for moving focus to it.
    #[prop(optional, into)]
    id: Option<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let id = id.unwrap_or_else(|| unique_id("field"));
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    let list_id = format!("{id}-list");
    let described = {
        let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
        move || {
            let ids = [hint.get().map(|_| hint_id.clone()), error.get().map(|_| error_id.clone())];
            let ids: Vec<String> = ids.into_iter().flatten().collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        }
    };
    let has_list = move || suggestions.with(|values| values.as_ref().is_some_and(|values| !values.is_empty()));
    let list_name = list_id.clone();
    view! {
        <div class="field">
            <label for=id.clone()>
                {move || label.get()}
                {optional.then(|| view! { " " <span class="optional">"(" {tu_string!(i18n, common.optional)} ")"</span> })}
            </label>
            <input id=id type=kind autocomplete="off" maxlength=longest.map(|longest| longest.to_string())
                autofocus=autofocus placeholder=move || placeholder.get() list=move || has_list().then(|| list_name.clone())
                aria-invalid=move || error.get().map(|_| "true") aria-describedby=described prop:value=move || value.get()
                on:input:target=move |event| value.set(event.target().value())/>
            {move || hint.get().map(|hint| view! { <p class="hint" id=hint_id.clone()>{hint}</p> })}
            {move || error.get().map(|error| view! { <p class="error" id=error_id.clone()>{error}</p> })}
            {move || has_list().then(|| {
                let options = suggestions.get().unwrap_or_default();
                view! {
                    <datalist id=list_id.clone()>
                        {options.into_iter().map(|option| view! { <option value=option></option> }).collect_view()}
                    </datalist>
                }
            })}
        </div>
    }
}
