//! Who may load a dataset into a target.

use sea_orm::entity::prelude::*;

/// Who may load a dataset into a target.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tolva_lease")]
pub struct Model {
    /// The dataset.
    #[sea_orm(primary_key, auto_increment = false)]
    pub dataset: String,
    /// The target.
    #[sea_orm(primary_key, auto_increment = false)]
    pub target: String,
    /// The fencing token: raised each time the lease changes hands.
    pub token: i64,
    /// Who holds it; absent when nobody does.
    pub owner: Option<String>,
    /// Until when.
    pub expires_at: i64,
}

/// It is joined by hand where that is needed.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
