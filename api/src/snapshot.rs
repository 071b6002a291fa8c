//! One version of the tables, as long as somebody looks at it.

use std::pin::Pin;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::Stream;
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    IsolationLevel, QueryResult, Statement, StreamTrait, TransactionTrait,
};
use tolva_schema::control::{APPLIED, ROWS, VERSION};
use tolva_schema::dialect::Dialect;

use crate::catalogue::DEFAULT_TARGET;

/// Rows that one answer of Postgres may have without being asked for in parts.
const FEW: i64 = 500;
/// Bytes that one part should have.
const PART: usize = 256 * 1024;
/// Rows that the first part has, before anything is known of their size.
const FIRST: usize = 128;
/// Rows that one part has at most.
const MOST: usize = 1024;

/// A transaction that reads.
pub struct Snapshot {
    transaction: DatabaseTransaction,
    dialect: Dialect,
    /// The number of the server process that works for it.
    process: Option<i32>,
    backend: DbBackend,
}

/// A state of a dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    /// Its number.
    pub number: i64,
    /// When it was made, in milliseconds.
    pub made_at: Option<i64>,
}

impl Snapshot {
    /// Begins one. Postgres ends each of its statements that takes longer than `timeout`; SQLite has
    /// no such limit.
    pub async fn begin(
        db: &DatabaseConnection,
        dialect: Dialect,
        timeout: Duration,
    ) -> Result<Self, DbErr> {
        let (isolation, access) = match dialect {
            // There a transaction sees one version in any case.
            Dialect::Sqlite => (None, None),
            _ => (Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly)),
        };
        let transaction = db.begin_with_config(isolation, access).await?;
        let backend = db.get_database_backend();
        let mut snapshot = Self { transaction, dialect, process: None, backend };
        if dialect == Dialect::Postgres {
            let sql = format!(
                "SELECT pg_backend_pid(), set_config('statement_timeout', '{}', true)",
                timeout.as_millis()
            );
            let row = snapshot.one(&sql).await?;
            snapshot.process = row.try_get_by_index(0)?;
        }
        Ok(snapshot)
    }

    /// The number of the server process that works for it.
    pub fn process(&self) -> Option<i32> {
        self.process
    }

    async fn one(&self, sql: &str) -> Result<QueryResult, DbErr> {
        self.required(Statement::from_string(self.backend, sql)).await
    }

    async fn required(&self, statement: Statement) -> Result<QueryResult, DbErr> {
        let row = self.transaction.query_one_raw(statement).await?;
        row.ok_or_else(|| DbErr::RecordNotFound("a row that is always there".to_owned()))
    }

    /// Whether datasets have versions here: the first load makes the table of them.
    pub async fn has_versions(&self) -> Result<bool, DbErr> {
        let sql = match self.dialect {
            Dialect::Sqlite => format!(
                "SELECT count(*) > 0 FROM sqlite_master WHERE type = 'table' AND name = '{VERSION}'"
            ),
            _ => format!("SELECT to_regclass('{VERSION}') IS NOT NULL"),
        };
        self.one(&sql).await?.try_get_by_index(0)
    }

    /// The version of a dataset.
    pub async fn version(&self, dataset: &str) -> Result<Option<Version>, DbErr> {
        let place = self.dialect.placeholder(1);
        let sql = format!(
            "SELECT v.version, (SELECT max(l.finished_at) FROM tolva_load AS l \
             JOIN {APPLIED} AS a ON a.load_id = l.id AND a.dataset = l.dataset \
             WHERE l.target = '{DEFAULT_TARGET}' AND a.dataset = v.dataset \
             AND a.version = v.version) \
             FROM {VERSION} AS v WHERE v.dataset = {place}"
        );
        let statement = Statement::from_sql_and_values(self.backend, sql, [dataset.into()]);
        let Some(row) = self.transaction.query_one_raw(statement).await? else {
            return Ok(None);
        };
        Ok(Some(Version { number: row.try_get_by_index(0)?, made_at: row.try_get_by_index(1)? }))
    }

    /// How many rows a table has, as far as loads have kept that; only where datasets have versions.
    pub async fn rows_of_table(&self, table: &str) -> Result<Option<i64>, DbErr> {
        let sql = format!(
            "SELECT row_count FROM {ROWS} WHERE table_name = {}",
            self.dialect.placeholder(1)
        );
        let statement = Statement::from_sql_and_values(self.backend, sql, [table.into()]);
        let row = self.transaction.query_one_raw(statement).await?;
        row.map(|row| row.try_get_by_index(0)).transpose()
    }

    /// A number that a statement gives.
    pub async fn number(&self, statement: Statement) -> Result<i64, DbErr> {
        self.required(statement).await?.try_get_by_index(0)
    }

    /// A JSON value that a statement gives.
    pub async fn json(&self, statement: Statement) -> Result<serde_json::Value, DbErr> {
        self.required(statement).await?.try_get_by_index(0)
    }

    /// All rows of a statement that gives few.
    pub async fn few(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.transaction.query_all_raw(statement).await
    }

    /// The rows of a statement, which are at most so many. Whoever looks at them can ask nothing else
    /// meanwhile, unless [`Rows::leaves_room`].
    ///
    /// `shape` tells statements apart whose rows have other columns: Postgres keeps the plan of a
    /// `FETCH` with them.
    pub async fn rows(
        &self,
        statement: Statement,
        most: Option<i64>,
        shape: usize,
    ) -> Result<Rows<'_>, DbErr> {
        let few = most.is_some_and(|most| most <= FEW);
        if self.dialect == Dialect::Sqlite || few {
            let stream = self.transaction.stream_raw(statement).await?;
            return Ok(Rows::Stream(Box::pin(stream)));
        }
        // A client that leaves ends the statement: what it was not asked for is never made.
        let Statement { sql, values, db_backend } = statement;
        let sql = format!("DECLARE tolva_rows_{shape} NO SCROLL CURSOR FOR {sql}");
        self.transaction.execute_raw(Statement { sql, values, db_backend }).await?;
        let next = Vec::new().into_iter();
        Ok(Rows::Cursor { snapshot: self, shape, next, part: FIRST, ended: false })
    }

    /// Ends it.
    pub async fn end(self) -> Result<(), DbErr> {
        self.transaction.commit().await
    }
}

/// Rows, one after the other.
pub enum Rows<'s> {
    /// As the driver gives them.
    Stream(Pin<Box<dyn Stream<Item = Result<QueryResult, DbErr>> + Send + 's>>),
    /// In parts.
    Cursor {
        snapshot: &'s Snapshot,
        shape: usize,
        next: std::vec::IntoIter<QueryResult>,
        part: usize,
        ended: bool,
    },
}

impl Rows<'_> {
    /// Whether the snapshot can be asked other things before the rows have ended.
    pub fn leaves_room(&self) -> bool {
        matches!(self, Self::Cursor { .. })
    }

    /// The next row.
    pub async fn next(&mut self) -> Result<Option<QueryResult>, DbErr> {
        match self {
            Self::Stream(rows) => rows.next().await.transpose(),
            Self::Cursor { snapshot, shape, next, part, ended } => {
                if let Some(row) = next.next() {
                    return Ok(Some(row));
                }
                if *ended {
                    return Ok(None);
                }
                let sql = format!("FETCH FORWARD {part} FROM tolva_rows_{shape}");
                let rows = snapshot.few(Statement::from_string(snapshot.backend, sql)).await?;
                *ended = rows.len() < *part;
                *part = fitting(&rows).unwrap_or(*part);
                *next = rows.into_iter();
                Ok(next.next())
            }
        }
    }
}

/// How many rows of this size make a part; some of them stand for all.
fn fitting(rows: &[QueryResult]) -> Option<usize> {
    let sample = &rows[..rows.len().min(50)];
    let size: usize = sample
        .iter()
        .flat_map(|row| (0..row.column_names().len()).map(move |column| (row, column)))
        .filter_map(|(row, column)| row.try_get_by_index::<Option<String>>(column).ok().flatten())
        .map(|text| text.len() + 1)
        .sum();
    // Few numbers, since each is a statement of its own.
    let fitting = |size: usize| (PART * sample.len() / size).clamp(1, MOST);
    (size > 0).then(|| 1 << fitting(size).ilog2())
}
