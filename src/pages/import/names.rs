//! Names the workspace does not know: each is a new one, another spelling of a known one, or left out.

use leptos::prelude::*;
use plumbline_core::import::UnknownName;
use plumbline_core::import::plan::{Decisions, NameIs};

use super::draft::Draft;
use crate::boxed::view;
use crate::i18n::*;

/// Whose names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Leaders,
    Priorities,
}

impl Kind {
    fn decided(self, decisions: &Decisions, name: &str) -> Option<NameIs> {
        match self {
            Self::Leaders => decisions.leaders.get(name).cloned(),
            Self::Priorities => decisions.priorities.get(name).cloned(),
        }
    }

    fn decide(self, decisions: &mut Decisions, name: String, is: NameIs) {
        match self {
            Self::Leaders => decisions.leaders.insert(name, is),
            Self::Priorities => decisions.priorities.insert(name, is),
        };
    }
}

#[component]
pub(super) fn UnknownNames(draft: Draft) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        let unknown = draft.unknown.get();
        let some = !unknown.leaders.is_empty() || !unknown.priorities.is_empty();
        some.then(|| {
            view! {
                <section class="card" aria-labelledby="names-title">
                    <div class="section-head">
                        <h2 id="names-title">{tu_string!(i18n, files.names_title)}</h2>
                        <p class="muted">{tu_string!(i18n, files.names_words)}</p>
                    </div>
                    <List draft kind=Kind::Leaders names=unknown.leaders/>
                    <List draft kind=Kind::Priorities names=unknown.priorities/>
                </section>
            }
        })
    }
}

#[component]
fn List(draft: Draft, kind: Kind, names: Vec<UnknownName>) -> impl IntoView {
    let i18n = use_i18n();
    if names.is_empty() {
        return ().into_any();
    }
    let title = match kind {
        Kind::Leaders => tu_string!(i18n, files.unknown_leaders),
        Kind::Priorities => tu_string!(i18n, files.unknown_priorities),
    };
    let known: Vec<String> = draft.existing.with_untracked(|have| match kind {
        Kind::Leaders => have.leaders.iter().map(|(_, name)| name.clone()).collect(),
        Kind::Priorities => have.current.iter().chain(&have.retired).map(|(_, title)| title.clone()).collect(),
    });
    let rows = names.into_iter().map(|unknown| view! { <Name draft kind unknown known=known.clone()/> }).collect_view();
    view! {
        <h3>{title}</h3>
        <ul class="unknown-list" role="list">{rows}</ul>
    }
}

/// The answers in the order of the list: new, left out, then every known name.
const NEW: usize = 0;
const LEFT_OUT: usize = 1;
const FIRST_KNOWN: usize = 2;

#[component]
fn Name(draft: Draft, kind: Kind, unknown: UnknownName, known: Vec<String>) -> impl IntoView {
    let i18n = use_i18n();
    let UnknownName { name, row, suggestion } = unknown;
    let subject = name.clone();
    let decided = Memo::new(move |_| {
        draft.decisions.with(|decisions| kind.decided(decisions, &subject)).unwrap_or(NameIs::LeftOut)
    });
    let options = known
        .iter()
        .enumerate()
        .map(|(at, known)| {
            let words = if suggestion.as_ref() == Some(known) {
                tu_string!(i18n, files.is_likely, name = known.clone())
            } else {
                tu_string!(i18n, files.is_known, name = known.clone())
            };
            let own = NameIs::Known(known.clone());
            view! { <option value=(FIRST_KNOWN + at).to_string() prop:selected=move || decided.get() == own>{words}</option> }
        })
        .collect_view();
    let (add, leave) = match kind {
        Kind::Leaders => (tu_string!(i18n, files.add_leader), tu_string!(i18n, files.leave_leader)),
        Kind::Priorities => (tu_string!(i18n, files.add_priority), tu_string!(i18n, files.leave_priority)),
    };
    let subject = name.clone();
    let choose = move |value: String| {
        let is = match value.parse::<usize>() {
            Ok(NEW) => NameIs::New,
            Ok(LEFT_OUT) => NameIs::LeftOut,
            Ok(at) => match known.get(at - FIRST_KNOWN) {
                Some(known) => NameIs::Known(known.clone()),
                None => return,
            },
            Err(_) => return,
        };
        draft.decisions.update(|decisions| kind.decide(decisions, subject.clone(), is));
        draft.refine();
    };
    let label = tu_string!(i18n, files.name_label, name = name.clone());
    view! {
        <li class="unknown-name">
            <div>
                <p class="unknown-words">{name}</p>
                <p class="muted small num">{t!(i18n, files.first_in_row, row = row)}</p>
            </div>
            <select class="input" aria-label=label on:change:target=move |event| choose(event.target().value())>
                <option value=NEW.to_string() prop:selected=move || decided.get() == NameIs::New>{add}</option>
                <option value=LEFT_OUT.to_string() prop:selected=move || decided.get() == NameIs::LeftOut>{leave}</option>
                {options}
            </select>
        </li>
    }
}
