//! Who may read, write and administer: a growing set of records signed by administrators, each naming the latest that its
//! signer knew. What the set amounts to does not depend on the order in which it arrived.
//!
//! Through a relay the records form one chain, since the relay takes only what builds on all that came before. Without a relay
//! two administrators may act at once; then there is nothing to reconcile: both records stand, and `replay` says what
//! they amount to together.

use std::collections::{BTreeMap, BTreeSet};

use crate::certificate::Certificate;
use crate::genesis::Genesis;
use crate::id::{ItemId, SessionId};
use crate::key::{BadSignature, Keys, SigningKey, VerifyKey};
use crate::limits;
use crate::mark::Mark;
use crate::{codec::Malformed, id::WorkspaceId};

pub mod record;
mod replay;
#[cfg(test)]
mod tests;

use record::{Action, KeyName, Record, Role, Target};
use replay::Bits;

/// All records of a workspace, and what they amount to.
#[derive(Debug, Clone)]
pub struct Keyring {
    genesis: Genesis,
    workspace: WorkspaceId,
    entries: Vec<Entry>,
    by_id: BTreeMap<ItemId, usize>,
    state: State,
}

#[derive(Debug, Clone)]
struct Entry {
    record: Record,
    id: ItemId,
    depth: u32,
    ancestors: Bits,
}

#[derive(Debug, Clone, Default)]
struct State {
    links: BTreeMap<VerifyKey, LinkState>,
    removed: BTreeMap<VerifyKey, Device>,
    adopted: Vec<Mark>,
    epochs: Vec<Epoch>,
    counted: BTreeSet<ItemId>,
    rotation_due: bool,
}

#[derive(Debug, Clone)]
struct Device {
    revoked: Vec<usize>,
}

#[derive(Debug, Clone)]
struct LinkState {
    keys: Keys,
    role: Role,
    expires: Option<u64>,
    grant: Option<ItemId>,
    revoked: Vec<usize>,
}

/// A data key's place in the keyring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Epoch {
    /// Its name.
    pub key: KeyName,
    /// The rotation that brought it.
    pub record: ItemId,
}

/// A link that was granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkView {
    /// Its public keys.
    pub keys: Keys,
    /// What it may do.
    pub role: Role,
    /// Until when devices may join through it.
    pub expires: Option<u64>,
    /// The record that granted it; `None` for the founding link.
    pub grant: Option<ItemId>,
    /// Whether it was revoked.
    pub revoked: bool,
}

/// How somebody stands in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Their link was granted this role.
    Member(Role),
    /// They, or their link, were revoked.
    Removed,
    /// Their link's time was over when they joined.
    Expired,
    /// Nobody granted their link, as far as this keyring goes.
    Unknown,
}

/// What becomes of an envelope that is sound in itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// It counts.
    Counts,
    /// Written by somebody removed, past the frontier: set aside until an administrator adopts it.
    SetAside,
    /// Its author may not write.
    Refused(Standing),
}

/// Why a record was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordProblem {
    /// It cannot be read.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// Its link did not sign it.
    #[error(transparent)]
    Signature(#[from] BadSignature),
    /// It belongs to another workspace.
    #[error("a record of another workspace")]
    Workspace,
    /// It builds on a record that is not here; it may be tried again when that came.
    #[error("builds on a record that is not here")]
    Gap,
    /// Nothing it builds on made its signer an administrator. No later record can change that, so it is not kept.
    #[error("signed by somebody who never was an administrator")]
    Stranger,
    /// There are as many as there may be.
    #[error("the keyring is full")]
    Full,
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It was here already.
    Known,
    /// It is new, and counts.
    Counts,
    /// It is new and does not count: its signer was removed. It is kept, for others may have built on it in good faith.
    Void,
}

impl Entry {
    const fn rank(&self) -> (u32, ItemId) {
        (self.depth, self.id)
    }
}

impl Keyring {
    /// The keyring of a workspace that was just founded.
    #[must_use]
    pub fn new(genesis: Genesis) -> Self {
        let workspace = genesis.workspace();
        let state = replay::replay(&genesis, &[]);
        Self { genesis, workspace, entries: Vec::new(), by_id: BTreeMap::new(), state }
    }

    /// A keyring with records that were stored: one replay for all.
    ///
    /// # Errors
    /// At the first record that would not be taken.
    pub fn load<'a>(genesis: Genesis, records: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, RecordProblem> {
        let mut keyring = Self::new(genesis);
        for bytes in records {
            let record = Record::parse(bytes)?;
            keyring.add(record)?;
        }
        keyring.state = replay::replay(&keyring.genesis, &keyring.entries);
        Ok(keyring)
    }

    /// Takes a record from anywhere.
    ///
    /// # Errors
    /// When it is unsound, of another workspace, or builds on something that is not here. Nothing changes then.
    pub fn take(&mut self, record: Record) -> Result<Taken, RecordProblem> {
        let (id, signer) = (record.id(), record.signer);
        if !self.add(record)? {
            return Ok(Taken::Known);
        }
        let state = replay::replay(&self.genesis, &self.entries);
        let counts = state.counted.contains(&id);
        // A removed administrator could fill the keyring for ever with records that do not count; not the room of others, though.
        let void = |entry: &&Entry| entry.record.signer == signer && !state.counted.contains(&entry.id);
        if !counts && self.entries.iter().filter(void).count() > limits::VOID_RECORDS {
            self.entries.pop();
            self.by_id.remove(&id);
            return Err(RecordProblem::Full);
        }
        self.state = state;
        Ok(if counts { Taken::Counts } else { Taken::Void })
    }

    /// What [`Keyring::take`] would say, without taking it.
    ///
    /// # Errors
    /// As [`Keyring::take`].
    pub fn would_take(&self, record: &Record) -> Result<Taken, RecordProblem> {
        // Records are few and rare: a copy is cheaper than a second way to the same answer.
        self.clone().take(record.clone())
    }

    fn add(&mut self, record: Record) -> Result<bool, RecordProblem> {
        let id = record.id();
        if self.by_id.contains_key(&id) {
            return Ok(false);
        }
        if record.workspace != self.workspace {
            return Err(RecordProblem::Workspace);
        }
        if self.entries.len() >= limits::RECORDS {
            return Err(RecordProblem::Full);
        }
        let mut ancestors = Bits::default();
        let mut depth = 0;
        for parent in &record.parents {
            let index = *self.by_id.get(parent).ok_or(RecordProblem::Gap)?;
            ancestors.unite(&self.entries[index].ancestors);
            ancestors.insert(index);
            depth = depth.max(self.entries[index].depth);
        }
        if record.signer != self.genesis.root.verify && !self.makes_admin(&record.signer, &ancestors) {
            return Err(RecordProblem::Stranger);
        }
        record.verify()?;
        self.by_id.insert(id, self.entries.len());
        self.entries.push(Entry { record, id, depth: depth + 1, ancestors });
        Ok(true)
    }

    fn makes_admin(&self, link: &VerifyKey, among: &Bits) -> bool {
        self.entries.iter().enumerate().any(|(index, entry)| match &entry.record.action {
            Action::Grant { link: granted, role: Role::Admin, .. } => granted.verify == *link && among.contains(index),
            _ => false,
        })
    }

    /// Signs a record on top of all that is here. It is not taken yet.
    ///
    /// # Errors
    /// When it passes a limit.
    pub fn sign(&self, signer: &SigningKey, at: u64, action: &Action) -> Result<Record, Malformed> {
        Record::sign(self.workspace, signer, at, self.heads(), action)
    }

    /// The latest records that count: those that no other of them builds on, in order. Void ones are not built on: whoever does not
    /// have them could not take what does. When more than one record may name are open (admins who acted at
    /// once), the deepest, so that few records close them all.
    #[must_use]
    pub fn heads(&self) -> Vec<ItemId> {
        let mut open = self.state.counted.clone();
        for entry in self.entries.iter().filter(|entry| self.state.counted.contains(&entry.id)) {
            for parent in &entry.record.parents {
                open.remove(parent);
            }
        }
        let mut open: Vec<_> = open.into_iter().collect();
        open.sort_by_key(|id| std::cmp::Reverse(self.by_id.get(id).map(|&index| self.entries[index].depth)));
        open.truncate(limits::PARENTS);
        open.sort_unstable();
        open
    }

    /// Which workspace.
    #[must_use]
    pub const fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// Its beginning.
    #[must_use]
    pub const fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// Every record, each after what it builds on.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.entries.iter().map(|entry| &entry.record)
    }

    /// One record.
    #[must_use]
    pub fn record(&self, id: &ItemId) -> Option<&Record> {
        self.by_id.get(id).map(|&index| &self.entries[index].record)
    }

    /// Whether a record is here and counts.
    #[must_use]
    pub fn counts(&self, id: &ItemId) -> bool {
        self.state.counted.contains(id)
    }

    /// Every link that was granted, the founding one included.
    pub fn links(&self) -> impl Iterator<Item = LinkView> {
        self.state.links.values().map(LinkView::from)
    }

    /// One link.
    #[must_use]
    pub fn link(&self, link: &VerifyKey) -> Option<LinkView> {
        self.state.links.get(link).map(LinkView::from)
    }

    /// How a link stands: whether a device may join through it at `now`. A link that was not used in time is expired; who
    /// joined before stays.
    #[must_use]
    pub fn link_standing(&self, link: &VerifyKey, now: u64) -> Standing {
        match self.state.links.get(link) {
            None => Standing::Unknown,
            Some(link) if !link.revoked.is_empty() => Standing::Removed,
            Some(link) if link.expires.is_some_and(|expires| now > expires) => Standing::Expired,
            Some(link) => Standing::Member(link.role),
        }
    }

    /// How a device stands. The date is the certificate's own: replicas with different clocks must come to one verdict. A
    /// relay refuses an expired link by its own clock when it first sees a certificate; what ends access for certain is
    /// revocation.
    #[must_use]
    pub fn standing(&self, certificate: &Certificate) -> Standing {
        if self.state.removed.contains_key(&certificate.device.verify) {
            return Standing::Removed;
        }
        self.link_standing(&certificate.link, certificate.issued.saturating_sub(limits::EXPIRY_GRACE))
    }

    /// Whether a device was removed by name.
    #[must_use]
    pub fn is_removed(&self, device: &VerifyKey) -> bool {
        self.state.removed.contains_key(device)
    }

    /// What becomes of an envelope of this device at this place. `leads_to(mark)` says whether the envelope is the one that
    /// the mark names, or comes before it in its session; it is asked only about marks of that session that are not before
    /// `seq`.
    #[must_use]
    pub fn permission(
        &self,
        certificate: &Certificate,
        session: &SessionId,
        seq: u64,
        leads_to: impl Fn(&Mark) -> bool,
    ) -> Permission {
        let Some(link) = self.state.links.get(&certificate.link) else {
            return Permission::Refused(Standing::Unknown);
        };
        if link.role == Role::Reader {
            return Permission::Refused(Standing::Member(Role::Reader));
        }
        let late = |expires: u64| certificate.issued > expires.saturating_add(limits::EXPIRY_GRACE);
        if link.expires.is_some_and(late) {
            return Permission::Refused(Standing::Expired);
        }
        let reaches = |mark: &Mark| mark.session == *session && seq <= mark.seq && leads_to(mark);
        let removed = self.state.removed.get(&certificate.device.verify).map_or(&[][..], |device| &device.revoked);
        let mut revokes = link.revoked.iter().chain(removed);
        // Several revocations: what one of them sets aside is set aside. Adopting brings it back; trusting does not take back.
        let within = revokes.all(|&revoke| match &self.entries[revoke].record.action {
            Action::Revoke { frontier, .. } => frontier.iter().any(reaches),
            _ => true,
        });
        if within || self.state.adopted.iter().any(reaches) { Permission::Counts } else { Permission::SetAside }
    }

    /// Places up to which administrators adopted what was set aside, the earliest decision first.
    #[must_use]
    pub fn adopted(&self) -> &[Mark] {
        &self.state.adopted
    }

    /// All data keys that were ever in use, the current one last.
    #[must_use]
    pub fn epochs(&self) -> &[Epoch] {
        &self.state.epochs
    }

    /// Whether some rotation here brought this key, even one that does not count: members wrote with it in good faith before
    /// they heard.
    #[must_use]
    pub fn knows_key(&self, key: &KeyName) -> bool {
        self.entries
            .iter()
            .any(|entry| matches!(&entry.record.action, Action::Rotate { key: brought, .. } if brought == key))
    }

    /// The data key to write with.
    #[must_use]
    pub fn current(&self) -> Option<Epoch> {
        self.state.epochs.last().copied()
    }

    /// Whether somebody was removed and no new key was made since.
    #[must_use]
    pub const fn rotation_due(&self) -> bool {
        self.state.rotation_due
    }

    /// Whether `target` was revoked and the revocation holds.
    #[must_use]
    pub fn is_revoked(&self, target: &Target) -> bool {
        match target {
            Target::Link(link) => self.state.links.get(link).is_some_and(|link| !link.revoked.is_empty()),
            Target::Device(device) => self.is_removed(device),
        }
    }
}

impl From<&LinkState> for LinkView {
    fn from(link: &LinkState) -> Self {
        let revoked = !link.revoked.is_empty();
        Self { keys: link.keys, role: link.role, expires: link.expires, grant: link.grant, revoked }
    }
}
