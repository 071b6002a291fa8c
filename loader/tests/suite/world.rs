//! A ledger, a target and contracts of a test's own, on one of the databases.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use tolva_ledger::{ArrivalOrigin, Ledger, LoadReport, NewArrival, database};
use tolva_loader::catalog::{Applied, CatalogError};
use tolva_loader::{Loader, Progress, Refreshed, Targets};
use tolva_schema::dialect::Dialect;

/// Where the dataset tables live. The ledger is the same database, but for MySQL, which cannot hold
/// one: there it is SQLite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
    Mysql,
}

/// Makes three tests of one: `on_every_backend!(name, |world| async move { … })`.
macro_rules! on_every_backend {
    ($name:ident, $body:expr) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            use $crate::world::{Backend, World};

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let body = $body;
                body(World::new(Backend::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let body = $body;
                body(World::new(Backend::Postgres).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn mysql() {
                let body = $body;
                body(World::new(Backend::Mysql).await).await;
            }
        }
    };
}
pub(crate) use on_every_backend;

/// A test's own world; it goes when it is dropped.
pub struct World {
    pub backend: Backend,
    pub dialect: Dialect,
    pub ledger: Ledger,
    pub loader: Loader,
    /// The name of the target under test.
    pub target: &'static str,
    /// The target's database, for looking at it.
    pub db: DatabaseConnection,
    /// Where another process finds the ledger and the named targets.
    #[allow(dead_code, reason = "only the model check starts processes of its own")]
    pub urls: (String, BTreeMap<String, String>),
    folder: tempfile::TempDir,
    cleanup: Option<(String, String)>,
}

/// What became of one drop.
#[derive(Debug)]
pub struct Dropped {
    pub arrival: i64,
    /// The load of it in the target under test.
    pub load: i64,
    pub report: LoadReport,
}

static NEXT: AtomicU32 = AtomicU32::new(0);

impl World {
    pub async fn new(backend: Backend) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(folder.path().join("datasets")).expect("a folder for contracts");
        let embedded = format!("sqlite://{}", folder.path().join("tolva.db").display());
        let name = format!("tolva_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let (ledger_url, target_url, cleanup) = match backend {
            Backend::Sqlite => (embedded.clone(), embedded, None),
            Backend::Postgres => {
                let server = server("TOLVA_TEST_POSTGRES");
                execute(&server, &format!("CREATE DATABASE {name}")).await;
                let url = in_database(&server, &name);
                (url.clone(), url, Some((server, name)))
            }
            Backend::Mysql => {
                let server = server("TOLVA_TEST_MYSQL");
                execute(&server, &format!("CREATE DATABASE {name}")).await;
                (embedded, in_database(&server, &name), Some((server, name)))
            }
        };
        let ledger = Ledger::open(&ledger_url).await.expect("the ledger opens");
        let (target, named) = match backend {
            Backend::Mysql => ("mysql", [("mysql".to_owned(), target_url.clone())].into()),
            _ => ("default", Default::default()),
        };
        let loader = Loader::new(ledger.clone(), Targets::new(&ledger_url, &named), "test");
        let (db, dialect) = database::connect(&target_url, 4).await.expect("the target opens");
        let urls = (ledger_url, named);
        Self { backend, dialect, ledger, loader, target, db, urls, folder, cleanup }
    }

    /// The folder of the world.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a contract (its `targets` are set to the one under test) and puts it in force.
    pub async fn contract(&self, file: &str, text: &str) -> Applied {
        let (applied, errors) = self.try_contract(file, text).await;
        assert!(errors.is_empty(), "{errors:?}");
        applied.expect("the contract was applied")
    }

    /// The same, where it may be refused.
    pub async fn try_contract(
        &self,
        file: &str,
        text: &str,
    ) -> (Option<Applied>, Vec<CatalogError>) {
        // Only what is kept in the default target alone can be written through the API.
        let elsewhere = self.target != "default";
        let kept = text.lines().filter(|line| {
            !(line.starts_with("targets") || elsewhere && line.starts_with("writable"))
        });
        let lines: Vec<&str> = kept.collect();
        let text = format!("targets = [\"{}\"]\n{}", self.target, lines.join("\n"));
        let folder = self.path().join("datasets");
        std::fs::write(folder.join(file), &text).expect("the contract is written");
        let (applied, errors) = self.loader.sync(&folder).await.expect("contracts are read");
        let name = file.trim_end_matches(".toml");
        let own = applied.into_iter().find(|(dataset, _)| dataset == name);
        (own.map(|(_, applied)| applied), errors)
    }

    /// Puts bytes into the landing as an arrival called `name`; loads nothing.
    pub async fn land(&self, dataset: &str, name: &str, bytes: &[u8]) -> i64 {
        let landed = self.ledger.store_bytes(bytes).await.expect("the bytes are kept");
        let stored = self.ledger.contract(dataset).await.expect("the ledger is read");
        let contract = stored.expect("the dataset has a contract").contract;
        let new = NewArrival {
            dataset: dataset.to_owned(),
            part: tolva_schema::routing::partition_of(&contract, name),
            path: format!("/inbox/{dataset}/{name}"),
            file: name.to_owned(),
            origin: ArrivalOrigin::Inbox,
            stamp: None,
        };
        self.ledger.arrive(new, &landed).await.expect("the arrival is made").id()
    }

    /// Loads what the dataset needs.
    pub async fn refresh(&self, dataset: &str) -> Refreshed {
        let progress = Progress::default();
        self.loader.refresh(dataset, self.target, &progress).await.expect("the refresh runs")
    }

    /// Drops a file and loads it.
    pub async fn drop_bytes(&self, dataset: &str, name: &str, bytes: &[u8]) -> Dropped {
        let arrival = self.land(dataset, name, bytes).await;
        self.load_of(dataset, arrival).await
    }

    /// Drops a file of the disk and loads it.
    pub async fn drop_file(&self, dataset: &str, path: &Path) -> Dropped {
        let bytes = std::fs::read(path).expect("the file is read");
        let name = path.file_name().expect("a file name").to_string_lossy().into_owned();
        self.drop_bytes(dataset, &name, &bytes).await
    }

    /// Loads, and gives the load of `arrival`.
    pub async fn load_of(&self, dataset: &str, arrival: i64) -> Dropped {
        let refreshed = self.refresh(dataset).await;
        let rest = refreshed.rest.clone();
        let outcome = refreshed.outcomes.into_iter().find(|outcome| outcome.arrival == arrival);
        let outcome =
            outcome.unwrap_or_else(|| panic!("arrival {arrival} was not tried: {rest:?}"));
        Dropped { arrival, load: outcome.load, report: outcome.report }
    }

    /// Runs a statement on the target.
    pub async fn execute(&self, sql: &str) {
        self.db.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// Runs a statement that the target may refuse.
    pub async fn try_execute(&self, sql: &str) -> Result<(), sea_orm::DbErr> {
        self.db.execute_unprepared(sql).await.map(drop)
    }

    /// Reads columns of a table as texts (`None` for unknown), sorted. Booleans are `0` and `1`.
    pub async fn rows(&self, table: &str, columns: &[&str]) -> Vec<Vec<Option<String>>> {
        let quoted: Vec<String> = columns.iter().map(|name| self.as_text(name)).collect();
        let sql = format!("SELECT {} FROM {}", quoted.join(", "), self.dialect.quote(table));
        let mut rows = self.query(&sql, columns.len()).await;
        rows.sort();
        rows
    }

    /// Runs a query whose `width` columns are all texts.
    pub async fn query(&self, sql: &str, width: usize) -> Vec<Vec<Option<String>>> {
        let statement = Statement::from_string(self.db.get_database_backend(), sql);
        let rows = self.db.query_all_raw(statement).await;
        rows.unwrap_or_else(|error| panic!("{sql}: {error}"))
            .iter()
            .map(|row| {
                let text = |at| row.try_get_by_index::<Option<String>>(at).expect("a text");
                (0..width).map(text).collect()
            })
            .collect()
    }

    /// A column as a text, the same in every database.
    fn as_text(&self, column: &str) -> String {
        let name = self.dialect.quote(column);
        match self.dialect {
            Dialect::Postgres => format!(
                "CASE WHEN pg_typeof({name}) = 'boolean'::regtype THEN \
                 CASE {name}::text WHEN 'true' THEN '1' WHEN 'false' THEN '0' END ELSE {name}::text END"
            ),
            Dialect::Sqlite => format!("CAST({name} AS TEXT)"),
            _ => format!("CAST({name} AS CHAR)"),
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let Some((server, name)) = self.cleanup.take() else { return };
        // A runtime of its own: this one may be ending.
        let force = if self.backend == Backend::Postgres { " WITH (FORCE)" } else { "" };
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let statement = format!("DROP DATABASE {name}{force}");
            runtime.expect("a runtime").block_on(execute(&server, &statement));
        });
        drop(dropped.join());
    }
}

fn server(variable: &str) -> String {
    std::env::var(variable)
        .unwrap_or_else(|_| panic!("{variable} is not set: run ./test, which starts the servers"))
}

fn in_database(server: &str, name: &str) -> String {
    let (base, _) = server.rsplit_once('/').expect("a URL with a database");
    format!("{base}/{name}")
}

async fn execute(server: &str, sql: &str) {
    let (db, _) = database::connect(server, 1).await.expect("the server is there");
    db.execute_unprepared(sql).await.expect("the statement runs");
    drop(db.close().await);
}

/// The folder of sample files.
pub fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples")
}

/// A contract of the mission.
pub fn mission(name: &str) -> String {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../datasets").join(format!("{name}.toml"));
    std::fs::read_to_string(path).expect("the contract is there")
}
