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
            _ => {
                let (columns, indexes) = (vec![column], Vec::new());
                tables.push(LiveTable { name: table, columns, indexes });
            }
        }
    }
    indexes(session, db, &mut tables).await?;
    Ok(tables)
}

/// One row per column of an index, in order: table, index, column. Only indexes that were made as
/// such, where the catalogue tells those of keys apart.
fn index_query(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Postgres => {
            "SELECT t.relname::text, i.relname::text, a.attname::text FROM pg_index x \
             JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid \
             JOIN pg_attribute a ON a.attrelid = i.oid \
             WHERE t.relnamespace = current_schema()::regnamespace ORDER BY 1, 2, a.attnum"
        }
        Dialect::Mysql | Dialect::Mariadb => {
            "SELECT table_name, index_name, column_name FROM information_schema.statistics \
             WHERE table_schema = DATABASE() AND column_name IS NOT NULL \
             ORDER BY table_name, index_name, seq_in_index"
        }
        Dialect::Sqlite => {
            "SELECT t.name, l.name, i.name FROM sqlite_master t JOIN pragma_index_list(t.name) l \
             JOIN pragma_index_info(l.name) i WHERE t.type = 'table' AND l.origin = 'c' \
             AND i.name IS NOT NULL ORDER BY t.name, l.name, i.seqno"
        }
    }
}

async fn indexes(
    session: &Session,
    db: &impl ConnectionTrait,
    tables: &mut [LiveTable],
) -> Result<(), LoadError> {
    let statement = session.statement(index_query(session.dialect), Vec::new());
    for row in db.query_all_raw(statement).await? {
        let (table, index, column) = (text(&row, 0)?, text(&row, 1)?, text(&row, 2)?);
        let Some(table) = tables.iter_mut().find(|known| known.name == table) else { continue };
        match table.indexes.iter_mut().find(|(name, _)| *name == index) {
            Some((_, columns)) => columns.push(column),
            None => table.indexes.push((index, vec![column])),
        }
    }
    Ok(())
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
