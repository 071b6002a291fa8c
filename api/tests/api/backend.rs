//! A database of its own for each test.

use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::ConnectionTrait;
use tempfile::TempDir;
use tolva_ledger::database;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// A database that is there until [`Place::remove`].
pub enum Place {
    Folder(TempDir),
    Database { server: String, name: String },
}

static NUMBER: AtomicU32 = AtomicU32::new(0);

impl Place {
    pub async fn make(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => Self::Folder(TempDir::new().expect("a temporary folder")),
            Backend::Postgres => {
                let server = std::env::var("TOLVA_TEST_POSTGRES")
                    .expect("TOLVA_TEST_POSTGRES is not set: run ./test, which starts the servers");
                let number = NUMBER.fetch_add(1, Ordering::Relaxed);
                let name = format!("tolva_api_{}_{number}", std::process::id());
                execute(&server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
                execute(&server, &format!("CREATE DATABASE {name}")).await;
                Self::Database { server, name }
            }
        }
    }

    pub fn url(&self) -> String {
        match self {
            Self::Folder(folder) => format!("sqlite://{}/tolva.db", folder.path().display()),
            Self::Database { server, name } => {
                let (before, _) = server.rsplit_once('/').expect("a URL with a database");
                format!("{before}/{name}")
            }
        }
    }

    pub async fn remove(self) {
        match self {
            Self::Folder(folder) => folder.close().expect("an empty folder"),
            Self::Database { server, name } => {
                execute(&server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
            }
        }
    }
}

async fn execute(url: &str, sql: &str) {
    let (db, _) = database::connect(url, 1).await.expect("the test server");
    db.execute_unprepared(sql).await.expect(sql);
    db.close().await.expect("the test server");
}
