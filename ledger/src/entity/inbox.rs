//! What the watcher knows of a file in the inbox.

use sea_orm::entity::prelude::*;

/// What the watcher knows of a file in the inbox.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tolva_inbox")]
pub struct Model {
    /// Where it lies.
    #[sea_orm(primary_key, auto_increment = false)]
    pub path: String,
    /// Bytes.
    pub size: i64,
    /// Modification time, nanoseconds since 1970.
    pub mtime_ns: i64,
    /// Change time, nanoseconds since 1970.
    pub ctime_ns: i64,
    /// The inode.
    pub inode: i64,
    /// The arrival made of it; absent when none was.
    pub arrival_id: Option<i64>,
    /// Why none was made.
    #[sea_orm(column_type = "Text", nullable)]
    pub problem: Option<String>,
    /// When it was looked at.
    pub seen_at: i64,
}

/// It is joined by hand where that is needed.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
