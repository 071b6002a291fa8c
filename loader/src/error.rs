//! What can go wrong with a load, by what follows from it.

use sea_orm::{DbErr, RuntimeErr, sqlx};
use tolva_ledger::LedgerError;

use crate::organise::OrganiseError;
use crate::read::ReadError;

/// An error of a load.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file is not to be loaded as it is: a person decides.
    #[error("{message}")]
    Quarantine {
        /// The stable code.
        code: &'static str,
        /// What is wrong and what to do.
        message: String,
    },
    /// Something passed by: the same load may succeed later.
    #[error("{0}")]
    Retry(String),
    /// The same load will fail again: a person must look.
    #[error("{message}")]
    Failed {
        /// The stable code.
        code: &'static str,
        /// What went wrong.
        message: String,
    },
    /// Somebody changed the dataset between the comparison and the merge: compare again.
    #[error("the dataset changed while the load was prepared")]
    Moved,
    /// Another worker took over.
    #[error("another worker has taken this dataset over")]
    Fenced,
}

impl LoadError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Quarantine { code, .. } | Self::Failed { code, .. } => code,
            Self::Retry(_) => "retry",
            Self::Moved => "moved",
            Self::Fenced => "fenced",
        }
    }
}

impl From<ReadError> for LoadError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Io(error) => {
                Self::Retry(format!("the landed bytes cannot be read: {error}"))
            }
            other => Self::Quarantine { code: other.code(), message: other.to_string() },
        }
    }
}

impl From<OrganiseError> for LoadError {
    fn from(error: OrganiseError) -> Self {
        match error {
            OrganiseError::Read(error) => error.into(),
            OrganiseError::Stopped => Self::Retry(error.to_string()),
        }
    }
}

impl From<LedgerError> for LoadError {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Database(error) => error.into(),
            LedgerError::Io(error) => Self::Retry(error.to_string()),
            other => Self::Failed { code: "ledger", message: other.to_string() },
        }
    }
}

impl From<sqlx::Error> for LoadError {
    fn from(error: sqlx::Error) -> Self {
        DbErr::Exec(RuntimeErr::SqlxError(error.into())).into()
    }
}

impl From<DbErr> for LoadError {
    fn from(error: DbErr) -> Self {
        if passes(&error) {
            Self::Retry(error.to_string())
        } else {
            Self::Failed { code: "database", message: error.to_string() }
        }
    }
}

/// Whether the same statement may succeed later: the connection broke, somebody else was in the way,
/// or the disk was full.
fn passes(error: &DbErr) -> bool {
    let (DbErr::Conn(cause) | DbErr::Exec(cause) | DbErr::Query(cause)) = error else {
        return matches!(error, DbErr::ConnectionAcquire(_));
    };
    let RuntimeErr::SqlxError(cause) = cause else { return false };
    match cause.as_ref() {
        sqlx::Error::Database(refusal) => {
            let code = refusal.code().unwrap_or_default();
            let number = refusal
                .try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>()
                .map(sqlx::mysql::MySqlDatabaseError::number);
            match number {
                // Disk full, too many connections, lock wait, deadlock, shutdown, killed.
                Some(number) => {
                    matches!(number, 1021 | 1040 | 1053 | 1205 | 1213 | 1317 | 1927 | 3024)
                }
                None => is_passing_code(&code),
            }
        }
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        _ => false,
    }
}

/// SQLSTATE classes of Postgres (connection, rollback, resources, operator, lock), and SQLite's
/// primary result codes (busy, locked, I/O, full), which come with extended bits above them.
fn is_passing_code(code: &str) -> bool {
    if code.len() == 5 {
        return ["08", "40", "53", "57", "58"].iter().any(|class| code.starts_with(class))
            || code == "55P03";
    }
    code.parse::<u32>().is_ok_and(|number| matches!(number & 0xff, 5 | 6 | 10 | 13))
}
