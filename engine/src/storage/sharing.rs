//! What a shared workspace keeps beside its chunks, in the same database.
//!
//! `items`: envelopes and records in the order in which they came, numbered by the browser. `sharing`: everything else under
//! words: who this device is (`identity`), where the relay is (`relay`), and, each followed by hexadecimal digits, `key `, `log `,
//! `receipt `, the links this device made (`link `), and the number of an item (`item `), so that none is stored twice.

use std::sync::Arc;

use indexed_db_futures::KeyRange;
use indexed_db_futures::error::Error;
use indexed_db_futures::object_store::ObjectStore;
use indexed_db_futures::prelude::*;
use js_sys::Uint8Array;
use plumbline_core::bridge::StorageTrouble;
use plumbline_replica::sync::peer::{Identity, Stored, Write};
use plumbline_replica::sync::wire::id::{Chain, ItemId};
use plumbline_replica::sync::wire::key::VerifyKey;
use plumbline_replica::sync::wire::keyring::record::KeyName;
use plumbline_replica::sync::wire::statement::Place;
use wasm_bindgen::JsValue;

use super::{IDENTITY, ITEMS, Numbered, SHARING, WorkspaceStore, bytes_of, trouble};

const RELAY: &str = "relay";

/// What goes into a transaction beside chunks.
#[derive(Default)]
pub struct SharingWrites<'a> {
    /// Who this device is and where the relay is: with the first of all.
    pub beginning: Option<(&'a Identity, &'a str)>,
    /// What the peer wants stored.
    pub writes: &'a [Write],
    /// A link this device made: its key, and what stands behind `#`.
    pub link: Option<(VerifyKey, &'a str)>,
}

impl SharingWrites<'_> {
    pub(super) const fn is_empty(&self) -> bool {
        self.beginning.is_none() && self.writes.is_empty() && self.link.is_none()
    }
}

/// What is stored of a shared workspace.
pub struct StoredSharing {
    /// Who this device is.
    pub identity: Identity,
    /// Where the relay is.
    pub relay: String,
}

/// Requests are made one after the other and not waited for one by one: the browser keeps their order.
pub(super) async fn put(
    items: &ObjectStore<'_>,
    words: &ObjectStore<'_>,
    writes: &SharingWrites<'_>,
) -> Result<(), Error> {
    let set = |word: &str, bytes: &[u8]| {
        let request = words.put(JsValue::from(Uint8Array::from(bytes))).with_key(JsValue::from_str(word));
        request.primitive().map(drop)
    };
    if let Some((identity, relay)) = writes.beginning {
        set(IDENTITY, &identity.encode())?;
        set(RELAY, relay.as_bytes())?;
    }
    if let Some((link, fragment)) = writes.link {
        set(&format!("link {}", hex(&link.0)), fragment.as_bytes())?;
    }
    for write in writes.writes {
        match write {
            Write::Item { item, bytes } => {
                let word = JsValue::from_str(&format!("item {}", hex(&item.0)));
                if words.get::<JsValue, JsValue, _>(KeyRange::Only(word.clone())).await?.is_none() {
                    let request = items.add(JsValue::from(Uint8Array::from(&bytes[..])));
                    let number = request.with_key_type::<JsValue>().await?;
                    words.put(number).with_key(word).primitive()?;
                }
            }
            Write::Forget { item } => {
                let word = JsValue::from_str(&format!("item {}", hex(&item.0)));
                if let Some(number) = words.get::<JsValue, JsValue, _>(KeyRange::Only(word.clone())).await? {
                    items.delete::<JsValue, _>(KeyRange::Only(number)).await?;
                    words.delete::<JsValue, _>(KeyRange::Only(word)).await?;
                }
            }
            Write::Key { key, secret } => {
                let name = [&key.epoch.to_be_bytes()[..], &key.commitment].concat();
                set(&format!("key {}", hex(&name)), &secret[..])?;
            }
            Write::Log { relay, place } => set(&format!("log {}", hex(&relay.0)), &bytes_of_place(place))?,
            Write::Receipt { relay, item, place } => {
                let word = format!("receipt {}{}", hex(&relay.0), hex(&item.0));
                match place {
                    Some(place) => set(&word, &bytes_of_place(place))?,
                    None => words.delete::<JsValue, _>(KeyRange::Only(JsValue::from_str(&word))).await?,
                }
            }
        }
    }
    Ok(())
}

impl WorkspaceStore {
    /// Who this device is in the workspace; `None` when it is not shared, or what was stored of it is damaged.
    ///
    /// # Errors
    /// When the browser fails to read.
    pub async fn sharing(&self) -> Result<Option<StoredSharing>, StorageTrouble> {
        let work = async {
            let tx = self.db.transaction(SHARING).build()?;
            let store = tx.object_store(SHARING)?;
            let get = async |word: &str| {
                let found = store.get::<JsValue, JsValue, _>(KeyRange::Only(JsValue::from_str(word))).await?;
                Ok::<_, Error>(found.and_then(bytes_of))
            };
            Ok((get(IDENTITY).await?, get(RELAY).await?))
        };
        let (identity, relay) = work.await.map_err(|error: Error| trouble(&error))?;
        let identity = identity.and_then(|bytes| Identity::decode(&bytes).ok());
        let relay = relay.and_then(|bytes| String::from_utf8(bytes).ok());
        Ok(identity.zip(relay).map(|(identity, relay)| StoredSharing { identity, relay }))
    }

    /// Everything the peer had stored, and the number of the last item.
    ///
    /// # Errors
    /// When the browser fails to read.
    pub async fn stored(&self) -> Result<(Stored, f64), StorageTrouble> {
        let items = self.items_after(0.0).await?;
        let last = items.last().map_or(0.0, |(number, _)| *number);
        let items = items.into_iter().map(|(_, bytes)| Arc::from(bytes)).collect();
        let mut stored = Stored { items, ..Stored::default() };
        for (word, bytes) in self.words().await? {
            // What is damaged is left out: the relay has it, or another member.
            let _ = read_word(&word, &bytes, &mut stored);
        }
        Ok((stored, last))
    }

    /// The items numbered above `after`, in order.
    ///
    /// # Errors
    /// When the browser fails to read.
    pub async fn items_after(&self, after: f64) -> Result<Vec<Numbered>, StorageTrouble> {
        self.read_after(ITEMS, after).await.map_err(|error| trouble(&error))
    }

    /// The links this device made: their keys, and what stands behind `#`.
    ///
    /// # Errors
    /// When the browser fails to read.
    pub async fn links(&self) -> Result<Vec<(VerifyKey, String)>, StorageTrouble> {
        let words = self.words().await?;
        let link = |(word, bytes): (String, Vec<u8>)| {
            let key = unhex(word.strip_prefix("link ")?)?.try_into().ok()?;
            Some((VerifyKey(key), String::from_utf8(bytes).ok()?))
        };
        Ok(words.into_iter().filter_map(link).collect())
    }

    async fn words(&self) -> Result<Vec<(String, Vec<u8>)>, StorageTrouble> {
        let work = async {
            let tx = self.db.transaction(SHARING).build()?;
            let store = tx.object_store(SHARING)?;
            // Not the numbers of items: there is one for each.
            let mut found = Vec::new();
            for (from, to) in [("", "item "), ("item!", "\u{ffff}")] {
                let range = KeyRange::Bound(JsValue::from_str(from), false, JsValue::from_str(to), false);
                let keys = store.get_all_keys::<JsValue>().with_query::<JsValue, _>(range.clone()).await?;
                let values = store.get_all::<JsValue>().with_query::<JsValue, _>(range).await?;
                let keys: Vec<JsValue> = keys.collect::<Result<_, _>>()?;
                let values: Vec<JsValue> = values.collect::<Result<_, _>>()?;
                let read = |(key, value): (JsValue, JsValue)| Some((key.as_string()?, bytes_of(value)?));
                found.extend(keys.into_iter().zip(values).filter_map(read));
            }
            Ok(found)
        };
        work.await.map_err(|error: Error| trouble(&error))
    }
}

fn read_word(word: &str, bytes: &[u8], stored: &mut Stored) -> Option<()> {
    let (kind, name) = word.split_once(' ')?;
    let name = unhex(name)?;
    match kind {
        "key" => {
            let (epoch, commitment) = name.split_first_chunk::<4>()?;
            let key = KeyName { epoch: u32::from_be_bytes(*epoch), commitment: commitment.try_into().ok()? };
            let secret: [u8; 32] = bytes.try_into().ok()?;
            stored.keys.push((key, secret.into()));
        }
        "log" => stored.logs.push((VerifyKey(name.try_into().ok()?), place_of(bytes)?)),
        "receipt" => {
            let (relay, item) = name.split_first_chunk::<32>()?;
            stored.receipts.push((VerifyKey(*relay), ItemId(item.try_into().ok()?), place_of(bytes)?));
        }
        _ => {}
    }
    Some(())
}

fn bytes_of_place(place: &Place) -> Vec<u8> {
    [&place.position.to_be_bytes()[..], &place.chain.0].concat()
}

fn place_of(bytes: &[u8]) -> Option<Place> {
    let (position, chain) = bytes.split_first_chunk::<8>()?;
    Some(Place { position: u64::from_be_bytes(*position), chain: Chain(chain.try_into().ok()?) })
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    data_encoding::HEXLOWER.decode(text.as_bytes()).ok()
}
