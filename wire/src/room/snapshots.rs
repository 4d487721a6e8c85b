//! Snapshots and pruning. A relay cannot open a snapshot; so it believes one only when a second device has made the same
//! content from what it holds itself, and even then keeps the one before it and the log from there on.

use super::{Caller, Room};
use crate::envelope::{Envelope, Kind};
use crate::frame::SnapshotInfo;
use crate::id::{Chain, ItemId};
use crate::item::Item;
use crate::key::VerifyKey;
use crate::keyring::Standing;
use crate::keyring::record::Role;
use crate::limits;
use crate::refusal::Refusal;
use crate::statement::Place;

/// A snapshot that the relay keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held {
    pub info: SnapshotInfo,
    pub author: VerifyKey,
    /// The link that its author came by. One link makes many devices, so those of one link are no second opinion.
    pub link: VerifyKey,
}

/// A snapshot that may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotAdmission(Held);

/// What an endorsement amounts to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endorsement {
    /// Which snapshot.
    pub snapshot: ItemId,
}

/// What may be deleted. Everything is deleted in one transaction with what stands here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prune {
    /// Snapshots that are no longer kept.
    pub drop: Vec<ItemId>,
    /// Items up to here are part of two endorsed snapshots. Keyring records stay in the summary.
    pub to: Option<Place>,
}

impl Room {
    /// Judges a snapshot. `chain`: the log's fingerprint at the position that it covers, from the store.
    ///
    /// # Errors
    /// When it is unsound, its author may not write, or it does not fit the log.
    pub fn judge_snapshot(
        &self,
        bytes: &[u8],
        chain: Option<Chain>,
        by: &Caller,
        now: u64,
    ) -> Result<SnapshotAdmission, Refusal> {
        let (envelope, covers) = self.sound(bytes, Kind::Snapshot, by, now)?;
        let newest = self.snapshots.iter().map(|held| held.info.place.position).max().unwrap_or(self.base.position);
        if covers.position <= newest || covers.position > self.head.position || chain != Some(covers.chain) {
            return Err(Refusal::Snapshot);
        }
        let length = u32::try_from(bytes.len()).map_err(|_| Refusal::TooLarge)?;
        let info = SnapshotInfo { item: envelope.id(), place: covers, length, endorsed: false };
        Ok(SnapshotAdmission(Held { info, author: envelope.header.device, link: by.certificate.link }))
    }

    /// Keeps a snapshot. Of those that nobody endorsed only the newest is kept: returns what is to be deleted.
    pub fn enter_snapshot(&mut self, admission: SnapshotAdmission) -> Vec<ItemId> {
        let (keep, drop): (Vec<Held>, Vec<Held>) = self.snapshots.drain(..).partition(|held| held.info.endorsed);
        self.snapshots = keep;
        self.snapshots.push(admission.0);
        drop.into_iter().map(|held| held.info.item).collect()
    }

    /// Judges an endorsement.
    ///
    /// # Errors
    /// When it is unsound, by the snapshot's own author or a device of the same link, or about a snapshot that is not here.
    pub fn judge_endorsement(&self, bytes: &[u8], by: &Caller, now: u64) -> Result<Endorsement, Refusal> {
        let (envelope, covers) = self.sound(bytes, Kind::Endorse, by, now)?;
        let snapshot = envelope.endorsed().ok_or(Refusal::Malformed)?;
        let held = self.snapshots.iter().find(|held| held.info.item == snapshot).ok_or(Refusal::Snapshot)?;
        if held.info.place != covers || held.author == envelope.header.device || held.link == by.certificate.link {
            return Err(Refusal::Snapshot);
        }
        Ok(Endorsement { snapshot })
    }

    /// Takes an endorsement in, and says what may be deleted. Deleting is [`Room::prune`], or may be left for later.
    pub fn enter_endorsement(&mut self, endorsement: &Endorsement) -> Prune {
        for held in &mut self.snapshots {
            held.info.endorsed |= held.info.item == endorsement.snapshot;
        }
        let endorsed = self.snapshots.iter().filter(|held| held.info.endorsed).count();
        let mut surplus = endorsed.saturating_sub(limits::SNAPSHOTS);
        let mut dropped = Vec::new();
        // Oldest first; positions only grow.
        self.snapshots.retain(|held| {
            let goes = held.info.endorsed && surplus > 0;
            if goes {
                surplus -= 1;
                dropped.push(held.info.item);
            }
            !goes
        });
        let kept: Vec<Place> =
            self.snapshots.iter().filter(|held| held.info.endorsed).map(|held| held.info.place).collect();
        // The log stays whole behind the older of the two.
        let to = kept.first().filter(|_| kept.len() == limits::SNAPSHOTS).copied();
        Prune { drop: dropped, to: to.filter(|to| to.position > self.base.position) }
    }

    /// Forgets the items up to `to`, which the caller hands over as it deletes them. Afterwards the caller stores
    /// [`Room::summary`] in the same transaction: it stands for what was deleted.
    pub fn prune<'a>(&mut self, to: Place, items: impl IntoIterator<Item = &'a [u8]>) {
        for bytes in items {
            let Ok(Item::Envelope(envelope)) = Item::parse(bytes) else { continue };
            // Records stay in the summary, so what they take is not given back.
            self.bytes = self.bytes.saturating_sub(bytes.len() as u64);
            if let Some(line) = self.lines.get_mut(&envelope.header.session) {
                line.floor = line.floor.max(envelope.header.seq + 1).min(line.next);
            }
        }
        self.base = to;
    }

    /// The snapshots that are kept, oldest first.
    #[must_use]
    pub fn snapshots(&self) -> Vec<SnapshotInfo> {
        self.snapshots.iter().map(|held| held.info).collect()
    }

    fn sound<'a>(&self, bytes: &'a [u8], kind: Kind, by: &Caller, now: u64) -> Result<(Envelope<'a>, Place), Refusal> {
        let envelope = Envelope::parse(bytes)?;
        let header = &envelope.header;
        if header.workspace != self.keyring.workspace() {
            return Err(Refusal::Workspace);
        }
        if header.kind != kind {
            return Err(Refusal::Malformed);
        }
        if header.device != by.certificate.device.verify {
            return Err(Refusal::Signature);
        }
        match self.standing(&by.certificate, now) {
            Standing::Member(Role::Reader) => return Err(Refusal::Reader),
            standing => Refusal::of_standing(standing).map_or(Ok(()), Err)?,
        }
        envelope.verify().map_err(|_| Refusal::Signature)?;
        let covers = envelope.covers().ok_or(Refusal::Malformed)?;
        Ok((envelope, covers))
    }
}
