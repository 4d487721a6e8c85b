//! What is read. Each statement sees the database as it was at one moment.

use bytes::Bytes;
use plumbline_wire::id::{Chain, ItemId, WorkspaceId};
use plumbline_wire::room::Quota;
use plumbline_wire::statement::Place;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, GenericClient, IsolationLevel, Row};

use super::{End, Loaded, Page, StoreError};
use crate::store::{Replay, Stored};

/// Items a page holds at most: what fits one frame.
const PAGE_ITEMS: i64 = plumbline_wire::limits::ITEMS as i64;
/// Items read in one go while loading.
const LOADING: usize = 4 * 1024 * 1024;

/// One row, or one for each item. Sizes are added up in the database, which knows them without reading what they are of.
const PAGE: &str = "\
    SELECT w.keeps, w.base, w.base_chain, s.chain, i.name, i.position, i.chain, i.bytes \
    FROM workspace w \
    LEFT JOIN item s ON s.workspace = w.number AND s.position = $2 \
    LEFT JOIN LATERAL ( \
      SELECT n.*, sum(n.size) OVER (ORDER BY n.position ROWS UNBOUNDED PRECEDING) AS total FROM ( \
        SELECT name, position, chain, bytes, octet_length(bytes) + 4 AS size FROM item \
        WHERE workspace = w.number AND position > greatest($2, w.base) ORDER BY position LIMIT $4 \
      ) n \
    ) i ON i.total + 64 <= $3 OR i.total = i.size \
    WHERE w.name = $1 ORDER BY i.position";

pub async fn genesis(client: &Client, workspace: &WorkspaceId) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT genesis FROM workspace WHERE name = $1";
    let row = client.query_typed_opt(sql, &[(&&workspace.0[..], Type::BYTEA)]).await?;
    row.map(|row| Ok(row.try_get(0)?)).transpose()
}

pub async fn load(client: &mut Client, workspace: &WorkspaceId, quota: Quota) -> Result<Option<Loaded>, StoreError> {
    let view = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true);
    let view = view.start().await?;
    let sql = "SELECT number, genesis, summary, keeps FROM workspace WHERE name = $1";
    let Some(row) = view.query_typed_opt(sql, &[(&&workspace.0[..], Type::BYTEA)]).await? else { return Ok(None) };
    let number: i64 = row.try_get(0)?;
    let (genesis, summary): (&[u8], Option<&[u8]>) = (row.try_get(1)?, row.try_get(2)?);
    let mut replay = Replay::begin(workspace, genesis, summary, quota)?;
    while replay.page(&page(&view, workspace, replay.0.head().position, LOADING).await?)? {}
    let names = view.query_typed("SELECT name FROM item WHERE workspace = $1", &[(&number, Type::INT8)]).await?;
    let names = names.iter().map(|row| Ok(ItemId(array(row, 0)?))).collect::<Result<_, StoreError>>()?;
    Ok(Some(Loaded { room: replay.0, names, keeps: number_of(&row, 3)? }))
}

pub async fn page(
    client: &impl GenericClient,
    workspace: &WorkspaceId,
    after: u64,
    bytes: usize,
) -> Result<Page, StoreError> {
    let (after, bytes) = (after.cast_signed(), i64::try_from(bytes).unwrap_or(i64::MAX));
    let name = &workspace.0[..];
    let parameters = [(&name as _, Type::BYTEA), (&after as _, Type::INT8), (&bytes as _, Type::INT8)];
    let parameters = [&parameters[..], &[(&PAGE_ITEMS as _, Type::INT8)]].concat();
    let rows = client.query_typed(PAGE, &parameters).await?;
    let first = rows.first().ok_or(StoreError::Moved)?;
    let base: i64 = first.try_get(1)?;
    let start = if after <= base {
        Place { position: base.cast_unsigned(), chain: Chain(array(first, 2)?) }
    } else if first.try_get::<_, Option<&[u8]>>(3)?.is_some() {
        Place { position: after.cast_unsigned(), chain: Chain(array(first, 3)?) }
    } else {
        return Err(StoreError::Moved);
    };
    let mut items = Vec::new();
    for row in &rows {
        if row.try_get::<_, Option<i64>>(5)?.is_none() {
            break;
        }
        let place = Place { position: number_of(row, 5)?, chain: Chain(array(row, 6)?) };
        let bytes = Bytes::copy_from_slice(row.try_get(7)?);
        items.push(Stored { item: ItemId(array(row, 4)?), place, bytes });
    }
    Ok(Page { after: start, items, keeps: number_of(first, 0)? })
}

pub async fn find(client: &Client, workspace: &WorkspaceId, item: &ItemId) -> Result<Option<Place>, StoreError> {
    let sql = "SELECT position, item.chain FROM item JOIN workspace ON workspace = number \
               WHERE workspace.name = $1 AND item.name = $2";
    let parameters: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 2] =
        [(&&workspace.0[..], Type::BYTEA), (&&item.0[..], Type::BYTEA)];
    let row = client.query_typed_opt(sql, &parameters).await?;
    row.map(|row| Ok(Place { position: number_of(&row, 0)?, chain: Chain(array(&row, 1)?) })).transpose()
}

pub async fn chain(client: &Client, workspace: &WorkspaceId, position: u64) -> Result<Option<Chain>, StoreError> {
    let sql = "SELECT item.chain FROM item JOIN workspace ON workspace = number \
               WHERE workspace.name = $1 AND position = $2";
    let position = position.cast_signed();
    let row = client.query_typed_opt(sql, &[(&&workspace.0[..], Type::BYTEA), (&position, Type::INT8)]).await?;
    row.map(|row| Ok(Chain(array(&row, 0)?))).transpose()
}

pub async fn snapshot(client: &Client, workspace: &WorkspaceId, item: &ItemId) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT bytes FROM snapshot JOIN workspace ON workspace = number \
               WHERE workspace.name = $1 AND snapshot.name = $2";
    let row = client.query_typed_opt(sql, &[(&&workspace.0[..], Type::BYTEA), (&&item.0[..], Type::BYTEA)]).await?;
    row.map(|row| Ok(row.try_get(0)?)).transpose()
}

pub async fn ends(client: &Client, workspaces: &[WorkspaceId]) -> Result<Vec<(WorkspaceId, End)>, StoreError> {
    let names: Vec<&[u8]> = workspaces.iter().map(|workspace| &workspace.0[..]).collect();
    let sql = "SELECT name, head, chain, keeps FROM workspace WHERE name = ANY($1)";
    let rows = client.query_typed(sql, &[(&names, Type::BYTEA_ARRAY)]).await?;
    rows.iter().map(|row| Ok((WorkspaceId(array(row, 0)?), end(row, 1)?))).collect()
}

/// Head, chain and keeps, from this column on.
pub fn end(row: &Row, column: usize) -> Result<End, StoreError> {
    let place = Place { position: number_of(row, column)?, chain: Chain(array(row, column + 1)?) };
    Ok(End { place, keeps: number_of(row, column + 2)? })
}

/// A hash or a name; another length is damage.
pub fn array<const LENGTH: usize>(row: &Row, column: usize) -> Result<[u8; LENGTH], StoreError> {
    let bytes: &[u8] = row.try_get(column)?;
    bytes.try_into().map_err(|_| StoreError::Damaged(format!("{} bytes instead of {LENGTH}", bytes.len())))
}

/// A position or a count.
pub fn number_of(row: &Row, column: usize) -> Result<u64, StoreError> {
    Ok(row.try_get::<_, i64>(column)?.cast_unsigned())
}
