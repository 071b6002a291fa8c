//! Targets: the databases that hold dataset tables.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, QueryResult, Statement, Value as Bound};
use tokio::sync::{Mutex, OnceCell};
use tokio::time::Instant;
use tolva_ledger::{Consequence, database};
use tolva_schema::control;
use tolva_schema::ddl;
use tolva_schema::dialect::Dialect;

use crate::error::LoadError;
use crate::journal::Journal;

/// The target that is the ledger's own database.
pub const DEFAULT: &str = "default";

/// How often a target is asked whether it lives while it works, how long it may take to answer, and
/// after how long without an answer it is given up.
const PULSE: Duration = Duration::from_secs(10);
const ANSWER: Duration = Duration::from_secs(10);
const SILENCE: Duration = Duration::from_secs(30);

/// A database that holds dataset tables. It is connected to when it is first needed: one that cannot
/// be reached keeps nothing else from being loaded.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its name in contracts.
    pub name: String,
    url: String,
    /// Whether the control tables are known to be there.
    prepared: Arc<OnceCell<Dialect>>,
    /// Connections that no load uses at the moment. A load has one to itself: its temporary tables
    /// and locks live there.
    idle: Arc<Mutex<Vec<Session>>>,
    journal: Journal,
}

/// One connection.
#[derive(Debug, Clone)]
pub struct Session {
    /// A pool of exactly one connection.
    pub db: DatabaseConnection,
    /// Its dialect.
    pub dialect: Dialect,
    /// The name of its target.
    target: Arc<str>,
    journal: Journal,
}

impl Target {
    fn new(name: &str, url: &str) -> Self {
        Self {
            name: name.to_owned(),
            url: url.to_owned(),
            prepared: Arc::default(),
            idle: Arc::default(),
            journal: Journal::default(),
        }
    }

    /// The dialect of its database.
    pub async fn dialect(&self) -> Result<Dialect, LoadError> {
        let prepare = || async {
            let session = self.connect().await?;
            make_control_tables(&session).await?;
            let dialect = session.dialect;
            self.give_back(session).await;
            Ok(dialect)
        };
        self.prepared.get_or_try_init(prepare).await.copied()
    }

    /// The dialect, as far as its URL tells while it cannot be reached.
    pub async fn known_dialect(&self) -> Option<Dialect> {
        match self.dialect().await {
            Ok(dialect) => Some(dialect),
            Err(_) if self.url.starts_with("mysql:") => Some(Dialect::Mysql),
            Err(_) if self.url.starts_with("sqlite:") => Some(Dialect::Sqlite),
            Err(_) => Some(Dialect::Postgres),
        }
    }

    /// A connection of one's own, to a database that has the control tables.
    pub async fn session(&self) -> Result<Session, LoadError> {
        self.dialect().await?;
        while let Some(session) = self.take_idle().await {
            let fresh = async {
                session.db.ping().await.is_ok() && session.forget_statements().await.is_ok()
            };
            if tokio::time::timeout(ANSWER, fresh).await == Ok(true) {
                return Ok(session);
            }
            // It is closed when it is dropped: to say goodbye might take for ever.
        }
        self.connect().await
    }

    /// Ends when the target has not answered at all for a while. A statement may last as long as it
    /// needs; a server that froze, or that is cut off, takes no new connection, either.
    pub(crate) async fn silence(&self) {
        if self.url.starts_with("sqlite:") {
            return std::future::pending().await;
        }
        let mut answered = Instant::now();
        while answered.elapsed() < SILENCE {
            tokio::time::sleep(PULSE).await;
            if self.answers().await {
                answered = Instant::now();
            }
        }
    }

    /// Whether there is an answer, be it a refusal.
    async fn answers(&self) -> bool {
        let hello = async {
            match self.connect().await {
                Ok(session) => {
                    drop(session.db.close().await);
                    true
                }
                Err(LoadError::Retry(reason)) => {
                    tracing::warn!(target = %self.name, "no answer: {reason}");
                    false
                }
                Err(_) => true,
            }
        };
        tokio::time::timeout(ANSWER, hello).await.unwrap_or(false)
    }

    async fn take_idle(&self) -> Option<Session> {
        self.idle.lock().await.pop()
    }

    async fn connect(&self) -> Result<Session, LoadError> {
        let (db, dialect) = database::connect(&self.url, 1).await.map_err(|error| {
            let told = format!("target {}: {error}", self.name);
            match error.consequence() {
                Consequence::Retry => LoadError::Retry(told),
                Consequence::Configuration(advice) => {
                    LoadError::Misconfigured(format!("{told}: {advice}"))
                }
                Consequence::Fault => LoadError::Failed { code: "database", message: told },
            }
        })?;
        let (target, journal) = (self.name.as_str().into(), self.journal.clone());
        Ok(Session { db, dialect, target, journal })
    }

    /// Gives a connection back; only one that is known to be clean.
    pub async fn give_back(&self, session: Session) {
        self.idle.lock().await.push(session);
    }
}

async fn make_control_tables(session: &Session) -> Result<(), LoadError> {
    let live = crate::live::tables(session, &session.db).await?;
    for relation in control::relations() {
        if live.iter().any(|table| table.name == relation.name) {
            continue;
        }
        for statement in ddl::create(session.dialect, &relation) {
            match session.db.execute_unprepared(&statement).await {
                Ok(_) => {}
                // Processes that start together may make the same table: the second one finds it.
                Err(error) if is_there_already(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(())
}

/// Adding an index knows no `IF NOT EXISTS` in MySQL (1061: duplicate key name), and two that create
/// one table or index at once meet in Postgres' catalogue (23505, 42P07).
fn is_there_already(error: &sea_orm::DbErr) -> bool {
    let text = error.to_string();
    let catalogue = ["pg_type_typname_nsp_index", "pg_class_relname_nsp_index"];
    ["1061", "Duplicate key name", "already exists"]
        .iter()
        .chain(&catalogue)
        .any(|mark| text.contains(mark))
}

impl Session {
    /// Forgets prepared statements: tables may have changed since, and Postgres refuses a statement
    /// whose result has another type now. The others prepare theirs again by themselves.
    async fn forget_statements(&self) -> Result<(), LoadError> {
        if self.dialect == Dialect::Postgres {
            use sea_orm::sqlx::Connection as _;
            let mut connection = self.db.get_postgres_connection_pool().acquire().await?;
            connection.clear_cached_statements().await?;
        }
        Ok(())
    }

    /// A statement with bound values.
    pub fn statement(&self, sql: impl Into<String>, values: Vec<Bound>) -> Statement {
        Statement::from_sql_and_values(self.db.get_database_backend(), sql, values)
    }

    /// The first row of a query.
    pub async fn one(
        &self,
        db: &impl ConnectionTrait,
        sql: impl Into<String>,
        values: Vec<Bound>,
    ) -> Result<Option<QueryResult>, LoadError> {
        Ok(db.query_one_raw(self.statement(sql, values)).await?)
    }

    /// Runs a statement.
    pub async fn run(
        &self,
        db: &impl ConnectionTrait,
        sql: impl Into<String>,
        values: Vec<Bound>,
    ) -> Result<(), LoadError> {
        let sql = sql.into();
        self.note(&sql);
        db.execute_raw(self.statement(sql, values)).await?;
        Ok(())
    }

    /// Runs a statement without values.
    pub async fn execute(&self, db: &impl ConnectionTrait, sql: &str) -> Result<(), LoadError> {
        self.note(sql);
        db.execute_unprepared(sql).await?;
        Ok(())
    }

    /// Notes a statement that is run in another way.
    pub fn note(&self, sql: &str) {
        self.journal.note(&self.target, sql);
    }

    /// `?`, or `$1` and so on, joined by commas.
    pub fn placeholders(&self, from: usize, count: usize) -> String {
        let list: Vec<String> =
            (from..from + count).map(|index| self.dialect.placeholder(index)).collect();
        list.join(", ")
    }
}

/// The targets that this process can reach, by name.
#[derive(Debug, Clone, Default)]
pub struct Targets {
    by_name: BTreeMap<String, Target>,
}

impl Targets {
    /// The default target and those named, by their URLs. Nothing is connected to yet.
    pub fn new(default: &str, named: &BTreeMap<String, String>) -> Self {
        let mut by_name: BTreeMap<String, Target> =
            named.iter().map(|(name, url)| (name.clone(), Target::new(name, url))).collect();
        by_name.insert(DEFAULT.to_owned(), Target::new(DEFAULT, default));
        Self { by_name }
    }

    /// The same, with every statement noted in `journal`.
    pub fn with_journal(mut self, journal: &Journal) -> Self {
        for target in self.by_name.values_mut() {
            target.journal = journal.clone();
        }
        self
    }

    /// The target of this name.
    pub fn get(&self, name: &str) -> Option<&Target> {
        self.by_name.get(name)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Target> {
        self.by_name.values()
    }
}
