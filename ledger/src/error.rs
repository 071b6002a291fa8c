//! What can go wrong with the ledger.

use sea_orm::DbErr;

use crate::consequence::{Consequence, consequence};

/// An error of the ledger.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The database refused, or cannot be reached.
    #[error("ledger: {0}")]
    Database(#[from] DbErr),
    /// MySQL as a ledger.
    #[error("the ledger needs Postgres or SQLite; name MySQL as a target instead")]
    Unsupported,
    /// A database URL of no known kind.
    #[error("a database URL starts with postgres:, mysql: or sqlite:")]
    Url,
    /// A database URL that is none.
    #[error(
        "the database URL cannot be read; signs like @ : / ? # % in a password are written as %40 %3A \
         %2F %3F %23 %25"
    )]
    UnreadableUrl,
    /// No such arrival.
    #[error("there is no arrival {0}; `tolva status` lists them")]
    NoArrival(i64),
    /// The bytes of the arrival were let go.
    #[error("the bytes of arrival {0} are no longer kept (`keep`, `tolva prune`)")]
    NotKept(i64),
    /// The command does not fit the arrival's state.
    #[error("arrival {arrival} is {state}: {hint}")]
    WrongState {
        /// The arrival.
        arrival: i64,
        /// Its state.
        state: String,
        /// What would fit.
        hint: &'static str,
    },
    /// A key of that name is in force.
    #[error("there is a key `{0}` already; choose another name, or `tolva keys revoke {0}` first")]
    KeyExists(String),
    /// No key of that name is in force.
    #[error("no key `{0}` is in force; `tolva keys list` shows them")]
    NoKey(String),
    /// Reading the file failed.
    #[error("cannot read the file: {0}")]
    Io(#[from] std::io::Error),
    /// Somebody else ended this load: its worker was given up.
    #[error("load {0} was given up; another worker has taken its dataset over")]
    GivenUp(i64),
    /// Something stored in the ledger cannot be read back.
    #[error("the ledger holds what this version does not understand: {0}")]
    Corrupt(String),
}

impl LedgerError {
    /// What follows from it.
    pub fn consequence(&self) -> Consequence {
        match self {
            Self::Database(error) => consequence(error),
            Self::Unsupported | Self::Url | Self::UnreadableUrl => {
                Consequence::Configuration("check the database's URL")
            }
            Self::Io(_) | Self::GivenUp(_) => Consequence::Retry,
            Self::NoArrival(_)
            | Self::NotKept(_)
            | Self::WrongState { .. }
            | Self::KeyExists(_)
            | Self::NoKey(_)
            | Self::Corrupt(_) => Consequence::Fault,
        }
    }
}
