//! Reading a target's tables: keys and hashes, never contents.

use std::collections::HashMap;

use futures_util::TryStreamExt;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, StreamTrait};
use tolva_ledger::stored::value;
use tolva_schema::contract::{Contract, Partition};
use tolva_schema::control::{MEMBER, SEQUENCE, TOMBSTONE};
use tolva_schema::dialect::Dialect;
use tolva_schema::hash::{Hash128, Hasher};
use tolva_schema::relation::{HASH, ORIGIN, Relation, SqlType};
use tolva_schema::state::Origin;
use tolva_schema::value::Value;

use crate::error::LoadError;
use crate::index::{Presence, TableIndex};
use crate::target::Session;

/// Reads what a table holds.
pub async fn index(
    session: &Session,
    contract: &Contract,
    table: usize,
    part: &str,
) -> Result<TableIndex, LoadError> {
    let definition = &contract.tables[table];
    let relation = contract.relation(definition);
    let dialect = session.dialect;
    let mut index = TableIndex::default();
    let keys = key_columns(&relation);
    let id = definition.id.as_ref().map_or("0".to_owned(), |id| dialect.quote(id));
    let sql = format!(
        "SELECT {id}, {}, {}, {} FROM {}",
        dialect.quote(HASH),
        dialect.quote(ORIGIN),
        dialect.quote_all(&keys),
        dialect.quote(&relation.name)
    );
    let mut hasher = Hasher::default();
    let mut rows = session.db.stream_raw(session.statement(sql, Vec::new())).await?;
    while let Some(row) = rows.try_next().await? {
        let key = key(dialect, &relation, &keys, &row, 3, &mut hasher)?;
        let entry = index.entry(key);
        entry.id = integer(dialect, &row, 0)?;
        entry.hash = hash(&row, 1)?;
        let origin: i16 = row.try_get_by_index(2)?;
        let origin = Origin::from_code(origin).ok_or_else(|| {
            DbErr::Custom(format!("{} has a row of unknown origin", relation.name))
        })?;
        entry.presence = Presence::Row(origin);
        index.last_id = index.last_id.max(index.entries[&key].id);
    }
    drop(rows);
    for (at, column) in definition.columns.iter().enumerate() {
        let field = contract.field_of(definition, &column.content);
        if field.is_some_and(|field| field.constraints.unique) {
            let taken = taken(session, contract, &relation, &column.name).await?;
            index.taken.insert(at, taken);
        }
    }
    control_rows(session, contract, &relation.name, part, &mut index).await?;
    Ok(index)
}

/// The values of a column that must be unique. A snapshot replaces all rows but those that the API
/// made; any other file leaves the rows that it does not name.
async fn taken(
    session: &Session,
    contract: &Contract,
    relation: &Relation,
    column: &str,
) -> Result<HashMap<Hash128, Hash128>, LoadError> {
    let dialect = session.dialect;
    let keys = key_columns(relation);
    let kind = relation.column(column).map_or(SqlType::Document, |column| column.kind);
    let name = dialect.quote(column);
    let mut sql = format!(
        "SELECT {}, {name} FROM {} WHERE {name} IS NOT NULL",
        dialect.quote_all(&keys),
        dialect.quote(&relation.name)
    );
    if contract.refresh.is_snapshot() && contract.partition == Partition::None {
        sql.push_str(&format!(" AND {} = {}", dialect.quote(ORIGIN), Origin::Api.code()));
    }
    let mut hasher = Hasher::default();
    let mut taken = HashMap::new();
    let mut rows = session.db.stream_raw(session.statement(sql, Vec::new())).await?;
    while let Some(row) = rows.try_next().await? {
        let key = key(dialect, relation, &keys, &row, 0, &mut hasher)?;
        let value = value(dialect, kind, &row, keys.len())?;
        taken.insert(hasher.key([&value]), key);
    }
    Ok(taken)
}

/// Tombstones, membership and the last surrogate key.
async fn control_rows(
    session: &Session,
    contract: &Contract,
    table: &str,
    part: &str,
    index: &mut TableIndex,
) -> Result<(), LoadError> {
    let (dialect, name) = (session.dialect, contract.name.as_str());
    let p = |at| dialect.placeholder(at);
    let sql = format!(
        "SELECT row_key, hash FROM {TOMBSTONE} WHERE dataset = {} AND table_name = {}",
        p(1),
        p(2)
    );
    let statement = session.statement(sql, vec![name.into(), table.into()]);
    for row in session.db.query_all_raw(statement).await? {
        let entry = index.entry(hash(&row, 0)?);
        // A row that is there again outweighs an old tombstone.
        if entry.presence == Presence::New {
            entry.presence = Presence::Tombstone;
            entry.hash = hash(&row, 1)?;
        }
    }
    if contract.partition != Partition::None {
        let sql = format!(
            "SELECT row_key, part FROM {MEMBER} WHERE dataset = {} AND table_name = {}",
            p(1),
            p(2)
        );
        let statement = session.statement(sql, vec![name.into(), table.into()]);
        for row in session.db.query_all_raw(statement).await? {
            let owner: String = row.try_get_by_index(1)?;
            let entry = index.entry(hash(&row, 0)?);
            if owner == part { entry.mine = true } else { entry.others = true }
        }
    }
    let sql = format!("SELECT last_id FROM {SEQUENCE} WHERE table_name = {}", p(1));
    if let Some(row) = session.one(&session.db, sql, vec![table.into()]).await? {
        index.last_id = index.last_id.max(row.try_get_by_index(0)?);
    }
    Ok(())
}

/// Reads the keys of a table and gives those whose hash `wanted` names.
pub async fn keys(
    session: &Session,
    relation: &Relation,
    mut wanted: impl FnMut(Hash128, Vec<Value>),
) -> Result<(), LoadError> {
    let dialect = session.dialect;
    let names = key_columns(relation);
    let sql =
        format!("SELECT {} FROM {}", dialect.quote_all(&names), dialect.quote(&relation.name));
    let mut hasher = Hasher::default();
    let mut rows = session.db.stream_raw(session.statement(sql, Vec::new())).await?;
    while let Some(row) = rows.try_next().await? {
        let values = key_values(dialect, relation, &names, &row, 0)?;
        wanted(hasher.key(&values), values);
    }
    Ok(())
}

/// The columns of the natural key.
pub fn key_columns(relation: &Relation) -> Vec<String> {
    relation.unique.clone().unwrap_or_else(|| relation.primary_key.clone())
}

fn key(
    dialect: Dialect,
    relation: &Relation,
    names: &[String],
    row: &QueryResult,
    first: usize,
    hasher: &mut Hasher,
) -> Result<Hash128, DbErr> {
    Ok(hasher.key(&key_values(dialect, relation, names, row, first)?))
}

fn key_values(
    dialect: Dialect,
    relation: &Relation,
    names: &[String],
    row: &QueryResult,
    first: usize,
) -> Result<Vec<Value>, DbErr> {
    names
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let kind = relation.column(name).map_or(SqlType::Document, |column| column.kind);
            value(dialect, kind, row, first + at)
        })
        .collect()
}

fn integer(dialect: Dialect, row: &QueryResult, at: usize) -> Result<i64, DbErr> {
    // A constant 0 is a 32-bit integer to Postgres.
    if dialect == Dialect::Postgres {
        return row
            .try_get_by_index::<i64>(at)
            .or_else(|_| row.try_get_by_index::<i32>(at).map(i64::from));
    }
    row.try_get_by_index(at)
}

fn hash(row: &QueryResult, at: usize) -> Result<Hash128, DbErr> {
    let bytes: Vec<u8> = row.try_get_by_index(at)?;
    Hash128::from_slice(&bytes).ok_or_else(|| DbErr::Custom("a stored hash is not 16 bytes".into()))
}
