//! The record of changes, written beside the data in the same transaction.

use sea_orm::DatabaseTransaction;
use tolva_schema::control::CHANGE;
use tolva_schema::dialect::Dialect;
use tolva_schema::relation::SqlType;

use super::{Job, sql};
use crate::count::Summary;
use crate::error::LoadError;
use crate::organise::staged::Operation;
use crate::rows::key_columns;
use crate::stage::{OPERATION, SLOT, Stage};
use crate::target::Session;

/// Columns of one call of a JSON function: SQLite allows 127 arguments.
const COLUMNS_A_CALL: usize = 50;

/// Writes the changes of one merge.
pub struct Writer<'a> {
    /// The connection.
    pub session: &'a Session,
    /// The job.
    pub job: &'a Job<'a>,
    /// The version that the merge makes.
    pub version: i64,
    /// A first load is recorded as one entry.
    pub first: bool,
}

impl Writer<'_> {
    /// Records what is about to be updated, old and new.
    pub async fn updates(&self, db: &DatabaseTransaction, stage: &Stage) -> Result<(), LoadError> {
        let (old, new) = (self.row("t", stage), self.row("s", stage));
        self.write(db, stage, Operation::Update, "update", &old, &new, true).await
    }

    /// Records what is about to be inserted.
    pub async fn inserts(&self, db: &DatabaseTransaction, stage: &Stage) -> Result<(), LoadError> {
        let new = self.row("s", stage);
        self.write(db, stage, Operation::Insert, "insert", "NULL", &new, false).await
    }

    /// Records what is about to be deleted.
    pub async fn deletes(&self, db: &DatabaseTransaction, stage: &Stage) -> Result<(), LoadError> {
        let old = self.row("t", stage);
        self.write(db, stage, Operation::Delete, "delete", &old, "NULL", true).await
    }

    /// Records a first load.
    pub async fn first_load(
        &self,
        db: &DatabaseTransaction,
        summary: &Summary,
    ) -> Result<(), LoadError> {
        let sql = format!(
            "INSERT INTO {CHANGE} (dataset, version, load_id, op, new_row) VALUES ({})",
            self.session.placeholders(1, 5)
        );
        let counts = serde_json::to_string(&summary.tables).unwrap_or_default();
        let values = vec![
            self.job.contract.name.as_str().into(),
            self.version.into(),
            self.job.load_id.into(),
            "load".into(),
            counts.into(),
        ];
        self.session.run(db, sql, values).await
    }

    #[expect(clippy::too_many_arguments, reason = "the three callers above are what is read")]
    async fn write(
        &self,
        db: &DatabaseTransaction,
        stage: &Stage,
        operation: Operation,
        word: &str,
        old: &str,
        new: &str,
        joined: bool,
    ) -> Result<(), LoadError> {
        if self.first {
            return Ok(());
        }
        let dialect = self.session.dialect;
        let staged = dialect.quote(&stage.name);
        let table = dialect.quote(&stage.relation.name);
        let (from, side) = if joined {
            (format!("{table} t JOIN {staged} s ON {}", sql::matching(dialect, stage)), "t")
        } else {
            (format!("{staged} s"), "s")
        };
        let key = self.object(side, stage, &key_columns(&stage.relation));
        let bound = match dialect {
            Dialect::Postgres => "$1::text, $2::bigint, $3::bigint, $4::text",
            _ => "?, ?, ?, ?",
        };
        let sql = format!(
            "INSERT INTO {CHANGE} (dataset, version, load_id, table_name, op, row_key, old_row, new_row) \
             SELECT {bound}, '{word}', {key}, {old}, {new} FROM {from} \
             WHERE s.{} = {} ORDER BY s.{}",
            dialect.quote(OPERATION),
            operation.code(),
            dialect.quote(SLOT)
        );
        let values = vec![
            self.job.contract.name.as_str().into(),
            self.version.into(),
            self.job.load_id.into(),
            stage.relation.name.as_str().into(),
        ];
        self.session.run(db, sql, values).await
    }

    fn row(&self, side: &str, stage: &Stage) -> String {
        let names: Vec<String> = sql::content(stage).into_iter().map(str::to_owned).collect();
        self.object(side, stage, &names)
    }

    /// A JSON object of these columns, as text.
    fn object(&self, side: &str, stage: &Stage, names: &[String]) -> String {
        let dialect = self.session.dialect;
        if dialect == Dialect::Postgres {
            let columns: Vec<String> =
                names.iter().map(|name| format!("{side}.{}", dialect.quote(name))).collect();
            return format!("(SELECT row_to_json(r)::text FROM (SELECT {}) r)", columns.join(", "));
        }
        let parts: Vec<String> = names
            .chunks(COLUMNS_A_CALL)
            .map(|some| {
                let pairs: Vec<String> = some
                    .iter()
                    .map(|name| {
                        let kind = stage.relation.column(name).map(|column| column.kind);
                        let column = format!("{side}.{}", dialect.quote(name));
                        format!("'{name}', {}", json_value(dialect, kind, &column))
                    })
                    .collect();
                format!("JSON_OBJECT({})", pairs.join(", "))
            })
            .collect();
        match &parts[..] {
            [one] => one.clone(),
            // Objects end to end: only their outer braces go. Values are never objects themselves.
            many if dialect == Dialect::Sqlite => {
                let inner: Vec<String> =
                    many.iter().map(|part| format!("rtrim(ltrim({part}, '{{'), '}}')")).collect();
                format!("'{{' || {} || '}}'", inner.join(" || ',' || "))
            }
            many => format!("JSON_MERGE_PRESERVE({})", many.join(", ")),
        }
    }
}

/// Writes what another load of the same arrival changed to the account of this one.
pub async fn take_over(
    session: &Session,
    db: &DatabaseTransaction,
    from: i64,
    job: &Job<'_>,
) -> Result<(), LoadError> {
    let p = |at| session.dialect.placeholder(at);
    let sql = format!(
        "UPDATE {CHANGE} SET load_id = {} WHERE load_id = {} AND dataset = {}",
        p(1),
        p(2),
        p(3)
    );
    let values = vec![job.load_id.into(), from.into(), job.contract.name.as_str().into()];
    session.run(db, sql, values).await
}

/// A column as a JSON value where the database would not make the right one by itself.
fn json_value(dialect: Dialect, kind: Option<SqlType>, column: &str) -> String {
    match kind {
        Some(SqlType::Boolean) if dialect == Dialect::Sqlite => {
            format!("json(CASE {column} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)")
        }
        Some(SqlType::Boolean) => format!(
            "JSON_EXTRACT(IF({column}, 'true', IF({column} IS NULL, 'null', 'false')), '$')"
        ),
        // Exact decimals are JSON numbers already in their spelling.
        Some(SqlType::Number { .. }) if dialect == Dialect::Sqlite => format!("json({column})"),
        _ => column.to_owned(),
    }
}
