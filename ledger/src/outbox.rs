//! Events that are to be published: written with what they tell of, published afterwards.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::entity::outbox;
use crate::{Ledger, LedgerError, now_ms};

/// An event that waits to be published.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxEvent {
    /// Its number.
    pub id: i64,
    /// `file.arrived`, …
    pub kind: String,
    /// The dataset.
    pub dataset: String,
    /// Its data.
    pub data: serde_json::Value,
}

pub(crate) async fn push(
    db: &impl ConnectionTrait,
    kind: &str,
    dataset: &str,
    data: serde_json::Value,
) -> Result<(), LedgerError> {
    outbox::Entity::insert(outbox::ActiveModel {
        kind: Set(kind.to_owned()),
        dataset: Set(dataset.to_owned()),
        data: Set(data.to_string()),
        created_at: Set(now_ms()),
        ..Default::default()
    })
    .exec_without_returning(db)
    .await?;
    Ok(())
}

impl Ledger {
    /// The oldest unpublished events, `limit` at most.
    pub async fn unpublished(&self, limit: u64) -> Result<Vec<OutboxEvent>, LedgerError> {
        let models = outbox::Entity::find()
            .filter(outbox::Column::PublishedAt.is_null())
            .order_by_asc(outbox::Column::Id)
            .limit(limit)
            .all(&self.db)
            .await?;
        Ok(models
            .into_iter()
            .map(|model| OutboxEvent {
                id: model.id,
                kind: model.kind,
                dataset: model.dataset,
                data: serde_json::from_str(&model.data).unwrap_or_default(),
            })
            .collect())
    }

    /// Marks events as published.
    pub async fn mark_published(&self, ids: &[i64]) -> Result<(), LedgerError> {
        outbox::Entity::update_many()
            .set(outbox::ActiveModel { published_at: Set(Some(now_ms())), ..Default::default() })
            .filter(outbox::Column::Id.is_in(ids.iter().copied()))
            .exec(&self.db)
            .await?;
        Ok(())
    }
}
