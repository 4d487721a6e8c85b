//! What a peer asks its driver to do. Effects are drained in order after every event; `Store` is the only one that is answered.

use std::sync::Arc;

use plumbline_wire::id::{ItemId, SessionId};
use plumbline_wire::key::VerifyKey;
use plumbline_wire::keyring::Standing;
use plumbline_wire::keyring::record::KeyName;
use plumbline_wire::mark::Mark;
use plumbline_wire::refusal::Refusal;
use plumbline_wire::statement::Place;
use zeroize::Zeroizing;

use crate::graph::Verdict;

/// A connection, numbered by the driver. A number is never used again after its connection closed.
pub type ConnId = u64;

/// A transaction, numbered by the peer.
pub type Ticket = u64;

/// What is to be done.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Store all of these in one transaction, in order, then say [`super::Peer::stored`] or [`super::Peer::store_failed`]. There
    /// is one at a time; durability is the driver's to ask for when `own` is set (`strict` in IndexedDB).
    Store {
        /// To be answered with.
        ticket: Ticket,
        /// All or nothing.
        writes: Vec<Write>,
        /// Whether something written on this device is among them.
        own: bool,
    },
    /// Send a frame.
    Send {
        /// Over which connection.
        conn: ConnId,
        /// The frame, whole.
        frame: Vec<u8>,
    },
    /// Close a connection; the peer has forgotten it already. Opening another one later is the driver's decision.
    Close {
        /// Which.
        conn: ConnId,
        /// Why.
        reason: CloseReason,
    },
    /// Payloads that count now, each after all that it builds on, each once since the start or the last `Rebuild`. What was
    /// written in this run is not among them.
    Deliver(Vec<Delivery>),
    /// Something delivered no longer counts: the document starts again from exactly these.
    Rebuild(Vec<Delivery>),
    /// What became of an envelope that does not count. Said again when it changes.
    Verdict {
        /// Which envelope.
        mark: Mark,
        /// Who signed it.
        device: VerifyKey,
        /// [`Verdict::Accepted`] when it had another one before.
        verdict: Verdict,
    },
    /// Where something written on this device is now.
    Receipt {
        /// The envelope.
        item: ItemId,
        /// First and last number that [`super::Peer::write`] gave to what is in it; absent for earlier runs.
        changes: Option<(u64, u64)>,
        /// Where it is.
        receipt: Receipt,
    },
    /// What this session writes cannot count any more. Writing fails until [`super::Peer::renew_session`].
    SessionLost,
    /// Roles, links or keys changed.
    KeyringChanged,
    /// A relay let this device in, or not.
    Relay {
        /// Over which connection.
        conn: ConnId,
        /// Its key, for pinning.
        relay: VerifyKey,
        /// How this device stands there; `Err` when it was not let in.
        standing: Result<Standing, Refusal>,
    },
    /// A member proved who they are.
    Member {
        /// Over which connection.
        conn: ConnId,
        /// Their device.
        device: VerifyKey,
    },
    /// A relay will not take something of this device, whatever is done.
    NotTaken {
        /// Which relay.
        relay: VerifyKey,
        /// What.
        item: ItemId,
        /// Why.
        refusal: Refusal,
    },
    /// Presence of another device: shown, never kept.
    Presence {
        /// Whose.
        device: VerifyKey,
        /// What they say.
        payload: Vec<u8>,
    },
    /// Signalling for this device.
    Signal {
        /// From whom.
        device: VerifyKey,
        /// What they say.
        payload: Vec<u8>,
    },
    /// Make the document of [`super::Peer::covered`] (from the beginning: exactly that, not what is on the screen) and say
    /// [`super::Peer::compacted`] with its bytes. It may take a while; whoever cannot leaves it.
    Compact {
        /// To be answered with.
        ticket: Ticket,
    },
    /// People should know.
    Warning(Warning),
}

/// One line of a transaction.
#[derive(Clone, PartialEq, Eq)]
pub enum Write {
    /// An envelope, a record or a snapshot, under its name; [`super::Stored::items`] wants them back in the order of writing.
    Item {
        /// Its name.
        item: ItemId,
        /// Its bytes.
        bytes: Arc<[u8]>,
    },
    /// An item that came too early and is given up: it will be sent again by who holds it.
    Forget {
        /// Its name.
        item: ItemId,
    },
    /// A data key. Secret.
    Key {
        /// Its name.
        key: KeyName,
        /// The key.
        secret: Zeroizing<[u8; 32]>,
    },
    /// How far a relay's log was read; replaces the one before. It also pins the relay's key.
    Log {
        /// Which relay.
        relay: VerifyKey,
        /// How far.
        place: Place,
    },
    /// A relay's word about something written on this device; replaces the one before for the two. Absent: taken back.
    Receipt {
        /// Which relay.
        relay: VerifyKey,
        /// What.
        item: ItemId,
        /// Where in its log.
        place: Option<Place>,
    },
}

/// A payload that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The envelope it came in.
    pub mark: Mark,
    /// Who wrote it.
    pub device: VerifyKey,
    /// The changes.
    pub payload: Vec<u8>,
}

/// Where something written on this device is. Said only of what is proved: storage that answered, a relay's signature, a
/// member's own word that they hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Receipt {
    /// Durable on this device.
    pub here: bool,
    /// On so many relays.
    pub relays: usize,
    /// On so many other devices, as far as they said since this one started.
    pub devices: usize,
}

/// Why a connection is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    /// No answer in time.
    Silent,
    /// Something that is no frame, or not one at this point.
    Malformed,
    /// Another workspace.
    Workspace,
    /// They are not who they say, or not who was pinned.
    Identity,
    /// The other side does not let this device in.
    Refused(Refusal),
    /// The relay's log is not the one that was read before: it is read anew over the next connection.
    Log,
}

/// Something is wrong. Said once for each run and each cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Warning {
    /// A relay's log ends before what it signed earlier: restored from a backup, or lying. What is missing is sent again.
    RolledBack {
        /// Which relay.
        relay: VerifyKey,
    },
    /// A relay's log is another one than it was, or than it said.
    Forked {
        /// Which relay.
        relay: VerifyKey,
    },
    /// A member saw another log of this relay. Either the relay shows different logs, or the member lies.
    Disputed {
        /// Which relay.
        relay: VerifyKey,
        /// Which member's device.
        device: VerifyKey,
    },
    /// A relay's key is not the pinned one.
    RelayKey {
        /// The key it showed.
        relay: VerifyKey,
    },
    /// A relay signed something that does not fit.
    BadWord {
        /// Which relay.
        relay: VerifyKey,
    },
    /// Something that others build on does not come, though a relay says that this is all.
    Withheld {
        /// What is missing.
        item: ItemId,
    },
    /// A device signed two envelopes at one place.
    Equivocation {
        /// Which device.
        device: VerifyKey,
        /// In which session.
        session: SessionId,
        /// At which place.
        seq: u64,
    },
    /// Something unsound came from there: forged, or for another workspace.
    Unsound {
        /// From whom: a relay's or a device's key, zeros for a file.
        from: VerifyKey,
    },
    /// A device made a snapshot that is not what it should be, or says of an envelope what it does not say. It was not endorsed
    /// here; what was read from one can be wrong.
    BadSnapshot {
        /// Which device.
        device: VerifyKey,
    },
    /// What was to be a snapshot is not the document of what counts, so none is made in this run; or none that a relay keeps is of
    /// any use here.
    NoSnapshot,
    /// Storage refuses. Nothing is lost while this runs; it is tried again.
    Storage,
}

impl std::fmt::Debug for Write {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Item { item, bytes } => write!(f, "Item({item:?}, {} bytes)", bytes.len()),
            Self::Forget { item } => write!(f, "Forget({item:?})"),
            Self::Key { key, .. } => write!(f, "Key({key:?}, …)"),
            Self::Log { relay, place } => write!(f, "Log({relay:?}, {})", place.position),
            Self::Receipt { relay, item, place } => {
                write!(f, "Receipt({relay:?}, {item:?}, {:?})", place.map(|place| place.position))
            }
        }
    }
}
