//! A target that a worker or a contract named.

use sea_orm::entity::prelude::*;

/// A target that a worker or a contract named.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tolva_target")]
pub struct Model {
    /// Its name.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// The dialect of its database; absent while no worker has a URL for it.
    pub dialect: Option<String>,
    /// When a worker last said so.
    pub seen_at: i64,
}

/// It is joined by hand where that is needed.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
