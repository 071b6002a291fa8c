//! MySQL and SQLite: rows by `INSERT` statements of many rows.

use sea_orm::{ConnectionTrait, Value as Bound};
use tolva_ledger::stored::bound;
use tolva_schema::dialect::Dialect;
use tolva_schema::value::Value;

use super::Stage;
use crate::error::LoadError;
use crate::organise::staged::Staged;
use crate::target::Session;

/// Values of a statement: MySQL takes 65,535, SQLite 32,766.
const VALUES: usize = 30_000;
/// Rows of a statement: more gain nothing.
const ROWS: usize = 500;
/// Bytes of text in a statement, well under MySQL's smallest usual `max_allowed_packet` (16 MiB).
const BYTES: usize = 4 << 20;

pub(super) async fn write(
    session: &Session,
    stage: &Stage,
    rows: Vec<Staged>,
) -> Result<(), LoadError> {
    let most = (VALUES / stage.columns.len()).clamp(1, ROWS);
    let mut values: Vec<Bound> = Vec::new();
    let (mut count, mut bytes) = (0, 0);
    for row in rows {
        bytes += row.values.iter().map(length).sum::<usize>();
        push(session.dialect, stage, row, &mut values);
        count += 1;
        if count == most || bytes >= BYTES {
            insert(session, stage, count, std::mem::take(&mut values)).await?;
            (count, bytes) = (0, 0);
        }
    }
    if count > 0 {
        insert(session, stage, count, values).await?;
    }
    Ok(())
}

async fn insert(
    session: &Session,
    stage: &Stage,
    count: usize,
    values: Vec<Bound>,
) -> Result<(), LoadError> {
    let columns = session.dialect.quote_all(stage.columns.iter().map(|column| &column.name));
    let row = format!("({})", session.placeholders(1, stage.columns.len()));
    let name = session.dialect.quote(&stage.name);
    // Whoever reads it has seen enough of it by then.
    session.note(&format!("INSERT INTO {name} ({columns}) VALUES {row}, …"));
    let rows = vec![row; count].join(", ");
    let sql = format!("INSERT INTO {name} ({columns}) VALUES {rows}");
    session.db.execute_raw(session.statement(sql, values)).await?;
    Ok(())
}

fn length(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        _ => 8,
    }
}

fn push(dialect: Dialect, stage: &Stage, row: Staged, out: &mut Vec<Bound>) {
    out.push(i64::from(row.slot).into());
    out.push(row.operation.code().into());
    if stage.has_id {
        out.push(row.id.into());
    }
    let columns = stage.columns.len() - 3 - usize::from(stage.has_id);
    let mut given = row.values.into_iter();
    for _ in 0..columns {
        out.push(bound(dialect, given.next().unwrap_or(Value::Null)));
    }
    out.push(row.hash.0.to_vec().into());
}
