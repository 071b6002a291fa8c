#![doc = include_str!("../README.md")]

mod arrivals;
mod clock;
mod contracts;
pub mod database;
pub mod entity;
mod error;
mod figures;
mod freshness;
pub mod heartbeats;
mod inbox;
pub mod kill;
mod landing;
mod leases;
mod loads;
mod migration;
mod outbox;
mod progress;
mod prune;
mod targets;
pub mod work;

use sea_orm::{
    DatabaseConnection, DatabaseTransaction, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use tolva_schema::dialect::Dialect;

pub use arrivals::{Arrival, ArrivalOrigin, NewArrival};
pub use clock::{now_ms, rfc3339};
pub use contracts::{ContractState, StoredContract};
pub use error::LedgerError;
pub use figures::{ArrivalFigure, Figures, OutboxFigure};
pub use freshness::Freshness;
pub use heartbeats::{Heartbeat, Instance};
pub use inbox::{InboxFile, Stamp};
pub use landing::Landed;
pub use leases::Lease;
pub use loads::{Load, LoadReport};
pub use outbox::{CHANNEL, OutboxEvent};
pub use prune::Pruned;
pub use targets::Target;

/// The control tables, in one database: Postgres, or SQLite when embedded.
#[derive(Debug, Clone)]
pub struct Ledger {
    db: DatabaseConnection,
    dialect: Dialect,
    trace: fn() -> Option<String>,
}

impl Ledger {
    /// Connects to the ledger's database and brings its tables up to date.
    ///
    /// # Errors
    /// [`LedgerError::Unsupported`] for databases that cannot hold a ledger; else what the database
    /// says.
    pub async fn open(url: &str) -> Result<Self, LedgerError> {
        let (db, dialect) = database::connect(url, 10).await?;
        if dialect.is_mysql() {
            return Err(LedgerError::Unsupported);
        }
        migration::run(&db, dialect).await?;
        Ok(Self { db, dialect, trace: || None })
    }

    /// The same, where `trace` tells the trace that is under way (a `traceparent` of W3C Trace Context):
    /// events carry it on.
    pub fn with_trace(mut self, trace: fn() -> Option<String>) -> Self {
        self.trace = trace;
        self
    }

    /// Asks whether the ledger answers.
    ///
    /// # Errors
    /// It does not.
    pub async fn ping(&self) -> Result<(), LedgerError> {
        Ok(self.db.ping().await?)
    }

    /// The pool behind it.
    pub fn db(&self) -> &DatabaseConnection {
        &self.db
    }

    /// Its dialect: Postgres or SQLite.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Begins a transaction that will write. In SQLite it takes the writer's place at once: a
    /// transaction that first reads and then writes would fail when another wrote in between.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction, LedgerError> {
        Ok(self
            .db
            .begin_with_options(TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..Default::default()
            })
            .await?)
    }
}
