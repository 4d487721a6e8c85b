//! Requests, one after the other.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use plumbline_core::bridge::{Answer, Failure, Push, Request, Saving, StorageTrouble, ToEngine, WorkspaceCard};
use plumbline_core::document::Document;
use plumbline_core::id::{LeaderId, WorkspaceId};
use plumbline_core::sample;
use plumbline_core::view::ViewKey;

use crate::directory::Directory;
use crate::open::Open;
use crate::outlet::Outlet;
#[cfg(feature = "sharing")]
use crate::platform::direct::News as DirectNews;
#[cfg(feature = "sharing")]
use crate::platform::socket::News;
use crate::platform::{self, Tabs};

mod files;
#[cfg(not(feature = "sharing"))]
#[path = "desk/alone.rs"]
mod sharing;
#[cfg(feature = "sharing")]
mod sharing;

/// News from inside the worker.
#[derive(Debug)]
pub enum Internal {
    /// Another tab stored something.
    OtherTab,
    /// Another tab changed the list of workspaces.
    DirectoryChanged,
    /// The queue has run empty.
    Stored,
    /// A workspace was opened.
    Opened(WorkspaceId),
    /// The peer has done what it was told: there may be something for the document.
    #[cfg(feature = "sharing")]
    Peer,
    /// The socket of this number has something to say.
    #[cfg(feature = "sharing")]
    Socket(u64, News),
    /// The direct connection of this number has something to say.
    #[cfg(feature = "sharing")]
    Direct(u64, DirectNews),
    /// It is time to look for neighbours.
    #[cfg(feature = "sharing")]
    Look,
    /// The peer wanted to be woken.
    #[cfg(feature = "sharing")]
    Tick,
    /// It is time to try the relay again.
    #[cfg(feature = "sharing")]
    Reach,
    /// It is time to say again who is here.
    #[cfg(feature = "sharing")]
    ShowAgain,
}

thread_local! {
    static INTERNAL: RefCell<Option<UnboundedSender<Internal>>> = const { RefCell::new(None) };
}

/// Put news into the desk's queue.
pub fn post(message: Internal) {
    INTERNAL.with(|cell| {
        if let Some(sender) = cell.borrow().as_ref() {
            // The receiving end lives as long as the worker.
            let _ = sender.unbounded_send(message);
        }
    });
}

/// The desk.
pub struct Desk {
    outlet: Rc<Outlet>,
    directory: Directory,
    directory_known: bool,
    directory_tabs: Tabs,
    open: Option<Open>,
    watched: BTreeSet<ViewKey>,
    /// Edits that came before the peer had read back what it had.
    held: Vec<ToEngine>,
    /// After a trap: payloads to be left out, by their names.
    careful: Option<Vec<[u8; 32]>>,
}

type Answered = Result<Answer, Failure>;

impl Desk {
    /// A desk with nothing on it, and the line its own news arrive by.
    pub fn new(outlet: Rc<Outlet>) -> (Self, UnboundedReceiver<Internal>) {
        let (sender, receiver) = unbounded();
        INTERNAL.with(|cell| *cell.borrow_mut() = Some(sender));
        let desk = Self {
            outlet,
            directory: Directory::default(),
            directory_known: false,
            directory_tabs: Tabs::join("plumbline", || post(Internal::DirectoryChanged)),
            open: None,
            watched: BTreeSet::new(),
            held: Vec::new(),
            careful: None,
        };
        (desk, receiver)
    }

    /// Take news from inside.
    pub async fn hear(&mut self, news: Internal) {
        match news {
            Internal::OtherTab => {
                self.notice_sharing().await;
                if let Some(open) = &mut self.open {
                    open.catch_up().await;
                }
                self.refresh();
                self.update_card().await;
            }
            Internal::DirectoryChanged => {
                // If the list cannot be read now, the one in memory stays.
                let _ = self.directory.load().await;
                self.tell_directory();
                self.let_go_of_erased().await;
            }
            Internal::Stored => {
                if let Some(open) = &mut self.open {
                    open.fold_if_due().await;
                }
            }
            #[cfg(feature = "sharing")]
            Internal::Peer
            | Internal::Socket(..)
            | Internal::Direct(..)
            | Internal::Look
            | Internal::Tick
            | Internal::Reach
            | Internal::ShowAgain => {
                self.hear_peer(news).await;
            }
            Internal::Opened(workspace) => {
                self.read_back().await;
                let opened = platform::now();
                // Not being able to note the time of opening is no reason not to open.
                let _ =
                    self.directory.change(workspace, |card| card.map(|card| WorkspaceCard { opened, ..card })).await;
                self.directory_changed();
            }
        }
    }

    /// Answer a request. An edit is answered later, by the queue, when it is durable.
    pub async fn handle(&mut self, message: ToEngine) {
        let is_edit = matches!(message.request, Request::Dispatch(_) | Request::Undo | Request::Redo);
        if is_edit && self.open.as_ref().is_some_and(|open| !open.takes_edits()) {
            self.held.push(message);
            return;
        }
        let id = message.id;
        let answered = match message.request {
            Request::Dispatch(intent) => self.edit(id, |open| open.edit(&intent, id)).await,
            Request::Undo => self.edit(id, |open| open.undo(id).map(|()| true)).await,
            Request::Redo => self.edit(id, |open| open.redo(id).map(|()| true)).await,
            Request::AskByHand { .. } | Request::Brought { .. } => self.by_hand(id, message.request),
            other => Some(self.answer(other).await),
        };
        if let Some(result) = answered {
            self.outlet.reply(id, result);
        }
    }

    async fn edit(&mut self, id: u32, work: impl FnOnce(&mut Open) -> Result<bool, Failure>) -> Option<Answered> {
        let Some(open) = &mut self.open else { return Some(Err(Failure::NotOpen)) };
        let result = work(open);
        self.refresh();
        self.update_card().await;
        match (result, &self.open) {
            (Ok(true), _) => None,
            (Ok(false), Some(open)) if !open.is_saved() => {
                open.answer_when_saved(id);
                None
            }
            (Ok(false), _) => Some(Ok(Answer::Edited(false))),
            (Err(failure), _) => Some(Err(failure)),
        }
    }

    async fn answer(&mut self, request: Request) -> Answered {
        match request {
            Request::Directory => {
                if let Err(Failure::NotStored(trouble)) = self.know_directory().await {
                    // Without storage the list is empty; that nothing can be kept is said before anything is begun.
                    self.outlet.push(Push::Saving(Saving::Failing { edits: 0, trouble }));
                }
                self.tell_directory();
                Ok(Answer::Done)
            }
            Request::Create { workspace, name } => {
                let document = Document::create(workspace, name.trim(), false, platform::now(), platform::actor());
                self.adopt(workspace, document).await
            }
            Request::CreateSample { workspace } => {
                let document = sample::team(workspace, platform::now(), platform::seed(), platform::actor())
                    .map_err(Failure::Refused)?;
                self.adopt(workspace, document).await
            }
            Request::Open { workspace, leader } => {
                let opened = self.open(workspace).await?;
                self.identify(leader);
                Ok(opened)
            }
            Request::Delete { workspace } => self.set_deleted(workspace, true).await,
            Request::Restore { workspace } => self.set_deleted(workspace, false).await,
            Request::Erase { workspace } => {
                self.know_directory().await?;
                let erased = self.directory.erase(workspace).await.map_err(Failure::NotStored)?;
                self.directory_changed();
                if erased { Ok(Answer::Done) } else { Err(Failure::Unknown) }
            }
            Request::Subscribe(key) => {
                self.watched.insert(key);
                if let Some(open) = &mut self.open {
                    open.forget_view(key);
                    open.refresh([key].into_iter());
                }
                Ok(Answer::Done)
            }
            Request::Unsubscribe(key) => {
                self.watched.remove(&key);
                Ok(Answer::Done)
            }
            Request::ForgetUndo => {
                self.opened()?.forget_undo();
                self.refresh();
                Ok(Answer::Done)
            }
            Request::Identify(leader) => {
                self.identify(leader);
                self.introduce();
                Ok(Answer::Done)
            }
            Request::Drill => {
                self.opened()?.drill = true;
                Ok(Answer::Done)
            }
            Request::Dispatch(_)
            | Request::Undo
            | Request::Redo
            | Request::AskByHand { .. }
            | Request::Brought { .. } => Err(Failure::Version),
            Request::Careful(suspects) => {
                self.careful = Some(suspects);
                Ok(Answer::Done)
            }
            Request::Share { .. }
            | Request::Join { .. }
            | Request::MakeLink { .. }
            | Request::ShowLink { .. }
            | Request::CloseLink(_)
            | Request::RemoveDevice(_)
            | Request::Adopt
            | Request::Direct(_)
            | Request::SaveEdits
            | Request::TakeEdits { .. }
            | Request::Show(_)
            | Request::Reach => sharing::answer(self, request).await,
            other => files::answer(self, other).await,
        }
    }

    fn opened(&mut self) -> Result<&mut Open, Failure> {
        self.open.as_mut().ok_or(Failure::NotOpen)
    }

    /// Make a document this device's own and open it.
    async fn adopt(&mut self, workspace: WorkspaceId, document: Document) -> Answered {
        let known = self.know_directory().await;
        self.close().await?;
        let open = Open::new(workspace, document, Rc::clone(&self.outlet)).await;
        let snapshot = open.document.snapshot();
        let now = platform::now();
        let card = WorkspaceCard {
            id: workspace,
            name: snapshot.workspace.name.value.clone(),
            sample: snapshot.workspace.sample,
            created: now,
            opened: now,
            deleted: None,
        };
        self.show(open);
        // Without storage the workspace is usable in this tab; the saving state says what that means.
        let listed = self.directory.change(workspace, |known| {
            let created = known.map_or(now, |known| known.created);
            Some(WorkspaceCard { created, ..card.clone() })
        });
        let listed = listed.await;
        self.directory_changed();
        if known.is_err() || listed.is_err() {
            let trouble = StorageTrouble::Unavailable;
            self.outlet.push(Push::Saving(Saving::Failing { edits: 1, trouble }));
        }
        Ok(Answer::Opened(workspace))
    }

    async fn open(&mut self, workspace: WorkspaceId) -> Answered {
        if let Some(open) = self.open.as_ref().filter(|open| open.id == workspace) {
            open.tell_sharing_anew();
            self.refresh();
            return Ok(Answer::Opened(workspace));
        }
        self.know_directory().await?;
        self.directory.card(workspace).ok_or(Failure::Unknown)?;
        self.close().await?;
        let open = Open::load(workspace, self.careful.as_deref(), Rc::clone(&self.outlet)).await?;
        self.show(open);
        // Noted after the answer: nobody waits for it.
        post(Internal::Opened(workspace));
        Ok(Answer::Opened(workspace))
    }

    /// Let go of the open workspace, once everything of it is on disk.
    async fn close(&mut self) -> Result<(), Failure> {
        if let Some(open) = &self.open {
            // Two seconds: storage that takes longer is failing, and leaving would lose edits.
            for _ in 0..40 {
                if open.is_saved() {
                    break;
                }
                gloo_timers::future::TimeoutFuture::new(50).await;
            }
            if !open.is_saved() {
                return Err(Failure::NotStored(StorageTrouble::Failed));
            }
        }
        if let Some(shared) = self.open.take().and_then(|open| open.shared) {
            shared.close();
        }
        self.drop_held();
        Ok(())
    }

    fn show(&mut self, open: Open) {
        if open.shared.is_none() {
            open.tell_sharing_anew();
        }
        self.open = Some(open);
        self.refresh();
    }

    fn identify(&mut self, leader: Option<LeaderId>) {
        if let Some(open) = &mut self.open {
            open.identify(leader);
        }
        self.refresh();
    }

    async fn set_deleted(&mut self, workspace: WorkspaceId, deleted: bool) -> Answered {
        self.know_directory().await?;
        if deleted && self.open.as_ref().is_some_and(|open| open.id == workspace) {
            self.close().await?;
        }
        let now = platform::now();
        let changed = self.directory.change(workspace, |card| {
            card.map(|card| WorkspaceCard { deleted: deleted.then(|| card.deleted.unwrap_or(now)), ..card })
        });
        let changed = changed.await;
        self.directory_changed();
        // Another tab may have erased it.
        self.directory.card(workspace).ok_or(Failure::Unknown)?;
        changed.map(|()| Answer::Done).map_err(Failure::NotStored)
    }

    async fn know_directory(&mut self) -> Result<(), Failure> {
        if !self.directory_known {
            self.directory.load().await.map_err(Failure::NotStored)?;
            self.directory_known = true;
        }
        Ok(())
    }

    fn tell_directory(&self) {
        self.outlet.push(Push::Directory(self.directory.cards()));
    }

    fn directory_changed(&self) {
        self.tell_directory();
        self.directory_tabs.tell();
    }

    /// Send the views that changed.
    fn refresh(&mut self) {
        if let Some(open) = &mut self.open {
            open.refresh(self.watched.iter().copied());
        }
    }

    /// Let go of the open workspace when another tab erased it: an edit would be stored without what it builds on.
    async fn let_go_of_erased(&mut self) {
        let Some(open) = self.open.as_ref().filter(|open| self.directory.card(open.id).is_none()) else { return };
        if open.is_erased().await
            && let Some(shared) = self.open.take().and_then(|open| open.shared)
        {
            shared.close();
        }
    }

    /// Edits that are waiting for a workspace that is let go of cannot be taken any more.
    fn drop_held(&mut self) {
        for held in self.held.drain(..) {
            self.outlet.reply(held.id, Err(Failure::NotOpen));
        }
    }

    /// Keep the list's name in step with the document's.
    async fn update_card(&mut self) {
        let Some(open) = &self.open else { return };
        let name = &open.document.snapshot().workspace.name.value;
        if self.directory.card(open.id).is_none_or(|card| card.name == *name) {
            return;
        }
        let (id, name) = (open.id, name.clone());
        // The name in the document is what counts; the list catches up at the next edit.
        let _ = self.directory.change(id, |card| card.map(|card| WorkspaceCard { name: name.clone(), ..card })).await;
        self.directory_changed();
    }
}
