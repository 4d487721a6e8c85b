//! The data keys that somebody has: what was sealed to their link or device, and what those keys lead to.

use std::collections::BTreeMap;

use plumbline_wire::key::Secrets;
use plumbline_wire::keyring::Keyring;
use plumbline_wire::keyring::record::{Action, KeyName};

use crate::seal::DataKey;

/// Known data keys.
#[derive(Clone, Default)]
pub struct Vault(BTreeMap<KeyName, DataKey>);

impl Vault {
    /// Adds a key that is known otherwise: the one just drawn, or one that was stored.
    pub fn put(&mut self, name: KeyName, key: DataKey) {
        self.0.insert(name, key);
    }

    /// Whether there is this key.
    #[must_use]
    pub fn get(&self, name: &KeyName) -> Option<&DataKey> {
        self.0.get(name)
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes every key out of the keyring that `own` secrets open, and those that these keys lead to. Those of records that do
    /// not count too: members wrote with them in good faith before they heard, and who may write is not decided by keys.
    /// What is written now goes under the key of the latest rotation that counts. Returns whether anything was new.
    pub fn gather(&mut self, keyring: &Keyring, own: &[&Secrets]) -> bool {
        let before = self.0.len();
        let records: Vec<_> = keyring.records().collect();
        for record in &records {
            match &record.action {
                Action::Grant { link, keys, .. } => {
                    for secrets in own.iter().filter(|secrets| secrets.signing.verify_key() == link.verify) {
                        for sealed in keys {
                            self.learn(sealed.key, || {
                                DataKey::open_own(&secrets.opening, &sealed.key, &sealed.sealed).ok()
                            });
                        }
                    }
                }
                Action::Rotate { key, recipients, .. } => {
                    for secrets in own {
                        let opening = secrets.opening.opening_key();
                        if let Ok(at) = recipients.binary_search_by_key(&opening, |(recipient, _)| *recipient) {
                            self.learn(*key, || DataKey::open_own(&secrets.opening, key, &recipients[at].1).ok());
                        }
                    }
                }
                _ => {}
            }
        }
        // Newest first: each leads to the ones before it.
        for record in records.iter().rev() {
            if let Action::Rotate { key, previous, .. } = &record.action
                && let Some(newer) = self.0.get(key).cloned()
            {
                for older in previous {
                    self.learn(older.key, || newer.unwrap_older(&older.key, &older.wrapped).ok());
                }
            }
        }
        self.0.len() > before
    }

    fn learn(&mut self, name: KeyName, open: impl FnOnce() -> Option<DataKey>) {
        if !self.0.contains_key(&name)
            && let Some(key) = open()
        {
            self.0.insert(name, key);
        }
    }

    /// Every key, for storing beside the device's own.
    pub fn iter(&self) -> impl Iterator<Item = (&KeyName, &DataKey)> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::{self, Random};
    use plumbline_wire::genesis::Genesis;
    use plumbline_wire::keyring::record::{Role, SealedKey, WrappedKey};
    use plumbline_wire::link::Link;
    use rand::SeedableRng as _;

    fn name(epoch: u32, key: &DataKey) -> KeyName {
        KeyName { epoch, commitment: key.commitment() }
    }

    /// Ana has the first key only, Ben joins after the second was made, Eve was never given one.
    #[test]
    fn newer_keys_lead_to_older_ones_and_not_the_other_way() {
        let mut random = Random::from_seed([1; 32]);
        let secrets: Vec<Secrets> = (1..5).map(|seed| Link::founding_secrets(&[seed; 32])).collect();
        let (root, ana, ben, eve) = (&secrets[0], &secrets[1], &secrets[2], &secrets[3]);
        let (first, second) = (DataKey::draw(&mut random), DataKey::draw(&mut random));
        let mut keyring = Keyring::new(Genesis::found(root, seal::draw(&mut random), 1));
        let mut to = |person: &Secrets, name: &KeyName, key: &DataKey| {
            key.seal_to(&person.keys().opening, name, &mut random).expect("a key")
        };
        let (one, two) = (name(1, &first), name(2, &second));
        let mut recipients =
            vec![(root.keys().opening, to(root, &one, &first)), (ana.keys().opening, to(ana, &one, &first))];
        recipients.sort_unstable_by_key(|(recipient, _)| *recipient);
        let for_ben = vec![SealedKey { key: two, sealed: to(ben, &two, &second) }];
        let for_root = vec![(root.keys().opening, to(root, &two, &second))];
        let wrapped = second.wrap(&one, &first, &mut random);
        let steps = [
            Action::Rotate { key: one, recipients, previous: Vec::new() },
            Action::Rotate { key: two, recipients: for_root, previous: vec![WrappedKey { key: one, wrapped }] },
            Action::Grant { link: ben.keys(), role: Role::Reader, expires: None, label: Vec::new(), keys: for_ben },
        ];
        for action in steps {
            let record = keyring.sign(&root.signing, 1, &action).expect("within limits");
            keyring.take(record).expect("an administrator's");
        }
        let has = |person: &Secrets| {
            let mut vault = Vault::default();
            vault.gather(&keyring, &[person]);
            (vault.get(&one).is_some(), vault.get(&two).is_some())
        };
        assert_eq!(has(root), (true, true));
        assert_eq!(has(ana), (true, false));
        assert_eq!(has(ben), (true, true));
        assert_eq!(has(eve), (false, false));
    }
}
