//! A row on its way to a target.

use tolva_schema::hash::Hash128;
use tolva_schema::value::Value;

/// What is to be done with a staged row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// It is new.
    Insert,
    /// It takes new content.
    Update,
    /// Its content stays; a file owns it from now on.
    Adopt,
    /// It goes.
    Delete,
}

impl Operation {
    /// The number staged.
    pub fn code(self) -> i16 {
        match self {
            Self::Insert => 1,
            Self::Update => 2,
            Self::Adopt => 3,
            Self::Delete => 4,
        }
    }
}

/// A row on its way to a target.
#[derive(Debug, Clone)]
pub struct Staged {
    /// The table's index in the contract.
    pub table: usize,
    /// Its place among the staged rows of the table.
    pub slot: u32,
    /// What is to be done.
    pub operation: Operation,
    /// The surrogate key; 0 in tables without.
    pub id: i64,
    /// The columns of the contract's table, in its order; for a deletion nothing, or the key's columns
    /// at their places.
    pub values: Vec<Value>,
    /// The hash of the content.
    pub hash: Hash128,
}
