//! A place to drop a file, with a button that does the same.

use leptos::prelude::*;

use super::field::unique_id;
use super::icon::{Icon, IconName};
use crate::boxed::view;
use crate::platform::{drop, file};

/// A file the person gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Drop a file here, or choose one.
#[component]
pub fn FileDrop(
    /// The button's words.
    #[prop(into)]
    label: String,
    /// What is expected, in a line.
    #[prop(into)]
    hint: String,
    /// Kinds of files the chooser shows.
    accept: &'static str,
    /// The file, or `None` when it cannot be read.
    #[prop(into)]
    on_file: Callback<Option<Given>>,
) -> impl IntoView {
    let over = RwSignal::new(false);
    let id = unique_id("file");
    let take = move |chosen| {
        let Some(chosen) = chosen else { return };
        leptos::task::spawn_local(async move {
            let read = file::read(&chosen).await.ok();
            on_file.run(read.map(|(name, bytes)| Given { name, bytes }));
        });
    };
    view! {
        <div
            class="file-drop"
            class:file-drop-over=move || over.get()
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=move |event| {
                event.prevent_default();
                over.set(false);
                take(drop::dropped(&event));
            }
        >
            <input
                id=id.clone()
                class="visually-hidden"
                type="file"
                accept=accept
                on:change=move |event| take(drop::picked(&event))
            />
            <label class="btn" for=id><Icon name=IconName::Upload/>{label}</label>
            <p class="muted">{hint}</p>
        </div>
    }
}
