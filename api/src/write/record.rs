//! Carrying out what was decided: the rows, what is kept about them, and the record of it.

use tolva_ledger::stored::bound_as;
use tolva_schema::control::{CHANGE, ROWS as TABLE_ROWS, TOMBSTONE, VERSION, VERSION_CHANNEL};
use tolva_schema::dialect::Dialect;
use tolva_schema::hash::Hash128;
use tolva_schema::relation::{HASH, LOAD, ORIGIN, SqlType};
use tolva_schema::state::Origin;

use super::deed::Deed;
use super::ids;
use super::spelling::{key_object, object};
use super::subject::{Row, Stored, Subject};
use super::transaction::Writing;
use crate::database::Trouble;
use crate::plan::Keys;
use crate::sql::Text;

/// Values in one statement, well under what a database takes.
const VALUES: usize = 20_000;
/// Rows in one statement.
const ROWS: usize = 500;

/// Carries it out, and raises the dataset's version if anything was done. `author` is whose key it was.
pub async fn carry_out(
    writing: &Writing,
    subject: &Subject<'_>,
    deeds: &[Deed],
    author: &str,
) -> Result<(), Trouble> {
    if deeds.is_empty() {
        return Ok(());
    }
    let (mut made, mut changed, mut gone) = (Vec::new(), Vec::new(), Vec::new());
    for deed in deeds {
        match deed {
            Deed::Insert { row, hash } => made.push((row, *hash)),
            Deed::Update { old, new, hash } => changed.push((old, new, *hash)),
            Deed::Delete(stored) => gone.push(stored),
        }
    }
    let version = raise(writing, subject).await?;
    write_changes(writing, subject, deeds, version, author).await?;
    update(writing, subject, &changed).await?;
    insert(writing, subject, &made).await?;
    delete(writing, subject, &gone).await?;
    count(writing, subject, made.len(), gone.len()).await?;
    if writing.dialect() == Dialect::Postgres {
        let mut text = writing.text();
        text.push(&format!("SELECT pg_notify('{VERSION_CHANNEL}', "));
        text.bind(subject.dataset());
        text.push(")");
        writing.one(text).await?;
    }
    Ok(())
}

/// Keeps the number of rows right. A table that no load has counted yet stays uncounted.
async fn count(
    writing: &Writing,
    subject: &Subject<'_>,
    made: usize,
    gone: usize,
) -> Result<(), Trouble> {
    if made == gone {
        return Ok(());
    }
    let signed = |rows| i64::try_from(rows).unwrap_or(i64::MAX);
    let mut text = writing.text();
    text.push(&format!("UPDATE {TABLE_ROWS} SET row_count = row_count + "));
    text.bind(signed(made) - signed(gone));
    text.push(" WHERE table_name = ");
    text.bind(subject.name());
    writing.run(text).await
}

/// Makes a new version of the dataset; gives its number.
async fn raise(writing: &Writing, subject: &Subject<'_>) -> Result<i64, Trouble> {
    let mut text = writing.text();
    text.push(&format!("INSERT INTO {VERSION} (dataset, version, token) VALUES ("));
    text.bind(subject.dataset());
    text.push(&format!(
        ", 1, 0) ON CONFLICT (dataset) DO UPDATE SET version = {VERSION}.version + 1 \
         RETURNING version"
    ));
    let row = writing.one(text).await?;
    let version = row.map(|row| row.try_get_by_index(0)).transpose()?;
    Ok(version.unwrap_or(1))
}

async fn write_changes(
    writing: &Writing,
    subject: &Subject<'_>,
    deeds: &[Deed],
    version: i64,
    author: &str,
) -> Result<(), Trouble> {
    for some in deeds.chunks(ROWS) {
        let mut text = writing.text();
        text.push(&format!(
            "INSERT INTO {CHANGE} (dataset, version, author, table_name, op, row_key, old_row, \
             new_row) VALUES "
        ));
        for (at, deed) in some.iter().enumerate() {
            let (word, row, old, new) = match deed {
                Deed::Insert { row, .. } => ("insert", row, None, Some(row)),
                Deed::Update { old, new, .. } => ("update", new, Some(&old.row), Some(new)),
                Deed::Delete(stored) => ("delete", &stored.row, Some(&stored.row), None),
            };
            text.push(if at == 0 { "(" } else { ", (" });
            text.bind(subject.dataset());
            text.push(", ");
            text.bind(version);
            for value in [author, subject.name(), word, &key_object(subject, row)] {
                text.push(", ");
                text.bind(value);
            }
            for row in [old, new] {
                text.push(", ");
                text.bind(row.map(|row| object(subject, row)));
            }
            text.push(")");
        }
        writing.run(text).await?;
    }
    Ok(())
}

/// Gives rows their new content. What came from a file is an edit of it now.
async fn update(
    writing: &Writing,
    subject: &Subject<'_>,
    rows: &[(&Stored, &Row, Hash128)],
) -> Result<(), Trouble> {
    let key = subject.primary_key();
    let columns: Vec<_> = subject.columns().collect();
    for some in rows.chunks((VALUES / (columns.len() + 2)).clamp(1, ROWS)) {
        let mut text = writing.text();
        text.push("UPDATE ");
        text.push_name(subject.name());
        text.push(" AS _t SET ");
        let place = |at: usize| format!("_v.column{}", at + 1);
        for (at, column) in columns.iter().enumerate().filter(|(_, column)| !key.contains(column)) {
            text.push_name(&column.name);
            text.push(&format!(" = {}, ", place(at)));
        }
        text.push_name(HASH);
        text.push(&format!(" = {}, ", place(columns.len())));
        text.push_name(ORIGIN);
        text.push(&format!(" = {} FROM (VALUES ", place(columns.len() + 1)));
        for (number, (old, new, hash)) in some.iter().enumerate() {
            text.push(if number == 0 { "(" } else { ", (" });
            push_row(&mut text, subject, new);
            let origin = match old.origin {
                Origin::File | Origin::Edited => Origin::Edited,
                Origin::Api => Origin::Api,
            };
            text.push(", ");
            text.bind(hash.0.to_vec());
            text.push(", ");
            text.bind(origin.code());
            text.push(")");
        }
        text.push(") AS _v WHERE ");
        for (number, column) in key.iter().enumerate() {
            let at = columns.iter().position(|other| *other == column).unwrap_or_default();
            text.push(if number == 0 { "_t." } else { " AND _t." });
            text.push_name(&column.name);
            text.push(&format!(" = {}", place(at)));
        }
        writing.run(text).await?;
    }
    Ok(())
}

/// Puts rows in. What was deleted and is made again is not deleted any more.
async fn insert(
    writing: &Writing,
    subject: &Subject<'_>,
    rows: &[(&Row, Hash128)],
) -> Result<(), Trouble> {
    let names: Vec<&str> = subject.columns().map(|column| column.name.as_str()).collect();
    for some in rows.chunks((VALUES / (names.len() + 3)).clamp(1, ROWS)) {
        let mut text = writing.text();
        text.push("INSERT INTO ");
        text.push_name(subject.name());
        text.push(" (");
        for name in names.iter().copied().chain([HASH, ORIGIN]) {
            text.push_name(name);
            text.push(", ");
        }
        text.push_name(LOAD);
        text.push(") VALUES ");
        for (number, (row, hash)) in some.iter().enumerate() {
            text.push(if number == 0 { "(" } else { ", (" });
            push_row(&mut text, subject, row);
            text.push(", ");
            text.bind(hash.0.to_vec());
            text.push(", ");
            text.bind(Origin::Api.code());
            // No load made it.
            text.push(", 0)");
        }
        writing.run(text).await?;
        let mut text = writing.text();
        push_tombstones_of(&mut text, subject);
        for (number, (row, _)) in some.iter().enumerate() {
            text.push(if number == 0 { " AND row_key IN (" } else { ", " });
            text.bind(subject.key_hash(row).0.to_vec());
        }
        text.push(")");
        writing.run(text).await?;
    }
    if let Some(last) = rows.iter().map(|(row, _)| row.id).max().filter(|last| *last > 0) {
        ids::remember(writing, subject, last).await?;
    }
    Ok(())
}

/// Takes rows out. Those that a file offers leave a tombstone with the content that it offers.
async fn delete(writing: &Writing, subject: &Subject<'_>, rows: &[&Stored]) -> Result<(), Trouble> {
    if rows.is_empty() {
        return Ok(());
    }
    let keys = rows.iter().map(|stored| subject.primary_key_of(&stored.row));
    let keys = Keys::new(subject.primary_key(), keys);
    let mut text = writing.text();
    text.push("DELETE FROM ");
    text.push_name(subject.name());
    text.push(" AS ");
    text.push_table(0);
    text.push(" WHERE ");
    text.push_keys(0, &keys);
    writing.run(text).await?;
    let offered: Vec<&&Stored> =
        rows.iter().filter(|stored| stored.origin != Origin::Api).collect();
    for some in offered.chunks(ROWS) {
        let mut text = writing.text();
        text.push(&format!("INSERT INTO {TOMBSTONE} (dataset, table_name, row_key, hash) VALUES "));
        for (number, stored) in some.iter().enumerate() {
            text.push(if number == 0 { "(" } else { ", (" });
            text.bind(subject.dataset());
            text.push(", ");
            text.bind(subject.name());
            text.push(", ");
            text.bind(subject.key_hash(&stored.row).0.to_vec());
            text.push(", ");
            text.bind(stored.hash.0.to_vec());
            text.push(")");
        }
        text.push(" ON CONFLICT (dataset, table_name, row_key) DO UPDATE SET hash = excluded.hash");
        writing.run(text).await?;
    }
    Ok(())
}

fn push_tombstones_of(text: &mut Text, subject: &Subject<'_>) {
    text.push(&format!("DELETE FROM {TOMBSTONE} WHERE dataset = "));
    text.bind(subject.dataset());
    text.push(" AND table_name = ");
    text.bind(subject.name());
}

/// The values of a row, each of its column's type, even where it is unknown.
fn push_row(text: &mut Text, subject: &Subject<'_>, row: &Row) {
    let kinds = subject.columns().map(|column| column.kind);
    for (at, (kind, value)) in kinds.zip(subject.all_values(row)).enumerate() {
        if at > 0 {
            text.push(", ");
        }
        let kind = if matches!(kind, SqlType::Serial) { SqlType::Integer } else { kind };
        text.bind(bound_as(text.dialect(), kind, &value));
    }
}
