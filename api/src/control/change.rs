//! Entries of the record of changes.

use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use serde::Serialize;
use serde_json::value::RawValue;
use tolva_ledger::Ledger;
use tolva_schema::control::CHANGE;

use crate::database::{Fault, fault};

/// What a dataset's first load is recorded as: one entry for all rows.
pub const WHOLE: &str = "load";

/// A change. Keys and rows are passed on as they were stored.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Change {
    pub id: i64,
    pub dataset: String,
    pub version: i64,
    /// The load that made it; none where the API did.
    pub load: Option<i64>,
    /// The name of the key that it was made with through the API.
    pub author: Option<String>,
    pub table: Option<String>,
    pub op: String,
    #[schemars(with = "Option<serde_json::Value>")]
    pub key: Option<Box<RawValue>>,
    #[schemars(with = "Option<serde_json::Value>")]
    pub old: Option<Box<RawValue>>,
    #[schemars(with = "Option<serde_json::Value>")]
    pub new: Option<Box<RawValue>>,
}

/// The changes that a condition leaves, in the order in which they were made. `?` stands for each of
/// the values.
pub async fn read(
    ledger: &Ledger,
    condition: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<Change>, DbErr> {
    let sql = format!(
        "SELECT id, dataset, version, load_id, author, table_name, op, row_key, old_row, new_row \
         FROM {CHANGE} WHERE {condition}"
    );
    rows(ledger, &sql, values).await?.iter().map(change).collect()
}

/// The rows of a statement about the record; none before the first load, which makes the table.
pub async fn rows(
    ledger: &Ledger,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<QueryResult>, DbErr> {
    let mut parts = sql.split('?');
    let mut spelled = parts.next().unwrap_or_default().to_owned();
    for (at, part) in parts.enumerate() {
        spelled.push_str(&ledger.dialect().placeholder(at + 1));
        spelled.push_str(part);
    }
    let backend = ledger.db().get_database_backend();
    let statement = Statement::from_sql_and_values(backend, spelled, values);
    match ledger.db().query_all_raw(statement).await {
        Err(error) if fault(&error) == Fault::NoTable => Ok(Vec::new()),
        rows => rows,
    }
}

fn change(row: &QueryResult) -> Result<Change, DbErr> {
    let json = |column| -> Result<Option<Box<RawValue>>, DbErr> {
        let Some(text) = row.try_get::<Option<String>>("", column)? else {
            return Ok(None);
        };
        RawValue::from_string(text).map(Some).map_err(|error| {
            DbErr::Json(format!("{CHANGE}.{column} holds what is no JSON: {error}"))
        })
    };
    Ok(Change {
        id: row.try_get("", "id")?,
        dataset: row.try_get("", "dataset")?,
        version: row.try_get("", "version")?,
        load: row.try_get("", "load_id")?,
        author: row.try_get("", "author")?,
        table: row.try_get("", "table_name")?,
        op: row.try_get("", "op")?,
        key: json("row_key")?,
        old: json("old_row")?,
        new: json("new_row")?,
    })
}
