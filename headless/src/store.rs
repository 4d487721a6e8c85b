//! What a device keeps, in one file of [SQLite](https://sqlite.org). `synchronous=FULL`: what a call has said is stored survives
//! the loss of power, and only then does the peer let it leave.

use std::path::Path;
use std::sync::Arc;

use plumbline_replica::sync::peer::{Identity, Stored, Write};
use plumbline_replica::sync::seal::DataKey;
use plumbline_replica::sync::wire::id::{Chain, ItemId};
use plumbline_replica::sync::wire::key::VerifyKey;
use plumbline_replica::sync::wire::keyring::record::KeyName;
use plumbline_replica::sync::wire::statement::Place;
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, Transaction, params};
use zeroize::Zeroizing;

const SCHEMA: &str = include_str!("schema.sql");
const VERSION: i64 = 1;

const IDENTITY: &str = "identity";
const RELAY: &str = "relay";
const NAME: &str = "name";
const PIN: &str = "relay key";

/// Why the store did not do what it was asked for. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreProblem {
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// The system does not allow it.
    #[error("not allowed: {0}")]
    Denied(String),
    /// What is stored cannot be what was stored.
    #[error("damaged: {0}")]
    Damaged(String),
    /// A later version of the program made it.
    #[error("made by a later version")]
    Later,
    /// Anything else, in the system's words.
    #[error("{0}")]
    Failed(String),
}

impl From<rusqlite::Error> for StoreProblem {
    fn from(error: rusqlite::Error) -> Self {
        let words = error.to_string();
        match error {
            rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
                ErrorCode::DiskFull => Self::Full,
                ErrorCode::PermissionDenied | ErrorCode::ReadOnly | ErrorCode::CannotOpen => Self::Denied(words),
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Damaged(words),
                _ => Self::Failed(words),
            },
            // A column of another kind than it was made with.
            rusqlite::Error::InvalidColumnType(..) | rusqlite::Error::FromSqlConversionFailure(..) => {
                Self::Damaged(words)
            }
            _ => Self::Failed(words),
        }
    }
}

/// Who this device is, and where it goes.
#[derive(Debug, Clone)]
pub struct About {
    /// Who it is in the workspace. Secret.
    pub identity: Identity,
    /// The relay's origin.
    pub relay: String,
    /// What whoever runs it calls it; may be empty.
    pub name: String,
}

/// A device's store.
#[derive(Debug)]
pub struct Store(Connection);

impl Store {
    /// Opens the file, which must be there and may be empty.
    ///
    /// # Errors
    /// When it cannot be opened, is damaged, or of a later version.
    pub fn open(file: &Path) -> Result<Self, StoreProblem> {
        let connection = Connection::open(file)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        Self::prepare(connection)
    }

    /// A store that ends with the process, for the benchmark: fifty devices on one disk are no measure of one device.
    ///
    /// # Errors
    /// When there is no memory.
    pub fn in_memory() -> Result<Self, StoreProblem> {
        Self::prepare(Connection::open_in_memory()?)
    }

    fn prepare(mut connection: Connection) -> Result<Self, StoreProblem> {
        connection.pragma_update(None, "synchronous", "full")?;
        connection.set_prepared_statement_cache_capacity(16);
        let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        match version {
            0 => {
                let transaction = connection.transaction()?;
                transaction.execute_batch(SCHEMA)?;
                transaction.pragma_update(None, "user_version", VERSION)?;
                transaction.commit()?;
            }
            VERSION => {
                let sound: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
                if sound != "ok" {
                    return Err(StoreProblem::Damaged(sound));
                }
            }
            _ => return Err(StoreProblem::Later),
        }
        Ok(Self(connection))
    }

    /// Says for the first time who this device is, and stores what it begins with, all or nothing.
    ///
    /// # Errors
    /// When it could not be stored.
    pub fn begin(&mut self, about: &About, writes: &[Write]) -> Result<(), StoreProblem> {
        let transaction = self.0.transaction()?;
        for (word, value) in
            [(IDENTITY, &about.identity.encode()[..]), (RELAY, about.relay.as_bytes()), (NAME, about.name.as_bytes())]
        {
            transaction.execute("INSERT INTO about (word, value) VALUES (?, ?)", params![word, value])?;
        }
        for write in writes {
            put(&transaction, write)?;
        }
        Ok(transaction.commit()?)
    }

    /// Who this device is; `None` before [`Store::begin`].
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn about(&self) -> Result<Option<About>, StoreProblem> {
        let text = |word| -> Result<String, StoreProblem> {
            let bytes = self.value(word)?.unwrap_or_default();
            String::from_utf8(bytes).map_err(|_| StoreProblem::Damaged(format!("`{word}` cannot be read")))
        };
        let Some(identity) = self.value(IDENTITY)?.map(Zeroizing::new) else { return Ok(None) };
        let identity = Identity::decode(&identity)
            .map_err(|problem| StoreProblem::Damaged(format!("who this device is: {problem}")))?;
        Ok(Some(About { identity, relay: text(RELAY)?, name: text(NAME)? }))
    }

    fn value(&self, word: &str) -> Result<Option<Vec<u8>>, StoreProblem> {
        let sql = "SELECT value FROM about WHERE word = ?";
        Ok(self.0.query_row(sql, [word], |row| row.get(0)).optional()?)
    }

    /// Another relay from now on.
    ///
    /// # Errors
    /// When it could not be stored.
    pub fn set_relay(&mut self, origin: &str) -> Result<(), StoreProblem> {
        self.set(RELAY, origin.as_bytes())
    }

    /// The key of the relay that let this device in last.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn pin(&self) -> Result<Option<VerifyKey>, StoreProblem> {
        let Some(bytes) = self.value(PIN)? else { return Ok(None) };
        let key = bytes.try_into().map_err(|_| StoreProblem::Damaged("the relay's key".into()))?;
        Ok(Some(VerifyKey(key)))
    }

    /// Keeps the key of the relay that let this device in.
    ///
    /// # Errors
    /// When it could not be stored.
    pub fn set_pin(&mut self, relay: VerifyKey) -> Result<(), StoreProblem> {
        self.set(PIN, &relay.0)
    }

    fn set(&self, word: &str, value: &[u8]) -> Result<(), StoreProblem> {
        self.0.execute("INSERT OR REPLACE INTO about (word, value) VALUES (?, ?)", params![word, value])?;
        Ok(())
    }

    /// Stores all of these, or none.
    ///
    /// # Errors
    /// When they could not be stored.
    pub fn commit(&mut self, writes: &[Write]) -> Result<(), StoreProblem> {
        let transaction = self.0.transaction()?;
        for write in writes {
            put(&transaction, write)?;
        }
        Ok(transaction.commit()?)
    }

    /// Everything the peer had stored.
    ///
    /// # Errors
    /// When it cannot be read, or an item is not the one it was stored as.
    pub fn stored(&self) -> Result<Stored, StoreProblem> {
        let mut stored = Stored::default();
        self.each("SELECT name, bytes FROM item ORDER BY number", |row| {
            let (name, bytes): (Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?);
            // Signatures are not checked again, so damage has to be found here.
            if ItemId::of(&bytes).0[..] != name[..] {
                return Err(StoreProblem::Damaged("an item is not the one that was stored".into()));
            }
            stored.items.push(Arc::from(bytes));
            Ok(())
        })?;
        self.each("SELECT epoch, commitment, secret FROM key", |row| {
            let (name, secret) = (KeyName { epoch: row.get(0)?, commitment: row.get(1)? }, Zeroizing::new(row.get(2)?));
            if DataKey::from_bytes(*secret).commitment() != name.commitment {
                return Err(StoreProblem::Damaged("a key is not the one that was stored".into()));
            }
            stored.keys.push((name, secret));
            Ok(())
        })?;
        self.each("SELECT relay, position, chain FROM log", |row| {
            stored.logs.push((VerifyKey(row.get(0)?), place(row, 1)?));
            Ok(())
        })?;
        self.each("SELECT relay, item, position, chain FROM receipt", |row| {
            stored.receipts.push((VerifyKey(row.get(0)?), ItemId(row.get(1)?), place(row, 2)?));
            Ok(())
        })?;
        Ok(stored)
    }

    fn each(&self, sql: &str, mut take: impl FnMut(&Row<'_>) -> Result<(), StoreProblem>) -> Result<(), StoreProblem> {
        let mut statement = self.0.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            take(row)?;
        }
        Ok(())
    }
}

fn place(row: &Row<'_>, at: usize) -> rusqlite::Result<Place> {
    Ok(Place { position: row.get::<_, i64>(at)?.cast_unsigned(), chain: Chain(row.get(at + 1)?) })
}

fn put(transaction: &Transaction<'_>, write: &Write) -> rusqlite::Result<()> {
    let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| transaction.prepare_cached(sql)?.execute(values).map(drop);
    match write {
        // What is stored already keeps its place: others build on it from there.
        Write::Item { item, bytes } => {
            run("INSERT INTO item (name, bytes) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", &[&item.0, &&bytes[..]])
        }
        Write::Forget { item } => run("DELETE FROM item WHERE name = ?", &[&item.0]),
        Write::Key { key, secret } => run(
            "INSERT INTO key (epoch, commitment, secret) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            &[&key.epoch, &key.commitment, &**secret],
        ),
        Write::Log { relay, place } => run(
            "INSERT OR REPLACE INTO log (relay, position, chain) VALUES (?, ?, ?)",
            &[&relay.0, &place.position.cast_signed(), &place.chain.0],
        ),
        Write::Receipt { relay, item, place: Some(place) } => run(
            "INSERT OR REPLACE INTO receipt (relay, item, position, chain) VALUES (?, ?, ?, ?)",
            &[&relay.0, &item.0, &place.position.cast_signed(), &place.chain.0],
        ),
        Write::Receipt { relay, item, place: None } => {
            run("DELETE FROM receipt WHERE relay = ? AND item = ?", &[&relay.0, &item.0])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plumbline_replica::sync::peer::random;

    fn place(position: u64) -> Place {
        Place { position, chain: Chain([3; 32]) }
    }

    fn item(bytes: &[u8]) -> Write {
        Write::Item { item: ItemId::of(bytes), bytes: Arc::from(bytes) }
    }

    fn about() -> About {
        let identity = Identity::found([1; 16], 1, &mut random([2; 32]));
        About { identity, relay: "https://plumbline.example".into(), name: "Ana’s".into() }
    }

    #[test]
    fn what_is_written_is_read() {
        let mut store = Store::in_memory().expect("memory");
        assert!(store.about().expect("readable").is_none());
        let data = DataKey::from_bytes([5; 32]);
        let key = KeyName { epoch: u32::MAX, commitment: data.commitment() };
        let (relay, other) = (VerifyKey([7; 32]), VerifyKey([8; 32]));
        store.begin(&about(), &[item(b"first")]).expect("stored");
        let secret = data.secret().clone();
        store
            .commit(&[
                item(b"second"),
                item(b"first"),
                Write::Key { key, secret },
                Write::Log { relay, place: place(1) },
                Write::Log { relay, place: place(u64::MAX) },
                Write::Receipt { relay, item: ItemId::of(b"first"), place: Some(place(1)) },
                Write::Receipt { relay: other, item: ItemId::of(b"first"), place: Some(place(2)) },
                Write::Receipt { relay, item: ItemId::of(b"first"), place: None },
                item(b"third"),
                Write::Forget { item: ItemId::of(b"second") },
            ])
            .expect("stored");
        let stored = store.stored().expect("readable");
        let items: Vec<&[u8]> = stored.items.iter().map(|item| &item[..]).collect();
        assert_eq!(items, [&b"first"[..], b"third"]);
        assert_eq!(stored.keys, [(key, data.secret().clone())]);
        assert_eq!(stored.logs, [(relay, place(u64::MAX))]);
        assert_eq!(stored.receipts, [(other, ItemId::of(b"first"), place(2))]);
        let known = store.about().expect("readable").expect("begun");
        assert_eq!((known.relay, known.name), (about().relay, about().name));
        assert_eq!(known.identity.encode(), about().identity.encode());
        assert_eq!(store.pin().expect("readable"), None);
        store.set_pin(relay).expect("stored");
        store.set_relay("http://localhost").expect("stored");
        assert_eq!(store.pin().expect("readable"), Some(relay));
        assert_eq!(store.about().expect("readable").expect("begun").relay, "http://localhost");
    }

    #[test]
    fn nothing_of_a_transaction_that_fails_is_there() {
        let mut store = Store::in_memory().expect("memory");
        store.begin(&about(), &[]).expect("stored");
        assert!(store.begin(&about(), &[item(b"first")]).is_err(), "twice");
        assert!(store.stored().expect("readable").items.is_empty());
    }

    #[test]
    fn a_later_version_is_left_alone() {
        let store = Store::in_memory().expect("memory");
        store.0.pragma_update(None, "user_version", VERSION + 1).expect("set");
        assert!(matches!(Store::prepare(store.0), Err(StoreProblem::Later)));
    }
}
