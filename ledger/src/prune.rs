//! What is let go: the bytes of old arrivals, and what only watchers and buses needed.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tolva_schema::state::ArrivalState;

use crate::entity::{arrival, blob, chunk, outbox};
use crate::{Ledger, LedgerError, now_ms};

/// A blob that no arrival refers to may be one that is just landing; published events may still be
/// of interest to a reader.
const YOUNG_MS: i64 = 60 * 60 * 1000;
const EVENTS_KEPT_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// What was let go.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Pruned {
    /// Arrivals that can no longer be replayed.
    pub arrivals: u64,
    /// Contents removed from the landing.
    pub blobs: u64,
    /// Their bytes before compression.
    pub bytes: i64,
}

impl Ledger {
    /// Lets go of the bytes of all but the last `keep` arrivals of each dataset. Whatever is still to
    /// be loaded, waits for a person, or is the newest that a partition was loaded from, is kept.
    pub async fn prune(&self, keep: usize) -> Result<Pruned, LedgerError> {
        let mut pruned = Pruned::default();
        let models = arrival::Entity::find()
            .filter(arrival::Column::BlobId.is_not_null())
            .order_by_desc(arrival::Column::Sequence)
            .all(&self.db)
            .await?;
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let mut served: BTreeSet<(String, String)> = BTreeSet::new();
        for arrival in self.with_progress(models).await? {
            let count = seen.entry(arrival.dataset.clone()).or_default();
            *count += 1;
            let waits =
                arrival.targets.values().any(|one| one.state.is_open() || one.state.blocks());
            let applied = arrival.targets.values().any(|one| one.state.is_applied());
            let newest_applied =
                applied && served.insert((arrival.dataset.clone(), arrival.part.clone()));
            let unknown = arrival.targets.is_empty() && arrival.state == ArrivalState::Landed;
            if *count <= keep || waits || newest_applied || unknown {
                continue;
            }
            arrival::Entity::update(arrival::ActiveModel {
                id: Set(arrival.id),
                blob_id: Set(None),
                ..Default::default()
            })
            .exec(&self.db)
            .await?;
            pruned.arrivals += 1;
        }
        self.drop_blobs(&mut pruned).await?;
        outbox::Entity::delete_many()
            .filter(outbox::Column::PublishedAt.lt(now_ms() - EVENTS_KEPT_MS))
            .exec(&self.db)
            .await?;
        self.forget_silent().await?;
        Ok(pruned)
    }

    async fn drop_blobs(&self, pruned: &mut Pruned) -> Result<(), LedgerError> {
        let old = blob::Entity::find()
            .filter(blob::Column::CreatedAt.lt(now_ms() - YOUNG_MS))
            .all(&self.db)
            .await?;
        for blob in old {
            let transaction = self.begin().await?;
            let used: Option<i64> = arrival::Entity::find()
                .select_only()
                .column(arrival::Column::Id)
                .filter(arrival::Column::BlobId.eq(blob.id))
                .into_tuple()
                .one(&transaction)
                .await?;
            if used.is_some() {
                continue;
            }
            // Asked again: it is young when somebody has just landed the same content.
            let gone = blob::Entity::delete_many()
                .filter(blob::Column::Id.eq(blob.id))
                .filter(blob::Column::CreatedAt.lt(now_ms() - YOUNG_MS))
                .exec(&transaction)
                .await?;
            if gone.rows_affected == 1 {
                chunk::Entity::delete_many()
                    .filter(chunk::Column::BlobId.eq(blob.id))
                    .exec(&transaction)
                    .await?;
                transaction.commit().await?;
                pruned.blobs += 1;
                pruned.bytes += blob.size;
            }
        }
        Ok(())
    }
}
