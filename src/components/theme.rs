//! Light, dark, or as the device.

use leptos::prelude::*;

use crate::boxed::view;
use crate::components::field::unique_id;
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::platform::preferences::{self, Theme};

/// The theme in use, shared by everything that shows or changes it.
#[derive(Debug, Clone, Copy)]
struct Chosen(RwSignal<Theme>);

/// Provide the theme to everything below.
pub fn provide_theme() {
    provide_context(Chosen(RwSignal::new(preferences::theme())));
}

fn choose(chosen: RwSignal<Theme>, theme: Theme) {
    preferences::set_theme(theme);
    chosen.set(theme);
}

const THEMES: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

/// A choice of three.
#[component]
pub fn ThemeChoice() -> impl IntoView {
    let i18n = use_i18n();
    let Chosen(chosen) = expect_context();
    // Radio buttons of one name are one group, also across two choices on a page.
    let group = unique_id("theme");
    let option = move |theme: Theme| {
        let icon = match theme {
            Theme::System => IconName::Device,
            Theme::Light => IconName::Sun,
            Theme::Dark => IconName::Moon,
        };
        let words = move || match theme {
            Theme::System => t_string!(i18n, common.theme_system),
            Theme::Light => t_string!(i18n, common.theme_light),
            Theme::Dark => t_string!(i18n, common.theme_dark),
        };
        view! {
            <label class="segment">
                <input type="radio" name=group.clone() prop:checked=move || chosen.get() == theme on:change=move |_| choose(chosen, theme)/>
                <Icon name=icon/>
                <span>{move || words()}</span>
            </label>
        }
    };
    view! {
        <fieldset class="segments">
            <legend class="visually-hidden">{tu_string!(i18n, common.theme_label)}</legend>
            {THEMES.map(option).into_iter().collect_view()}
        </fieldset>
    }
}
