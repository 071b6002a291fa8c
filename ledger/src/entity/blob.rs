//! The bytes of a file: one per content, shared by arrivals.

use sea_orm::entity::prelude::*;

/// The bytes of a file: one per content, shared by arrivals.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tolva_blob")]
pub struct Model {
    /// Its number.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// SHA-256; absent while it is being written.
    #[sea_orm(unique)]
    pub sha256: Option<String>,
    /// Bytes.
    pub size: i64,
    /// When writing began.
    pub created_at: i64,
}

/// It is joined by hand where that is needed.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
