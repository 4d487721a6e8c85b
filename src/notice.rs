//! Notices: what happened, what is safe, what next.

use leptos::prelude::*;
use plumbline_core::bridge::Failure;

pub mod words;

/// All notices on screen. Copyable handle, provided at the root.
#[derive(Debug, Clone, Copy)]
pub struct Notices {
    /// Those on screen, oldest first.
    pub list: RwSignal<Vec<Notice>>,
    next: StoredValue<u32>,
}

/// One notice.
#[derive(Debug, Clone)]
pub struct Notice {
    /// For keyed lists.
    pub id: u32,
    /// What kind of words.
    pub content: Content,
    /// A button, such as Undo.
    pub action: Option<Action>,
}

/// What a notice says.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Something went well; already in words.
    Done(String),
    /// Something could not be done.
    Failed(Failure),
    /// The browser refused something; already in words: what happened, and what next.
    Trouble(String, String),
}

/// A button on a notice.
#[derive(Debug, Clone)]
pub struct Action {
    /// The button's words.
    pub label: String,
    /// What it does.
    pub run: Callback<()>,
}

/// Provide the notices to everything below.
pub fn provide_notices() -> Notices {
    let notices = Notices { list: RwSignal::new(Vec::new()), next: StoredValue::new(0) };
    provide_context(notices);
    notices
}

/// The notices, from any component.
#[must_use]
pub fn use_notices() -> Notices {
    expect_context()
}

impl Notices {
    /// Say that something went well.
    pub fn done(self, text: impl Into<String>) {
        self.push(Content::Done(text.into()), None);
    }

    /// Say that something went well and offer a button.
    pub fn done_with(self, text: impl Into<String>, label: impl Into<String>, run: Callback<()>) {
        self.push(Content::Done(text.into()), Some(Action { label: label.into(), run }));
    }

    /// Say that something could not be done.
    pub fn failure(self, failure: &Failure) {
        let content = Content::Failed(failure.clone());
        // The same failure twice in a row is one notice.
        if self.list.with_untracked(|list| list.last().is_none_or(|last| last.content != content)) {
            self.push(content, None);
        }
    }

    /// Say that the browser refused something: what happened, and what next.
    pub fn trouble(self, what: impl Into<String>, next: impl Into<String>) {
        self.push(Content::Trouble(what.into(), next.into()), None);
    }

    /// The person went to another page: what the rules refused on the last one no longer matters.
    pub fn leave_page(self) {
        let refused = |notice: &Notice| matches!(notice.content, Content::Failed(Failure::Refused(_)));
        if self.list.with_untracked(|list| list.iter().any(refused)) {
            self.list.update(|list| list.retain(|notice| !refused(notice)));
        }
    }

    /// Take a notice away.
    pub fn dismiss(self, id: u32) {
        self.list.update(|list| list.retain(|notice| notice.id != id));
    }

    fn push(self, content: Content, action: Option<Action>) {
        let id = self.next.with_value(|next| *next);
        self.next.set_value(id.wrapping_add(1));
        let passing = |notice: &Notice| matches!(notice.content, Content::Done(_)) && notice.action.is_none();
        self.list.update(|list| {
            // Word of one thing done gives way to word of the next.
            list.retain(|notice| !passing(notice));
            list.push(Notice { id, content, action });
        });
    }
}
