//! Exact counts: every offered row has one outcome.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
pub use tolva_schema::count::TableCounts;
use tolva_schema::finding::Finding;

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
