//! Connections to other members' devices, as [`crate::mesh`] wants them.

use plumbline_sync::peer::{ConnId, Side};

use super::Link;
use crate::mesh::Act;
use crate::parcel::{self, BadParcel};

/// What became of words that a person brought from another device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brought {
    /// It wants a connection of this number: words for it follow, to be carried back.
    Asked(ConnId),
    /// It answered: the connection of this number opens.
    Answered(ConnId),
}

impl Link {
    /// Time to look for neighbours: every few seconds, and after somebody came.
    pub fn look(&mut self, now: u64) {
        self.now = now;
        self.mesh.look(self.here.runs(), now);
    }

    /// What is to be done about direct connections. To be called with [`Link::drain`].
    pub fn acts(&mut self, now: u64) -> Vec<Act> {
        self.now = now;
        let mut rest = Vec::new();
        for act in self.mesh.drain() {
            match act {
                Act::Tell { device, word } => {
                    // Without a relay, or a key, nobody hears it; the attempt is given up in time.
                    let _ = self.peer.signal(device, &word);
                }
                Act::Carry { conn, word } => {
                    if let Ok(word) = self.peer.carried(&word) {
                        rest.push(Act::Carry { conn, word });
                    }
                }
                Act::Drop { conn } => {
                    self.peer.closed(conn, now);
                    self.changed = true;
                    rest.push(Act::Drop { conn });
                }
                other => rest.push(other),
            }
        }
        rest
    }

    /// The browser found out how this device can be reached over a connection.
    pub fn described(&mut self, conn: ConnId, sdp: &str, now: u64) {
        self.mesh.described(conn, sdp, now);
    }

    /// A direct connection is open.
    pub fn direct_opened(&mut self, conn: ConnId, now: u64) {
        if self.mesh.opened(conn) {
            self.peer.opened(conn, Side::Member, now);
            (self.changed, self.greet) = (true, true);
        }
    }

    /// A direct connection is closed, or was never opened.
    pub fn direct_closed(&mut self, conn: ConnId, now: u64) {
        self.now = now;
        self.mesh_closed(conn);
    }

    pub(super) fn mesh_closed(&mut self, conn: ConnId) {
        self.changed |= self.mesh.closed(conn, self.now);
    }

    /// Direct connections cannot be made here, or are not wanted.
    pub fn set_direct(&mut self, wanted: bool) {
        self.mesh.set_looking(wanted);
    }

    /// Everything that is durable here, for a file.
    #[must_use]
    pub fn parcel(&self) -> Vec<u8> {
        parcel::write(&self.peer.workspace(), &self.peer.export())
    }

    /// Take in what another device put into a file. Whether it brought anything new follows from what is delivered.
    ///
    /// # Errors
    /// When it cannot be used; nothing of it was taken then.
    pub fn take_parcel(&mut self, bytes: &[u8], now: u64) -> Result<(), BadParcel> {
        let frames = parcel::read(&self.peer.workspace(), bytes)?;
        let conn = self.mesh.number();
        self.peer.opened(conn, Side::Bare, now);
        for frame in frames {
            self.peer.frame(conn, frame, now);
        }
        self.peer.closed(conn, now);
        Ok(())
    }

    /// Begin a connection by hand: [`Act::Carry`] follows.
    pub fn ask_by_hand(&mut self, now: u64) -> ConnId {
        self.mesh.begin_by_hand(now)
    }

    /// Somebody brought words from another device: what came of it; `None` when they are none of this workspace, too old, or for
    /// another tab.
    pub fn brought(&mut self, words: &[u8], now: u64) -> Option<Brought> {
        let (device, word) = self.peer.open_carried(words)?;
        let conn = self.mesh.hear(device, &word, true, now)?;
        Some(if self.mesh.is_ours(conn) { Brought::Answered(conn) } else { Brought::Asked(conn) })
    }
}
