//! Rows that are there.

use std::collections::HashMap;

use sea_orm::{DbErr, QueryResult};
use tolva_ledger::stored;
use tolva_schema::hash::Hash128;
use tolva_schema::relation::{HASH, ORIGIN, RelationColumn};
use tolva_schema::state::Origin;
use tolva_schema::value::Value;

use super::subject::{Row, Stored, Subject};
use super::transaction::Writing;
use crate::database::Trouble;
use crate::plan::{Keys, Node};
use crate::problem::Problem;
use crate::sql;

/// Rows that one request changes or deletes at most: each of them is kept in memory.
pub const MOST: usize = 100_000;

/// The rows that a request is about.
///
/// # Errors
/// [`Problem::TooMany`] where there are more than one request may change.
pub async fn matching(
    writing: &Writing,
    subject: &Subject<'_>,
    node: &mut Node,
) -> Result<Vec<Stored>, Trouble> {
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    let asked = node.limit;
    node.limit = Some(asked.map_or(most + 1, |limit| limit.min(most + 1)));
    let statement = sql::columns(writing.dialect(), node, &columns(subject));
    node.limit = asked;
    let rows = writing.rows(statement?).await?;
    if rows.len() > MOST {
        return Err(Problem::TooMany { most: MOST }.into());
    }
    Ok(read(writing, subject, &rows)?)
}

/// The rows whose columns have these values, by the hash of what was asked for.
pub async fn by(
    writing: &Writing,
    subject: &Subject<'_>,
    key: Vec<RelationColumn>,
    values: impl IntoIterator<Item = Vec<Value>>,
) -> Result<Vec<Stored>, Trouble> {
    let keys = Keys::new(key, values);
    let mut text = writing.text();
    text.push("SELECT ");
    for (at, column) in columns(subject).iter().enumerate() {
        text.push(if at == 0 { "" } else { ", " });
        text.push_column(0, column);
    }
    text.push(" FROM ");
    text.push_name(subject.name());
    text.push(" AS ");
    text.push_table(0);
    text.push(" WHERE ");
    text.push_keys(0, &keys);
    let rows = writing.rows(text.finish()?).await?;
    Ok(read(writing, subject, &rows)?)
}

/// The rows that have the natural key of one of these, by the hash of it.
pub async fn by_key(
    writing: &Writing,
    subject: &Subject<'_>,
    keys: impl IntoIterator<Item = Vec<Value>>,
) -> Result<HashMap<Hash128, Stored>, Trouble> {
    let key = subject.table().key.iter().map(|at| subject.relation_column(*at).clone()).collect();
    let found = by(writing, subject, key, keys).await?;
    Ok(found.into_iter().map(|stored| (subject.key_hash(&stored.row), stored)).collect())
}

fn columns<'s>(subject: &'s Subject<'_>) -> Vec<&'s str> {
    subject.columns().map(|column| column.name.as_str()).chain([HASH, ORIGIN]).collect()
}

fn read(
    writing: &Writing,
    subject: &Subject<'_>,
    rows: &[QueryResult],
) -> Result<Vec<Stored>, DbErr> {
    let kinds: Vec<_> = subject.columns().map(|column| column.kind).collect();
    let with_id = usize::from(subject.id().is_some());
    rows.iter()
        .map(|row| {
            let id = if with_id == 1 { row.try_get_by_index(0)? } else { 0 };
            let values = (with_id..kinds.len())
                .map(|at| stored::value(writing.dialect(), kinds[at], row, at))
                .collect::<Result<Vec<_>, _>>()?;
            let hash: Vec<u8> = row.try_get_by_index(kinds.len())?;
            let origin: i16 = row.try_get_by_index(kinds.len() + 1)?;
            let damaged = || DbErr::Custom(format!("a row of {} is damaged", subject.name()));
            Ok(Stored {
                row: Row { id, values },
                hash: Hash128::from_slice(&hash).ok_or_else(damaged)?,
                origin: Origin::from_code(origin).ok_or_else(damaged)?,
            })
        })
        .collect()
}
