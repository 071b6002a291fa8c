//! Exact counts: every offered row has one outcome.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tolva_schema::finding::Finding;

/// What happened to the rows of one table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
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

/// Counts of all tables of a load, by table.
pub type Counts = BTreeMap<String, TableCounts>;

/// What is told of a load beside the counts of its tables.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Lines read (a cell of a matrix that says something is a line).
    pub read: u64,
    /// Lines refused.
    pub rejected: u64,
    /// Rows held.
    pub held: u64,
    /// Doubts.
    pub warnings: u64,
}

/// What a target keeps of the load that was applied last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Lines.
    pub totals: Totals,
    /// Rows by table.
    pub tables: Counts,
    /// The target held exactly this already.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unchanged: bool,
    /// What only the merge could find. The ledger is told after the target committed: should a crash
    /// come between the two, it is told from here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}
