//! What others are moving right now, and telling them what is being moved here.

use leptos::prelude::*;
use plumbline_core::bridge::Request;
use plumbline_core::bridge::sharing::{Place, Presence};
use plumbline_core::id::{PriorityId, RoundId, WorkspaceId};
use plumbline_core::view::{ShellView, ViewKey};

use crate::i18n::*;
use crate::platform::preferences;
use crate::workspace::{Loaded, use_workspace};

/// Tell the others, when the workspace is shared, what is held here.
pub fn say_what_is_held(workspace: WorkspaceId, round: RoundId, held: Signal<Option<PriorityId>>) {
    let handle = use_workspace();
    let held = Memo::new(move |_| held.get());
    Effect::watch(
        move || held.get(),
        move |moving, _, _| {
            if handle.sharing().with_untracked(Option::is_some) {
                let (leader, place) = (preferences::me(workspace), Place::Stack(round));
                handle.send(Request::Show(Presence { leader, place, moving: *moving, leaving: false }));
            }
        },
        false,
    );
}

/// Who of the others holds what: for each priority the words that say so.
pub fn held_elsewhere(round: RoundId) -> Memo<Vec<(PriorityId, String)>> {
    let i18n = use_i18n();
    let handle = use_workspace();
    let shell = handle.view::<ShellView>(ViewKey::Shell);
    let sharing = handle.sharing();
    Memo::new(move |_| {
        let held: Vec<_> = sharing.with(|sharing| {
            let here = sharing.iter().flat_map(|sharing| &sharing.here);
            let on_stack = here.filter(|other| other.presence.place == Place::Stack(round));
            on_stack.filter_map(|other| Some((other.presence.moving?, other.presence.leader))).collect()
        });
        if held.is_empty() {
            return Vec::new();
        }
        let Loaded::Ready(shell) = shell.get() else { return Vec::new() };
        let name =
            |leader| shell.leaders.iter().find(|person| Some(person.id) == leader).map(|person| person.name.clone());
        let words = |leader| match name(leader) {
            Some(name) => t_string!(i18n, sharing.moving, name = name).to_string(),
            None => t_string!(i18n, sharing.moving_unnamed).to_string(),
        };
        held.into_iter().map(|(priority, leader)| (priority, words(leader))).collect()
    })
}
