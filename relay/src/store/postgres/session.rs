//! Connecting, and what a database must promise before anything is written into it.

use std::error::Error;
use std::net::IpAddr;
use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};
use tokio::time::timeout;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Config, NoTls, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::StoreError;
use crate::limits;
use crate::secret::Secret;

const SCHEMA: &str = include_str!("schema.sql");
const VERSION: i64 = 1;

/// For each session. The server ends what a relay left half-done when it stopped answering: its locks are in others' way.
const SETTINGS: &str = "SET synchronous_commit = 'on'; SET lock_timeout = '5s'; SET statement_timeout = '60s'; \
     SET idle_in_transaction_session_timeout = '20s'; SET client_min_messages = 'warning'";

/// Where the database is, and how it is spoken to.
pub struct Database {
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Database(…)")
    }
}

impl Database {
    /// Reads an address. With `sslmode=require` the connection is encrypted and the server's certificate checked against those
    /// that the system trusts; without it it is plain.
    pub fn parse(address: &Secret) -> Result<Self, StoreError> {
        // The problem's own words may quote the address, and with it the password.
        let mut config: Config = address
            .expose()
            .parse()
            .map_err(|_| StoreError::Failed("the address of the database cannot be read".into()))?;
        config.keepalives_idle(limits::PING);
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(limits::DATABASE_ANSWER);
        }
        if config.get_application_name().is_none() {
            config.application_name("plumbline-relay");
        }
        let tls = if config.get_ssl_mode() == SslMode::Require { Some(tls()?) } else { None };
        if tls.is_none() {
            config.ssl_mode(SslMode::Disable);
            if config.get_hosts().iter().any(is_elsewhere) {
                tracing::warn!(
                    "the database is on another machine and the connection is not encrypted (sslmode=require)"
                );
            }
        }
        Ok(Self { config, tls })
    }

    /// A connection to a database that keeps its promises.
    pub async fn connect(&self) -> Result<Client, StoreError> {
        // The configuration's own limit is over when there is a connection, and then a server may still say nothing.
        match timeout(limits::DATABASE_CONNECT, self.admitted()).await {
            // A password that is no longer good, too, is nothing about what was to be done.
            Ok(result) => result.map_err(|error| match error {
                StoreError::Lost(words) => StoreError::Lost(words),
                other => StoreError::Lost(other.to_string()),
            }),
            Err(_) => Err(StoreError::Lost("it does not let us in in time".to_owned())),
        }
    }

    async fn admitted(&self) -> Result<Client, StoreError> {
        let client = match &self.tls {
            Some(tls) => connect(&self.config, tls.clone()).await?,
            None => connect(&self.config, NoTls).await?,
        };
        client.batch_execute(SETTINGS).await?;
        let sql = "SELECT current_setting('fsync'), current_setting('synchronous_commit'), pg_is_in_recovery()";
        let row = client.query_typed_one(sql, &[]).await?;
        let (fsync, commit): (&str, &str) = (row.try_get(0)?, row.try_get(1)?);
        if fsync != "on" || commit != "on" {
            let words = format!(
                "the database does not wait for its disk (fsync = {fsync}, synchronous_commit = {commit}): it would lose what \
                 members were told is stored. Turn both on"
            );
            return Err(StoreError::Lost(words));
        }
        if row.try_get::<_, bool>(2)? {
            return Err(StoreError::Lost("the database is a standby: it only reads".to_owned()));
        }
        Ok(client)
    }
}

async fn connect<T>(config: &Config, tls: T) -> Result<Client, StoreError>
where
    T: MakeTlsConnect<Socket>,
    T::Stream: Send + 'static,
    T::TlsConnect: Send,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    let (client, connection) = config.connect(tls).await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(error = words(&error), "a connection to the database ended");
        }
    });
    Ok(client)
}

/// Makes what is not there. Returns the seed of the relay's key: `fresh` if there was none.
pub async fn prepare(client: &mut Client, fresh: [u8; 32]) -> Result<[u8; 32], StoreError> {
    let transaction = client.transaction().await?;
    // Several relays may start at once. The number is no other program's.
    transaction.batch_execute("SELECT pg_advisory_xact_lock(5789174330621)").await?;
    let there = transaction.query_typed_one("SELECT to_regclass('plumbline') IS NOT NULL", &[]).await?;
    if !there.try_get::<_, bool>(0)? {
        transaction.batch_execute(SCHEMA).await?;
        let sql = "INSERT INTO plumbline (version, key) VALUES ($1, $2)";
        transaction.execute_typed(sql, &[(&VERSION, Type::INT8), (&&fresh[..], Type::BYTEA)]).await?;
    }
    let row = transaction.query_typed_opt("SELECT version, key FROM plumbline", &[]).await?;
    let row = row.ok_or_else(|| StoreError::Damaged("the relay's key is gone".to_owned()))?;
    match row.try_get::<_, i64>(0)? {
        VERSION => {}
        other => {
            return Err(StoreError::Damaged(format!("version {other} of the store; this program knows {VERSION}")));
        }
    }
    let key: &[u8] = row.try_get(1)?;
    let key = key.try_into().map_err(|_| StoreError::Damaged("the relay's key is not 32 bytes long".to_owned()))?;
    transaction.commit().await?;
    Ok(key)
}

fn tls() -> Result<MakeRustlsConnect, StoreError> {
    let failed = |error: rustls::Error| StoreError::Failed(Box::new(error));
    let mut roots = RootCertStore::empty();
    // SSL_CERT_FILE names others, for a database with a certificate of its own.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(failed)?;
    Ok(MakeRustlsConnect::new(config.with_root_certificates(roots).with_no_client_auth()))
}

fn is_elsewhere(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => name != "localhost" && !name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()),
        #[cfg(unix)]
        Host::Unix(_) => false,
    }
}

/// A problem with its causes, on one line: the first alone says "db error".
pub fn words(error: &tokio_postgres::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let said = next.to_string();
        if !words.contains(&said) {
            words = format!("{words}: {said}");
        }
        cause = next.source();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_cannot_be_read_is_not_repeated() {
        let error = Database::parse(&Secret::new("postgres://relay:hunter2@[::1/plumbline")).expect_err("no address");
        assert!(!format!("{error} {error:?}").contains("hunter2"));
        let good = Database::parse(&Secret::new("postgres://relay:hunter2@localhost/plumbline")).expect("an address");
        assert!(!format!("{good:?}").contains("hunter2"));
        assert_eq!(good.config.get_ssl_mode(), SslMode::Disable);
    }

    #[test]
    fn what_is_elsewhere() {
        let hosts = ["localhost", "127.0.0.1", "::1", "db.example", "10.0.0.7"];
        let elsewhere = hosts.map(|host| is_elsewhere(&Host::Tcp(host.to_owned())));
        assert_eq!(elsewhere, [false, false, false, true, true]);
    }
}
