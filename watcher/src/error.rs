//! What can go wrong, by what follows from it.

use std::io;
use std::path::PathBuf;

use tolva_ledger::LedgerError;

/// Why a pass over the inbox ended early, or a file could not be landed.
#[derive(Debug, thiserror::Error)]
pub enum WatcherError {
    /// The inbox itself cannot be made or read.
    #[error("the inbox {path} cannot be used: {source}; check `inbox` and its permissions")]
    Inbox {
        /// The inbox.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file that was named cannot be read.
    #[error("{path} cannot be read: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file that was named changed while it was read.
    #[error("{path} changed while it was read; try again once it is complete")]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// The ledger refused. What was not taken is taken by the next pass.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}
