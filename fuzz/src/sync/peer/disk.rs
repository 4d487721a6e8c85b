//! What the driver has stored.

use std::collections::BTreeMap;
use std::sync::Arc;

use plumbline_sync::peer::{Stored, Write};
use plumbline_wire::id::ItemId;
use plumbline_wire::key::VerifyKey;
use plumbline_wire::keyring::record::KeyName;
use plumbline_wire::statement::Place;
use zeroize::Zeroizing;

/// A disk that keeps what was committed.
#[derive(Default)]
pub struct Disk {
    items: Vec<(ItemId, Arc<[u8]>)>,
    keys: BTreeMap<KeyName, Zeroizing<[u8; 32]>>,
    logs: BTreeMap<VerifyKey, Place>,
    receipts: BTreeMap<(VerifyKey, ItemId), Place>,
}

impl Disk {
    pub fn put(&mut self, bytes: &[u8]) {
        self.items.push((ItemId::of(bytes), Arc::from(bytes)));
    }

    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn has(&self, item: &ItemId) -> bool {
        self.items.iter().any(|(stored, _)| stored == item)
    }

    pub fn commit(&mut self, writes: &[Write]) {
        for write in writes {
            match write {
                Write::Item { item, bytes } => {
                    assert!(!self.has(item), "stored twice");
                    self.items.push((*item, Arc::clone(bytes)));
                }
                Write::Forget { item } => self.items.retain(|(stored, _)| stored != item),
                Write::Key { key, secret } => drop(self.keys.insert(*key, secret.clone())),
                Write::Log { relay, place } => drop(self.logs.insert(*relay, *place)),
                Write::Receipt { relay, item, place: Some(place) } => {
                    self.receipts.insert((*relay, *item), *place);
                }
                Write::Receipt { relay, item, place: None } => {
                    self.receipts.remove(&(*relay, *item));
                }
            }
        }
    }

    pub fn stored(&self) -> Stored {
        Stored {
            items: self.items.iter().map(|(_, bytes)| Arc::clone(bytes)).collect(),
            keys: self.keys.iter().map(|(name, secret)| (*name, secret.clone())).collect(),
            logs: self.logs.iter().map(|(relay, place)| (*relay, *place)).collect(),
            receipts: self.receipts.iter().map(|((relay, item), place)| (*relay, *item, *place)).collect(),
        }
    }
}
