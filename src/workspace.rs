//! The one handle of the app: views in, intents out, and how the engine is doing.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use futures_channel::oneshot;
use leptos::prelude::*;
use plumbline_core::bridge::sharing::Sharing;
use plumbline_core::bridge::{Answer, Failure, FromEngine, Push, Recovery, Request, Saving, ToEngine, WorkspaceCard};
use plumbline_core::id::{LeaderId, WorkspaceId};
use plumbline_core::intent::Intent;
use plumbline_core::view::{Packed, Readable, ViewKey};

use crate::notice::Notices;
use crate::platform::engine::{EngineLink, FromWorker};
use crate::platform::{address, cache, clock, preferences};

/// A subscribed view on its way to the page.
#[derive(Debug, Clone, PartialEq)]
pub enum Loaded<T> {
    /// Not here yet.
    Waiting,
    /// The round or leader asked for does not exist.
    Missing,
    /// Here, and kept up to date.
    Ready(T),
}

/// How the engine is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EngineState {
    /// Loading, or answering.
    Running,
    /// It failed and is being started anew from storage.
    Restarting,
    /// It failed again and again, or cannot be loaded: in the browser's words.
    Broken(String),
}

/// More restarts than this within a minute, and starting once more will not help.
const RESTARTS_A_MINUTE: usize = 4;

/// The handle. Copyable; lives as long as the app.
#[derive(Clone, Copy)]
pub struct Workspace {
    inner: StoredValue<Rc<RefCell<Inner>>, LocalStorage>,
    directory: RwSignal<Option<Vec<WorkspaceCard>>>,
    saving: RwSignal<Saving>,
    engine: RwSignal<EngineState>,
    recovered: RwSignal<Option<Recovery>>,
    open: RwSignal<Option<WorkspaceId>>,
    sharing: RwSignal<Option<Sharing>>,
    /// A link somebody opened, on its way to the page that joins.
    incoming: RwSignal<Option<String>>,
    /// Which run of the engine last said how the workspace is shared: it has to be told who is here.
    shared_run: RwSignal<u32>,
    /// Another device's code that a camera opened.
    carried: RwSignal<Option<String>>,
    notices: Notices,
}

struct Inner {
    link: Option<EngineLink>,
    /// How many were started.
    runs: u32,
    /// Whether the engine that runs has a peer in it.
    with_peer: bool,
    next: u32,
    pending: HashMap<u32, oneshot::Sender<Result<Answer, Failure>>>,
    views: HashMap<ViewKey, Watched>,
    restarts: Vec<i64>,
    /// Whether the engine takes in what others wrote with care, because the one before it trapped.
    careful: bool,
    /// What it is about to take in.
    trying: Option<[u8; 32]>,
    wanted: Option<WorkspaceId>,
    /// Who sits at this laptop, told again to an engine started anew.
    identity: Option<LeaderId>,
    /// The last view of each kind, for the cache; those read from it until the document is here.
    latest: BTreeMap<ViewKey, Arc<Packed>>,
    saving_views: bool,
}

/// What the cache keeps, stamped so that another build's views are not taken for this one's.
const CACHE_STAMP: &str = env!("VIEW_SHAPE");
/// Views are kept this long after they changed: long enough to bundle a drag, short enough to be there after a reload.
const CACHE_AFTER_MILLISECONDS: u32 = 800;
/// More views than this are not worth keeping: nobody has more pages open at the next start.
const CACHED_VIEWS: usize = 24;

impl Inner {
    /// Turn to another workspace: what is known of the last one no longer counts.
    fn want(&mut self, workspace: Option<WorkspaceId>) {
        if self.wanted != workspace {
            self.latest.clear();
            self.wanted = workspace;
            self.identity = None;
        }
    }
}

struct Watched {
    view: ArcRwSignal<Option<Arc<Packed>>>,
    watchers: usize,
}

/// Provide the handle to everything below.
pub fn provide_workspace() -> Workspace {
    let workspace = Workspace {
        inner: StoredValue::new_local(Rc::new(RefCell::new(Inner {
            link: None,
            runs: 0,
            with_peer: preferences::shares() || address::has_link(),
            next: 0,
            pending: HashMap::new(),
            views: HashMap::new(),
            restarts: Vec::new(),
            careful: false,
            trying: None,
            wanted: None,
            identity: None,
            latest: BTreeMap::new(),
            saving_views: false,
        }))),
        directory: RwSignal::new(None),
        saving: RwSignal::new(Saving::Saved { at: None }),
        engine: RwSignal::new(EngineState::Running),
        recovered: RwSignal::new(None),
        open: RwSignal::new(None),
        sharing: RwSignal::new(None),
        incoming: RwSignal::new(None),
        shared_run: RwSignal::new(0),
        carried: RwSignal::new(None),
        notices: expect_context(),
    };
    provide_context(workspace);
    workspace.start();
    workspace
}

/// The handle, from any component.
#[must_use]
pub fn use_workspace() -> Workspace {
    expect_context()
}

impl Workspace {
    /// The workspaces on this device; `None` until known.
    #[must_use]
    pub fn directory(self) -> Signal<Option<Vec<WorkspaceCard>>> {
        self.directory.into()
    }

    /// Whether everything is stored.
    #[must_use]
    pub fn saving(self) -> Signal<Saving> {
        self.saving.into()
    }

    /// How the engine is doing.
    #[must_use]
    pub fn engine(self) -> Signal<EngineState> {
        self.engine.into()
    }

    /// What opening had to mend, if anything.
    #[must_use]
    pub fn recovered(self) -> Signal<Option<Recovery>> {
        self.recovered.into()
    }

    /// How the open workspace is shared; `None` when it is not.
    #[must_use]
    pub fn sharing(self) -> Signal<Option<Sharing>> {
        self.sharing.into()
    }

    /// A link that was opened and not joined by yet. A secret: it goes nowhere else.
    #[must_use]
    pub const fn incoming(self) -> RwSignal<Option<String>> {
        self.incoming
    }

    /// Which run of the engine last said how the workspace is shared.
    #[must_use]
    pub fn shared_run(self) -> Signal<u32> {
        self.shared_run.into()
    }

    /// Another device's code that stood in the address, for the page of sharing.
    #[must_use]
    pub const fn carried(self) -> RwSignal<Option<String>> {
        self.carried
    }

    /// Which workspace is open.
    #[must_use]
    pub fn current(self) -> Signal<Option<WorkspaceId>> {
        self.open.into()
    }

    /// A view, kept up to date for as long as the caller's owner lives.
    #[must_use]
    pub fn view<T: Readable + Send + Sync + 'static>(self, key: ViewKey) -> Signal<Loaded<T>> {
        let inner = self.inner.get_value();
        let (view, first) = {
            let mut inner = inner.borrow_mut();
            let known = inner.latest.get(&key).filter(|view| !view.is_missing()).cloned();
            let watched =
                inner.views.entry(key).or_insert_with(|| Watched { view: ArcRwSignal::new(known), watchers: 0 });
            watched.watchers += 1;
            (watched.view.clone(), watched.watchers == 1)
        };
        if first {
            self.send(Request::Subscribe(key));
        }
        on_cleanup(move || {
            let last = {
                let Some(inner) = self.inner.try_get_value() else { return };
                let mut inner = inner.borrow_mut();
                let Some(watched) = inner.views.get_mut(&key) else { return };
                watched.watchers -= 1;
                let last = watched.watchers == 0;
                if last {
                    inner.views.remove(&key);
                }
                last
            };
            if last {
                self.send(Request::Unsubscribe(key));
            }
        });
        Signal::derive(move || match view.get() {
            None => Loaded::Waiting,
            Some(view) => {
                let read = view.of::<T>().and_then(|bytes| postcard::from_bytes(bytes).ok());
                read.map_or(Loaded::Missing, Loaded::Ready)
            }
        })
    }

    /// Open a workspace for whoever sits at this laptop; views flow from then on.
    ///
    /// # Errors
    /// When this device does not have it, or it cannot be read.
    pub async fn open(self, workspace: WorkspaceId, leader: Option<LeaderId>) -> Result<(), Failure> {
        let inner = self.inner.get_value();
        {
            let mut inner = inner.borrow_mut();
            if inner.wanted != Some(workspace) {
                inner.views.values().for_each(|watched| watched.view.set(None));
                self.sharing.set(None);
            }
            inner.want(Some(workspace));
        }
        leptos::task::spawn_local(self.show_cached(workspace));
        let mut opened = self.ask(Request::Open { workspace, leader }).await;
        if opened == Err(Failure::NeedsPeer) {
            inner.borrow_mut().want(Some(workspace));
            self.take_peer().await;
            opened = self.ask(Request::Open { workspace, leader }).await;
        }
        match opened {
            Ok(_) => Ok(()),
            Err(failure) => {
                // Another workspace may be wanted by now; this one's failure is no reason to forget it.
                if inner.borrow().wanted == Some(workspace) {
                    inner.borrow_mut().want(None);
                    self.open.set(None);
                }
                Err(failure)
            }
        }
    }

    /// Edit, and tell the person if it could not be done.
    pub fn dispatch(self, intent: Intent) {
        leptos::task::spawn_local(async move {
            let _ = self.edit(intent).await;
        });
    }

    /// Edit and wait until it is durable. Failures are shown as a notice and returned.
    ///
    /// # Errors
    /// When it is refused or could not be stored.
    pub async fn edit(self, intent: Intent) -> Result<bool, Failure> {
        match self.ask(Request::Dispatch(intent)).await {
            Ok(Answer::Edited(changed)) => Ok(changed),
            Ok(_) => Ok(false),
            Err(failure) => {
                self.notices.failure(&failure);
                Err(failure)
            }
        }
    }

    /// Ask the engine for anything and wait for the answer. Failures are returned, not shown.
    ///
    /// # Errors
    /// Whatever kept the engine from doing it.
    pub async fn ask(self, request: Request) -> Result<Answer, Failure> {
        let (sender, receiver) = oneshot::channel();
        let inner = self.inner.get_value();
        let (was, identity) = (inner.borrow().wanted, inner.borrow().identity);
        match &request {
            Request::Create { workspace, .. } | Request::CreateSample { workspace } => {
                inner.borrow_mut().want(Some(*workspace));
            }
            // Which workspace a file or a link leads to is known when the engine answers; until then its views are not taken.
            Request::ImportFile { .. } | Request::Join { .. } => inner.borrow_mut().want(None),
            _ => {}
        }
        let asked_for = inner.borrow().wanted;
        let moves = asked_for != was;
        let deletes = if let Request::Delete { workspace } = &request { Some(*workspace) } else { None };
        if let Request::Erase { workspace } = &request {
            leptos::task::spawn_local(cache::forget(*workspace));
        }
        self.enqueue(request, Some(sender));
        let result = receiver.await.unwrap_or(Err(Failure::Interrupted));
        match &result {
            // Something else may be wanted by now; then its own answer counts.
            _ if inner.borrow().wanted != asked_for => {}
            Ok(Answer::Opened(workspace)) => {
                let from_file = asked_for != Some(*workspace);
                inner.borrow_mut().want(Some(*workspace));
                self.open.set(Some(*workspace));
                if from_file {
                    self.subscribe_again();
                    // How it is shared was said before anybody knew which workspace it is.
                    let leader = inner.borrow().identity;
                    self.send(Request::Open { workspace: *workspace, leader });
                }
            }
            Err(_) if moves => {
                inner.borrow_mut().wanted = was;
                inner.borrow_mut().identity = identity;
                self.subscribe_again();
            }
            // The engine has let go of it: opening it again must ask anew.
            Ok(_) if deletes.is_some() && deletes == self.open.get_untracked() => {
                inner.borrow_mut().want(None);
                self.open.set(None);
            }
            _ => {}
        }
        result
    }

    /// Have every watched view sent once more.
    fn subscribe_again(self) {
        let keys: Vec<ViewKey> = self.inner.get_value().borrow().views.keys().copied().collect();
        for key in keys {
            self.send(Request::Subscribe(key));
        }
    }

    /// Before anything is shared or joined: the engine with a peer in it takes the place of the one that runs, which has
    /// everything on disk by then.
    pub async fn take_peer(self) {
        let inner = self.inner.get_value();
        if std::mem::replace(&mut inner.borrow_mut().with_peer, true) {
            return;
        }
        // Two seconds: storage that takes longer is failing, and says so.
        for _ in 0..40 {
            if matches!(self.saving.get_untracked(), Saving::Saved { .. }) {
                break;
            }
            clock::pause(50).await;
        }
        let (wanted, leader) = (inner.borrow().wanted, inner.borrow().identity);
        inner.borrow_mut().link = None;
        self.start();
        self.subscribe_again();
        if let Some(workspace) = wanted {
            // What keeps it from being opened is said when it is asked for again.
            let _ = self.ask(Request::Open { workspace, leader }).await;
        }
    }

    /// Send without waiting for the answer.
    pub fn send(self, request: Request) {
        self.enqueue(request, None);
    }

    /// Show what the cache has of a workspace, wherever the engine has not spoken yet.
    async fn show_cached(self, workspace: WorkspaceId) {
        let Some(bytes) = cache::load(workspace).await else { return };
        let Ok((stamp, views)) = postcard::from_bytes::<(String, Vec<(ViewKey, Packed)>)>(&bytes) else { return };
        let Some(inner) = self.inner.try_get_value() else { return };
        if stamp != CACHE_STAMP || inner.borrow().wanted != Some(workspace) {
            return;
        }
        for (key, view) in views {
            let view = Arc::new(view);
            let signal = {
                let mut inner = inner.borrow_mut();
                if inner.latest.contains_key(&key) {
                    continue;
                }
                inner.latest.insert(key, view.clone());
                inner.views.get(&key).map(|watched| watched.view.clone())
            };
            if let Some(signal) = signal {
                signal.set(Some(view));
            }
        }
    }

    /// Keep the latest views for the next start, a moment from now.
    fn cache_soon(self) {
        let inner = self.inner.get_value();
        if std::mem::replace(&mut inner.borrow_mut().saving_views, true) {
            return;
        }
        leptos::task::spawn_local(async move {
            clock::pause(CACHE_AFTER_MILLISECONDS).await;
            let (workspace, bytes) = {
                let mut inner = inner.borrow_mut();
                inner.saving_views = false;
                let lasts = |key: &ViewKey, view: &Packed| !matches!(key, ViewKey::Ballot(..)) && !view.is_missing();
                let views = inner.latest.iter().filter(|(key, view)| lasts(key, view));
                let views: Vec<(&ViewKey, &Packed)> =
                    views.map(|(key, view)| (key, &**view)).take(CACHED_VIEWS).collect();
                if views.is_empty() {
                    return; // Just turned to another workspace: what is kept of it is better than nothing.
                }
                (inner.wanted, postcard::to_allocvec(&(CACHE_STAMP, views)))
            };
            if let (Some(workspace), Ok(bytes)) = (workspace, bytes) {
                cache::save(workspace, &bytes).await;
            }
        });
    }

    fn enqueue(self, request: Request, answer: Option<oneshot::Sender<Result<Answer, Failure>>>) {
        let Some(inner) = self.inner.try_get_value() else { return };
        let mut inner = inner.borrow_mut();
        inner.next = inner.next.wrapping_add(1);
        let id = inner.next;
        if let Request::Identify(leader) | Request::Open { leader, .. } = &request {
            inner.identity = *leader;
        }
        let Ok(bytes) = postcard::to_allocvec(&ToEngine { id, request }) else { return };
        if let Some(link) = &inner.link {
            link.post(&bytes);
            if let Some(answer) = answer {
                inner.pending.insert(id, answer);
            }
        }
    }

    fn start(self) {
        let with_peer = self.inner.get_value().borrow().with_peer;
        match EngineLink::start(with_peer, move |news| self.hear(news)) {
            Ok(link) => {
                {
                    let inner = self.inner.get_value();
                    let mut inner = inner.borrow_mut();
                    inner.link = Some(link);
                    inner.runs += 1;
                }
                let suspects = preferences::suspects();
                if self.inner.get_value().borrow().careful || !suspects.is_empty() {
                    self.send(Request::Careful(suspects));
                }
                self.send(Request::Directory);
            }
            Err(message) => self.engine.set(EngineState::Broken(message)),
        }
    }

    fn hear(self, news: FromWorker) {
        match news {
            FromWorker::Bytes(bytes) => match postcard::from_bytes::<FromEngine>(&bytes) {
                Ok(FromEngine::Reply { id, result }) => {
                    let waiting = self.inner.get_value().borrow_mut().pending.remove(&id);
                    match (waiting, result) {
                        (Some(waiting), result) => {
                            // The page that asked may be gone; its answer is then nobody's.
                            let _ = waiting.send(result);
                        }
                        (None, Err(failure)) if failure != Failure::NotOpen => self.notices.failure(&failure),
                        (None, _) => {}
                    }
                }
                Ok(FromEngine::Push(push)) => self.receive(push),
                Err(_) => self.engine.set(EngineState::Broken(String::new())),
            },
            FromWorker::Trapped(message) => self.restart(message),
            FromWorker::Failed(message) => self.engine.set(EngineState::Broken(message)),
        }
    }

    fn receive(self, push: Push) {
        match push {
            Push::View(workspace, key, view) => {
                let view = Arc::new(view);
                let signal = {
                    let inner = self.inner.get_value();
                    let mut inner = inner.borrow_mut();
                    if inner.wanted != Some(workspace) {
                        return; // Sent before the engine heard that another workspace is wanted.
                    }
                    inner.latest.insert(key, view.clone());
                    inner.views.get(&key).map(|watched| watched.view.clone())
                };
                self.cache_soon();
                if let Some(signal) = signal {
                    signal.set(Some(view));
                }
                if self.engine.get_untracked() == EngineState::Restarting {
                    self.engine.set(EngineState::Running);
                }
            }
            Push::Directory(cards) => self.directory.set(Some(cards)),
            Push::Saving(saving) => self.saving.set(saving),
            Push::Sharing(workspace, sharing) => {
                if self.inner.get_value().borrow().wanted == Some(workspace) {
                    if sharing.is_some() {
                        preferences::set_shares();
                    }
                    self.sharing.set(sharing);
                    let run = self.inner.get_value().borrow().runs;
                    if self.shared_run.get_untracked() != run {
                        self.shared_run.set(run);
                    }
                }
            }
            Push::Trying(payload) => self.inner.get_value().borrow_mut().trying = payload,
            Push::NeedsPeer(workspace) => {
                if self.inner.get_value().borrow().wanted == Some(workspace) {
                    leptos::task::spawn_local(self.take_peer());
                }
            }
            Push::Recovered(recovery) => self.recovered.set(Some(recovery)),
        }
    }

    /// Replace a failed engine with a fresh one that reads everything back from storage.
    fn restart(self, message: String) {
        let now = clock::now().0;
        let inner = self.inner.get_value();
        let (wanted, interrupted, give_up) = {
            let mut inner = inner.borrow_mut();
            inner.link = None;
            inner.careful = true;
            if let Some(culprit) = inner.trying.take() {
                preferences::suspect(culprit);
            }
            inner.restarts.retain(|at| now - at < 60_000);
            inner.restarts.push(now);
            let interrupted: Vec<_> = inner.pending.drain().map(|(_, waiting)| waiting).collect();
            (inner.wanted, interrupted, inner.restarts.len() > RESTARTS_A_MINUTE)
        };
        for waiting in interrupted {
            let _ = waiting.send(Err(Failure::Interrupted));
        }
        if give_up {
            self.engine.set(EngineState::Broken(message));
            return;
        }
        self.engine.set(EngineState::Restarting);
        let leader = inner.borrow().identity;
        self.start();
        self.subscribe_again();
        match wanted {
            Some(workspace) => leptos::task::spawn_local(async move {
                match self.ask(Request::Open { workspace, leader }).await {
                    Ok(_) => self.engine.set(EngineState::Running),
                    Err(Failure::Interrupted) => {}
                    Err(failure) => {
                        self.notices.failure(&failure);
                        self.engine.set(EngineState::Running);
                    }
                }
            }),
            None => self.engine.set(EngineState::Running),
        }
    }
}
