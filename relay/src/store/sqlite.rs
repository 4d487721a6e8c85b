//! One file, [SQLite](https://sqlite.org). WAL, so that reading never waits for writing; `synchronous=FULL`, so that a commit
//! has reached the disk when it returns.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use plumbline_wire::genesis::Genesis;
use plumbline_wire::id::{Chain, ItemId, WorkspaceId};
use plumbline_wire::room::Quota;
use plumbline_wire::statement::Place;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};

use super::{Change, End, Fate, Keep, Loaded, Page, Replay, Store, StoreError, Stored, What};

const SCHEMA: &str = include_str!("schema.sql");
const VERSION: i64 = 1;
/// Items a page holds at most: what fits one frame.
const PAGE_ITEMS: i64 = plumbline_wire::limits::ITEMS as i64;
/// Items read in one go while loading.
const LOADING: usize = 4 * 1024 * 1024;

/// A store in one file.
#[derive(Debug)]
pub struct Sqlite {
    file: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(Box::new(error))
    }
}

impl Sqlite {
    /// Opens the file, and makes it if it is not there.
    ///
    /// # Errors
    /// When it cannot be opened, is of a later version, or is no store.
    pub fn open(file: &Path) -> Result<Self, StoreError> {
        let mut writer = connect(file)?;
        let version: i64 = writer.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        match version {
            0 => {
                let transaction = writer.transaction()?;
                transaction.execute_batch(SCHEMA)?;
                transaction.pragma_update(None, "user_version", VERSION)?;
                transaction.commit()?;
            }
            VERSION => {}
            later => {
                return Err(StoreError::Damaged(format!("version {later} of the store; this program knows {VERSION}")));
            }
        }
        Ok(Self { file: file.to_owned(), writer: Mutex::new(writer), readers: Mutex::default() })
    }

    fn writer(&self) -> MutexGuard<'_, Connection> {
        // A panic inside a transaction has rolled it back.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads with a connection of its own, all in one view of the store.
    fn reading<T>(&self, read: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let idle = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => connect(&self.file)?,
        };
        let result = read(&connection.transaction()?);
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        result
    }
}

fn connect(file: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(file)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // 16 MB between checkpoints: fewer of them in the way of a commit.
    connection.pragma_update(None, "wal_autocheckpoint", 4096)?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(connection)
}

struct Known {
    number: i64,
    genesis: Vec<u8>,
    base: Place,
}

fn known(transaction: &Transaction<'_>, workspace: &WorkspaceId) -> Result<Option<Known>, StoreError> {
    let sql = "SELECT number, genesis, base, base_chain FROM workspace WHERE name = ?";
    let mut statement = transaction.prepare_cached(sql)?;
    let known = statement.query_row([&workspace.0], |row| {
        Ok(Known {
            number: row.get(0)?,
            genesis: row.get(1)?,
            base: Place { position: row.get::<_, i64>(2)?.cast_unsigned(), chain: Chain(row.get(3)?) },
        })
    });
    Ok(known.optional()?)
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    Ok(Stored {
        item: ItemId(row.get(0)?),
        place: Place { position: row.get::<_, i64>(1)?.cast_unsigned(), chain: Chain(row.get(2)?) },
        bytes: Bytes::from(row.get::<_, Vec<u8>>(3)?),
    })
}

fn page(transaction: &Transaction<'_>, known: &Known, after: u64, bytes: usize) -> Result<Page, StoreError> {
    let start = match after.max(known.base.position) {
        at if at == known.base.position => known.base,
        at => {
            let mut chain =
                transaction.prepare_cached("SELECT chain FROM item WHERE workspace = ? AND position = ?")?;
            let chain = chain.query_row(params![known.number, at.cast_signed()], |row| row.get(0)).optional()?;
            let Some(chain) = chain else { return Err(StoreError::Moved) };
            Place { position: at, chain: Chain(chain) }
        }
    };
    let sql =
        "SELECT name, position, chain, bytes FROM item WHERE workspace = ? AND position > ? ORDER BY position LIMIT ?";
    let mut statement = transaction.prepare_cached(sql)?;
    let mut rows = statement.query(params![known.number, start.position.cast_signed(), PAGE_ITEMS])?;
    let mut items: Vec<Stored> = Vec::new();
    let mut size = 64;
    while let Some(row) = rows.next()? {
        let length = row.get_ref(3)?.as_blob().map_or(0, <[u8]>::len) + 4;
        size += length;
        if size > bytes && !items.is_empty() {
            break;
        }
        items.push(stored(row)?);
    }
    Ok(Page { after: start, items, keeps: 0 })
}

fn apply(transaction: &Transaction<'_>, change: &Change) -> Result<Fate, StoreError> {
    let after = change.after.place.position;
    let head = match &change.what {
        What::Append(items) => items.last().map_or(after, |last| last.place.position),
        What::Keep(_) => after,
    };
    let sql = "UPDATE workspace SET head = ?3 WHERE name = ?1 AND head = ?2 RETURNING number";
    let mut update = transaction.prepare_cached(sql)?;
    let number: Option<i64> = update
        .query_row(params![change.workspace.0, after.cast_signed(), head.cast_signed()], |row| row.get(0))
        .optional()?;
    let Some(number) = number else { return Ok(Fate::Moved) };
    match &change.what {
        What::Append(items) => append(transaction, number, items)?,
        What::Keep(keep) => replace(transaction, number, keep)?,
    }
    Ok(Fate::Stored)
}

fn append(transaction: &Transaction<'_>, number: i64, items: &[Stored]) -> Result<(), StoreError> {
    let sql = "INSERT INTO item (workspace, position, name, chain, bytes) VALUES (?, ?, ?, ?, ?)";
    let mut insert = transaction.prepare_cached(sql)?;
    for stored in items {
        let Place { position, chain } = stored.place;
        insert.execute(params![number, position.cast_signed(), stored.item.0, chain.0, &stored.bytes[..]])?;
    }
    Ok(())
}

fn replace(transaction: &Transaction<'_>, number: i64, keep: &Keep) -> Result<(), StoreError> {
    if let Some((name, bytes)) = &keep.snapshot {
        let sql = "INSERT INTO snapshot (workspace, name, bytes) VALUES (?, ?, ?)";
        transaction.execute(sql, params![number, name.0, &bytes[..]])?;
    }
    for name in &keep.drop {
        transaction.execute("DELETE FROM snapshot WHERE workspace = ? AND name = ?", params![number, name.0])?;
    }
    if let Some(to) = keep.prune {
        let delete = "DELETE FROM item WHERE workspace = ? AND position <= ?";
        transaction.execute(delete, params![number, to.position.cast_signed()])?;
        let base = "UPDATE workspace SET base = ?, base_chain = ? WHERE number = ?";
        transaction.execute(base, params![to.position.cast_signed(), to.chain.0, number])?;
    }
    transaction.execute("UPDATE workspace SET summary = ? WHERE number = ?", params![keep.summary, number])?;
    Ok(())
}

impl Store for Sqlite {
    fn found(&self, genesis: &Genesis) -> Result<bool, StoreError> {
        let workspace = genesis.workspace();
        let sql = "INSERT INTO workspace (name, genesis, base_chain) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING";
        let new =
            self.writer().execute(sql, params![workspace.0, genesis.bytes(), Place::start(&workspace).chain.0])?;
        Ok(new > 0)
    }

    fn genesis(&self, workspace: &WorkspaceId) -> Result<Option<Vec<u8>>, StoreError> {
        self.reading(|transaction| Ok(known(transaction, workspace)?.map(|known| known.genesis)))
    }

    fn load(&self, workspace: &WorkspaceId, quota: Quota) -> Result<Option<Loaded>, StoreError> {
        self.reading(|transaction| {
            let Some(known) = known(transaction, workspace)? else { return Ok(None) };
            let sql = "SELECT summary FROM workspace WHERE number = ?";
            let summary: Option<Vec<u8>> = transaction.query_row(sql, [known.number], |row| row.get(0))?;
            let mut replay = Replay::begin(workspace, &known.genesis, summary.as_deref(), quota)?;
            while replay.page(&page(transaction, &known, replay.0.head().position, LOADING)?)? {}
            let mut names = transaction.prepare_cached("SELECT name FROM item WHERE workspace = ?")?;
            let names = names.query_map([known.number], |row| row.get(0).map(ItemId))?;
            Ok(Some(Loaded { room: replay.0, names: names.collect::<Result<_, _>>()?, keeps: 0 }))
        })
    }

    fn commit(&self, changes: &[Change]) -> Result<Vec<Fate>, StoreError> {
        let mut writer = self.writer();
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let fates = changes.iter().map(|change| apply(&transaction, change)).collect::<Result<_, _>>()?;
        transaction.commit()?;
        Ok(fates)
    }

    fn find(&self, workspace: &WorkspaceId, item: &ItemId) -> Result<Option<Place>, StoreError> {
        self.reading(|transaction| {
            let sql = "SELECT item.name, position, chain, x'' FROM item JOIN workspace ON workspace = number \
                       WHERE workspace.name = ? AND item.name = ?";
            let mut statement = transaction.prepare_cached(sql)?;
            let found = statement.query_row([&workspace.0[..], &item.0[..]], stored).optional()?;
            Ok(found.map(|stored| stored.place))
        })
    }

    fn read(&self, workspace: &WorkspaceId, after: u64, bytes: usize) -> Result<Page, StoreError> {
        self.reading(|transaction| {
            let known = known(transaction, workspace)?.ok_or(StoreError::Moved)?;
            page(transaction, &known, after, bytes)
        })
    }

    fn chain(&self, workspace: &WorkspaceId, position: u64) -> Result<Option<Chain>, StoreError> {
        self.reading(|transaction| {
            let sql =
                "SELECT chain FROM item JOIN workspace ON workspace = number WHERE workspace.name = ? AND position = ?";
            let mut statement = transaction.prepare_cached(sql)?;
            let chain = statement.query_row(params![workspace.0, position.cast_signed()], |row| row.get(0));
            Ok(chain.optional()?.map(Chain))
        })
    }

    fn snapshot(&self, workspace: &WorkspaceId, item: &ItemId) -> Result<Option<Vec<u8>>, StoreError> {
        self.reading(|transaction| {
            let sql = "SELECT bytes FROM snapshot JOIN workspace ON workspace = number \
                       WHERE workspace.name = ? AND snapshot.name = ?";
            let bytes = transaction.query_row(sql, [&workspace.0[..], &item.0[..]], |row| row.get(0));
            Ok(bytes.optional()?)
        })
    }

    fn is_shared(&self) -> bool {
        false
    }

    fn ends(&self, workspaces: &[WorkspaceId]) -> Result<Vec<(WorkspaceId, End)>, StoreError> {
        self.reading(|transaction| {
            let sql = "SELECT head, coalesce(item.chain, base_chain) FROM workspace \
                       LEFT JOIN item ON workspace = number AND position = head WHERE workspace.name = ?";
            let mut head = transaction.prepare_cached(sql)?;
            let mut ends = Vec::new();
            for workspace in workspaces {
                let place = head.query_row([&workspace.0], |row| {
                    Ok(Place { position: row.get::<_, i64>(0)?.cast_unsigned(), chain: Chain(row.get(1)?) })
                });
                ends.extend(place.optional()?.map(|place| (*workspace, End { place, keeps: 0 })));
            }
            Ok(ends)
        })
    }

    fn probe(&self) -> Result<(), StoreError> {
        Ok(self.writer().pragma_update(None, "user_version", VERSION)?)
    }

    fn close(&self) {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).clear();
        if let Err(error) = self.writer().pragma_update(None, "wal_checkpoint", "truncate") {
            // The next start reads the write-ahead log: nothing is lost.
            tracing::warn!(%error, "the write-ahead log was not folded in");
        }
    }
}
