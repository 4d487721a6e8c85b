//! [PostgreSQL](https://www.postgresql.org), which several relays may share.
//!
//! A change is taken under the lock of its workspace's row, and only if the row is as the relay believes; else nothing of it is
//! stored ([`Fate::Moved`]), and the room reads what others wrote before it judges again. A commit that has returned has reached
//! the disk, and so has everything that is read here: PostgreSQL shows a transaction to others after that, not before.

mod read;
mod session;
mod write;

use std::error::Error;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use plumbline_wire::genesis::Genesis;
use plumbline_wire::id::{Chain, ItemId, WorkspaceId};
use plumbline_wire::key::SigningKey;
use plumbline_wire::room::Quota;
use plumbline_wire::statement::Place;
use tokio::runtime::Handle;
use tokio::time::timeout;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{WasNull, WrongType};

use super::{Change, End, Fate, Loaded, Page, Store, StoreError};
use crate::limits;
use crate::secret::Secret;
use session::Database;

/// A store in a database.
#[derive(Debug)]
pub struct Postgres {
    database: Database,
    runtime: Handle,
    writer: Mutex<Vec<Client>>,
    readers: Mutex<Vec<Client>>,
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        let words = session::words(&error);
        let Some(code) = error.code() else {
            let misfit = error.source().is_some_and(|cause| cause.is::<WrongType>() || cause.is::<WasNull>());
            return if misfit { Self::Damaged(words) } else { Self::Lost(words) };
        };
        // Of a server that is going, is full, or only reads: not this statement's trouble.
        let going = ["08", "57P", "25P03"].iter().any(|class| code.code().starts_with(class));
        let others = [SqlState::TOO_MANY_CONNECTIONS, SqlState::READ_ONLY_SQL_TRANSACTION];
        if going || others.contains(code) { Self::Lost(words) } else { Self::Failed(words.into()) }
    }
}

impl Postgres {
    /// Connects, and makes the tables and the relay's key if they are not there: `fresh` is the seed of a new key. The key is
    /// in the database because all relays over it are one relay to their members.
    ///
    /// Must be called on a thread that may block; so must everything else.
    ///
    /// # Errors
    /// When there is no connection, or the database would not keep what it says it has stored.
    pub fn open(address: &Secret, runtime: Handle, fresh: [u8; 32]) -> Result<(Self, SigningKey), StoreError> {
        let database = Database::parse(address)?;
        let (client, key) = runtime.block_on(async {
            let mut client = database.connect().await?;
            let seed = session::prepare(&mut client, fresh).await?;
            Ok::<_, StoreError>((client, SigningKey::from_seed(&seed)))
        })?;
        let writer = Mutex::new(vec![client]);
        Ok((Self { database, runtime, writer, readers: Mutex::default() }, key))
    }

    /// Does something with a connection: one of those that are idle, or a new one. If an idle one turns out to be broken,
    /// because the database was restarted, it is done again with another: reading may be repeated, and a change that was stored
    /// without our knowing is found to have moved.
    fn with<T>(
        &self,
        idle: &Mutex<Vec<Client>>,
        patience: Duration,
        act: impl AsyncFn(&mut Client) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.runtime.block_on(async {
            loop {
                let kept = held(idle).pop();
                let fresh = kept.is_none();
                let mut client = match kept {
                    Some(client) if client.is_closed() => continue,
                    Some(client) => client,
                    None => self.database.connect().await?,
                };
                let result = timeout(patience, act(&mut client)).await;
                match result {
                    Ok(Err(StoreError::Lost(_))) if !fresh => {}
                    Ok(Err(StoreError::Lost(words))) => return Err(StoreError::Lost(words)),
                    Ok(result) => {
                        held(idle).push(client);
                        return result;
                    }
                    // The connection goes, and with it whatever it still does.
                    Err(_) => return Err(StoreError::Lost("no answer in time".to_owned())),
                }
            }
        })
    }

    fn reading<T>(&self, act: impl AsyncFn(&mut Client) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.with(&self.readers, limits::DATABASE_ANSWER, act)
    }

    fn writing<T>(&self, act: impl AsyncFn(&mut Client) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.with(&self.writer, limits::DATABASE_ANSWER, act)
    }
}

/// A lock whose holder never panics half-way.
fn held(clients: &Mutex<Vec<Client>>) -> MutexGuard<'_, Vec<Client>> {
    clients.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store for Postgres {
    fn found(&self, genesis: &Genesis) -> Result<bool, StoreError> {
        self.reading(async |client| write::found(client, genesis).await)
    }

    fn genesis(&self, workspace: &WorkspaceId) -> Result<Option<Vec<u8>>, StoreError> {
        self.reading(async |client| read::genesis(client, workspace).await)
    }

    fn load(&self, workspace: &WorkspaceId, quota: Quota) -> Result<Option<Loaded>, StoreError> {
        let load = async |client: &mut Client| read::load(client, workspace, quota).await;
        self.with(&self.readers, limits::DATABASE_LOAD, load)
    }

    fn commit(&self, changes: &[Change]) -> Result<Vec<Fate>, StoreError> {
        self.writing(async |client| write::commit(client, changes).await)
    }

    fn find(&self, workspace: &WorkspaceId, item: &ItemId) -> Result<Option<Place>, StoreError> {
        self.reading(async |client| read::find(client, workspace, item).await)
    }

    fn read(&self, workspace: &WorkspaceId, after: u64, bytes: usize) -> Result<Page, StoreError> {
        self.reading(async |client| read::page(client, workspace, after, bytes).await)
    }

    fn chain(&self, workspace: &WorkspaceId, position: u64) -> Result<Option<Chain>, StoreError> {
        self.reading(async |client| read::chain(client, workspace, position).await)
    }

    fn snapshot(&self, workspace: &WorkspaceId, item: &ItemId) -> Result<Option<Vec<u8>>, StoreError> {
        self.reading(async |client| read::snapshot(client, workspace, item).await)
    }

    fn is_shared(&self) -> bool {
        true
    }

    fn ends(&self, workspaces: &[WorkspaceId]) -> Result<Vec<(WorkspaceId, End)>, StoreError> {
        self.reading(async |client| read::ends(client, workspaces).await)
    }

    fn probe(&self) -> Result<(), StoreError> {
        self.reading(async |client| write::probe(client).await)
    }

    fn close(&self) {
        held(&self.readers).clear();
        held(&self.writer).clear();
    }
}
