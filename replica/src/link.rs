//! The peer of one workspace, and the document it keeps up to date.
//!
//! The driver calls one method for each event, then [`Link::drain`]s and does what the effects say, then, if
//! [`Link::has_arrived`], [`Link::apply`]s. `now` and `at` are as in [`plumbline_sync::peer`].

use std::collections::{BTreeMap, BTreeSet};

use plumbline_core::bridge::sharing::{Caution, Presence, SharingProblem, Standing, Way, Why};
use plumbline_core::document::Document;
use plumbline_core::document::shared::{Comparison, Pieces, compacted};
use plumbline_core::time::Timestamp;
use plumbline_sync::peer::{
    CloseReason, ConnId, Effect, Identity, PAYLOAD, Peer, Side, Stored, Ticket, Warning, WriteProblem,
};
use plumbline_sync::wire::key::VerifyKey;
use plumbline_sync::wire::keyring::{self, record};
use plumbline_sync::wire::refusal::Refusal;

use crate::changes::{Care, Changes};
use crate::mesh::{Mesh, Run};
use crate::presence::Here;
use crate::sharing;

pub mod direct;

/// Connections above this number are those of the mesh; the driver numbers its own, to relays, from one.
pub const DIRECT: ConnId = 1 << 32;

/// The peer and what is on its way from it to the document.
pub struct Link {
    peer: Peer,
    care: Care,
    arrived: Vec<Vec<u8>>,
    /// Something that counted no longer does: the document starts again.
    again: bool,
    /// Whether what is stored was read back.
    ready: bool,
    way: Way,
    /// The relay that let this device in last.
    pin: Option<VerifyKey>,
    synced: Option<Timestamp>,
    here: Here,
    mesh: Mesh,
    /// When something was last told, by the driver's clock.
    now: u64,
    cautions: BTreeSet<Caution>,
    /// Whether somebody came who has not heard from here.
    greet: bool,
    /// What is set aside, by device: looked for again when a verdict changed, for it means a look at every envelope.
    aside: Option<BTreeMap<VerifyKey, u32>>,
    /// Whether people see something else than before.
    changed: bool,
}

/// What came of bringing the document up to date.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// To be stored with what the peer stores: what is in the document now and was not.
    pub chunks: Vec<Vec<u8>>,
    /// Whether the document was made anew, without what no longer counts: what is stored of it is to be replaced.
    pub replaced: bool,
    /// Whether the document says something else now.
    pub changed: bool,
}

/// What reading back found in the document that no envelope holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Strays {
    /// To be set aside, never deleted.
    pub chunks: Vec<Vec<u8>>,
}

impl Link {
    /// This device, before what is stored of it was read. `seed`: 32 random bytes.
    #[must_use]
    pub fn new(identity: Identity, seed: [u8; 32]) -> Self {
        Self::with_care(identity, seed, Care::default())
    }

    /// As [`Link::new`], after a trap: see [`crate::changes`].
    #[must_use]
    pub fn with_care(identity: Identity, seed: [u8; 32], care: Care) -> Self {
        let peer = Peer::new(identity, Box::new(Changes(care.clone())), seed);
        Self { care, ..Self::around(peer, false) }
    }

    /// A workspace that is shared from now on: everything in `document` is brought along. It keeps the name it has.
    ///
    /// # Errors
    /// [`SharingProblem::TooLarge`] when a change in it cannot travel; [`SharingProblem::NotAdmin`] never, unless the
    /// protocol's limits changed.
    pub fn found(document: &mut Document, at: u64, now: u64, seed: [u8; 32]) -> Result<Self, SharingProblem> {
        let name = document.snapshot().workspace.id.map(|id| *id.as_bytes()).unwrap_or_default();
        let pieces = document.pieces(PAYLOAD);
        if pieces.too_large.is_some() {
            return Err(SharingProblem::TooLarge);
        }
        let mut peer = Peer::found(name, at, Box::new(Changes::default()), seed)
            .map_err(|problem| sharing::admin_problem(&problem))?;
        for payload in &pieces.payloads {
            // The founder may write, and the pieces are no larger than allowed.
            peer.bring_along(payload, now).map_err(|_| SharingProblem::TooLarge)?;
        }
        document.begin_session(peer.session().0);
        Ok(Self::around(peer, true))
    }

    fn around(peer: Peer, ready: bool) -> Self {
        // The first session of this run is drawn for it, and nobody else's: so is the tab's number.
        let [a, b, c, d, e, f, g, h, ..] = peer.session().0;
        let own = Run { device: peer.device(), tab: u64::from_be_bytes([a, b, c, d, e, f, g, h]).max(1) };
        Self {
            peer,
            mesh: Mesh::new(own, DIRECT),
            now: 0,
            care: Care::default(),
            arrived: Vec::new(),
            again: false,
            ready,
            way: Way::Reaching,
            pin: None,
            synced: None,
            here: Here::default(),
            cautions: BTreeSet::new(),
            aside: None,
            greet: false,
            changed: true,
        }
    }

    /// Reads back what is stored. `document`: as it is stored beside it, if it is; what the two do not share is settled here.
    /// Returns what no envelope holds and nobody can bring along; the document is then to be made anew, by [`Link::apply`].
    pub fn read_back(&mut self, stored: &Stored, document: Option<&Document>, now: u64) -> Strays {
        self.peer.read_back(stored, now);
        self.ready = true;
        self.take_effects_of_reading();
        let Some(document) = document else { return Strays::default() };
        let Ok(Comparison { extra, lacking }) = document.compare(&self.arrived, PAYLOAD) else {
            self.again = true;
            return Strays::default();
        };
        let arrived = std::mem::take(&mut self.arrived);
        self.arrived = lacking.iter().filter_map(|place| arrived.get(*place).cloned()).collect();
        if extra == Pieces::default() {
            return Strays::default();
        }
        // Another tab may have written when it did not know yet that the workspace is shared.
        let known = self.sessions();
        let may_bring = self.peer.is_founder() && extra.too_large.is_none() && known.is_disjoint(&extra.sessions);
        if may_bring && extra.payloads.iter().all(|payload| self.peer.bring_along(payload, now).is_ok()) {
            return Strays::default();
        }
        self.again = true;
        Strays { chunks: extra.payloads }
    }

    fn sessions(&self) -> BTreeSet<Vec<u8>> {
        self.peer.graph().sessions().map(|(session, _)| session.0.to_vec()).collect()
    }

    /// Deliveries of what was just read back, taken out of the effects, which otherwise stay for [`Link::drain`].
    fn take_effects_of_reading(&mut self) {
        let rest = self.drain();
        self.peer.put_back(rest);
    }

    /// What is to be done. Deliveries stay here, for [`Link::apply`]; what people should know becomes part of
    /// [`Link::facts`].
    pub fn drain(&mut self) -> Vec<Effect> {
        let mut rest = Vec::new();
        let mut compact = None;
        for effect in self.peer.drain() {
            match effect {
                Effect::Deliver(deliveries) => {
                    // A device may have written for the first time.
                    self.changed = true;
                    self.arrived.extend(deliveries.into_iter().map(|delivery| delivery.payload));
                }
                Effect::Rebuild(all) => {
                    self.again = true;
                    self.arrived = all.into_iter().map(|delivery| delivery.payload).collect();
                }
                Effect::Relay { relay, standing, .. } => {
                    if standing.is_ok() {
                        self.pin = Some(relay);
                    }
                    self.way = match standing {
                        Ok(keyring::Standing::Member(_)) => Way::Open,
                        Ok(standing) => Way::Away(why_of(Refusal::of_standing(standing))),
                        Err(refusal) => Way::Away(why_of(Some(refusal))),
                    };
                    self.greet |= self.way == Way::Open;
                    self.changed = true;
                }
                Effect::Presence { device, payload } => {
                    if let Ok((tab, presence)) = postcard::from_bytes::<(u64, Presence)>(&payload) {
                        let run = Run { device, tab };
                        // Who has just come does not know who is here.
                        self.greet |= !presence.leaving && !self.here.knows(&run);
                        self.changed |= self.here.hear(run, presence);
                    }
                }
                Effect::Signal { device, payload } => {
                    let _ = self.mesh.hear(device, &payload, false, self.now);
                }
                Effect::Close { conn, .. } if conn > DIRECT => self.mesh_closed(conn),
                Effect::Warning(warning) => {
                    self.changed |= caution_of(&warning).is_some_and(|caution| self.cautions.insert(caution));
                }
                Effect::Verdict { .. } => (self.changed, self.aside) = (true, None),
                Effect::KeyringChanged | Effect::Receipt { .. } => self.changed = true,
                Effect::Close { reason, .. } => {
                    if let CloseReason::Identity = reason {
                        self.way = Way::Away(Why::Stranger);
                    }
                    rest.push(effect);
                }
                Effect::Compact { ticket } => compact = Some(ticket),
                other => rest.push(other),
            }
        }
        if let Some(ticket) = compact {
            self.compact(ticket);
            rest.append(&mut self.drain());
        }
        rest
    }

    /// A snapshot is to be made: of what counts alone, so not of the document that people see.
    fn compact(&mut self, ticket: Ticket) {
        let Some(covered) = self.peer.covered(ticket) else { return };
        let payloads: Vec<Vec<u8>> = covered.into_iter().map(|delivery| delivery.payload).collect();
        // Without a workspace in them there is nothing to make: the peer sees that it is not what it should be.
        let document = compacted(&payloads).unwrap_or_default();
        self.peer.compacted(ticket, &document, self.now);
    }

    /// Whether [`Link::apply`] has something to do.
    #[must_use]
    pub const fn has_arrived(&self) -> bool {
        self.again || !self.arrived.is_empty()
    }

    /// The document of what has arrived, for a device that had none; `None` while there is too little.
    pub fn first_document(&mut self) -> Option<Document> {
        let document = Document::of_payloads(&self.arrived, self.peer.session().0).ok()?;
        self.arrived.clear();
        self.again = false;
        Some(document)
    }

    /// Has the document made anew by the next [`Link::apply`]: what was just written in it was not taken.
    pub const fn start_again(&mut self) {
        self.again = true;
    }

    /// Brings the document up to date.
    pub fn apply(&mut self, document: &mut Document) -> Applied {
        let arrived = std::mem::take(&mut self.arrived);
        if std::mem::take(&mut self.again) {
            let all: Vec<Vec<u8>> = self.peer.deliveries().into_iter().map(|delivery| delivery.payload).collect();
            let Ok(mut anew) = Document::of_payloads(&all, self.peer.session().0) else {
                // Not even a beginning counts: what is on the screen stays, and the sharing page says why.
                return Applied::default();
            };
            anew.take_author_of(document);
            let chunks = vec![anew.save_with_waiting()];
            *document = anew;
            return Applied { chunks, replaced: true, changed: true };
        }
        // What builds on something that has not come waits inside; anything else was looked at before it counted.
        let before = document.heads();
        if self.care.watch.is_some() {
            // One by one, so that it is known which one it was.
            for payload in &arrived {
                let _ = self.care.around(payload, || document.receive(payload));
            }
        } else {
            let _ = document.receive(&arrived.concat());
        }
        let changed = document.heads() != before;
        Applied { chunks: arrived, replaced: false, changed }
    }

    /// Hands on what was written in [`Link::session`].
    ///
    /// # Errors
    /// When this device may not write, or it is larger than can travel.
    pub fn wrote(&mut self, change: &[u8], now: u64) -> Result<(), WriteProblem> {
        self.changed = true;
        self.peer.write(change, now).map(drop)
    }

    /// Seals what was written, so that the next transaction holds it.
    pub fn seal(&mut self, now: u64) {
        self.peer.flush(now);
    }

    /// A new session, because somebody else writes from now on or because the last one no longer counts.
    pub fn renew_session(&mut self, document: &mut Document, now: u64) {
        self.peer.renew_session(now);
        document.begin_session(self.peer.session().0);
    }

    /// Whether the others know from the document who sits at this device.
    #[must_use]
    pub fn is_introduced(&self, document: &Document) -> bool {
        let leaders = sharing::leaders_of(&self.peer, Some(document));
        document
            .author()
            .is_none_or(|author| leaders.get(&self.peer.device()).is_some_and(|known| known.contains(&author)))
    }

    /// Whether this device may write. Not known before [`Link::read_back`].
    #[must_use]
    pub fn may_write(&self) -> bool {
        matches!(self.peer.standing(), keyring::Standing::Member(record::Role::Writer | record::Role::Admin))
    }

    /// Whether what is stored was read back.
    #[must_use]
    pub const fn is_ready(&self) -> bool {
        self.ready
    }

    /// The session, which is the Automerge actor of what is written here.
    #[must_use]
    pub const fn session(&self) -> [u8; 16] {
        self.peer.session().0
    }

    /// The peer, for all that is not told here.
    #[must_use]
    pub const fn peer(&self) -> &Peer {
        &self.peer
    }

    /// The peer, for what administrators do.
    pub fn peer_mut(&mut self) -> &mut Peer {
        self.changed = true;
        &mut self.peer
    }

    /// A connection to the relay is open. `pinned`: the key it had before.
    pub fn opened(&mut self, conn: ConnId, now: u64) {
        let pinned = self.pinned();
        self.peer.opened(conn, Side::Relay { pinned }, now);
    }

    /// The key of the relay that let this device in last, which it has to show again. A driver that lets people go to another
    /// relay keeps it, for [`Link::pin`]; without that it is the relay of which most was read.
    #[must_use]
    pub fn pinned(&self) -> Option<VerifyKey> {
        let most = || self.peer.relays().max_by_key(|(_, place)| place.position).map(|(relay, _)| relay);
        self.pin.or_else(most)
    }

    /// The relay that let this device in last, in an earlier run.
    pub const fn pin(&mut self, relay: VerifyKey) {
        self.pin = Some(relay);
    }

    /// The relay cannot be reached, or is being tried.
    pub fn set_way(&mut self, way: Way) {
        self.changed |= self.way != way;
        self.way = way;
    }

    /// The way to the relay.
    #[must_use]
    pub const fn way(&self) -> Way {
        self.way
    }

    /// What people should know, as far as it was heard in this run.
    #[must_use]
    pub const fn cautions(&self) -> &BTreeSet<Caution> {
        &self.cautions
    }

    /// A connection is closed.
    pub fn closed(&mut self, conn: ConnId, now: u64) {
        // Whoever is connected directly is still heard; the others fall silent.
        if self.mesh.connected() == 0 {
            self.changed |= self.here.clear();
        }
        self.peer.closed(conn, now);
    }

    /// A frame came.
    pub fn frame(&mut self, conn: ConnId, bytes: &[u8], now: u64) {
        self.now = now;
        self.peer.frame(conn, bytes, now);
    }

    /// A transaction is durable.
    pub fn stored(&mut self, ticket: Ticket, now: u64) {
        self.now = now;
        self.peer.stored(ticket, now);
    }

    /// A transaction failed.
    pub fn store_failed(&mut self, ticket: Ticket, now: u64) {
        self.peer.store_failed(ticket, now);
    }

    /// Time went on.
    pub fn tick(&mut self, now: u64) {
        self.now = now;
        self.peer.tick(now);
    }

    /// Tells the others who is here.
    pub fn show(&mut self, presence: &Presence) {
        if let Ok(bytes) = postcard::to_allocvec(&(self.mesh.tab(), presence)) {
            // Without a key there is nobody to tell.
            let _ = self.peer.show_presence(&bytes);
        }
    }

    /// Whether somebody has come, or the relay was reached, since it was last asked: then it is time to [`Link::show`] again.
    pub const fn take_greeting(&mut self) -> bool {
        std::mem::replace(&mut self.greet, false)
    }

    /// Forgets those who have not been heard of for a while. `at`: the wall clock.
    pub fn forget_silent(&mut self, at: Timestamp) {
        self.changed |= self.here.forget_silent(at);
    }

    /// Notes, when all that was written here is with the relay, that it is. `at`: the wall clock.
    pub fn note_synced(&mut self, at: Timestamp) {
        self.here.seen_at(at);
        if self.way == Way::Open && self.peer.unshared() == 0 && self.changed {
            self.synced = Some(at);
        }
    }

    /// How the workspace is shared, when that is something else than was last told.
    pub fn news(&mut self, document: Option<&Document>) -> Option<sharing::Facts> {
        std::mem::take(&mut self.changed).then(|| self.facts(document))
    }

    /// How the workspace is shared.
    #[must_use]
    pub fn facts(&mut self, document: Option<&Document>) -> sharing::Facts {
        let aside = self.aside.get_or_insert_with(|| sharing::set_aside(&self.peer));
        let passing = sharing::Passing {
            way: self.way,
            synced: self.synced,
            here: &self.here,
            mesh: &self.mesh,
            cautions: &self.cautions,
        };
        sharing::facts(&self.peer, document, aside, &passing)
    }

    /// How this device stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        sharing::standing(self.peer.standing())
    }
}

const fn why_of(refusal: Option<Refusal>) -> Why {
    match refusal {
        Some(Refusal::Unknown) => Why::Unknown,
        Some(Refusal::Removed) => Why::Removed,
        Some(Refusal::Expired) => Why::Expired,
        Some(Refusal::Full | Refusal::Rate | Refusal::Storage) => Why::Busy,
        _ => Why::Refused,
    }
}

const fn caution_of(warning: &Warning) -> Option<Caution> {
    match warning {
        Warning::RolledBack { .. } => Some(Caution::RolledBack),
        Warning::Forked { .. } | Warning::Disputed { .. } | Warning::BadWord { .. } => Some(Caution::Forked),
        Warning::RelayKey { .. } => Some(Caution::Stranger),
        Warning::Withheld { .. } => Some(Caution::Withheld),
        Warning::Equivocation { .. } => Some(Caution::Copied),
        Warning::Unsound { .. } | Warning::BadSnapshot { .. } => Some(Caution::Forged),
        // What cannot be read is said to be withheld; that none was made costs time only.
        Warning::NoSnapshot => None,
        // Said by the state of saving.
        Warning::Storage => None,
    }
}
