//! The store that was asked for, and the key that goes with it.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use plumbline_wire::key::SigningKey;

use super::saying;
use crate::identity;
use crate::options::Options;
use crate::secret::Secret;
use crate::store::Store;
use crate::store::postgres::Postgres;
use crate::store::sqlite::Sqlite;

/// Where the database is in the data directory.
pub const DATABASE: &str = "relay.db";

/// What was opened.
pub struct Opened {
    pub store: Arc<dyn Store>,
    pub key: SigningKey,
    /// On the data directory, where one is used.
    pub lock: Option<File>,
}

pub async fn open(options: &Options) -> io::Result<Opened> {
    match &options.store {
        Some(address) => shared(address.clone()).await,
        None => own(&options.data),
    }
}

fn own(data: &Path) -> io::Result<Opened> {
    std::fs::create_dir_all(data).map_err(saying(&format!("cannot make {}", data.display())))?;
    let lock = File::create(data.join("lock")).map_err(saying("cannot write into the data folder"))?;
    lock.try_lock()
        .map_err(|_| io::Error::new(io::ErrorKind::AddrInUse, format!("another relay uses {}", data.display())))?;
    let key = identity::open(data).map_err(saying("cannot open the relay's key"))?;
    let store = Sqlite::open(&data.join(DATABASE)).map_err(io::Error::other)?;
    Ok(Opened { store: Arc::new(store), key, lock: Some(lock) })
}

async fn shared(address: Secret) -> io::Result<Opened> {
    if !["postgres://", "postgresql://"].iter().any(|scheme| address.expose().starts_with(scheme)) {
        let words = "--store takes postgres://…; without it the database is in --data";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, words));
    }
    let (fresh, runtime) = (identity::fresh()?, tokio::runtime::Handle::current());
    let opening = tokio::task::spawn_blocking(move || Postgres::open(&address, runtime, fresh));
    let (store, key) = opening.await?.map_err(|error| saying("cannot use the database")(io::Error::other(error)))?;
    Ok(Opened { store: Arc::new(store), key, lock: None })
}
