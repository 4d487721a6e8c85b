//! Who could look at ballots, and who can close a round, in plain words.

use leptos::prelude::*;
use plumbline_core::view::{Closing, CustodianView, SealingView};

use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::i18n::*;
use crate::notice::words::Sentences;
use crate::workspace::use_workspace;

/// What protects the ballots, plainly.
#[component]
pub fn Protection(
    /// How the round's ballots are sealed.
    #[prop(into)]
    sealing: Signal<Option<SealingView>>,
    /// Whether one leader ranks here, on a device of their own.
    #[prop(optional)]
    alone: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let sharing = use_workspace().sharing();
    let shared = Memo::new(move |_| sharing.with(Option::is_some));
    let words = move || sealing.with(|sealing| protection(i18n, sealing.as_ref(), shared.get()));
    let copy = move || (alone && sealing.with(Option::is_some)).then(|| tu_string!(i18n, round.sealed_own_copy));
    view! {
        <p class="protection">
            <Icon name=IconName::Lock/>
            <span>{move || words()} " " {move || copy()}</span>
        </p>
    }
}

fn protection(i18n: Sentences, sealing: Option<&SealingView>, shared: bool) -> String {
    let Some(sealing) = sealing else {
        return if shared {
            t_string!(i18n, round.protection_unsealed).to_string()
        } else {
            t_string!(i18n, round.protection).to_string()
        };
    };
    match sealing.custodians.as_slice() {
        [first, second] if sealing.strong => {
            t_string!(i18n, round.sealed_strong, first = device(i18n, first), second = device(i18n, second))
        }
        [first, second] => {
            t_string!(i18n, round.sealed_two, first = device(i18n, first), second = device(i18n, second))
        }
        [one] if one.own => t_string!(i18n, round.sealed_here).to_string(),
        others => t_string!(i18n, round.sealed_one, device = devices(i18n, others.iter())),
    }
}

/// Why this device cannot close the round by itself; `None` when it can.
pub fn closing(i18n: Sentences, sealing: &SealingView) -> Option<String> {
    let all = || devices(i18n, sealing.custodians.iter());
    let other = || devices(i18n, sealing.custodians.iter().filter(|custodian| !custodian.own));
    match sealing.closing {
        Closing::Here => None,
        Closing::Both => Some(t_string!(i18n, round.close_both, other = other())),
        Closing::Other => Some(t_string!(i18n, round.close_other, other = other())),
        Closing::Elsewhere => Some(t_string!(i18n, round.close_elsewhere, who = all())),
        Closing::Begun => Some(t_string!(i18n, round.close_begun).to_string()),
    }
}

/// Why nobody can cast a ballot now, though the round is open.
pub fn no_casting(i18n: Sentences, sealing: &SealingView) -> Option<String> {
    if sealing.awaits_key {
        let second = sealing.custodians.get(1).map(|second| device(i18n, second)).unwrap_or_default();
        return Some(t_string!(i18n, round.cast_awaits_key, second = second));
    }
    let begun = matches!(sealing.closing, Closing::Other | Closing::Begun)
        || (sealing.strong && sealing.closing == Closing::Here);
    begun.then(|| t_string!(i18n, round.close_begun).to_string())
}

fn devices<'a>(i18n: Sentences, custodians: impl Iterator<Item = &'a CustodianView>) -> String {
    let words: Vec<String> = custodians.map(|custodian| device(i18n, custodian)).collect();
    match words.as_slice() {
        [one, other] => t_string!(i18n, round.device_or, one = one.clone(), other = other.clone()),
        words => words.join(", "),
    }
}

/// A custodian's device.
fn device(i18n: Sentences, custodian: &CustodianView) -> String {
    if custodian.own {
        return t_string!(i18n, round.device_own).to_string();
    }
    let names: Vec<String> = custodian.people.iter().map(|person| person.name.clone()).collect();
    named_device(i18n, &names)
}

/// A device, by the names of those who write on it.
pub fn named_device(i18n: Sentences, names: &[String]) -> String {
    match names {
        [] => t_string!(i18n, round.device_unnamed).to_string(),
        [name] => t_string!(i18n, round.device_of, name = name.clone()),
        names => t_string!(i18n, round.device_of_several, names = names.join(", ")),
    }
}
