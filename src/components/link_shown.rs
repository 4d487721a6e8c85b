//! A link to hand on: its address, its code, and ways to send it.

use leptos::prelude::*;
use plumbline_core::bridge::sharing::{Code, WholeLink};

use crate::boxed::view;
use crate::components::field::unique_id;
use crate::i18n::*;
use crate::notice::use_notices;
use crate::platform::address;

/// A link, shown.
#[component]
pub fn LinkShown(
    /// Which.
    link: WholeLink,
    /// What it is, and what it lets people do.
    #[prop(into)]
    words: String,
    /// What goes with it when it is sent.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    let i18n = use_i18n();
    let notices = use_notices();
    let address = format!("{}/#{}", address::origin(), link.fragment);
    let id = unique_id("link");
    let (shown, to_copy, to_send) = (address.clone(), address.clone(), address);
    let copied = RwSignal::new(false);
    let copy = move |_| {
        let text = to_copy.clone();
        leptos::task::spawn_local(async move {
            if address::copy(&text).await {
                copied.try_set(true);
            } else {
                notices.trouble(tu_string!(i18n, sharing.copy_failed), tu_string!(i18n, sharing.copy_failed_next));
            }
        });
    };
    let send = move |_| {
        let (address, text) = (to_send.clone(), text.clone());
        leptos::task::spawn_local(async move { address::send(&text, &address).await });
    };
    view! {
        <div class="column link-shown">
            <p>{words}</p>
            <div class="field">
                <label for=id.clone()>{tu_string!(i18n, sharing.link_address)}</label>
                <input id=id class="link-address" readonly=true prop:value=shown autocomplete="off" spellcheck="false"
                    on:focus:target=move |event| event.target().select()/>
            </div>
            <div class="actions">
                <button type="button" class="btn btn-primary" autofocus=true on:click=copy>{tu_string!(i18n, sharing.copy)}</button>
                {address::can_send().then(|| view! {
                    <button type="button" class="btn" on:click=send>{tu_string!(i18n, sharing.send)}</button>
                })}
                <span role="status">{move || copied.get().then(|| tu_string!(i18n, sharing.copied))}</span>
            </div>
            <CodeDrawn code=link.code/>
        </div>
    }
}

/// A code, dark on light in either theme, with the margin that cameras need.
#[component]
fn CodeDrawn(code: Code) -> impl IntoView {
    let i18n = use_i18n();
    if code.size == 0 {
        return ().into_any();
    }
    let size = code.size + 8;
    let path = path_of(&code);
    view! {
        <svg class="link-code" role="img" aria-label=tu_string!(i18n, sharing.code) viewBox=format!("0 0 {size} {size}")
            shape-rendering="crispEdges">
            <rect class="link-code-light" width=size.to_string() height=size.to_string()/>
            <path class="link-code-dark" d=path/>
        </svg>
    }
}

/// One stroke for each run of dark modules in a row.
fn path_of(code: &Code) -> String {
    let mut path = String::new();
    for (y, row) in code.dark.chunks(usize::from(code.size)).enumerate() {
        let mut x = 0;
        while x < row.len() {
            let length = row[x..].iter().take_while(|dark| **dark).count();
            if length > 0 {
                path.push_str(&format!("M{} {}h{length}v1h-{length}z", x + 4, y + 4));
            }
            x += length.max(1);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_become_strokes() {
        let code = Code { size: 3, dark: vec![true, true, false, false, false, true, false, false, false] };
        assert_eq!(path_of(&code), "M4 4h2v1h-2zM6 5h1v1h-1z");
    }
}
