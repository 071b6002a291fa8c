#![doc = include_str!("../README.md")]

mod arrivals;
mod clock;
mod consequence;
mod contracts;
pub mod database;
pub mod entity;
mod error;
mod figures;
mod freshness;
pub mod heartbeats;
mod inbox;
pub mod keys;
pub mod kill;
mod landing;
mod leases;
mod listen;
mod loads;
mod migration;
mod outbox;
mod patience;
mod progress;
mod prune;
pub mod stored;
mod targets;
pub mod whole;
pub mod work;

use std::sync::Arc;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use sea_orm::{
    DatabaseConnection, DatabaseTransaction, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use tokio::sync::Notify;
use tolva_schema::dialect::Dialect;

pub use arrivals::{Arrival, ArrivalOrigin, Arrived, NewArrival, Progress};
pub use clock::{now_ms, parse_rfc3339, rfc3339};
pub use consequence::{Consequence, consequence};
pub use contracts::{ContractState, StoredContract};
pub use error::LedgerError;
pub use figures::{ArrivalFigure, Figures, OutboxFigure};
pub use freshness::Freshness;
pub use heartbeats::{Heartbeat, Instance};
pub use inbox::{InboxFile, Stamp};
pub use keys::{Key, PREFIX as KEY_PREFIX, Secret};
pub use landing::Landed;
pub use leases::Lease;
pub use listen::{Heard, Hints, Listening};
pub use loads::{Load, LoadReport, STOPS};
pub use outbox::OutboxEvent;
pub use prune::Pruned;
pub use targets::Target;

use patience::{Patient, within};

/// How long a statement of the ledger may take. Statements are short; a server that lets them wait
/// for longer does not answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// Between two tries to open a ledger that cannot be reached.
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// The control tables, in one database: Postgres, or SQLite when embedded.
#[derive(Debug, Clone)]
pub struct Ledger {
    db: Patient<DatabaseConnection>,
    dialect: Dialect,
    trace: fn() -> Option<String>,
    /// Something came in by this very process: in SQLite nobody else tells.
    near: Arc<Notify>,
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
        let patience = (dialect == Dialect::Postgres).then_some(PATIENCE);
        within(patience, migration::run(&db, dialect)).await?;
        Ok(Self {
            db: Patient { inner: db, patience },
            dialect,
            trace: || None,
            near: Arc::default(),
        })
    }

    /// Opens the ledger as soon as it can be reached; `waits` is told what it waits for, and for how
    /// long until the next try.
    ///
    /// # Errors
    /// As [`Ledger::open`], but for those that pass by.
    pub async fn open_when_ready(
        url: &str,
        mut waits: impl FnMut(&LedgerError, Duration),
    ) -> Result<Self, LedgerError> {
        let pace = ExponentialBuilder::default()
            .with_min_delay(FIRST_WAIT)
            .with_max_delay(LONGEST_WAIT)
            .without_max_times();
        (|| Self::open(url))
            .retry(pace)
            .when(|error| error.consequence() == Consequence::Retry)
            .notify(|error, wait| waits(error, wait))
            .await
    }

    /// The same, where `trace` tells the trace that is under way (a `traceparent` of W3C Trace Context):
    /// events carry it on.
    pub fn with_trace(mut self, trace: fn() -> Option<String>) -> Self {
        self.trace = trace;
        self
    }

    /// The same, where what is uploaded by it is heard of by whoever listens to `other` in this process:
    /// in SQLite nobody else tells.
    pub fn heard_by(mut self, other: &Self) -> Self {
        self.near = Arc::clone(&other.near);
        self
    }

    /// Asks whether the ledger answers.
    ///
    /// # Errors
    /// It does not.
    pub async fn ping(&self) -> Result<(), LedgerError> {
        Ok(within(self.db.patience, self.db.inner.ping()).await?)
    }

    /// The pool behind it.
    pub fn db(&self) -> &DatabaseConnection {
        &self.db.inner
    }

    /// Its dialect: Postgres or SQLite.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Begins a transaction that will write. In SQLite it takes the writer's place at once: a
    /// transaction that first reads and then writes would fail when another wrote in between.
    pub(crate) async fn begin(&self) -> Result<Patient<DatabaseTransaction>, LedgerError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let patience = self.db.patience;
        let inner = within(patience, self.db.inner.begin_with_options(options)).await?;
        Ok(Patient { inner, patience })
    }
}
