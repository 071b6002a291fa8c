//! When a process was last heard of.

use sea_orm::entity::prelude::*;

/// When a process was last heard of.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tolva_heartbeat")]
pub struct Model {
    /// Which process: its host and its number there.
    #[sea_orm(primary_key, auto_increment = false)]
    pub instance: String,
    /// `watch`, `work` or `up`.
    pub role: String,
    /// Its host.
    pub host: String,
    /// The inbox that it watches; absent when it watches none.
    #[sea_orm(column_type = "Text", nullable)]
    pub inbox: Option<String>,
    /// When it started, by the clock of the database.
    pub started_at: i64,
    /// When it was last heard of, by the clock of the database.
    pub seen_at: i64,
    /// When it ended of its own accord; absent while it runs, and when it was killed.
    pub stopped_at: Option<i64>,
}

/// It is joined by hand where that is needed.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
