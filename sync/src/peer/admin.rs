//! What administrators decide. Every decision is a record on top of all that are here; it is stored and spread like any item.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use plumbline_wire::codec::Malformed;
use plumbline_wire::id::ItemId;
use plumbline_wire::key::{OpeningKey, VerifyKey};
use plumbline_wire::keyring::record::{Action, KeyName, Role, SEALED_KEY, SealedKey, Target, WrappedKey};
use plumbline_wire::keyring::{RecordProblem, Standing};
use plumbline_wire::limits;
use plumbline_wire::link::Link;
use plumbline_wire::mark::Mark;

use super::{Peer, Write};
use crate::graph::Verdict;
use crate::seal::{self, DataKey, DoesNotOpen};

/// Keys that do not count that one rotation hands on.
const STRAY: usize = limits::KEYS / 2;

/// Why something was not decided. Nothing changed then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AdminProblem {
    /// This device's link is no administrator's.
    #[error("only an administrator may do this")]
    NotAdmin,
    /// The current data key is not at hand, so it cannot be handed on.
    #[error("the current data key is not at hand")]
    NoKey,
    /// A public key in the keyring is none.
    #[error(transparent)]
    Key(#[from] DoesNotOpen),
    /// More than a record holds: too many members.
    #[error(transparent)]
    Limit(#[from] Malformed),
    /// The keyring does not take it.
    #[error(transparent)]
    Keyring(#[from] RecordProblem),
}

impl Peer {
    /// Makes a link. Whoever opens it may do what `role` says; until `expires` (wall clock) devices may join by it. `label` is
    /// kept as it is: sealed by the caller, at most 256 bytes.
    ///
    /// # Errors
    /// [`AdminProblem`].
    pub fn grant(
        &mut self,
        role: Role,
        expires: Option<u64>,
        label: Vec<u8>,
        at: u64,
        now: u64,
    ) -> Result<Link, AdminProblem> {
        self.check_admin()?;
        let link = Link::new(self.workspace(), seal::draw(&mut self.random));
        let keys = link.secrets().keys();
        // The current key leads to older ones; rivals of the same epoch it does not lead to, so they go along.
        let current = self.keyring.current().ok_or(AdminProblem::NoKey)?.key;
        let epochs = self.keyring.epochs().iter().map(|epoch| epoch.key);
        let names: Vec<KeyName> = epochs
            .filter(|name| name.epoch >= current.epoch && self.vault.get(name).is_some())
            .take(limits::KEYS)
            .collect();
        if !names.contains(&current) {
            return Err(AdminProblem::NoKey);
        }
        let mut sealed = Vec::new();
        for name in names {
            let key = self.vault.get(&name).cloned().ok_or(AdminProblem::NoKey)?;
            sealed.push(SealedKey { key: name, sealed: key.seal_to(&keys.opening, &name, &mut self.random)? });
        }
        self.decide(&Action::Grant { link: keys, role, expires, label, keys: sealed }, at)?;
        self.finish(now);
        Ok(link)
    }

    /// Removes a link with everybody who joined by it, or one device. What they wrote as far as it is here counts, later things
    /// are set aside; and a new data key is made that they do not get. Removing a device leaves its link open: whoever still
    /// has the link joins again, so a person is removed by their link.
    ///
    /// # Errors
    /// [`AdminProblem`].
    pub fn revoke(&mut self, target: Target, at: u64, now: u64) -> Result<(), AdminProblem> {
        self.check_admin()?;
        self.seal_batch();
        let mut frontier = self.graph.frontier(|certificate| match target {
            Target::Link(link) => certificate.link == link,
            Target::Device(device) => certificate.device.verify == device,
        });
        frontier.sort_unstable();
        // More sessions than a record names: the others are adopted by records that follow.
        let mut groups = frontier.chunks(limits::RECORD_MARKS);
        let first = groups.next().unwrap_or_default().to_vec();
        let rest: Vec<Vec<Mark>> = groups.map(<[Mark]>::to_vec).collect();
        self.decide(&Action::Revoke { target, frontier: first }, at)?;
        for marks in rest {
            self.decide(&Action::Adopt { marks }, at)?;
        }
        let rotated = match self.check_admin() {
            // One who removed themselves leaves the key to the others.
            Err(_) => Ok(()),
            Ok(()) => self.rotate(at),
        };
        self.finish(now);
        rotated
    }

    /// Makes a new data key for everybody who remains.
    ///
    /// # Errors
    /// [`AdminProblem`].
    pub fn rotate_key(&mut self, at: u64, now: u64) -> Result<(), AdminProblem> {
        let rotated = self.rotate(at);
        self.finish(now);
        rotated
    }

    /// Whether a new data key should be made: somebody was removed; or has no key, since two
    /// administrators acted at once; or wrote with a key that does not count, before they heard.
    #[must_use]
    pub fn rotation_due(&self) -> bool {
        let Some(current) = self.keyring.current() else { return true };
        let Some(Action::Rotate { recipients, .. }) = self.keyring.record(&current.record).map(|record| &record.action)
        else {
            return true;
        };
        let reached: BTreeSet<OpeningKey> = recipients.iter().map(|(recipient, _)| *recipient).collect();
        let has = |keys: &[SealedKey]| keys.iter().any(|key| key.key == current.key);
        let granted = |grant: Option<ItemId>| {
            let record = grant.and_then(|grant| self.keyring.record(&grant));
            matches!(record.map(|record| &record.action), Some(Action::Grant { keys, .. }) if has(keys))
        };
        let closed = self.links_of_removed();
        let lacks = self.keyring.links().any(|link| {
            let open = !link.revoked && !closed.contains(&link.keys.verify);
            open && !reached.contains(&link.keys.opening) && !granted(link.grant)
        });
        self.keyring.rotation_due() || lacks || !self.stray_keys().is_empty()
    }

    /// Lets what was set aside count after all, up to these places.
    ///
    /// # Errors
    /// [`AdminProblem`].
    pub fn adopt(&mut self, mut marks: Vec<Mark>, at: u64, now: u64) -> Result<(), AdminProblem> {
        self.check_admin()?;
        marks.sort_unstable();
        for marks in marks.chunks(limits::RECORD_MARKS) {
            self.decide(&Action::Adopt { marks: marks.to_vec() }, at)?;
        }
        self.finish(now);
        Ok(())
    }

    /// The last places of sessions with something set aside: what [`Peer::adopt`] takes.
    #[must_use]
    pub fn set_aside(&self) -> Vec<Mark> {
        let mut last = BTreeMap::new();
        for (mark, verdict) in self.graph.verdicts() {
            if verdict == Verdict::SetAside {
                last.insert(mark.session, mark);
            }
        }
        last.into_values().collect()
    }

    pub(super) fn rotate(&mut self, at: u64) -> Result<(), AdminProblem> {
        self.check_admin()?;
        let epoch = self.keyring.current().map_or(0, |epoch| epoch.key.epoch);
        let key = DataKey::draw(&mut self.random);
        let name = KeyName { epoch: epoch.saturating_add(1), commitment: key.commitment() };
        let mut recipients: Vec<(OpeningKey, [u8; SEALED_KEY])> = Vec::new();
        for recipient in self.remaining() {
            // A key that is none harms its owner only.
            if let Ok(sealed) = key.seal_to(&recipient, &name, &mut self.random) {
                recipients.push((recipient, sealed));
            }
        }
        let mut previous = Vec::new();
        for older in self.handed_on() {
            let Some(older_key) = self.vault.get(&older).cloned() else { continue };
            previous.push(WrappedKey { key: older, wrapped: key.wrap(&older, &older_key, &mut self.random) });
        }
        self.vault.put(name, key.clone());
        self.storage.put(Write::Key { key: name, secret: key.secret().clone() });
        self.decide(&Action::Rotate { key: name, recipients, previous }, at)
    }

    /// Links that may be opened, and devices that may read: all but the removed, and but the links that those came by, which
    /// they still have.
    fn remaining(&self) -> BTreeSet<OpeningKey> {
        let closed = self.links_of_removed();
        let links = self.keyring.links().filter(|link| !link.revoked && !closed.contains(&link.keys.verify));
        let mut remaining: BTreeSet<OpeningKey> = links.map(|link| link.keys.opening).collect();
        let own = std::iter::once(self.identity.certificate());
        let standing = |certificate: &_| matches!(self.keyring.standing(certificate), Standing::Member(_));
        let devices = own.chain(self.graph.certificates()).filter(|certificate| standing(certificate));
        remaining.extend(devices.map(|certificate| certificate.device.opening));
        remaining
    }

    fn links_of_removed(&self) -> BTreeSet<VerifyKey> {
        let founder = self.keyring.genesis().root.verify;
        let removed =
            self.graph.certificates().filter(|certificate| self.keyring.is_removed(&certificate.device.verify));
        removed.map(|certificate| certificate.link).filter(|link| *link != founder).collect()
    }

    /// Keys at hand that go under a new one: the latest that count, each of which leads to those before it, and those that do
    /// not count and were written with in good faith.
    fn handed_on(&self) -> Vec<KeyName> {
        let at_hand = |name: &KeyName| self.vault.get(name).is_some();
        let counts: Vec<KeyName> =
            self.keyring.epochs().iter().map(|epoch| epoch.key).filter(|name| at_hand(name)).collect();
        let stray: Vec<KeyName> = self.stray_keys();
        let mut names = stray[stray.len().saturating_sub(STRAY)..].to_vec();
        names.extend(&counts[counts.len().saturating_sub(limits::KEYS - STRAY)..]);
        names
    }

    /// Keys at hand that envelopes were sealed with, of rotations that do not count, and that no rotation that counts hands on.
    fn stray_keys(&self) -> Vec<KeyName> {
        let epochs: BTreeSet<KeyName> = self.keyring.epochs().iter().map(|epoch| epoch.key).collect();
        let mut stray: BTreeSet<KeyName> = self.graph.keys();
        stray.retain(|name| !epochs.contains(name) && self.vault.get(name).is_some());
        for record in self.keyring.records().filter(|record| self.keyring.counts(&record.id())) {
            if let Action::Rotate { previous, .. } = &record.action {
                stray.retain(|name| previous.iter().all(|older| older.key != *name));
            }
        }
        stray.into_iter().collect()
    }

    fn check_admin(&self) -> Result<(), AdminProblem> {
        // The founder's link has no expiry; a removed device's link may still be an administrator's.
        let link = self.identity.certificate().link;
        let granted = self.keyring.link(&link).is_some_and(|link| !link.revoked && link.role == Role::Admin);
        if granted && self.standing() == Standing::Member(Role::Admin) { Ok(()) } else { Err(AdminProblem::NotAdmin) }
    }

    fn decide(&mut self, action: &Action, at: u64) -> Result<(), AdminProblem> {
        let record = self.keyring.sign(&self.identity.opened().signing, at, action)?;
        self.keyring.would_take(&record)?;
        let device = self.device();
        self.take_items([Arc::from(record.bytes())], device);
        Ok(())
    }
}
