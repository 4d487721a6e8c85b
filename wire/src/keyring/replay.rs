//! What a set of records amounts to: the same on every replica, whatever the order in which they arrived.
//!
//! Administrators are ordered by seniority: by the depth of the record that granted them, then by its name; the founder is
//! the most senior. Only a senior may revoke an administrator (or that one itself), and a revocation by a senior voids
//! everything its target signed that the revocation does not build on. So nothing that a removed administrator signs later,
//! however dated and on whatever old record it claims to build, can count; and whether a record counts depends on seniors'
//! records and on what it builds on, never on each other in a circle.

use std::collections::{BTreeMap, BTreeSet};

use super::record::{Action, Role, Target};
use super::{Device, Entry, Epoch, LinkState, State};
use crate::genesis::Genesis;
use crate::id::ItemId;
use crate::key::VerifyKey;

type Rank = (u32, ItemId);

/// A set of entries by index.
#[derive(Debug, Clone, Default)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    pub fn insert(&mut self, index: usize) {
        if self.0.len() <= index / 64 {
            self.0.resize(index / 64 + 1, 0);
        }
        self.0[index / 64] |= 1 << (index % 64);
    }

    pub fn contains(&self, index: usize) -> bool {
        self.0.get(index / 64).is_some_and(|word| word & (1 << (index % 64)) != 0)
    }

    pub fn unite(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own |= other);
    }
}

struct Replay<'a> {
    entries: &'a [Entry],
    root: VerifyKey,
    /// Indices from the genesis outward, equals by name.
    order: Vec<usize>,
    grants: BTreeMap<VerifyKey, Vec<usize>>,
    revokes: BTreeMap<Target, Vec<usize>>,
    counted: BTreeSet<usize>,
    /// Administrators, with the revocations that hold against each.
    admins: BTreeMap<VerifyKey, Vec<usize>>,
}

pub(super) fn replay(genesis: &Genesis, entries: &[Entry]) -> State {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_unstable_by_key(|&index| entries[index].rank());
    let mut replay = Replay {
        entries,
        root: genesis.root.verify,
        order,
        grants: BTreeMap::new(),
        revokes: BTreeMap::new(),
        counted: BTreeSet::new(),
        admins: BTreeMap::new(),
    };
    let mut waiting: BTreeSet<(Option<Rank>, VerifyKey)> = BTreeSet::from([(None, replay.root)]);
    // Whatever a link grants ranks behind the link itself, so the most senior of those waiting is settled.
    while let Some((_, admin)) = waiting.pop_first() {
        if !replay.admins.contains_key(&admin) && replay.role(&admin) == Some(Role::Admin) {
            waiting.extend(replay.hear(admin));
        }
    }
    replay.conclude(genesis)
}

impl Replay<'_> {
    /// The first grant of a link, by rank, is the one that holds.
    fn grant(&self, link: &VerifyKey) -> Option<usize> {
        self.grants.get(link)?.iter().copied().min_by_key(|&index| self.entries[index].rank())
    }

    fn role(&self, link: &VerifyKey) -> Option<Role> {
        if *link == self.root {
            return Some(Role::Admin);
        }
        match &self.entries[self.grant(link)?].record.action {
            Action::Grant { role, .. } => Some(*role),
            _ => None,
        }
    }

    /// Takes what one administrator signed. All who are senior were heard. Returns whom it made administrator.
    fn hear(&mut self, admin: VerifyKey) -> Vec<(Option<Rank>, VerifyKey)> {
        let own: Vec<usize> =
            self.order.iter().copied().filter(|&index| self.entries[index].record.signer == admin).collect();
        let mut against = self.revokes.get(&Target::Link(admin)).cloned().unwrap_or_default();
        let granted = self.grant(&admin);
        let stands = |index: usize, against: &[usize]| {
            let builds_on_grant = granted.is_none_or(|grant| self.entries[index].ancestors.contains(grant));
            let void = |&revoke: &usize| revoke != index && !self.entries[revoke].ancestors.contains(index);
            builds_on_grant && !against.iter().any(void)
        };
        let retires = |index: &usize| match &self.entries[*index].record.action {
            Action::Revoke { target, .. } => *target == Target::Link(admin),
            _ => false,
        };
        let retirement = own.iter().copied().find(|index| retires(index) && stands(*index, &against));
        against.extend(retirement);
        let standing: Vec<usize> = own.into_iter().filter(|&index| stands(index, &against)).collect();
        self.admins.insert(admin, against);
        let mut promoted = Vec::new();
        for index in standing {
            self.counted.insert(index);
            let entry = &self.entries[index];
            match &entry.record.action {
                Action::Grant { link, role, .. } if link.verify != self.root => {
                    self.grants.entry(link.verify).or_default().push(index);
                    if *role == Role::Admin {
                        promoted.push((Some(entry.rank()), link.verify));
                    }
                }
                Action::Revoke { target, .. } => self.revokes.entry(*target).or_default().push(index),
                _ => {}
            }
        }
        promoted
    }

    fn conclude(mut self, genesis: &Genesis) -> State {
        let mut state = State::default();
        let mut epochs: Vec<(usize, Epoch)> = Vec::new();
        for index in std::mem::take(&mut self.order) {
            if !self.counted.contains(&index) {
                continue;
            }
            let entry = &self.entries[index];
            match &entry.record.action {
                // A rotation counts only one epoch after what it builds on: nobody jumps ahead of the others' keys.
                Action::Rotate { key, .. } => {
                    let before = epochs.iter().filter(|(earlier, _)| entry.ancestors.contains(*earlier));
                    let latest = before.map(|(_, epoch)| epoch.key.epoch).max().unwrap_or(0);
                    if latest.checked_add(1) == Some(key.epoch) {
                        epochs.push((index, Epoch { key: *key, record: entry.id }));
                    } else {
                        self.counted.remove(&index);
                    }
                }
                Action::Adopt { marks } => state.adopted.extend(marks),
                _ => {}
            }
        }
        let root = LinkState { keys: genesis.root, role: Role::Admin, expires: None, grant: None, revoked: Vec::new() };
        state.links.insert(self.root, root);
        for link in self.grants.keys() {
            let Some(grant) = self.grant(link) else { continue };
            let Action::Grant { link: keys, role, expires, .. } = &self.entries[grant].record.action else { continue };
            let grant = Some(self.entries[grant].id);
            state
                .links
                .insert(*link, LinkState { keys: *keys, role: *role, expires: *expires, grant, revoked: Vec::new() });
        }
        let mut in_force = Vec::new();
        for (key, link) in &mut state.links {
            let all = self.revokes.get(&Target::Link(*key));
            link.revoked = self.admins.get(key).or(all).cloned().unwrap_or_default();
            in_force.extend(&link.revoked);
        }
        for (target, revokes) in &self.revokes {
            if let Target::Device(key) = target {
                in_force.extend(revokes);
                state.removed.insert(*key, Device { revoked: revokes.clone() });
            }
        }
        let followed =
            |revoke: &usize| epochs.iter().any(|(rotate, _)| self.entries[*rotate].ancestors.contains(*revoke));
        state.rotation_due = !in_force.iter().all(followed);
        // Rotations at the same time: the later by rank is the one everybody writes with.
        epochs.sort_by_key(|(index, epoch)| (epoch.key.epoch, self.entries[*index].rank()));
        state.epochs = epochs.into_iter().map(|(_, epoch)| epoch).collect();
        state.counted = self.counted.iter().map(|&index| self.entries[index].id).collect();
        state
    }
}
