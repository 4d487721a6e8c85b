//! What is known of the file so far, and what the person decided. Lives as long as the page.

use std::sync::Arc;

use leptos::prelude::*;
use plumbline_core::bridge::{Answer, Failure, Request};
use plumbline_core::import::plan::{self, Decisions, Existing, NameIs};
use plumbline_core::import::roles::{self, Role};
use plumbline_core::import::{BallotSheet, Form, Headers, Unknown};
use plumbline_core::intent::limits;
use plumbline_core::view::{PrioritiesView, TeamView};

use super::words;
use crate::components::file_drop::Given;
use crate::i18n::*;
use crate::notice::words::Sentences;
use crate::notice::{Notices, use_notices};
use crate::platform::clock;
use crate::workspace::{Workspace, use_workspace};

/// The import under way.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    /// The file's name; `None` for pasted cells.
    pub name: RwSignal<Option<String>>,
    /// Header and first rows, once read.
    pub headers: RwSignal<Option<Arc<Headers>>>,
    /// One row per leader, or per choice.
    pub form: RwSignal<Form>,
    /// What each column holds.
    pub roles: RwSignal<Vec<Role>>,
    /// The ballots as they stand.
    pub sheet: RwSignal<Option<Arc<BallotSheet>>>,
    /// Names the workspace does not know, before anything was decided.
    pub unknown: RwSignal<Unknown>,
    /// What was decided about them.
    pub decisions: RwSignal<Decisions>,
    /// Why the file cannot be used, in words.
    pub trouble: RwSignal<Option<String>>,
    /// What the round is to be called.
    pub label: RwSignal<String>,
    /// The day it was held, as an input writes it.
    pub held: RwSignal<String>,
    /// Places of a ballot.
    pub top: RwSignal<u8>,
    /// Whether every priority on the list could be ranked.
    pub whole_list: RwSignal<bool>,
    /// Leaders and priorities there are.
    pub existing: Memo<Existing>,
    bytes: StoredValue<Vec<u8>>,
    /// Answers to an earlier question must not overwrite those to a later one.
    asked: StoredValue<u32>,
    workspace: Workspace,
    notices: Notices,
    i18n: Sentences,
}

impl Draft {
    pub fn new(team: Signal<TeamView>, priorities: Signal<PrioritiesView>, label: String) -> Self {
        let existing = Memo::new(move |_| {
            let leaders = team.with(|team| {
                team.present.iter().chain(&team.past).map(|row| (row.person.id, row.person.name.clone())).collect()
            });
            let titles = |rows: &[plumbline_core::view::PriorityRow]| {
                rows.iter().map(|row| (row.priority.id, row.priority.title.clone())).collect()
            };
            let (current, retired) = priorities.with(|list| (titles(&list.current), titles(&list.retired)));
            Existing { leaders, current, retired }
        });
        Self {
            name: RwSignal::new(None),
            headers: RwSignal::new(None),
            form: RwSignal::new(Form::Wide),
            roles: RwSignal::new(Vec::new()),
            sheet: RwSignal::new(None),
            unknown: RwSignal::new(Unknown::default()),
            decisions: RwSignal::new(Decisions::default()),
            trouble: RwSignal::new(None),
            label: RwSignal::new(label),
            held: RwSignal::new(clock::today().to_string()),
            top: RwSignal::new(limits::TOP_DEFAULT),
            whole_list: RwSignal::new(false),
            existing,
            bytes: StoredValue::new(Vec::new()),
            asked: StoredValue::new(0),
            workspace: use_workspace(),
            notices: use_notices(),
            i18n: use_i18n(),
        }
    }

    /// A file, or pasted cells, take the place of what was there.
    pub fn take(self, given: Given, pasted: bool) {
        self.name.set((!pasted).then_some(given.name));
        self.bytes.set_value(given.bytes.clone());
        self.clear();
        let question = self.next_question();
        leptos::task::spawn_local(async move {
            let answer = self.workspace.ask(Request::ReadHeaders { bytes: given.bytes }).await;
            if !self.is_latest(question) {
                return;
            }
            match answer {
                Ok(Answer::Headers(headers)) => {
                    let width = headers.rows.iter().map(Vec::len).max().unwrap_or(0).max(headers.header.len());
                    self.form.set(headers.columns.as_ref().map_or(Form::Wide, |columns| columns.form()));
                    let found = headers.columns.as_ref().map(|columns| roles::of(columns, width));
                    self.roles.set(found.unwrap_or_else(|| vec![Role::Unused; width]));
                    self.headers.set(Some(Arc::new(headers)));
                    self.discover().await;
                }
                Ok(_) => {}
                Err(failure) => self.fail(&failure),
            }
        });
    }

    /// Begin anew.
    pub fn forget(self) {
        self.name.set(None);
        self.bytes.set_value(Vec::new());
        self.next_question();
        self.clear();
    }

    /// Another reading of the columns: what was decided about names is taken back, as the names change too.
    pub fn reread(self) {
        leptos::task::spawn_local(self.discover());
    }

    /// Another decision on a name, or on the number of places.
    pub fn refine(self) {
        leptos::task::spawn_local(self.settle());
    }

    /// First reading: finds the unknown names and proposes what they stand for.
    async fn discover(self) {
        self.sheet.set(None);
        self.trouble.set(None);
        self.unknown.set(Unknown::default());
        self.decisions.set(Decisions::default());
        let Some(sheet) = self.read(None, Vec::new()).await else { return };
        let propose = |names: &[plumbline_core::import::UnknownName]| {
            names.iter().map(|unknown| (unknown.name.clone(), NameIs::proposed(unknown))).collect()
        };
        let proposed =
            Decisions { leaders: propose(&sheet.unknown.leaders), priorities: propose(&sheet.unknown.priorities) };
        // Ballots that hold nothing but known names were collected on the list as it stands.
        let all_known =
            sheet.unknown.priorities.is_empty() && self.existing.with_untracked(|have| !have.current.is_empty());
        self.whole_list.set(all_known);
        let most = usize::from(limits::TOP_MAX);
        self.top.set(u8::try_from(sheet.top.min(most)).unwrap_or(limits::TOP_MAX).max(limits::TOP_MIN));
        self.unknown.set(sheet.unknown.clone());
        self.decisions.set(proposed);
        self.settle().await;
    }

    /// Final reading, with everything that was decided.
    async fn settle(self) {
        let same_as = self.decisions.with_untracked(Decisions::same_as);
        if let Some(sheet) = self.read(Some(self.top.get_untracked()), same_as).await {
            self.trouble.set(None);
            self.sheet.set(Some(Arc::new(sheet)));
        }
    }

    async fn read(self, top: Option<u8>, same_as: Vec<(String, String)>) -> Option<BallotSheet> {
        let columns = Some(roles::columns(self.form.get_untracked(), &self.roles.get_untracked())?);
        let question = self.next_question();
        let bytes = self.bytes.get_value();
        let answer = self.workspace.ask(Request::PreviewBallots { bytes, columns, top, same_as }).await;
        if !self.is_latest(question) {
            return None;
        }
        match answer {
            Ok(Answer::Ballots(sheet)) => Some(sheet),
            Ok(_) => None,
            Err(failure) => {
                self.fail(&failure);
                None
            }
        }
    }

    /// How many ballots would be brought in, over how many priorities.
    pub fn counts(self) -> (usize, usize) {
        let sheet = self.sheet.get();
        let Some(sheet) = sheet else { return (0, 0) };
        let whole = self.whole_list.get();
        self.decisions.with(|decisions| {
            let priorities = self.existing.with(|have| plan::candidate_count(&sheet, decisions, have, whole));
            (plan::counted(&sheet, decisions).len(), priorities)
        })
    }

    fn fail(self, failure: &Failure) {
        self.sheet.set(None);
        match failure {
            Failure::BallotsUnusable(why) => self.trouble.set(Some(words::unusable(self.i18n, why.clone()))),
            other => self.notices.failure(other),
        }
    }

    fn clear(self) {
        self.headers.set(None);
        self.sheet.set(None);
        self.trouble.set(None);
        self.roles.set(Vec::new());
        self.unknown.set(Unknown::default());
        self.decisions.set(Decisions::default());
    }

    fn next_question(self) -> u32 {
        self.asked.update_value(|asked| *asked = asked.wrapping_add(1));
        self.asked.get_value()
    }

    /// Whether the page is still there and nothing newer was asked.
    fn is_latest(self, question: u32) -> bool {
        self.asked.try_get_value() == Some(question)
    }
}
