//! Relations spelled as DDL.

use std::collections::BTreeMap;

use crate::dialect::Dialect;
use crate::hash::Hash128;
use crate::relation::{Relation, RelationColumn, SqlType};

/// Longest identifier of the three databases (Postgres).
const IDENTIFIER_LENGTH: usize = 63;

/// The column as in `CREATE TABLE` and `ADD COLUMN`.
///
/// SQLite cannot take `NOT NULL` back later, so there only keys have it; the loader and the API
/// enforce `required` everywhere.
pub fn column(dialect: Dialect, relation: &Relation, column: &RelationColumn) -> String {
    let mut text = format!("{} {}", dialect.quote(&column.name), dialect.type_of(column.kind));
    if matches!(column.kind, SqlType::Text { .. }) {
        text.push_str(dialect.binary_collation());
    }
    let own = column.name.starts_with('_');
    let in_key = relation.primary_key.contains(&column.name)
        || relation.unique.as_ref().is_some_and(|key| key.contains(&column.name));
    if !column.nullable
        && column.kind != SqlType::Serial
        && (dialect != Dialect::Sqlite || own || in_key)
    {
        text.push_str(" NOT NULL");
    }
    text
}

/// `CREATE TABLE IF NOT EXISTS` and its indexes, each a statement without its semicolon.
pub fn create(dialect: Dialect, relation: &Relation) -> Vec<String> {
    let mut parts: Vec<String> =
        relation.columns.iter().map(|one| column(dialect, relation, one)).collect();
    let serial = relation.columns.iter().any(|column| column.kind == SqlType::Serial);
    if !(serial && dialect == Dialect::Sqlite) {
        parts.push(format!("PRIMARY KEY ({})", dialect.quote_all(&relation.primary_key)));
    }
    if let Some(key) = &relation.unique {
        parts.push(format!("UNIQUE ({})", dialect.quote_all(key)));
    }
    for key in &relation.foreign_keys {
        parts.push(format!(
            "FOREIGN KEY ({}) REFERENCES {} ({})",
            dialect.quote(&key.column),
            dialect.quote(&key.parent),
            dialect.quote(&key.parent_column)
        ));
    }
    let table = dialect.quote(&relation.name);
    let mut statements = vec![format!(
        "CREATE TABLE IF NOT EXISTS {table} (\n  {}\n){}",
        parts.join(",\n  "),
        options(dialect)
    )];
    statements.extend(relation.indexes.iter().map(|column| index(dialect, relation, column)));
    statements
}

/// The index of one column. MySQL knows no `IF NOT EXISTS` for it and makes the one that a foreign
/// key needs by itself; there the statement is `ALTER TABLE … ADD INDEX`.
pub fn index(dialect: Dialect, relation: &Relation, column: &str) -> String {
    let table = dialect.quote(&relation.name);
    let name = dialect.quote(&index_name(&relation.name, column));
    let column = dialect.quote(column);
    if dialect.is_mysql() {
        format!("ALTER TABLE {table} ADD INDEX {name} ({column})")
    } else {
        format!("CREATE INDEX IF NOT EXISTS {name} ON {table} ({column})")
    }
}

/// The name of the index of one column.
pub fn index_name(table: &str, column: &str) -> String {
    shortened(&format!("{table}_{column}_index"))
}

/// Gives the index of one column another name; SQLite makes it anew.
pub fn rename_index(
    dialect: Dialect,
    table: &str,
    column: &str,
    before: &str,
    now: &str,
) -> Vec<String> {
    let (table, column) = (dialect.quote(table), dialect.quote(column));
    let (before, now) = (dialect.quote(before), dialect.quote(now));
    match dialect {
        Dialect::Postgres => vec![format!("ALTER INDEX {before} RENAME TO {now}")],
        Dialect::Mysql | Dialect::Mariadb => {
            vec![format!("ALTER TABLE {table} RENAME INDEX {before} TO {now}")]
        }
        Dialect::Sqlite => vec![
            format!("DROP INDEX IF EXISTS {before}"),
            format!("CREATE INDEX {now} ON {table} ({column})"),
        ],
    }
}

/// Two things of these relations that would have one name in a database, where tables, indexes and the
/// keys of tables share their names.
pub fn collision(relations: &[Relation]) -> Option<String> {
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    for relation in relations {
        let table = &relation.name;
        let mut names = vec![(table.clone(), format!("table {table}"))];
        names.push((format!("{table}_pkey"), format!("the primary key of {table}")));
        if let Some(key) = &relation.unique {
            names.push((format!("{table}_{}_key", key.join("_")), format!("the key of {table}")));
        }
        for column in &relation.indexes {
            let index = index_name(table, column);
            // MySQL names a key after its first column.
            if relation.unique.iter().any(|key| key.first() == Some(&index)) {
                return Some(format!(
                    "the index of {table}.{column} would have the name of the key's column {index}: \
                     give one of them another name"
                ));
            }
            names.push((index, format!("the index of {table}.{column}")));
        }
        for (name, what) in names {
            if let Some(other) = taken.insert(name.clone(), what.clone()) {
                return Some(format!(
                    "{other} and {what} would both be called {name}: give one of them another name"
                ));
            }
        }
    }
    None
}

/// A temporary table with these columns, all of them nullable.
pub fn create_temporary(dialect: Dialect, name: &str, columns: &[RelationColumn]) -> String {
    let columns: Vec<String> = columns
        .iter()
        .map(|column| {
            let collation = match column.kind {
                SqlType::Text { .. } => dialect.binary_collation(),
                _ => "",
            };
            format!("{} {}{collation}", dialect.quote(&column.name), dialect.type_of(column.kind))
        })
        .collect();
    format!(
        "CREATE TEMPORARY TABLE {} ({}){}",
        dialect.quote(name),
        columns.join(", "),
        options(dialect)
    )
}

fn options(dialect: Dialect) -> String {
    if dialect.is_mysql() {
        format!(" ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4{}", dialect.binary_collation())
    } else {
        String::new()
    }
}

/// The name itself, or its start and a hash of the whole where it is too long for Postgres, which would
/// cut it without a word.
fn shortened(name: &str) -> String {
    if name.len() <= IDENTIFIER_LENGTH {
        return name.to_owned();
    }
    let hash = Hash128::of(name.as_bytes()).to_hex();
    format!("{}_{}", &name[..IDENTIFIER_LENGTH - 9], &hash[..8])
}
