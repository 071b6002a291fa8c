//! The databases of a test, and looking into them.

use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::{ConnectionTrait, DatabaseConnection, QueryResult, Statement};
use tokio::runtime::{Builder, Runtime};
use tolva_ledger::database;

/// Where the dataset tables live. The ledger is the same database, but for MySQL, which cannot hold
/// one: there it is SQLite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
    Mysql,
}

/// A connection to a database, used from ordinary code.
pub struct Db {
    runtime: Runtime,
    db: DatabaseConnection,
}

impl Db {
    pub fn open(url: &str) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let connected = runtime.block_on(database::connect(url, 1));
        Self { db: connected.expect("the database is there").0, runtime }
    }

    pub fn execute(&self, sql: &str) {
        let done = self.runtime.block_on(self.db.execute_unprepared(sql));
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// The rows of a query, each as one text: values by `|`, unknown ones as `-`, truth as 0 and 1.
    pub fn rows(&self, sql: &str) -> Vec<String> {
        self.try_rows(sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// The same, where the database may refuse.
    pub fn try_rows(&self, sql: &str) -> Result<Vec<String>, String> {
        let statement = Statement::from_string(self.db.get_database_backend(), sql);
        let rows = self.runtime.block_on(self.db.query_all_raw(statement));
        Ok(rows.map_err(|error| error.to_string())?.iter().map(line).collect())
    }

    /// The only value of a query.
    pub fn one(&self, sql: &str) -> String {
        let rows = self.rows(sql);
        assert_eq!(rows.len(), 1, "{sql}: {rows:?}");
        rows.into_iter().next().unwrap_or_default()
    }
}

fn line(row: &QueryResult) -> String {
    let values: Vec<String> = (0..row.column_names().len()).map(|at| value(row, at)).collect();
    values.join("|")
}

/// A value of whatever type.
fn value(row: &QueryResult, at: usize) -> String {
    fn told(value: Option<impl ToString>) -> String {
        value.map_or_else(|| "-".to_owned(), |value| value.to_string())
    }
    row.try_get_by_index::<Option<String>>(at)
        .map(told)
        .or_else(|_| row.try_get_by_index::<Option<i64>>(at).map(told))
        .or_else(|_| row.try_get_by_index::<Option<i32>>(at).map(told))
        .or_else(|_| row.try_get_by_index::<Option<i16>>(at).map(told))
        .or_else(|_| row.try_get_by_index::<Option<bool>>(at).map(|one| told(one.map(i32::from))))
        .or_else(|_| row.try_get_by_index::<Option<Vec<u8>>>(at).map(|bytes| told(bytes.map(text))))
        .unwrap_or_else(|error| panic!("column {at}: {error}"))
}

/// MySQL gives some texts as bytes.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| format!("{:?}", error.into_bytes()))
}

/// A database of a server, which goes when this does.
pub struct Place {
    server: String,
    name: String,
}

static NUMBER: AtomicU32 = AtomicU32::new(0);

impl Place {
    pub fn make(backend: Backend) -> Self {
        let variable = match backend {
            Backend::Postgres => "TOLVA_TEST_POSTGRES",
            Backend::Mysql => "TOLVA_TEST_MYSQL",
            Backend::Sqlite => panic!("SQLite has no server"),
        };
        let server = std::env::var(variable).unwrap_or_else(|_| {
            panic!("{variable} is not set: run ./test, which starts the servers")
        });
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("tolva_end_{}_{number}", std::process::id());
        Db::open(&server).execute(&format!("CREATE DATABASE {name}"));
        Self { server, name }
    }

    pub fn url(&self) -> String {
        let (before, _) = self.server.rsplit_once('/').expect("a URL with a database");
        format!("{before}/{}", self.name)
    }

    /// The password in the URL, which nobody may ever see.
    pub fn password(&self) -> String {
        let user = self.server.split_once("://").and_then(|(_, rest)| rest.split_once('@'));
        let password = user.and_then(|(user, _)| user.split_once(':'));
        password.map(|(_, password)| password.to_owned()).unwrap_or_default()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let force = if self.server.starts_with("mysql") { "" } else { " WITH (FORCE)" };
        Db::open(&self.server).execute(&format!("DROP DATABASE {}{force}", self.name));
    }
}
