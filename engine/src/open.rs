//! The open workspace: document, storage, views, what can be undone.

use std::collections::BTreeMap;
use std::rc::Rc;

use plumbline_core::bridge::sharing::SharingProblem;
use plumbline_core::bridge::{Failure, FileProblem, Push, Recovery};
use plumbline_core::document::{Author, Document, Heads, LoadProblem};
use plumbline_core::id::{LeaderId, WorkspaceId};
use plumbline_core::intent::{self, Intent, Refusal, UndoStep};
use plumbline_core::view::{self, Context, Figures, Packed, ViewKey};

use crate::desk::{self, Internal};
use crate::outlet::Outlet;
use crate::platform::{self, Tabs};
use crate::queue::{Queue, Word};
use crate::shared::Shared;
use crate::storage::{Numbered, WorkspaceStore};

#[cfg(not(feature = "sharing"))]
#[path = "open/alone.rs"]
mod ballots;
#[cfg(feature = "sharing")]
mod ballots;
mod sharing;

/// More chunks than this, and opening again would be slow: fold them into one snapshot.
const FOLD_ABOVE: usize = 64;
/// Steps that can be undone.
const UNDO_STEPS: usize = 200;

/// The open workspace.
pub struct Open {
    /// Which.
    pub id: WorkspaceId,
    /// The document.
    pub document: Document,
    /// The figures of its rounds.
    pub figures: Figures,
    /// The peer, when the workspace is shared.
    pub shared: Option<Shared>,
    checks: ballots::Checks,
    store: Option<Rc<WorkspaceStore>>,
    queue: Queue,
    /// Fail in the next edit, after the document changed and before it is handed to storage.
    pub drill: bool,
    outlet: Rc<Outlet>,
    undo: Vec<UndoStep>,
    redo: Vec<UndoStep>,
    /// Number of the last chunk that is in the document.
    seen: f64,
    /// Number of the last item that the peer has.
    seen_items: f64,
    /// Chunks in storage since the last snapshot.
    chunks: usize,
    /// Whether storage holds a chunk that could not be read: then nothing is folded, for folding takes the chunks away.
    unreadable: bool,
    sent: BTreeMap<ViewKey, Vec<u8>>,
}

impl Open {
    /// Read a workspace back from storage. `careful`: after a trap, the payloads to be left out.
    ///
    /// # Errors
    /// [`Failure::Unknown`] when nothing of it can be read.
    pub async fn load(id: WorkspaceId, careful: Option<&[[u8; 32]]>, outlet: Rc<Outlet>) -> Result<Self, Failure> {
        let store = WorkspaceStore::open(id).await.map_err(Failure::NotStored)?;
        let stored = store.chunks_after(0.0).await.map_err(Failure::NotStored)?;
        if stored.is_empty() {
            return Err(Failure::Unknown);
        }
        let (mut document, damaged) = assemble(&stored).ok_or(Failure::Unknown)?;
        let mut unreadable = false;
        if !damaged.is_empty() {
            let count = u32::try_from(damaged.len()).unwrap_or(u32::MAX);
            // If they cannot be set aside they stay where they are, and are met again at the next opening.
            unreadable = store.set_aside(&damaged).await.is_err();
            outlet.push(Push::Recovered(Recovery { damaged: count }));
        }
        let seen = stored.last().map_or(0.0, |(number, _)| *number);
        let shared = Shared::stored_in(&store, &mut document, careful, &outlet).await?;
        let mut open = Self::around(id, document, Some(Rc::new(store)), outlet);
        if let Some(shared) = shared {
            open.queue.share(shared.clone());
            open.shared = Some(shared);
        }
        open.seen = seen;
        open.chunks = stored.len();
        open.unreadable = unreadable;
        // What another tab stored after the reading and before this one listened.
        open.catch_up().await;
        open.fold_if_due().await;
        Ok(open)
    }

    /// A workspace that is new to this device. Its first chunk is on its way to storage when this returns.
    pub async fn new(id: WorkspaceId, document: Document, outlet: Rc<Outlet>) -> Self {
        let store = WorkspaceStore::open(id).await.ok().map(Rc::new);
        let chunk = document.save();
        let open = Self::around(id, document, store, outlet);
        open.queue.push(chunk, None, None);
        open
    }

    fn around(id: WorkspaceId, document: Document, store: Option<Rc<WorkspaceStore>>, outlet: Rc<Outlet>) -> Self {
        let tabs = Tabs::join(&format!("plumbline-{id}"), || desk::post(Internal::OtherTab));
        let queue = Queue::new(id, store.clone(), Rc::clone(&outlet), Rc::new(move || tabs.tell()));
        queue.announce();
        Self {
            id,
            document,
            figures: Figures::default(),
            shared: None,
            checks: ballots::Checks::default(),
            store,
            queue,
            drill: false,
            outlet,
            undo: Vec::new(),
            redo: Vec::new(),
            seen: 0.0,
            seen_items: 0.0,
            chunks: 0,
            unreadable: false,
            sent: BTreeMap::new(),
        }
    }

    /// Whether everything is on disk.
    pub fn is_saved(&self) -> bool {
        self.queue.is_empty()
    }

    /// Answer a request that changed nothing once everything before it is on disk: it may repeat an edit that is not yet.
    pub fn answer_when_saved(&self, reply: u32) {
        self.queue.after_all(reply);
    }

    /// Who sits at this laptop. Nobody takes back what somebody else did before them.
    pub fn identify(&mut self, leader: Option<LeaderId>) {
        if self.document.set_author(Author { leader }, platform::actor()) {
            if let Some(shared) = &self.shared {
                shared.renew(&mut self.document);
            }
            self.forget_undo();
        }
    }

    /// Whether edits can be taken now: a shared workspace first reads back what its peer had.
    pub fn takes_edits(&self) -> bool {
        self.shared.as_ref().is_none_or(Shared::is_ready)
    }

    fn check_writer(&self) -> Result<(), Failure> {
        let may = self.shared.as_ref().is_none_or(Shared::may_write);
        if may { Ok(()) } else { Err(Failure::ReadOnly) }
    }

    /// Carry out an intent. `Ok(true)`: it is on its way to disk and `reply` will be answered then; `Ok(false)`: nothing to
    /// do, answer it now.
    ///
    /// # Errors
    /// The rule that forbids it, or that this device may only look.
    pub fn edit(&mut self, intent: &Intent, reply: u32) -> Result<bool, Failure> {
        self.check_writer()?;
        let (sealed, word) = self.sealed_form(intent)?;
        let intent = sealed.as_ref().unwrap_or(intent);
        let before = self.document.heads();
        let applied = intent::apply(&mut self.document, platform::now(), intent).map_err(Failure::Refused)?;
        assert!(!self.drill, "recovery drill: failing between the edit and its storage");
        if !applied.changed {
            return Ok(false);
        }
        self.keep(&before, Some(reply), word)?;
        if let Some(step) = applied.undo {
            self.undo.push(step);
            if self.undo.len() > UNDO_STEPS {
                self.undo.remove(0);
            }
            self.redo.clear();
        }
        Ok(true)
    }

    /// Take back the last edit.
    ///
    /// # Errors
    /// When there is none, or others changed the same since; it is then forgotten.
    pub fn undo(&mut self, reply: u32) -> Result<(), Failure> {
        self.check_writer()?;
        let step = self.undo.pop().ok_or(Failure::Refused(Refusal::NothingToUndo))?;
        let before = self.document.heads();
        let undone = intent::undo(&mut self.document, platform::now(), &step).map_err(Failure::Refused)?;
        self.keep(&before, Some(reply), None)?;
        self.redo.push(undone);
        Ok(())
    }

    /// Do the last edit taken back again.
    ///
    /// # Errors
    /// As for [`Open::undo`].
    pub fn redo(&mut self, reply: u32) -> Result<(), Failure> {
        self.check_writer()?;
        let step = self.redo.pop().ok_or(Failure::Refused(Refusal::NothingToUndo))?;
        let before = self.document.heads();
        let done = intent::redo(&mut self.document, platform::now(), &step).map_err(Failure::Refused)?;
        self.keep(&before, Some(reply), None)?;
        self.undo.push(done);
        Ok(())
    }

    /// Forget what could be undone.
    pub fn forget_undo(&mut self) {
        self.undo.clear();
        self.redo.clear();
    }

    /// Add another document's changes. Returns whether there were any.
    ///
    /// # Errors
    /// When they cannot be added; nothing changed then.
    pub fn merge(&mut self, other: &Document) -> Result<bool, Failure> {
        if self.shared.is_some() {
            return self.merge_into_shared(other);
        }
        let before = self.document.heads();
        let merged = self.document.merge(other);
        // Whatever came in is stored, even if not everything did: later edits build on it.
        let changed = self.document.heads() != before;
        if changed {
            self.keep(&before, None, None)?;
        }
        match merged {
            // Changes of this device may have been waiting before.
            Ok(_) | Err(LoadProblem::Gap { .. }) => Ok(changed),
            Err(_) => Err(Failure::FileUnusable(FileProblem::Hostile)),
        }
    }

    /// Whether another tab has emptied the storage of this workspace.
    pub async fn is_erased(&self) -> bool {
        let Some(store) = self.store.clone().filter(|_| self.queue.is_empty()) else { return false };
        store.chunks_after(0.0).await.is_ok_and(|chunks| chunks.is_empty()) && self.queue.is_empty()
    }

    /// A file can bring nothing into a shared workspace that did not travel to it: who wrote it could not be told.
    fn merge_into_shared(&self, other: &Document) -> Result<bool, Failure> {
        let new = other.changes_ahead_of(&self.document);
        if new == 0 { Ok(false) } else { Err(Failure::Sharing(SharingProblem::Already)) }
    }

    fn keep(&mut self, before: &Heads, reply: Option<u32>, word: Option<Word>) -> Result<(), Failure> {
        let change = self.document.changes_since(before);
        if let Some(shared) = &self.shared
            && let Err(failure) = shared.wrote(&change)
        {
            // What cannot travel does not stay: the others would never see it.
            let applied = shared.take_back(&mut self.document);
            self.replace_stored(applied.chunks);
            self.forget_undo();
            return Err(failure);
        }
        self.chunks += 1;
        self.queue.push(change, reply, word);
        Ok(())
    }

    /// Read what other tabs stored.
    pub async fn catch_up(&mut self) {
        let Some(store) = self.store.clone() else { return };
        let Ok(chunks) = store.chunks_after(self.seen).await else { return };
        for (number, bytes) in chunks {
            // Our own chunks come by here too: they are known already. A gap closes when the next chunk is read.
            if !matches!(self.document.receive(&bytes), Ok(_) | Err(LoadProblem::Gap { .. })) {
                self.unreadable = true;
            }
            self.seen = number;
        }
        let Some(shared) = self.shared.clone().filter(Shared::is_ready) else { return };
        if let Some(last) = shared.catch_up(&store, self.seen_items).await {
            self.seen_items = last;
        }
    }

    /// Fold the chunks into one snapshot when there are many.
    pub async fn fold_if_due(&mut self) {
        if self.chunks <= FOLD_ABOVE || !self.queue.is_empty() {
            return;
        }
        self.catch_up().await;
        let Some(store) = self.store.clone().filter(|_| !self.unreadable) else { return };
        let (snapshot, covered) = (self.document.save_with_waiting(), self.seen);
        if store.compact(snapshot, covered).await.is_ok() {
            self.chunks = 1;
        }
    }

    /// Send the views that changed.
    pub fn refresh(&mut self, watched: impl Iterator<Item = ViewKey>) {
        let custody = self.custody();
        let context = Context {
            custody: custody.as_ref(),
            document: &self.document,
            now: platform::now(),
            undo: self.undo.last().map(|step| &step.doing),
            redo: self.redo.last().map(|step| &step.doing),
        };
        for key in watched {
            let view = view::build(key, &context, &mut self.figures);
            let Ok(bytes) = postcard::to_allocvec(&view) else { continue };
            if self.sent.get(&key) != Some(&bytes) {
                self.sent.insert(key, bytes.clone());
                self.outlet.push(Push::View(self.id, key, Packed::new(bytes)));
            }
        }
    }

    /// Forget that a view was sent, so that it is sent again.
    pub fn forget_view(&mut self, key: ViewKey) {
        self.sent.remove(&key);
    }
}

/// A stored workspace's document, to look into without opening it.
pub async fn read(id: WorkspaceId) -> Option<Document> {
    let stored = WorkspaceStore::open(id).await.ok()?.chunks_after(0.0).await.ok()?;
    assemble(&stored).map(|(document, _)| document)
}

/// The document from its chunks, and the chunks that are damaged. `None` when too little is left to make a document.
fn assemble(stored: &[Numbered]) -> Option<(Document, Vec<Numbered>)> {
    let all: Vec<&[u8]> = stored.iter().map(|(_, bytes)| bytes.as_slice()).collect();
    if let Ok(document) = Document::load_own(&all, platform::actor()) {
        return Some((document, Vec::new()));
    }
    let (sound, damaged): (Vec<&Numbered>, Vec<&Numbered>) =
        stored.iter().partition(|(_, bytes)| !bytes.is_empty() && Document::check(bytes).is_ok());
    let sound: Vec<&[u8]> = sound.iter().map(|(_, bytes)| bytes.as_slice()).collect();
    let document = Document::load_what_fits(&sound, platform::actor()).ok()?;
    Some((document, damaged.into_iter().cloned().collect()))
}
