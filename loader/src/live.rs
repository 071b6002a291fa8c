//! The tables that a database has, read from its catalogue.

use sea_orm::{ConnectionTrait, QueryResult};
use tolva_schema::dialect::Dialect;
use tolva_schema::plan::{LiveColumn, LiveTable};

use crate::error::LoadError;
use crate::target::Session;

/// One row per column, in order: table, column, type spelled as [`Dialect::type_of`] spells it, and
/// whether it may be unknown (1 or 0).
fn query(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Postgres => {
            "SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod), \
             CASE WHEN a.attnotnull THEN 0 ELSE 1 END \
             FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
             WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') \
             AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum"
        }
        Dialect::Mysql | Dialect::Mariadb => {
            "SELECT table_name, column_name, column_type, IF(is_nullable = 'YES', 1, 0) \
             FROM information_schema.columns WHERE table_schema = DATABASE() \
             ORDER BY table_name, ordinal_position"
        }
        Dialect::Sqlite => {
            "SELECT t.name, c.name, \
             c.type || CASE WHEN c.type = 'TEXT' AND t.sql LIKE '%\"' || c.name || '\" TEXT COLLATE decimal%' \
             THEN ' COLLATE decimal' ELSE '' END, \
             1 - c.\"notnull\" FROM sqlite_master t JOIN pragma_table_info(t.name) c \
             WHERE t.type = 'table' ORDER BY t.name, c.cid"
        }
    }
}

/// Reads the catalogue, through the connection or a transaction on it.
pub async fn tables(
    session: &Session,
    db: &impl ConnectionTrait,
) -> Result<Vec<LiveTable>, LoadError> {
    let statement = session.statement(query(session.dialect), Vec::new());
    let mut tables: Vec<LiveTable> = Vec::new();
    for row in db.query_all_raw(statement).await? {
        let table = text(&row, 0)?;
        let nullable: i32 = match row.try_get_by_index::<i32>(3) {
            Ok(flag) => flag,
            Err(_) => i32::from(row.try_get_by_index::<i64>(3)? != 0),
        };
        let column = LiveColumn {
            name: text(&row, 1)?,
            kind: spelled(session.dialect, &text(&row, 2)?),
            nullable: nullable != 0,
        };
        match tables.last_mut() {
            Some(last) if last.name == table => last.columns.push(column),
            _ => tables.push(LiveTable { name: table, columns: vec![column] }),
        }
    }
    Ok(tables)
}

/// MySQL's catalogue gives some texts as bytes.
fn text(row: &QueryResult, at: usize) -> Result<String, sea_orm::DbErr> {
    row.try_get_by_index::<String>(at).or_else(|_| {
        row.try_get_by_index::<Vec<u8>>(at)
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    })
}

/// MariaDB shows a width for integers that means nothing.
fn spelled(dialect: Dialect, kind: &str) -> String {
    if !dialect.is_mysql() {
        return kind.to_owned();
    }
    match kind.split_once('(') {
        Some((name @ ("bigint" | "smallint" | "int"), _)) => name.to_owned(),
        _ => kind.to_owned(),
    }
}
