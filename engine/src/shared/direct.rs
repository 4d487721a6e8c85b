//! Direct connections of a workspace's peer to other devices.

use gloo_timers::callback::Timeout;
use plumbline_core::bridge::sharing::{SharingProblem, WholeLink};
use plumbline_replica::link::direct::Brought;
use plumbline_replica::mesh::Act;
use plumbline_replica::parcel::BadParcel;
use plumbline_replica::sync::peer::ConnId;

use super::{LOOK_AGAIN, Shared, State};
use crate::code;
use crate::desk::{self, Internal};
use crate::platform;
use crate::platform::direct::{Direct, News};

/// Somebody waits for a code: for which connection, which request, and the app's address.
pub struct ByHand {
    conn: ConnId,
    reply: u32,
    app: String,
}

impl Shared {
    /// Make a code for another device; [`Shared::take_carried`] has the answer to `reply`.
    pub fn ask_by_hand(&self, reply: u32, app: String) {
        {
            let mut state = self.0.borrow_mut();
            let conn = state.link.ask_by_hand(platform::monotonic());
            state.wait_by_hand(ByHand { conn, reply, app });
        }
        self.run();
    }

    /// Take another device's code; `None`: [`Shared::take_carried`] has the answer to `reply`.
    pub fn brought(&self, code: &str, reply: u32, app: String) -> Option<Result<(), SharingProblem>> {
        let brought = {
            let mut state = self.0.borrow_mut();
            let words = code::words_in(code);
            let brought = words.and_then(|words| state.link.brought(&words, platform::monotonic()));
            if let Some(Brought::Asked(conn)) = brought {
                state.wait_by_hand(ByHand { conn, reply, app });
            }
            brought
        };
        self.run();
        match brought {
            Some(Brought::Asked(_)) => None,
            Some(Brought::Answered(_)) => Some(Ok(())),
            None => Some(Err(SharingProblem::NotACode)),
        }
    }

    /// Requests for a code that can be answered now.
    pub fn take_carried(&self) -> Vec<(u32, Result<WholeLink, SharingProblem>)> {
        std::mem::take(&mut self.0.borrow_mut().carried)
    }

    /// Everything in a file.
    pub fn parcel(&self) -> Vec<u8> {
        self.0.borrow().link.parcel()
    }

    /// Take in such a file.
    ///
    /// # Errors
    /// When it cannot be used.
    pub fn take_parcel(&self, bytes: &[u8]) -> Result<(), SharingProblem> {
        let taken = self.0.borrow_mut().link.take_parcel(bytes, platform::monotonic());
        self.run();
        taken.map_err(|problem| match problem {
            BadParcel::NotOne => SharingProblem::NotEdits,
            BadParcel::Later => SharingProblem::Later,
            BadParcel::Other => SharingProblem::OtherEdits,
            BadParcel::Cut => SharingProblem::CutEdits,
        })
    }

    /// Look for devices to connect to, now and from time to time.
    pub fn look(&self) {
        {
            let mut state = self.0.borrow_mut();
            let now = platform::monotonic();
            state.link.look(now);
            state.looking = Some(Timeout::new(LOOK_AGAIN, || desk::post(Internal::Look)));
        }
        self.run();
    }

    /// Whether devices are connected to directly.
    pub fn set_direct(&self, wanted: bool) {
        self.0.borrow_mut().link.set_direct(wanted);
        self.look();
    }

    /// A direct connection has something to say.
    pub fn hear_direct(&self, conn: ConnId, news: News) {
        {
            let mut state = self.0.borrow_mut();
            let now = platform::monotonic();
            match news {
                News::Described(sdp) => state.link.described(conn, &sdp, now),
                News::Open => state.link.direct_opened(conn, now),
                News::Frame(bytes) => state.link.frame(conn, &bytes, now),
                // This browser has no such connections.
                News::Closed if conn == 0 => state.link.set_direct(false),
                News::Closed => state.link.direct_closed(conn, now),
            }
        }
        self.run();
    }
}

impl State {
    fn wait_by_hand(&mut self, by_hand: ByHand) {
        // One at a time: whoever asked before has gone on to something else.
        if let Some(before) = self.by_hand.replace(by_hand) {
            self.carried.push((before.reply, Err(SharingProblem::NotACode)));
        }
    }

    fn answer_by_hand(&mut self, conn: ConnId, words: Option<&[u8]>) {
        if let Some(waits) = self.by_hand.take_if(|waits| waits.conn == conn) {
            let code = words.map(|words| code::carried(words, &waits.app)).ok_or(SharingProblem::NoDirect);
            self.carried.push((waits.reply, code));
        }
    }

    pub(super) fn act_direct(&mut self, act: Act) {
        match &act {
            Act::Carry { conn, word } => self.answer_by_hand(*conn, Some(word)),
            Act::Drop { conn } => self.answer_by_hand(*conn, None),
            _ => {}
        }
        if self.direct.is_none() {
            self.direct = Direct::open(|conn, news| desk::post(Internal::Direct(conn, news)));
        }
        match (&self.direct, act) {
            (Some(direct), act) => direct.act(&act),
            (None, Act::Describe { conn, .. }) => self.link.direct_closed(conn, platform::monotonic()),
            (None, _) => {}
        }
    }
}
