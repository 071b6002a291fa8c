//! The statements that move staged rows into a table.

use tolva_schema::dialect::Dialect;
use tolva_schema::relation::{HASH, LOAD, ORIGIN};

use crate::organise::staged::Operation;
use crate::rows::key_columns;
use crate::stage::{OPERATION, SLOT, Stage};

/// The columns that identify a row in both the table and its staged rows: the primary key.
pub fn identity(stage: &Stage) -> &[String] {
    &stage.relation.primary_key
}

/// The table's columns that a contract fills, its surrogate key included.
pub fn content(stage: &Stage) -> Vec<&str> {
    let names = stage.relation.columns.iter().map(|column| column.name.as_str());
    names.filter(|name| !name.starts_with('_')).collect()
}

/// `t.a = s.a AND …` over the primary key.
pub fn matching(dialect: Dialect, stage: &Stage) -> String {
    let pairs: Vec<String> =
        identity(stage).iter().map(|name| format!("t.{0} = s.{0}", dialect.quote(name))).collect();
    pairs.join(" AND ")
}

fn operation(dialect: Dialect, operation: Operation) -> String {
    format!("s.{} = {}", dialect.quote(OPERATION), operation.code())
}

/// `UPDATE` of `t` joined with its staged rows `s`.
fn update_joined(dialect: Dialect, stage: &Stage, sets: &[String], which: Operation) -> String {
    let (table, staged) = (dialect.quote(&stage.relation.name), dialect.quote(&stage.name));
    let (matching, operation) = (matching(dialect, stage), operation(dialect, which));
    let sets = sets.join(", ");
    if dialect.is_mysql() {
        format!("UPDATE {table} t JOIN {staged} s ON {matching} SET {sets} WHERE {operation}")
    } else {
        format!(
            "UPDATE {table} AS t SET {sets} FROM {staged} AS s WHERE {matching} AND {operation}"
        )
    }
}

/// The left side of an assignment: MySQL wants the table named, the others do not allow it.
fn assigned(dialect: Dialect, name: &str) -> String {
    let name = dialect.quote(name);
    if dialect.is_mysql() { format!("t.{name}") } else { name }
}

/// Gives rows their new content. One value is bound: the load.
pub fn update(dialect: Dialect, stage: &Stage) -> String {
    let mut sets = Vec::new();
    for name in content(stage) {
        if !identity(stage).iter().any(|key| key == name) {
            sets.push(format!("{} = s.{}", assigned(dialect, name), dialect.quote(name)));
        }
    }
    sets.push(format!("{} = s.{}", assigned(dialect, HASH), dialect.quote(HASH)));
    sets.extend(owned(dialect));
    update_joined(dialect, stage, &sets, Operation::Update)
}

/// Makes rows the file's own without touching their content. One value is bound: the load.
pub fn adopt(dialect: Dialect, stage: &Stage) -> String {
    update_joined(dialect, stage, &owned(dialect), Operation::Adopt)
}

fn owned(dialect: Dialect) -> Vec<String> {
    vec![
        format!("{} = 0", assigned(dialect, ORIGIN)),
        format!("{} = {}", assigned(dialect, LOAD), dialect.placeholder(1)),
    ]
}

/// Puts new rows in, in the order of the file. One value is bound: the load.
pub fn insert(dialect: Dialect, stage: &Stage) -> String {
    let columns = dialect.quote_all(content(stage));
    let own = dialect.quote_all([HASH, ORIGIN, LOAD]);
    format!(
        "INSERT INTO {} ({columns}, {own}) SELECT {columns}, {}, 0, {} FROM {} s WHERE {} ORDER BY {}",
        dialect.quote(&stage.relation.name),
        dialect.quote(HASH),
        // Postgres takes the type of a bare parameter in a select list for text.
        if dialect == Dialect::Postgres { "$1::bigint".to_owned() } else { dialect.placeholder(1) },
        dialect.quote(&stage.name),
        operation(dialect, Operation::Insert),
        dialect.quote(SLOT),
    )
}

/// Takes rows out.
pub fn delete(dialect: Dialect, stage: &Stage) -> String {
    let (table, staged) = (dialect.quote(&stage.relation.name), dialect.quote(&stage.name));
    let which = operation(dialect, Operation::Delete);
    if dialect.is_mysql() {
        let matching = matching(dialect, stage);
        return format!("DELETE t FROM {table} t JOIN {staged} s ON {matching} WHERE {which}");
    }
    let key = dialect.quote_all(identity(stage));
    format!("DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {staged} s WHERE {which})")
}

/// Staged deletions that rows of other tables (table, column) still refer to: slot and key.
pub fn referenced(dialect: Dialect, stage: &Stage, children: &[(&str, &str)]) -> String {
    // What children refer to: the surrogate key, or the only column of the natural one.
    let target = dialect.quote(&identity(stage)[0]);
    let exists: Vec<String> = children
        .iter()
        .map(|(child, column)| {
            let (child, column) = (dialect.quote(child), dialect.quote(column));
            format!("EXISTS (SELECT 1 FROM {child} c WHERE c.{column} = t.{target})")
        })
        .collect();
    let text = if dialect.is_mysql() { "CHAR" } else { "TEXT" };
    let key: Vec<String> = key_columns(&stage.relation)
        .iter()
        .map(|name| format!("CAST(t.{} AS {text})", dialect.quote(name)))
        .collect();
    let key = if dialect.is_mysql() {
        format!("CONCAT_WS(', ', {})", key.join(", "))
    } else {
        key.join(" || ', ' || ")
    };
    format!(
        "SELECT s.{}, {key} FROM {} t JOIN {} s ON {} WHERE {} AND ({})",
        dialect.quote(SLOT),
        dialect.quote(&stage.relation.name),
        dialect.quote(&stage.name),
        matching(dialect, stage),
        operation(dialect, Operation::Delete),
        exists.join(" OR ")
    )
}

/// Takes one staged row back. One value is bound: its slot.
pub fn unstage(dialect: Dialect, stage: &Stage) -> String {
    format!(
        "DELETE FROM {} WHERE {} = {}",
        dialect.quote(&stage.name),
        dialect.quote(SLOT),
        dialect.placeholder(1)
    )
}
