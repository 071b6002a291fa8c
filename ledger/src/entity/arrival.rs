//! One drop of one file.

use sea_orm::entity::prelude::*;

/// One drop of one file.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tolva_arrival")]
pub struct Model {
    /// Its number.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The dataset.
    pub dataset: String,
    /// The partition; empty where the dataset has none.
    pub part: String,
    /// Its place among the arrivals of the dataset.
    pub sequence: i64,
    /// Where the file lay.
    #[sea_orm(column_type = "Text")]
    pub path: String,
    /// The file's name.
    #[sea_orm(column_type = "Text")]
    pub file: String,
    /// Where it came in: `inbox`, `api`, `command`, `dagster` or `replay`.
    pub origin: String,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
    /// Bytes.
    pub size: i64,
    /// The bytes; absent once they were let go.
    pub blob_id: Option<i64>,
    /// The arrival that it takes the place of (replay, release).
    pub replaces: Option<i64>,
    /// Whether a person allowed it past the guards.
    pub released: bool,
    /// When it landed.
    pub landed_at: i64,
}

/// It is joined by hand where that is needed.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
