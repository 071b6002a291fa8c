//! What happened to rows, counted: every offered row has one outcome.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What happened to the rows of one table: offered = inserted + updated + unchanged + duplicate + held
/// + rejected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TableCounts {
    /// Rows that lines offered, good or not.
    pub offered: u64,
    /// New ones.
    pub inserted: u64,
    /// Ones whose file content changed.
    pub updated: u64,
    /// Ones that stayed as they were.
    pub unchanged: u64,
    /// Ones whose key another line had.
    pub duplicate: u64,
    /// Ones that were kept as they were because their line was refused.
    pub held: u64,
    /// Ones that were refused.
    pub rejected: u64,
    /// Rows that the file no longer has.
    pub deleted: u64,
    /// Cells of a matrix that say nothing.
    pub blank: u64,
}

impl TableCounts {
    /// Whether offered = inserted + updated + unchanged + duplicate + held + rejected.
    pub fn add_up(&self) -> bool {
        self.offered
            == self.inserted
                + self.updated
                + self.unchanged
                + self.duplicate
                + self.held
                + self.rejected
    }

    /// Whether anything in the table changed.
    pub fn changed(&self) -> bool {
        self.inserted + self.updated + self.deleted > 0
    }
}
