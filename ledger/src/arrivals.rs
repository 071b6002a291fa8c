//! Arrivals: one drop of one file, with its place among the drops of its dataset.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Statement,
};
use serde::{Deserialize, Serialize};
use tolva_schema::dialect::Dialect;
use tolva_schema::event::{Body, FileArrived};
use tolva_schema::hash::Hash128;
use tolva_schema::state::ArrivalState;

use crate::entity::{arrival, arrival_target};
use crate::inbox::{self, Stamp};
use crate::landing::Landed;
use crate::{Ledger, LedgerError, kill, now_ms, rfc3339};

/// Where an arrival came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ArrivalOrigin {
    /// The watched folder.
    Inbox,
    /// An upload.
    Api,
    /// `tolva load` or `tolva land`.
    Command,
    /// The daily job.
    Dagster,
    /// `tolva replay` or `tolva release`.
    Replay,
}

impl fmt::Display for ArrivalOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Inbox => "inbox",
            Self::Api => "api",
            Self::Command => "command",
            Self::Dagster => "dagster",
            Self::Replay => "replay",
        })
    }
}

/// An arrival to be.
#[derive(Debug, Clone)]
pub struct NewArrival {
    /// The dataset.
    pub dataset: String,
    /// The partition; empty where the dataset has none.
    pub part: String,
    /// Where the file lay.
    pub path: String,
    /// The file's name.
    pub file: String,
    /// Where it came in.
    pub origin: ArrivalOrigin,
    /// The file's stamp, for files of the inbox: the drop is taken once, whoever sees it.
    pub stamp: Option<Stamp>,
}

/// What came of making an arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrived {
    /// It was made.
    Made(i64),
    /// Somebody had made it of this very drop before.
    Found(i64),
}

impl Arrived {
    /// The arrival.
    pub fn id(self) -> i64 {
        match self {
            Self::Made(id) | Self::Found(id) => id,
        }
    }
}

/// How far an arrival is in one target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Progress {
    /// The state.
    pub state: ArrivalState,
    /// Why, where it failed or was refused.
    pub message: Option<String>,
}

/// An arrival as it stands.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Arrival {
    /// Its number.
    pub id: i64,
    /// The dataset.
    pub dataset: String,
    /// The partition; empty where the dataset has none.
    pub part: String,
    /// Its place among the arrivals of the dataset.
    pub sequence: i64,
    /// Where the file lay.
    pub path: String,
    /// The file's name.
    pub file: String,
    /// Where it came in.
    pub origin: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Bytes.
    pub size: i64,
    /// The arrival that it takes the place of.
    pub replaces: Option<i64>,
    /// Whether a person allowed it past the guards.
    pub released: bool,
    /// When it landed, RFC 3339.
    pub landed_at: String,
    /// The state: the least finished one of its targets.
    pub state: ArrivalState,
    /// How far it is in each target that is not skipped.
    pub targets: BTreeMap<String, Progress>,
}

impl Ledger {
    /// Makes an arrival of bytes that are kept: sequence, arrival, outbox row and inbox row in one
    /// transaction. A drop that was taken already gives the arrival made of it.
    pub async fn arrive(&self, new: NewArrival, landed: &Landed) -> Result<Arrived, LedgerError> {
        let transaction = self.begin().await?;
        self.lock_dataset(&transaction, &new.dataset).await?;
        if let Some(stamp) = new.stamp {
            let known = crate::entity::inbox::Entity::find_by_id(new.path.clone())
                .one(&transaction)
                .await?;
            if let Some(known) = known
                && let Some(arrival) = known.arrival_id
                && (known.size, known.mtime_ns, known.ctime_ns, known.inode)
                    == (stamp.size, stamp.mtime_ns, stamp.ctime_ns, stamp.inode)
            {
                return Ok(Arrived::Found(arrival));
            }
        }
        let path = new.path.clone();
        let stamp = new.stamp;
        let model = arrival::ActiveModel {
            dataset: Set(new.dataset),
            part: Set(new.part),
            path: Set(new.path),
            file: Set(new.file),
            origin: Set(new.origin.to_string()),
            sha256: Set(landed.sha256.clone()),
            size: Set(landed.size),
            blob_id: Set(Some(landed.blob_id)),
            released: Set(false),
            ..Default::default()
        };
        let id = insert(self, &transaction, model).await?;
        if let Some(stamp) = stamp {
            inbox::record(&transaction, &path, stamp, Some(id), None).await?;
        }
        kill::point("before-arrival");
        transaction.commit().await?;
        kill::point("after-arrival");
        // A watcher publishes what it takes; who uploads knows no bus.
        if new.origin == ArrivalOrigin::Api {
            self.near.notify_one();
        }
        Ok(Arrived::Made(id))
    }

    /// Makes a new arrival over the bytes of an old one; `released` lets it past the guards.
    pub async fn replay(&self, arrival_id: i64, released: bool) -> Result<i64, LedgerError> {
        let transaction = self.begin().await?;
        let old = find(&transaction, arrival_id).await?;
        if old.blob_id.is_none() {
            return Err(LedgerError::NotKept(arrival_id));
        }
        self.lock_dataset(&transaction, &old.dataset).await?;
        let model = arrival::ActiveModel {
            dataset: Set(old.dataset),
            part: Set(old.part),
            path: Set(old.path),
            file: Set(old.file),
            origin: Set(ArrivalOrigin::Replay.to_string()),
            sha256: Set(old.sha256),
            size: Set(old.size),
            blob_id: Set(old.blob_id),
            replaces: Set(Some(arrival_id)),
            released: Set(released),
            ..Default::default()
        };
        let id = insert(self, &transaction, model).await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Decides that an arrival is not to be loaded into the targets that do not hold it.
    ///
    /// # Errors
    /// [`LedgerError::WrongState`] when it is loaded everywhere, or being loaded.
    pub async fn discard(&self, arrival_id: i64) -> Result<(), LedgerError> {
        let arrival = self.arrival(arrival_id).await?;
        let wrong = |hint| LedgerError::WrongState {
            arrival: arrival_id,
            state: arrival.state.to_string(),
            hint,
        };
        if arrival.targets.values().any(|target| target.state == ArrivalState::Loading) {
            return Err(wrong("wait until the load has ended"));
        }
        let unfinished = |progress: &Progress| {
            matches!(
                progress.state,
                ArrivalState::Landed | ArrivalState::Failed | ArrivalState::Quarantined
            )
        };
        let targets: Vec<&String> = arrival
            .targets
            .iter()
            .filter(|(_, progress)| unfinished(progress))
            .map(|(target, _)| target)
            .collect();
        if targets.is_empty() {
            return Err(wrong("only an arrival that waits or was refused can be discarded"));
        }
        let transaction = self.begin().await?;
        for target in targets {
            let discarded = ArrivalState::Discarded;
            self.set_state(&transaction, arrival_id, target, discarded, None, None).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// An arrival as it stands.
    pub async fn arrival(&self, arrival_id: i64) -> Result<Arrival, LedgerError> {
        let model = find(&self.db, arrival_id).await?;
        let mut arrivals = self.with_progress(vec![model]).await?;
        arrivals.pop().ok_or(LedgerError::NoArrival(arrival_id))
    }

    /// The newest arrivals, `limit` at most, of one dataset or of all.
    pub async fn arrivals(
        &self,
        dataset: Option<&str>,
        limit: u64,
    ) -> Result<Vec<Arrival>, LedgerError> {
        let mut query = arrival::Entity::find().order_by_desc(arrival::Column::Id).limit(limit);
        if let Some(dataset) = dataset {
            query = query.filter(arrival::Column::Dataset.eq(dataset));
        }
        self.with_progress(query.all(&self.db).await?).await
    }

    pub(crate) async fn with_progress(
        &self,
        models: Vec<arrival::Model>,
    ) -> Result<Vec<Arrival>, LedgerError> {
        let ids = models.iter().map(|model| model.id);
        let rows = arrival_target::Entity::find()
            .filter(arrival_target::Column::ArrivalId.is_in(ids))
            .all(&self.db)
            .await?;
        let mut progress: BTreeMap<i64, BTreeMap<String, Progress>> = BTreeMap::new();
        for row in rows {
            let state = row.state.parse().map_err(LedgerError::Corrupt)?;
            progress
                .entry(row.arrival_id)
                .or_default()
                .insert(row.target, Progress { state, message: row.message });
        }
        let skipped = self.skipped_targets().await?;
        let contracts = self.contracts().await?;
        Ok(models
            .into_iter()
            .map(|model| {
                let mut targets = progress.remove(&model.id).unwrap_or_default();
                let contract =
                    contracts.iter().find(|stored| stored.contract.name == *model.dataset);
                let wanted: Vec<&String> = contract
                    .iter()
                    .flat_map(|stored| &stored.contract.targets)
                    .filter(|target| !skipped.contains(target))
                    .collect();
                // Nobody will load what waits for a target that is no longer wanted.
                targets.retain(|target, progress| {
                    progress.state != ArrivalState::Landed || wanted.contains(&target)
                });
                for target in wanted {
                    targets
                        .entry(target.clone())
                        .or_insert(Progress { state: ArrivalState::Landed, message: None });
                }
                let state = targets.values().map(|one| one.state).min();
                Arrival {
                    id: model.id,
                    dataset: model.dataset,
                    part: model.part,
                    sequence: model.sequence,
                    path: model.path,
                    file: model.file,
                    origin: model.origin,
                    sha256: model.sha256,
                    size: model.size,
                    replaces: model.replaces,
                    released: model.released,
                    landed_at: rfc3339(model.landed_at),
                    state: state.unwrap_or(ArrivalState::Landed),
                    targets,
                }
            })
            .collect())
    }

    /// Sequences of a dataset are given one at a time. SQLite's transaction is alone already.
    pub(crate) async fn lock_dataset(
        &self,
        transaction: &impl ConnectionTrait,
        dataset: &str,
    ) -> Result<(), LedgerError> {
        if self.dialect == Dialect::Postgres {
            let hash = Hash128::of(format!("arrivals/{dataset}").as_bytes()).0;
            let key = i64::from_le_bytes([
                hash[0], hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7],
            ]);
            let statement = Statement::from_sql_and_values(
                transaction.get_database_backend(),
                "SELECT pg_advisory_xact_lock($1)",
                [key.into()],
            );
            transaction.query_one_raw(statement).await?;
        }
        Ok(())
    }
}

pub(crate) async fn find(
    db: &impl ConnectionTrait,
    arrival_id: i64,
) -> Result<arrival::Model, LedgerError> {
    arrival::Entity::find_by_id(arrival_id).one(db).await?.ok_or(LedgerError::NoArrival(arrival_id))
}

/// The place of the newest arrival of a dataset; 0 where there is none.
pub(crate) async fn newest_sequence(
    db: &impl ConnectionTrait,
    dataset: &str,
) -> Result<i64, LedgerError> {
    let newest = arrival::Entity::find()
        .select_only()
        .column(arrival::Column::Sequence)
        .filter(arrival::Column::Dataset.eq(dataset))
        .order_by_desc(arrival::Column::Sequence)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(newest.unwrap_or(0))
}

async fn insert(
    ledger: &Ledger,
    transaction: &impl ConnectionTrait,
    mut model: arrival::ActiveModel,
) -> Result<i64, LedgerError> {
    let dataset = model.dataset.as_ref().clone();
    model.sequence = Set(newest_sequence(transaction, &dataset).await? + 1);
    model.landed_at = Set(now_ms());
    let id = arrival::Entity::insert(model).exec(transaction).await?.last_insert_id;
    ledger.push(transaction, &Body::FileArrived(FileArrived { dataset, arrival: id })).await?;
    Ok(id)
}
