//! Surrogate keys: counted up, and never given twice.

use tolva_schema::control::SEQUENCE;

use super::subject::Subject;
use super::transaction::Writing;
use crate::database::Trouble;

/// The next one.
pub async fn next(writing: &Writing, subject: &Subject<'_>) -> Result<i64, Trouble> {
    let mut text = writing.text();
    text.push("SELECT max(last) FROM (SELECT max(");
    text.push_name(subject.id().unwrap_or_default());
    text.push(") AS last FROM ");
    text.push_name(subject.name());
    text.push(&format!(" UNION ALL SELECT last_id FROM {SEQUENCE} WHERE table_name = "));
    text.bind(subject.name());
    text.push(") AS _s");
    let row = writing.one(text).await?;
    let last: Option<i64> = row.map(|row| row.try_get_by_index(0)).transpose()?.flatten();
    Ok(last.unwrap_or(0) + 1)
}

/// Remembers the last one that was given.
pub async fn remember(writing: &Writing, subject: &Subject<'_>, last: i64) -> Result<(), Trouble> {
    let mut text = writing.text();
    text.push(&format!("INSERT INTO {SEQUENCE} (table_name, last_id) VALUES ("));
    text.bind(subject.name());
    text.push(", ");
    text.bind(last);
    text.push(") ON CONFLICT (table_name) DO UPDATE SET last_id = excluded.last_id");
    writing.run(text).await
}
