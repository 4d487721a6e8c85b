//! Direct connections of a workspace's peer to other devices.

use gloo_timers::callback::Timeout;
use plumbline_replica::mesh::Act;
use plumbline_replica::sync::peer::ConnId;

use super::{LOOK_AGAIN, Shared, State};
use crate::desk::{self, Internal};
use crate::platform;
use crate::platform::direct::{Direct, News};

impl Shared {
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
    pub(super) fn act_direct(&mut self, act: Act) {
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
