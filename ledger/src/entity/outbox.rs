//! Events that are to be published.

use sea_orm::entity::prelude::*;

/// Events that are to be published.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tolva_outbox")]
pub struct Model {
    /// Its number.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// What names the event everywhere, however often it is published: a UUID.
    pub event: String,
    /// `file.arrived`, `dataset.refreshed`, …
    pub kind: String,
    /// The dataset.
    pub dataset: String,
    /// The event's data, as JSON.
    #[sea_orm(column_type = "Text")]
    pub data: String,
    /// The trace that it belongs to: a `traceparent` of W3C Trace Context.
    pub trace: Option<String>,
    /// When it came to be.
    pub created_at: i64,
    /// Until when somebody publishes it, by the database's clock.
    pub claimed_until: i64,
    /// When it was published.
    pub published_at: Option<i64>,
}

/// It is joined by hand where that is needed.
#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
