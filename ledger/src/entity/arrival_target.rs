//! How far an arrival is, per target; absent means landed.

use sea_orm::entity::prelude::*;

/// How far an arrival is, per target; absent means landed.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tolva_arrival_target")]
pub struct Model {
    /// The arrival.
    #[sea_orm(primary_key, auto_increment = false)]
    pub arrival_id: i64,
    /// The target.
    #[sea_orm(primary_key, auto_increment = false)]
    pub target: String,
    /// The arrival's dataset, partition and place, so that decisions need not look there.
    pub dataset: String,
    /// See `dataset`.
    pub part: String,
    /// See `dataset`.
    pub sequence: i64,
    /// Whether it is the newest of its partition that was not refused.
    pub head: bool,
    /// See [`tolva_schema::state::ArrivalState`].
    pub state: String,
    /// Why, where it failed or was refused.
    #[sea_orm(column_type = "Text", nullable)]
    pub message: Option<String>,
    /// The contract by which it got there.
    pub digest: Option<String>,
    /// How often loading it was tried in vain since it last succeeded.
    pub attempts: i32,
    /// Not to be tried before.
    pub not_before: i64,
    /// When it changed.
    pub changed_at: i64,
}

/// It is joined by hand where that is needed.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
