//! A connection, as far as the conversation over it goes. Nothing of it outlives the connection.

use std::collections::{BTreeMap, BTreeSet};

use plumbline_wire::certificate::Certificate;
use plumbline_wire::id::{ItemId, SessionId};
use plumbline_wire::key::VerifyKey;
use plumbline_wire::keyring::Standing;
use plumbline_wire::mark::Mark;
use plumbline_wire::statement::Place;

use super::effect::Ticket;
use super::snapshot::Shelf;

/// What is on the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// A relay. `pinned`: the key it had before, or that the link's host published; `None`: whoever it is.
    Relay {
        /// Its key.
        pinned: Option<VerifyKey>,
    },
    /// A member's device, over a data channel: both prove who they are.
    Member,
    /// A file, or another tab of this browser: nobody to prove anything, and what comes is checked all the same.
    Bare,
}

pub(super) enum Conn {
    Relay(Box<RelayConn>),
    Member(Box<MemberConn>),
}

pub(super) struct RelayConn {
    pub pinned: Option<VerifyKey>,
    /// Once it said who it is.
    pub relay: Option<VerifyKey>,
    /// What it has to sign.
    pub challenge: [u8; 32],
    /// Until when it has to have answered; absent when it did.
    pub deadline: Option<u64>,
    /// How this device stands there, once it was let in.
    pub standing: Option<Standing>,
    pub base: Place,
    /// The furthest place it spoke of over this connection.
    pub head: u64,
    /// What it says it holds, while the list comes in.
    pub marks: Vec<Mark>,
    /// When everything is offered that it was not seen to have, should it not say what it has.
    pub offer_at: Option<u64>,
    /// Not before this time is it listened to again about what it has: each time costs sending all that it says it lacks.
    pub listen_at: u64,
    /// Not before this time is the log asked for again.
    pub ask_after: u64,
    /// Whether the log was read from its beginning for something that was missed.
    pub reread: bool,
    pub outbox: BTreeMap<u64, Outgoing>,
    pub shelf: Shelf,
}

/// Something on its way to a relay, under the number of its arrival here.
pub(super) struct Outgoing {
    pub item: ItemId,
    /// When it is to be sent, or sent again.
    pub due: u64,
    pub attempts: u32,
}

pub(super) struct MemberConn {
    /// Whether they have to say who they are.
    pub bare: bool,
    pub challenge: [u8; 32],
    pub deadline: Option<u64>,
    pub certificate: Option<Certificate>,
    /// Whom they said they are when they asked for a proof.
    pub host: Option<VerifyKey>,
    /// Whether this device answered their challenge.
    pub answered: bool,
    /// What they hold, as they last said.
    pub theirs: BTreeMap<SessionId, Vec<Mark>>,
    pub heard: bool,
    /// While their list comes in.
    pub marks: Vec<Mark>,
    /// Sent to them or received from them since they last said, and held here.
    pub knows: BTreeSet<ItemId>,
    /// Not before this time is anything sent to them again, whatever they say.
    pub again_at: u64,
    /// When they are to be told what is held here.
    pub have_at: Option<u64>,
    /// What is to be told once this transaction is durable.
    pub have_ready: Option<(Ticket, Vec<Vec<u8>>)>,
    /// For which two keyrings, and when, records were sent.
    pub records_for: Option<([u8; 32], [u8; 32], u64)>,
}

impl Conn {
    /// How many entries are kept for it.
    pub fn weight(&self) -> usize {
        match self {
            Self::Relay(relay) => relay.marks.len() + relay.outbox.len() + 1,
            Self::Member(member) => {
                let ready = member.have_ready.as_ref().map_or(0, |(_, frames)| frames.len());
                member.theirs.len() + member.marks.len() + member.knows.len() + ready + 1
            }
        }
    }

    pub const fn deadline(&self) -> Option<u64> {
        match self {
            Self::Relay(relay) => relay.deadline,
            Self::Member(member) => member.deadline,
        }
    }
}

impl MemberConn {
    /// The device on the other side; zeros when nobody said.
    pub fn source(&self) -> VerifyKey {
        self.certificate.as_ref().map_or(VerifyKey([0; 32]), |certificate| certificate.device.verify)
    }

    /// Whether they hold a place of a session, as far as they said.
    pub fn holds(&self, mark: &Mark) -> bool {
        let marks = self.theirs.get(&mark.session).map_or(&[][..], Vec::as_slice);
        match marks {
            // One branch: that it is this one is known where it is this device's own.
            [only] => only.seq > mark.seq || only.item == mark.item,
            marks => marks.iter().any(|theirs| theirs.item == mark.item),
        }
    }
}
