//! One try at loading an arrival into a target.

use sea_orm::entity::prelude::*;

/// One try at loading an arrival into a target.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tolva_load")]
pub struct Model {
    /// Its number.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The arrival.
    #[sea_orm(indexed)]
    pub arrival_id: i64,
    /// The dataset.
    pub dataset: String,
    /// The target.
    pub target: String,
    /// The contract that was applied.
    pub digest: String,
    /// The fencing token.
    pub token: i64,
    /// `loading`, or how it ended.
    pub state: String,
    /// Lines of the source that were read.
    pub read: i64,
    /// Lines refused.
    pub rejected: i64,
    /// Rows kept as they were because their line was refused.
    pub held: i64,
    /// Doubts.
    pub warnings: i64,
    /// Counts per table, as JSON.
    #[sea_orm(column_type = "Text")]
    pub counts: String,
    /// The code of the error that ended it.
    pub error: Option<String>,
    /// That error in words.
    #[sea_orm(column_type = "Text", nullable)]
    pub message: Option<String>,
    /// When it began.
    pub started_at: i64,
    /// When it ended.
    pub finished_at: Option<i64>,
}

/// It is joined by hand where that is needed.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
