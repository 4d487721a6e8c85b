//! What an open workspace has more when it is shared: the peer, its socket to the relay, and its clock.
//!
//! Two parts of the engine hold it: the desk, which takes events, and the queue, which stores what the peer wants stored in the
//! same transaction as the chunks it belongs to.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use plumbline_core::bridge::sharing::{Key, Presence, Sharing, SharingProblem, Way, WholeLink, Why};
use plumbline_core::bridge::{Failure, Push};
use plumbline_core::document::Document;
use plumbline_core::time::Timestamp;
use plumbline_replica::changes::{Care, Watch};
use plumbline_replica::link::DIRECT;
use plumbline_replica::sync::peer::{ConnId, Effect, Identity, Stored, Ticket, Write, WriteProblem};
use plumbline_replica::sync::wire::key::VerifyKey;
use plumbline_replica::{Applied, Link};

use crate::desk::{self, Internal};
use crate::outlet::Outlet;
use crate::platform::direct::Direct;
use crate::platform::socket::{News, Socket};
use crate::platform::{self, relay};
use crate::storage::WorkspaceStore;
use crate::storage::sharing::SharingWrites;

/// Waits between attempts to reach the relay, in milliseconds: the last is repeated. A third is added at random, so that a
/// team does not come back in one moment.
const PAUSES: [u32; 6] = [500, 1_000, 2_000, 5_000, 10_000, 30_000];
/// How often it is said who is here, in milliseconds.
const SHOW_AGAIN: u32 = 20_000;

/// How often it is looked for devices to connect to directly, in milliseconds.
const LOOK_AGAIN: u32 = 3_000;

/// Within how many milliseconds a newcomer is answered.
const GREETING: u64 = 800;

mod direct;

/// What the peer wants stored in one transaction.
#[derive(Clone)]
pub struct ToStore {
    ticket: Ticket,
    writes: Vec<Write>,
    own: bool,
}

impl ToStore {
    /// Whether something written here is among them.
    pub const fn own(&self) -> bool {
        self.own
    }

    /// For the transaction.
    pub fn writes(&self) -> SharingWrites<'_> {
        SharingWrites { writes: &self.writes, ..SharingWrites::default() }
    }
}

/// A workspace's peer, shared by the desk and the queue.
#[derive(Clone)]
pub struct Shared(Rc<RefCell<State>>);

struct State {
    link: Link,
    /// Scheme, host and port.
    relay: String,
    socket: Option<Socket>,
    /// The number of the socket: what an earlier one still says is nobody's.
    conn: ConnId,
    is_open: bool,
    attempts: usize,
    retry: Option<Timeout>,
    alarm: Option<(u64, Timeout)>,
    to_store: Option<ToStore>,
    session_lost: bool,
    presence: Presence,
    again: Option<Timeout>,
    direct: Option<Direct>,
    looking: Option<Timeout>,
    /// Who waits for words to carry.
    by_hand: Option<direct::ByHand>,
    /// What came of it.
    carried: Vec<(u32, Result<WholeLink, SharingProblem>)>,
    /// Links that this device can show again.
    shown: Vec<(VerifyKey, String)>,
}

impl Shared {
    /// Around a peer; nothing is done before [`Shared::run`].
    pub fn new(link: Link, relay: String) -> Self {
        Self(Rc::new(RefCell::new(State {
            link,
            relay,
            socket: None,
            conn: 0,
            is_open: false,
            attempts: 0,
            retry: None,
            alarm: None,
            to_store: None,
            session_lost: false,
            presence: Presence::default(),
            again: None,
            direct: None,
            looking: None,
            by_hand: None,
            carried: Vec::new(),
            shown: Vec::new(),
        })))
    }

    /// The peer of a workspace as it is stored, before the rest of it was read back; `None` when it is not shared. The
    /// document's next changes are its.
    ///
    /// # Errors
    /// When the browser fails to read.
    pub async fn stored_in(
        store: &WorkspaceStore,
        document: &mut Document,
        careful: Option<&[[u8; 32]]>,
        outlet: &Rc<Outlet>,
    ) -> Result<Option<Self>, Failure> {
        let stored = store.sharing().await.map_err(Failure::NotStored)?;
        let care = careful.map_or_else(Care::default, |suspects| {
            let outlet = Rc::clone(outlet);
            let watch: Watch = Rc::new(move |name| outlet.push(Push::Trying(name)));
            Care { suspects: suspects.iter().copied().collect(), watch: Some(watch) }
        });
        Ok(stored.map(|stored| {
            let link = Link::with_care(stored.identity, platform::key_seed(), care);
            document.begin_session(link.session());
            Self::new(link, stored.relay)
        }))
    }

    /// Read back what is stored. Returns what no envelope holds and nobody can bring along.
    pub fn read_back(&self, stored: &Stored, shown: Vec<(VerifyKey, String)>, document: &Document) -> Vec<Vec<u8>> {
        let mut state = self.0.borrow_mut();
        state.shown = shown;
        state.link.read_back(stored, Some(document), platform::monotonic()).chunks
    }

    /// Whether what is stored was read back.
    pub fn is_ready(&self) -> bool {
        self.0.borrow().link.is_ready()
    }

    /// Whether this device may write.
    pub fn may_write(&self) -> bool {
        self.0.borrow().link.may_write()
    }

    /// Whether the others know who sits at this device.
    pub fn is_introduced(&self, document: &Document) -> bool {
        self.0.borrow().link.is_introduced(document)
    }

    /// Who this device is.
    pub fn identity(&self) -> Identity {
        self.0.borrow().link.peer().identity().clone()
    }

    /// Do what the peer asks for. To be called after everything that is told it.
    pub fn run(&self) {
        loop {
            let (effects, acts) = {
                let mut state = self.0.borrow_mut();
                let effects = state.link.drain();
                (effects, state.link.acts(platform::monotonic()))
            };
            if effects.is_empty() && acts.is_empty() {
                break;
            }
            let mut state = self.0.borrow_mut();
            effects.into_iter().for_each(|effect| state.act(effect));
            acts.into_iter().for_each(|act| state.act_direct(act));
        }
        {
            let mut state = self.0.borrow_mut();
            state.set_alarm();
            state.greet();
        }
        desk::post(Internal::Peer);
    }

    /// What was written here, in [`Shared::session`].
    ///
    /// # Errors
    /// When this device may not write, or it is larger than can travel.
    pub fn wrote(&self, change: &[u8]) -> Result<(), Failure> {
        self.0.borrow_mut().link.wrote(change, platform::monotonic()).map_err(|problem| match problem {
            WriteProblem::TooLarge => Failure::Sharing(SharingProblem::TooLarge),
            _ => Failure::ReadOnly,
        })
    }

    /// What the peer already wants stored, if it does.
    pub fn take_to_store(&self) -> Option<ToStore> {
        self.0.borrow_mut().to_store.take()
    }

    /// Whether the peer wants something stored.
    pub fn has_to_store(&self) -> bool {
        self.0.borrow().to_store.is_some()
    }

    /// Everything that was written or came so far, to be stored in one transaction.
    pub fn seal(&self) -> Option<ToStore> {
        self.0.borrow_mut().link.seal(platform::monotonic());
        self.run();
        self.take_to_store()
    }

    /// A transaction is durable.
    pub fn stored(&self, done: &ToStore) {
        self.0.borrow_mut().link.stored(done.ticket, platform::monotonic());
        self.run();
    }

    /// Bring the document up to date with what came.
    pub fn apply(&self, document: &mut Document) -> Option<Applied> {
        let mut state = self.0.borrow_mut();
        state.link.has_arrived().then(|| state.link.apply(document))
    }

    /// Make the document anew from what counts: what was just written in it is not to stay.
    pub fn take_back(&self, document: &mut Document) -> Applied {
        let mut state = self.0.borrow_mut();
        state.link.seal(platform::monotonic());
        state.link.start_again();
        state.link.apply(document)
    }

    /// Begin another session if what this one writes cannot count any more. Whether that was so.
    pub fn renew_if_lost(&self, document: &mut Document) -> bool {
        let lost = std::mem::take(&mut self.0.borrow_mut().session_lost);
        if lost {
            self.renew(document);
        }
        lost
    }

    /// Begin another session: somebody else writes from now on.
    pub fn renew(&self, document: &mut Document) {
        self.0.borrow_mut().link.renew_session(document, platform::monotonic());
        self.run();
    }

    /// Take the items that another tab stored, numbered above `seen`; the number of the last one.
    pub async fn catch_up(&self, store: &WorkspaceStore, seen: f64) -> Option<f64> {
        let items = store.items_after(seen).await.ok()?;
        let last = items.last()?.0;
        let items: Vec<_> = items.into_iter().map(|(_, bytes)| std::sync::Arc::from(bytes)).collect();
        self.0.borrow_mut().link.peer_mut().take_stored(&items, platform::monotonic());
        self.run();
        Some(last)
    }

    /// Time went on.
    pub fn tick(&self) {
        {
            let mut state = self.0.borrow_mut();
            state.alarm = None;
            let now = platform::now();
            state.link.forget_silent(now);
            state.link.tick(platform::monotonic());
        }
        self.run();
    }

    /// Try to reach the relay now.
    pub fn reach(&self) {
        self.look();
        let mut state = self.0.borrow_mut();
        if state.socket.is_none() {
            state.connect();
        }
        drop(state);
        self.run();
    }

    /// As [`Shared::reach`], after the device came back or woke up: an attempt that waits does not.
    pub fn reach_at_once(&self) {
        let mut state = self.0.borrow_mut();
        state.attempts = 0;
        state.retry = None;
        drop(state);
        self.reach();
    }

    /// A socket has something to say.
    pub fn hear(&self, conn: ConnId, news: News) {
        {
            let mut state = self.0.borrow_mut();
            if state.conn != conn || state.socket.is_none() {
                return;
            }
            let now = platform::monotonic();
            match news {
                News::Open => {
                    state.is_open = true;
                    state.link.opened(conn, now);
                }
                News::Frame(bytes) => state.link.frame(conn, &bytes, now),
                News::Closed => {
                    let opened = std::mem::take(&mut state.is_open);
                    state.socket = None;
                    state.link.closed(conn, now);
                    if opened {
                        state.retry_later();
                    } else {
                        drop(state);
                        self.find_out();
                    }
                }
            }
        }
        self.run();
    }

    /// The socket could not be opened: a relay that lost everything, or another one, is told of the workspace.
    fn find_out(&self) {
        let shared = self.clone();
        let (relay, genesis) = {
            let state = self.0.borrow();
            (state.relay.clone(), state.link.peer().keyring().genesis().clone())
        };
        wasm_bindgen_futures::spawn_local(async move {
            let known = relay::found(&relay, &genesis).await;
            {
                let mut state = shared.0.borrow_mut();
                if let Err(why) = known {
                    state.link.set_way(Way::Away(why));
                }
                state.retry_later();
            }
            shared.run();
        });
    }

    /// Tell the others who is here, now and from time to time.
    pub fn show(&self, presence: Presence) {
        {
            let mut state = self.0.borrow_mut();
            state.link.show(&presence);
            state.presence = presence;
            let leaving = state.presence.leaving;
            state.again = (!leaving).then(|| Timeout::new(SHOW_AGAIN, || desk::post(Internal::ShowAgain)));
        }
        self.run();
    }

    /// Say once more who is here.
    pub fn show_again(&self) {
        let presence = self.0.borrow().presence.clone();
        self.show(presence);
    }

    /// How the workspace is shared, if that is something else than was last told.
    pub fn news(&self, document: &Document) -> Option<Sharing> {
        let mut state = self.0.borrow_mut();
        state.link.note_synced(platform::now());
        let mut facts = state.link.news(Some(document))?;
        for card in &mut facts.links {
            card.shown = state.shown.iter().any(|(key, _)| key.0 == card.link.0) || (card.founding && card.own);
        }
        Some(facts)
    }

    /// Say how the workspace is shared, whether or not it changed.
    pub fn tell_again(&self) {
        // A mutable look counts as a change.
        let _ = self.0.borrow_mut().link.peer_mut();
    }

    /// Ask something of the peer.
    pub fn with_peer<T>(&self, ask: impl FnOnce(&plumbline_replica::sync::peer::Peer) -> T) -> T {
        ask(self.0.borrow().link.peer())
    }

    /// Do something with the peer that an administrator may do.
    pub fn administer<T>(&self, work: impl FnOnce(&mut plumbline_replica::sync::peer::Peer, u64, u64) -> T) -> T {
        let done = work(self.0.borrow_mut().link.peer_mut(), platform::wall(), platform::monotonic());
        self.run();
        done
    }

    /// A link was made here, and can be shown again.
    pub fn keep_link(&self, link: VerifyKey, fragment: String) {
        self.0.borrow_mut().shown.push((link, fragment));
    }

    /// A link that can be shown again.
    ///
    /// # Errors
    /// When it was made elsewhere.
    pub fn link(&self, key: Key, app: &str) -> Result<WholeLink, SharingProblem> {
        let state = self.0.borrow();
        let identity = state.link.peer().identity();
        let founding = state.link.peer().is_founder() && identity.certificate().link.0 == key.0;
        let fragment = if founding {
            Some(identity.link().fragment().to_string())
        } else {
            state.shown.iter().find(|(shown, _)| shown.0 == key.0).map(|(_, fragment)| fragment.clone())
        };
        fragment.map(|fragment| crate::code::whole(fragment, app)).ok_or(SharingProblem::Unknown)
    }

    /// Let go: the socket is closed, and whoever still holds this does nothing any more.
    pub fn close(&self) {
        let mut state = self.0.borrow_mut();
        let leaving = Presence { leaving: true, ..state.presence.clone() };
        state.link.show(&leaving);
        for effect in state.link.drain() {
            if let Effect::Send { .. } = effect {
                state.act(effect);
            }
        }
        // The page holds direct connections until it is told, and the others would take this device for connected.
        state.link.set_direct(false);
        for act in state.link.acts(platform::monotonic()) {
            state.act_direct(act);
        }
        state.socket = None;
        state.retry = None;
        state.alarm = None;
        state.again = None;
        state.looking = None;
        state.direct = None;
        state.conn += 1;
    }
}

impl State {
    fn act(&mut self, effect: Effect) {
        match effect {
            Effect::Store { ticket, writes, own } => self.to_store = Some(ToStore { ticket, writes, own }),
            Effect::Send { conn, frame } if conn > DIRECT => {
                if let Some(direct) = &self.direct {
                    direct.send(conn, &frame);
                }
            }
            Effect::Send { conn, frame } => {
                if let Some(socket) = self.socket.as_ref().filter(|_| conn == self.conn) {
                    socket.send(&frame);
                }
            }
            Effect::Close { conn, .. } if conn == self.conn => {
                self.socket = None;
                self.is_open = false;
                self.retry_later();
            }
            Effect::SessionLost => self.session_lost = true,
            _ => {}
        }
    }

    fn connect(&mut self) {
        self.retry = None;
        self.conn += 1;
        self.is_open = false;
        let conn = self.conn;
        let address = relay::socket_address(&self.relay, &self.link.peer().workspace());
        match Socket::open(&address, move |news| desk::post(Internal::Socket(conn, news))) {
            Ok(socket) => self.socket = Some(socket),
            Err(_) => {
                self.link.set_way(Way::Away(Why::NoRelay));
                self.retry_later();
            }
        }
    }

    fn retry_later(&mut self) {
        if self.link.way() == Way::Open {
            self.attempts = 0;
            self.link.set_way(Way::Away(Why::Offline));
        }
        let pause = PAUSES[self.attempts.min(PAUSES.len() - 1)];
        self.attempts += 1;
        #[allow(clippy::cast_possible_truncation, reason = "a remainder of a third of half a minute")]
        let extra = (platform::seed() % u64::from(pause / 3 + 1)) as u32;
        self.retry = Some(Timeout::new(pause + extra, || desk::post(Internal::Reach)));
    }

    /// Says who is here when somebody has come: not at once, so that a whole team does not answer in one moment.
    fn greet(&mut self) {
        if self.link.take_greeting() {
            #[allow(clippy::cast_possible_truncation, reason = "a second")]
            let pause = (platform::seed() % GREETING) as u32;
            self.again = Some(Timeout::new(pause, || desk::post(Internal::ShowAgain)));
        }
    }

    fn set_alarm(&mut self) {
        let Some(at) = self.link.peer().wake() else {
            self.alarm = None;
            return;
        };
        if self.alarm.as_ref().is_some_and(|(set, _)| *set <= at) {
            return;
        }
        let pause = at.saturating_sub(platform::monotonic()).min(60_000);
        #[allow(clippy::cast_possible_truncation, reason = "at most a minute")]
        let alarm = Timeout::new(pause as u32, || desk::post(Internal::Tick));
        self.alarm = Some((at, alarm));
    }
}

/// When a link ends, in the protocol's clock.
#[must_use]
pub fn moment(at: Timestamp) -> u64 {
    u64::try_from(at.0).unwrap_or_default()
}
