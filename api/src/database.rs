//! What an error of the database means for a request.

use sea_orm::sqlx::Error as DriverError;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};
use tolva_ledger::LedgerError;

use crate::problem::Problem;

/// What went wrong, as far as a request cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A table is not there.
    NoTable,
    /// A column is not there.
    NoColumn,
    /// A regular expression is none.
    Pattern,
    /// Nobody answers.
    Unreachable,
    /// Nothing became free in time.
    Busy,
    /// It took longer than it may.
    Timeout,
    /// Somebody else writes, and did not end in time.
    Locked,
    /// Something else.
    Other,
}

/// What an error of the database is about.
pub fn fault(error: &DbErr) -> Fault {
    match error {
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => Fault::Busy,
        DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed) => Fault::Unreachable,
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => of_driver(error),
        DbErr::Conn(_) => Fault::Unreachable,
        _ => Fault::Other,
    }
}

fn of_driver(error: &DriverError) -> Fault {
    match error {
        DriverError::Io(_) | DriverError::Tls(_) | DriverError::PoolClosed => Fault::Unreachable,
        DriverError::PoolTimedOut => Fault::Busy,
        DriverError::Database(error) => {
            let message = error.message();
            match error.code().as_deref() {
                Some("42P01") => Fault::NoTable,
                Some("42703") => Fault::NoColumn,
                Some("2201B") => Fault::Pattern,
                Some("57014") => Fault::Timeout,
                // Too many connections, no login, shutting down, starting up.
                Some("53300" | "28000" | "28P01" | "57P01" | "57P02" | "57P03") => {
                    Fault::Unreachable
                }
                // SQLite's general error; which one it is stands in the message only.
                Some("1") if message.starts_with("no such table") => Fault::NoTable,
                Some("1") if message.starts_with("no such column") => Fault::NoColumn,
                // No lock was given in time, or it went to another one; SQLite's writer is taken.
                Some("55P03" | "40001" | "40P01" | "5" | "261" | "517") => Fault::Locked,
                _ => Fault::Other,
            }
        }
        _ => Fault::Other,
    }
}

impl From<DbErr> for Problem {
    fn from(error: DbErr) -> Self {
        match fault(&error) {
            Fault::Busy => Self::Busy,
            Fault::Timeout => Self::Timeout,
            Fault::Locked => Self::Locked,
            Fault::Unreachable => Self::Unreachable { cause: error.to_string() },
            Fault::Pattern => Self::Pattern { details: "the database cannot read it".to_owned() },
            Fault::NoTable | Fault::NoColumn | Fault::Other => {
                Self::Internal { cause: error.to_string() }
            }
        }
    }
}

impl From<LedgerError> for Problem {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Database(error) => error.into(),
            LedgerError::NoArrival(id) => Self::Missing { kind: "arrival", name: id.to_string() },
            other => Self::Internal { cause: other.to_string() },
        }
    }
}

/// Why rows cannot be read.
#[derive(Debug)]
pub enum Trouble {
    /// The database refuses or fails.
    Database(DbErr),
    /// Something else.
    Problem(Problem),
}

impl From<DbErr> for Trouble {
    fn from(error: DbErr) -> Self {
        Self::Database(error)
    }
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl Trouble {
    /// What a client is told who reads a table of a contract.
    pub fn with_table(self, table: &str) -> Problem {
        match self {
            Self::Problem(problem) => problem,
            Self::Database(error) => match fault(&error) {
                Fault::NoTable => Problem::UnknownTable {
                    table: table.to_owned(),
                    hint: "its contract is in force, and no worker has made it yet".to_owned(),
                },
                Fault::NoColumn => Problem::Changing { table: table.to_owned() },
                _ => error.into(),
            },
        }
    }
}
