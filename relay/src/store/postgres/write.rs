//! What is written.

use std::collections::HashMap;

use plumbline_wire::genesis::Genesis;
use plumbline_wire::id::WorkspaceId;
use plumbline_wire::statement::Place;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, IsolationLevel, Transaction};

use super::read::{array, end};
use super::{Change, End, Fate, StoreError};
use crate::store::{Keep, Stored, What};

pub async fn found(client: &Client, genesis: &Genesis) -> Result<bool, StoreError> {
    let workspace = genesis.workspace();
    let sql = "INSERT INTO workspace (name, genesis, chain, base_chain) VALUES ($1, $2, $3, $3) ON CONFLICT (name) DO NOTHING";
    let (name, bytes, chain) = (&workspace.0[..], genesis.bytes(), Place::start(&workspace).chain);
    let chain = &chain.0[..];
    let new = client.execute_typed(sql, &[(&name, Type::BYTEA), (&bytes, Type::BYTEA), (&chain, Type::BYTEA)]).await?;
    Ok(new > 0)
}

/// Changes nothing, durably.
pub async fn probe(client: &Client) -> Result<(), StoreError> {
    client.execute_typed("UPDATE plumbline SET version = version", &[]).await?;
    Ok(())
}

/// A workspace whose row is locked.
struct Locked {
    number: i64,
    end: End,
}

/// Items of all workspaces, for one statement.
#[derive(Default)]
struct Columns<'a> {
    workspaces: Vec<i64>,
    positions: Vec<i64>,
    names: Vec<&'a [u8]>,
    chains: Vec<&'a [u8]>,
    bytes: Vec<&'a [u8]>,
}

pub async fn commit(client: &mut Client, changes: &[Change]) -> Result<Vec<Fate>, StoreError> {
    // Who waited for a row sees it as it is then, whatever the server's usual level.
    let transaction = client.build_transaction().isolation_level(IsolationLevel::ReadCommitted).start().await?;
    let mut locked = lock(&transaction, changes).await?;
    let (mut columns, mut fates) = (Columns::default(), Vec::with_capacity(changes.len()));
    for change in changes {
        let Some(row) = locked.get_mut(&change.workspace).filter(|row| row.end == change.after) else {
            fates.push(Fate::Moved);
            continue;
        };
        match &change.what {
            What::Append(items) => {
                columns.take(row.number, items);
                row.end.place = items.last().map_or(row.end.place, |last| last.place);
            }
            What::Keep(keep) => {
                replace(&transaction, row.number, keep).await?;
                row.end.keeps += 1;
            }
        }
        fates.push(Fate::Stored);
    }
    columns.insert(&transaction).await?;
    advance(&transaction, locked.values()).await?;
    transaction.commit().await?;
    Ok(fates)
}

/// Locks the workspaces, everybody in the same order: two who wait for each other would wait for ever.
async fn lock(transaction: &Transaction<'_>, changes: &[Change]) -> Result<HashMap<WorkspaceId, Locked>, StoreError> {
    let names: Vec<&[u8]> = changes.iter().map(|change| &change.workspace.0[..]).collect();
    let sql = "SELECT name, number, head, chain, keeps FROM workspace WHERE name = ANY($1) ORDER BY name FOR UPDATE";
    let rows = transaction.query_typed(sql, &[(&names, Type::BYTEA_ARRAY)]).await?;
    let locked = |row| Ok((WorkspaceId(array(row, 0)?), Locked { number: row.try_get(1)?, end: end(row, 2)? }));
    rows.iter().map(locked).collect()
}

impl<'a> Columns<'a> {
    fn take(&mut self, workspace: i64, items: &'a [Stored]) {
        for stored in items {
            self.workspaces.push(workspace);
            self.positions.push(stored.place.position.cast_signed());
            self.names.push(&stored.item.0);
            self.chains.push(&stored.place.chain.0);
            self.bytes.push(&stored.bytes);
        }
    }

    async fn insert(&self, transaction: &Transaction<'_>) -> Result<(), StoreError> {
        if self.positions.is_empty() {
            return Ok(());
        }
        let sql = "INSERT INTO item (workspace, position, name, chain, bytes) \
                   SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bytea[], $5::bytea[])";
        let parameters: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 5] = [
            (&self.workspaces, Type::INT8_ARRAY),
            (&self.positions, Type::INT8_ARRAY),
            (&self.names, Type::BYTEA_ARRAY),
            (&self.chains, Type::BYTEA_ARRAY),
            (&self.bytes, Type::BYTEA_ARRAY),
        ];
        transaction.execute_typed(sql, &parameters).await?;
        Ok(())
    }
}

/// Moves the ends of the logs.
async fn advance(transaction: &Transaction<'_>, rows: impl Iterator<Item = &Locked>) -> Result<(), StoreError> {
    let rows: Vec<&Locked> = rows.collect();
    let numbers: Vec<i64> = rows.iter().map(|row| row.number).collect();
    let heads: Vec<i64> = rows.iter().map(|row| row.end.place.position.cast_signed()).collect();
    let chains: Vec<&[u8]> = rows.iter().map(|row| &row.end.place.chain.0[..]).collect();
    let keeps: Vec<i64> = rows.iter().map(|row| row.end.keeps.cast_signed()).collect();
    let sql = "UPDATE workspace w SET head = n.head, chain = n.chain, keeps = n.keeps \
               FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bigint[]) AS n (number, head, chain, keeps) \
               WHERE w.number = n.number AND (w.head, w.keeps) <> (n.head, n.keeps)";
    let parameters: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 4] = [
        (&numbers, Type::INT8_ARRAY),
        (&heads, Type::INT8_ARRAY),
        (&chains, Type::BYTEA_ARRAY),
        (&keeps, Type::INT8_ARRAY),
    ];
    transaction.execute_typed(sql, &parameters).await?;
    Ok(())
}

async fn replace(transaction: &Transaction<'_>, number: i64, keep: &Keep) -> Result<(), StoreError> {
    let workspace = || (&number as _, Type::INT8);
    if let Some((name, bytes)) = &keep.snapshot {
        let sql = "INSERT INTO snapshot (workspace, name, bytes) VALUES ($1, $2, $3)";
        let (name, bytes) = (&name.0[..], &bytes[..]);
        transaction.execute_typed(sql, &[workspace(), (&name, Type::BYTEA), (&bytes, Type::BYTEA)]).await?;
    }
    if !keep.drop.is_empty() {
        let names: Vec<&[u8]> = keep.drop.iter().map(|name| &name.0[..]).collect();
        let sql = "DELETE FROM snapshot WHERE workspace = $1 AND name = ANY($2)";
        transaction.execute_typed(sql, &[workspace(), (&names, Type::BYTEA_ARRAY)]).await?;
    }
    if let Some(to) = keep.prune {
        let (position, chain) = (to.position.cast_signed(), &to.chain.0[..]);
        let sql = "DELETE FROM item WHERE workspace = $1 AND position <= $2";
        transaction.execute_typed(sql, &[workspace(), (&position, Type::INT8)]).await?;
        let sql = "UPDATE workspace SET base = $2, base_chain = $3 WHERE number = $1";
        transaction.execute_typed(sql, &[workspace(), (&position, Type::INT8), (&chain, Type::BYTEA)]).await?;
    }
    let sql = "UPDATE workspace SET summary = $2 WHERE number = $1";
    transaction.execute_typed(sql, &[workspace(), (&keep.summary, Type::BYTEA)]).await?;
    Ok(())
}
