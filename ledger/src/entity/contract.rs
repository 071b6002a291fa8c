//! Contracts by digest.

use sea_orm::entity::prelude::*;

/// Contracts by digest.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tolva_contract")]
pub struct Model {
    /// The dataset.
    #[sea_orm(primary_key, auto_increment = false)]
    pub dataset: String,
    /// The hash of its meaning.
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: String,
    /// `in_force`, `waiting` (for a person to allow a destructive change) or `former`.
    pub state: String,
    /// The file as written.
    #[sea_orm(column_type = "Text")]
    pub text: String,
    /// The file's name.
    pub file: String,
    /// Why it waits.
    #[sea_orm(column_type = "Text", nullable)]
    pub message: Option<String>,
    /// When it was stored.
    pub stored_at: i64,
}

/// It is joined by hand where that is needed.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
