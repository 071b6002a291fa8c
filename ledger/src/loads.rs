//! Loads: one try at bringing an arrival into a target, and what it found.

use schemars::JsonSchema;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use serde::Serialize;
use tolva_schema::count::TableCounts;
use tolva_schema::event::{Body, DatasetRefreshed, Refused};
use tolva_schema::finding::{Finding, Place, Severity};
use tolva_schema::state::ArrivalState;

use crate::arrivals::find;
use crate::entity::{arrival_target, finding, load};
use crate::{Ledger, LedgerError, now_ms, rfc3339};

/// The word for a load that did not come to its end.
const INTERRUPTED: &str = "interrupted";
/// The code of a load whose worker stopped.
const WORKER_STOPPED: &str = "worker_stopped";
/// After so many loads in a row whose worker stopped, an arrival is not tried again.
pub const STOPS: u64 = 10;
/// Findings written by one statement, far from the 65,535 values that databases take.
const FINDINGS_A_STATEMENT: usize = 500;

/// A load as it stands.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Load {
    /// Its number.
    pub id: i64,
    /// The arrival.
    pub arrival: i64,
    /// The dataset.
    pub dataset: String,
    /// The target.
    pub target: String,
    /// `loading`, `interrupted`, or how it ended.
    pub state: String,
    /// Lines of the source that were read.
    pub read: i64,
    /// Lines refused.
    pub rejected: i64,
    /// Rows kept as they were because their line was refused.
    pub held: i64,
    /// Doubts.
    pub warnings: i64,
    /// Counts per table.
    #[schemars(with = "std::collections::BTreeMap<String, TableCounts>")]
    pub counts: serde_json::Value,
    /// The code of the error that ended it.
    pub error: Option<String>,
    /// That error in words.
    pub message: Option<String>,
    /// RFC 3339.
    pub started_at: String,
    /// RFC 3339.
    pub finished_at: Option<String>,
}

/// How a load ended.
#[derive(Debug, Clone)]
pub struct LoadReport {
    /// `loaded`, `unchanged`, `quarantined` or `failed`.
    pub state: ArrivalState,
    /// Lines read.
    pub read: u64,
    /// Lines refused.
    pub rejected: u64,
    /// Rows kept as they were because their line was refused.
    pub held: u64,
    /// Doubts.
    pub warnings: u64,
    /// Counts per table, as JSON.
    pub counts: serde_json::Value,
    /// Code and words of the error that ended it.
    pub error: Option<(String, String)>,
}

impl From<load::Model> for Load {
    fn from(model: load::Model) -> Self {
        Self {
            id: model.id,
            arrival: model.arrival_id,
            dataset: model.dataset,
            target: model.target,
            state: model.state,
            read: model.read,
            rejected: model.rejected,
            held: model.held,
            warnings: model.warnings,
            counts: serde_json::from_str(&model.counts).unwrap_or_default(),
            error: model.error,
            message: model.message,
            started_at: rfc3339(model.started_at),
            finished_at: model.finished_at.map(rfc3339),
        }
    }
}

impl Ledger {
    /// Begins a load and says so of the arrival.
    pub async fn begin_load(
        &self,
        arrival_id: i64,
        target: &str,
        digest: &str,
        token: i64,
    ) -> Result<i64, LedgerError> {
        let transaction = self.begin().await?;
        let arrival = find(&transaction, arrival_id).await?;
        let row = load::ActiveModel {
            arrival_id: Set(arrival_id),
            dataset: Set(arrival.dataset),
            target: Set(target.to_owned()),
            digest: Set(digest.to_owned()),
            token: Set(token),
            state: Set(ArrivalState::Loading.as_str().to_owned()),
            read: Set(0),
            rejected: Set(0),
            held: Set(0),
            warnings: Set(0),
            counts: Set("{}".to_owned()),
            started_at: Set(now_ms()),
            ..Default::default()
        };
        let id = load::Entity::insert(row).exec(&transaction).await?.last_insert_id;
        let digest = Some(digest.to_owned());
        let loading = ArrivalState::Loading;
        self.set_state(&transaction, arrival_id, target, loading, None, digest).await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Keeps findings of a load, behind those that it has. They are kept before the target commits:
    /// a crash between the two must not lose them.
    pub async fn keep_findings(
        &self,
        load_id: i64,
        findings: &[Finding],
    ) -> Result<(), LedgerError> {
        let transaction = self.begin().await?;
        let known = finding::Entity::find()
            .filter(finding::Column::LoadId.eq(load_id))
            .count(&transaction)
            .await?;
        let rows: Vec<finding::ActiveModel> = (known as usize..)
            .zip(findings)
            .map(|(at, one)| row_of(load_id, at, one.clone()))
            .collect();
        for some in rows.chunks(FINDINGS_A_STATEMENT) {
            finding::Entity::insert_many(some.to_vec())
                .exec_without_returning(&transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Forgets what a load found: it compares again, and finds it again.
    pub async fn forget_findings(&self, load_id: i64) -> Result<(), LedgerError> {
        finding::Entity::delete_many()
            .filter(finding::Column::LoadId.eq(load_id))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    /// Ends a load: its report, the arrival's state, and what follows from it, in one transaction.
    /// Older arrivals of the partition that nobody loaded become superseded (`supersede`) once this
    /// one is in the target.
    pub async fn finish_load(
        &self,
        load_id: i64,
        report: LoadReport,
        supersede: bool,
    ) -> Result<(), LedgerError> {
        let transaction = self.begin().await?;
        let row = running(&transaction, load_id).await?;
        let message = report.error.as_ref().map(|(_, message)| message.clone());
        load::Entity::update(load::ActiveModel {
            id: Set(load_id),
            state: Set(report.state.as_str().to_owned()),
            read: Set(report.read as i64),
            rejected: Set(report.rejected as i64),
            held: Set(report.held as i64),
            warnings: Set(report.warnings as i64),
            counts: Set(report.counts.to_string()),
            error: Set(report.error.as_ref().map(|(code, _)| code.clone())),
            message: Set(message.clone()),
            finished_at: Set(Some(now_ms())),
            ..Default::default()
        })
        .exec(&transaction)
        .await?;
        let digest = Some(row.digest.clone());
        let (arrival, target) = (row.arrival_id, &row.target);
        self.set_state(&transaction, arrival, target, report.state, message.clone(), digest)
            .await?;
        if supersede && report.state.is_applied() {
            self.supersede_before(&transaction, row.arrival_id, &row.target).await?;
        }
        if let Some(body) = told(&row, load_id, report, message) {
            self.push(&transaction, &body).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Ends a load that failed in passing: the arrival waits again, until `delay_ms(attempts)` from
    /// now. Gives the number of tries so far.
    pub async fn defer_load(
        &self,
        load_id: i64,
        message: &str,
        delay_ms: fn(u32) -> i64,
    ) -> Result<u32, LedgerError> {
        let transaction = self.begin().await?;
        let row = running(&transaction, load_id).await?;
        interrupt(&transaction, load_id, None, message).await?;
        let key = (row.arrival_id, row.target.clone());
        let tries = arrival_target::Entity::find_by_id(key)
            .one(&transaction)
            .await?
            .map_or(0, |progress| progress.attempts)
            + 1;
        arrival_target::Entity::update(arrival_target::ActiveModel {
            arrival_id: Set(row.arrival_id),
            target: Set(row.target),
            state: Set(ArrivalState::Landed.as_str().to_owned()),
            message: Set(Some(message.to_owned())),
            attempts: Set(tries),
            not_before: Set(now_ms() + delay_ms(tries.unsigned_abs())),
            changed_at: Set(now_ms()),
            ..Default::default()
        })
        .exec(&transaction)
        .await?;
        transaction.commit().await?;
        Ok(tries.unsigned_abs())
    }

    /// Loads of a dataset into a target that were begun and not ended: whoever holds the lease now
    /// finds them only when another worker died.
    pub async fn unfinished_loads(
        &self,
        dataset: &str,
        target: &str,
    ) -> Result<Vec<Load>, LedgerError> {
        let models = load::Entity::find()
            .filter(load::Column::Dataset.eq(dataset))
            .filter(load::Column::Target.eq(target))
            .filter(load::Column::State.eq(ArrivalState::Loading.as_str()))
            .order_by_asc(load::Column::Id)
            .all(&self.db)
            .await?;
        Ok(models.into_iter().map(Load::from).collect())
    }

    /// Ends a load whose worker died before it committed: the arrival waits again. Whether it does: one
    /// whose worker stopped [`STOPS`] times in a row has failed.
    pub async fn abandon_load(&self, load_id: i64) -> Result<bool, LedgerError> {
        let Some(row) = load::Entity::find_by_id(load_id).one(&self.db).await? else {
            return Ok(true);
        };
        if self.stops_before(&row).await? + 1 >= STOPS {
            let message = format!(
                "the worker stopped {STOPS} times in a row while it loaded this file: the file may \
                 need more memory than there is (see `limits.memory`), or make the worker fail; look \
                 into the worker's log, then use `tolva replay {0}` or `tolva discard {0}`",
                row.arrival_id
            );
            let report = LoadReport {
                state: ArrivalState::Failed,
                read: 0,
                rejected: 0,
                held: 0,
                warnings: 0,
                counts: serde_json::json!({}),
                error: Some((WORKER_STOPPED.to_owned(), message)),
            };
            self.finish_load(load_id, report, false).await?;
            return Ok(false);
        }
        let transaction = self.begin().await?;
        running(&transaction, load_id).await?;
        let message = "the worker stopped before it committed";
        interrupt(&transaction, load_id, Some(WORKER_STOPPED), message).await?;
        let landed = ArrivalState::Landed;
        self.set_state(&transaction, row.arrival_id, &row.target, landed, None, None).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// How many loads of the same arrival came to such an end just before this one.
    async fn stops_before(&self, row: &load::Model) -> Result<u64, LedgerError> {
        let before = load::Entity::find()
            .filter(load::Column::ArrivalId.eq(row.arrival_id))
            .filter(load::Column::Target.eq(&row.target))
            .filter(load::Column::Id.lt(row.id))
            .order_by_desc(load::Column::Id)
            .limit(STOPS)
            .all(&self.db)
            .await?;
        let stopped = |load: &&load::Model| load.error.as_deref() == Some(WORKER_STOPPED);
        Ok(before.iter().take_while(stopped).count() as u64)
    }

    /// A load.
    pub async fn load(&self, load_id: i64) -> Result<Option<Load>, LedgerError> {
        Ok(load::Entity::find_by_id(load_id).one(&self.db).await?.map(Load::from))
    }

    /// The newest loads, `limit` at most, of one arrival or of all.
    pub async fn loads(&self, arrival: Option<i64>, limit: u64) -> Result<Vec<Load>, LedgerError> {
        let mut query = load::Entity::find().order_by_desc(load::Column::Id).limit(limit);
        if let Some(arrival) = arrival {
            query = query.filter(load::Column::ArrivalId.eq(arrival));
        }
        Ok(query.all(&self.db).await?.into_iter().map(Load::from).collect())
    }

    /// The loads that brought something into a target, or confirmed what it holds; the newest first,
    /// `limit` at most.
    pub async fn applied_loads(
        &self,
        dataset: &str,
        target: &str,
        limit: u64,
    ) -> Result<Vec<Load>, LedgerError> {
        let applied = [ArrivalState::Loaded.as_str(), ArrivalState::Unchanged.as_str()];
        let models = load::Entity::find()
            .filter(load::Column::Dataset.eq(dataset))
            .filter(load::Column::Target.eq(target))
            .filter(load::Column::State.is_in(applied))
            .order_by_desc(load::Column::Id)
            .limit(limit)
            .all(&self.db)
            .await?;
        Ok(models.into_iter().map(Load::from).collect())
    }

    /// What a load found, in the order of the report.
    pub async fn findings(
        &self,
        load_id: i64,
        offset: u64,
        limit: u64,
    ) -> Result<Vec<Finding>, LedgerError> {
        let models = finding::Entity::find()
            .filter(finding::Column::LoadId.eq(load_id))
            .order_by_asc(finding::Column::Ordinal)
            .offset(offset)
            .limit(limit)
            .all(&self.db)
            .await?;
        Ok(models.into_iter().map(finding_of).collect())
    }
}

/// What is told of a load that ended; of one that changed nothing, nothing.
fn told(row: &load::Model, load: i64, report: LoadReport, message: Option<String>) -> Option<Body> {
    let (dataset, arrival, target) = (row.dataset.clone(), row.arrival_id, row.target.clone());
    let refused = |report: LoadReport| Refused {
        dataset: row.dataset.clone(),
        arrival,
        load,
        target: row.target.clone(),
        code: report.error.map(|(code, _)| code).unwrap_or_default(),
        message: message.unwrap_or_default(),
    };
    match report.state {
        ArrivalState::Quarantined => Some(Body::FileQuarantined(refused(report))),
        ArrivalState::Failed => Some(Body::LoadFailed(refused(report))),
        ArrivalState::Loaded => Some(Body::DatasetRefreshed(DatasetRefreshed {
            dataset,
            arrival,
            load,
            target,
            read: report.read,
            rejected: report.rejected,
            warnings: report.warnings,
            tables: report.counts,
        })),
        _ => None,
    }
}

/// A load that nobody has ended.
async fn running(db: &impl ConnectionTrait, load_id: i64) -> Result<load::Model, LedgerError> {
    load::Entity::find_by_id(load_id)
        .filter(load::Column::State.eq(ArrivalState::Loading.as_str()))
        .one(db)
        .await?
        .ok_or(LedgerError::GivenUp(load_id))
}

async fn interrupt(
    db: &impl ConnectionTrait,
    load_id: i64,
    code: Option<&str>,
    message: &str,
) -> Result<(), LedgerError> {
    load::Entity::update(load::ActiveModel {
        id: Set(load_id),
        state: Set(INTERRUPTED.to_owned()),
        error: Set(code.map(str::to_owned)),
        message: Set(Some(message.to_owned())),
        finished_at: Set(Some(now_ms())),
        ..Default::default()
    })
    .exec(db)
    .await?;
    Ok(())
}

fn row_of(load_id: i64, at: usize, one: Finding) -> finding::ActiveModel {
    // Postgres cannot store NUL in text; the finding says that it was there.
    let storable = |text: String| text.replace('\0', "\u{2400}");
    finding::ActiveModel {
        load_id: Set(load_id),
        ordinal: Set(at as i32),
        severity: Set(one.severity.as_str().to_owned()),
        rule: Set(one.rule),
        sheet: Set(one.place.sheet.map(storable)),
        row: Set(one.place.row.map(|row| row as i64)),
        col: Set(one.place.column.map(|column| column as i32)),
        field: Set(one.field),
        value: Set(one.value.map(storable)),
        message: Set(storable(one.message)),
    }
}

fn finding_of(model: finding::Model) -> Finding {
    Finding {
        severity: if model.severity == Severity::Error.as_str() {
            Severity::Error
        } else {
            Severity::Warning
        },
        rule: model.rule,
        place: Place {
            sheet: model.sheet,
            row: model.row.map(i64::unsigned_abs),
            column: model.col.map(i32::unsigned_abs),
        },
        field: model.field,
        value: model.value,
        message: model.message,
    }
}
