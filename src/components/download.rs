//! Files for the person: a button that offers the formats there are.

use leptos::prelude::*;
use plumbline_core::bridge::ExportFile;

use super::field::unique_id;
use super::icon::{Icon, IconName};
use crate::boxed::view;
use crate::platform::file::{self, FileTrouble};

/// One file that can be had.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What it is.
    pub label: String,
    /// Make it.
    pub run: Callback<()>,
}

/// A button that opens the list of files.
#[component]
pub fn DownloadMenu(
    /// The button's words.
    #[prop(into)]
    label: String,
    /// What can be had.
    choices: Vec<Choice>,
) -> impl IntoView {
    let id = unique_id("download");
    let items = choices
        .into_iter()
        .map(|choice| {
            view! {
                <li>
                    <button
                        type="button"
                        class="menu-item"
                        popovertarget=id.clone()
                        popovertargetaction="hide"
                        on:click=move |_| choice.run.run(())
                    >
                        <Icon name=IconName::Download/>
                        <span class="grow">{choice.label}</span>
                    </button>
                </li>
            }
        })
        .collect_view();
    view! {
        <button type="button" class="btn" popovertarget=id.clone()>
            <Icon name=IconName::Download/>
            {label}
        </button>
        <ul id=id.clone() class="menu menu-anchored" role="list" popover="auto">{items}</ul>
    }
}

/// Hand a file to the person.
///
/// # Errors
/// When the browser refuses the download.
pub fn save(made: &ExportFile) -> Result<(), FileTrouble> {
    file::save(&made.name, &made.mime, &made.bytes)
}
