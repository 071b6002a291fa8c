//! What can go wrong with a load, by what follows from it.

use sea_orm::{DbErr, RuntimeErr, sqlx};
use tolva_ledger::{Consequence, LedgerError, consequence};

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
    /// The target cannot be used as it is configured: arrivals wait until somebody has mended that.
    #[error("{0}")]
    Misconfigured(String),
    /// The ledger cannot be used as it is configured: there is no going on.
    #[error("{0}")]
    Fatal(String),
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
            Self::Misconfigured(_) => "misconfigured",
            Self::Fatal(_) => "fatal",
            Self::Moved => "moved",
            Self::Fenced => "fenced",
        }
    }

    /// Whether the process had better end: nothing that it could try again would go well.
    pub fn is_fatal(&self) -> bool {
        matches!(self, Self::Fatal(_))
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
        if matches!(error, LedgerError::GivenUp(_)) {
            return Self::Fenced;
        }
        match error.consequence() {
            Consequence::Retry => Self::Retry(error.to_string()),
            Consequence::Configuration(advice) => Self::Fatal(format!("{error}: {advice}")),
            Consequence::Fault => Self::Failed { code: "ledger", message: error.to_string() },
        }
    }
}

impl From<sqlx::Error> for LoadError {
    fn from(error: sqlx::Error) -> Self {
        DbErr::Exec(RuntimeErr::SqlxError(error.into())).into()
    }
}

/// What a target says.
impl From<DbErr> for LoadError {
    fn from(error: DbErr) -> Self {
        match consequence(&error) {
            Consequence::Retry => Self::Retry(error.to_string()),
            Consequence::Configuration(advice) => Self::Misconfigured(format!("{error}: {advice}")),
            Consequence::Fault => Self::Failed { code: "database", message: error.to_string() },
        }
    }
}
