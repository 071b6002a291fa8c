//! One load: an arrival into a target, from its landed bytes to committed tables.

use std::sync::Arc;

use tokio::sync::mpsc;
use tolva_ledger::{Arrival, Ledger, LoadReport, kill};
use tolva_schema::contract::Contract;
use tolva_schema::finding::Finding;
use tolva_schema::state::ArrivalState;

use crate::count::{Summary, Totals};
use crate::error::LoadError;
use crate::index::TableIndex;
use crate::limits::Limits;
use crate::merge::{self, Job, Lock, Merged, Standing};
use crate::organise::outcome::TableOutcome;
use crate::organise::staged::{Operation, Staged};
use crate::organise::{self, Input, OrganiseError};
use crate::progress::Progress;
use crate::stage::{self, Stage};
use crate::target::{Session, Target};
use crate::{guard, rows};

/// Rows handed over at once, and how many such batches may wait: what bounds the memory of a load
/// whose database is slower than its reader.
const BATCH: usize = 1_000;
const BATCHES: usize = 4;
/// Comparisons against a dataset that others change meanwhile; after these the load waits its turn.
const COMPARISONS: usize = 3;

/// What a load is about.
pub(crate) struct Plan<'a> {
    pub contract: Arc<Contract>,
    pub digest: &'a str,
    pub arrival: &'a Arrival,
    pub load_id: i64,
    pub token: i64,
    /// The landed bytes.
    pub file: &'a std::path::Path,
    pub limits: Arc<Limits>,
}

impl Plan<'_> {
    fn job<'b>(&'b self) -> Job<'b> {
        Job {
            contract: &self.contract,
            digest: self.digest,
            part: &self.arrival.part,
            sequence: self.arrival.sequence,
            sha256: &self.arrival.sha256,
            load_id: self.load_id,
            token: self.token,
        }
    }
}

/// Loads. What is found is kept in the ledger before the target commits.
pub(crate) async fn load(
    target: &Target,
    plan: &Plan<'_>,
    progress: &Progress,
    ledger: &Ledger,
) -> Result<LoadReport, LoadError> {
    let session = target.session().await?;
    let outcome = with_session(&session, plan, progress, ledger).await;
    // A connection on which anything failed may be inside a transaction or a COPY.
    if outcome.is_ok() {
        target.give_back(session).await;
    }
    outcome
}

async fn with_session(
    session: &Session,
    plan: &Plan<'_>,
    progress: &Progress,
    ledger: &Ledger,
) -> Result<LoadReport, LoadError> {
    for _ in 1..COMPARISONS {
        match attempt(session, plan, progress, ledger).await {
            Err(LoadError::Moved) => ledger.forget_findings(plan.load_id).await?,
            done => return done,
        }
    }
    attempt(session, plan, progress, ledger).await
}

async fn attempt(
    session: &Session,
    plan: &Plan<'_>,
    progress: &Progress,
    ledger: &Ledger,
) -> Result<LoadReport, LoadError> {
    let contract = &plan.contract;
    let job = plan.job();
    let before = merge::standing(session, &session.db, &contract.name).await?;
    if before.token > plan.token {
        return Err(LoadError::Fenced);
    }
    let applied = merge::applied(session, &session.db, &contract.name, job.part).await?;
    if let Some(applied) = &applied {
        if applied.sequence > job.sequence {
            return Ok(report(ArrivalState::Superseded, &Summary::default()));
        }
        if applied.sha256 == job.sha256 && applied.digest == job.digest {
            // The very same arrival is here when a worker was given up just before it committed.
            let again = applied.sequence < job.sequence;
            let summary = if again { unchanged(&applied.summary) } else { applied.summary.clone() };
            merge::confirm(session, &job, applied, &summary).await?;
            return Ok(report(applied_state(&summary), &summary));
        }
    }
    let mut indexes = Vec::with_capacity(contract.tables.len());
    for table in 0..contract.tables.len() {
        indexes.push(rows::index(session, contract, table, job.part).await?);
    }
    kill::point("compared");
    let stages = stage::prepare(session, contract).await?;
    let (mut tables, found, totals) =
        read_and_stage(session, plan, &stages, indexes, progress).await?;
    kill::point("staged");
    ledger.keep_findings(plan.load_id, &found).await?;
    if !plan.arrival.released
        && let Some(refusal) = guard::refusal(contract, &tables, totals)
    {
        let tables =
            tables.iter().map(|table| (table.table.name.to_string(), table.counts)).collect();
        let mut report =
            report(ArrivalState::Quarantined, &Summary { totals, tables, ..Default::default() });
        report.error = Some((refusal.code.to_owned(), refusal.message));
        stage::clear(session, &stages).await?;
        return Ok(report);
    }
    stage_deletions(session, &stages, &mut tables).await?;
    for (stage, state) in stages.iter().zip(&tables) {
        stage::remove(session, stage, &state.dead).await?;
    }
    kill::point("before-merge");
    let merged = locked_merge(session, &job, &stages, &tables, totals, &before).await?;
    stage::clear(session, &stages).await?;
    let mut totals = totals;
    totals.warnings += merged.findings.len() as u64;
    ledger.keep_findings(plan.load_id, &merged.findings).await?;
    Ok(report(
        ArrivalState::Loaded,
        &Summary { totals, tables: merged.counts, ..Default::default() },
    ))
}

async fn locked_merge(
    session: &Session,
    job: &Job<'_>,
    stages: &[Stage],
    tables: &[TableOutcome],
    totals: Totals,
    before: &Standing,
) -> Result<Merged, LoadError> {
    let lock = Lock::take(session, &job.contract.name).await?;
    let merged = merge::merge(session, job, stages, tables, totals, before).await;
    lock.release(session).await?;
    merged
}

/// Reads on a thread of its own while the database takes what is staged.
async fn read_and_stage(
    session: &Session,
    plan: &Plan<'_>,
    stages: &[Stage],
    indexes: Vec<TableIndex>,
    progress: &Progress,
) -> Result<(Vec<TableOutcome>, Vec<Finding>, Totals), LoadError> {
    let (sender, mut receiver) = mpsc::channel::<Vec<Staged>>(BATCHES);
    let (contract, progress) = (Arc::clone(&plan.contract), progress.clone());
    let (file, name) = (plan.file.to_owned(), plan.arrival.file.clone());
    let limits = Arc::clone(&plan.limits);
    let span = tracing::Span::current();
    let reader = tokio::task::spawn_blocking(move || {
        let _entered = span.enter();
        let mut batch = Vec::with_capacity(BATCH);
        let mut stage = |row: Staged| {
            batch.push(row);
            batch.len() < BATCH || sender.blocking_send(std::mem::take(&mut batch)).is_ok()
        };
        let input = Input { path: &file, name: &name, limits: &limits };
        let organised = organise::organise(&contract, indexes, input, &progress, &mut stage)?;
        if !batch.is_empty() {
            sender.blocking_send(batch).map_err(|_| OrganiseError::Stopped)?;
        }
        Ok::<_, OrganiseError>((organised.tables, organised.findings, organised.totals))
    });
    let mut failure = None;
    while let Some(batch) = receiver.recv().await {
        if let Err(error) = stage::write(session, stages, batch).await {
            failure = Some(error);
            break;
        }
    }
    drop(receiver);
    let outcome = reader
        .await
        .map_err(|panic| LoadError::Failed { code: "panic", message: panic.to_string() })?;
    if let Some(failure) = failure {
        return Err(failure);
    }
    Ok(outcome?)
}

/// Stages the deletions of tables without surrogate keys: only their rows know their keys.
async fn stage_deletions(
    session: &Session,
    stages: &[Stage],
    tables: &mut [TableOutcome],
) -> Result<(), LoadError> {
    for (at, (stage, state)) in stages.iter().zip(&mut *tables).enumerate() {
        if stage.has_id || state.counts.deleted == 0 {
            continue;
        }
        let mut deletions = Vec::new();
        rows::keys(session, &stage.relation, |key, values| {
            if state.is_deleted(key) {
                let mut row = vec![tolva_schema::value::Value::Null; state.table.columns.len()];
                for (part, value) in state.table.key.iter().zip(values) {
                    row[*part] = value;
                }
                deletions.push(Staged {
                    table: at,
                    slot: state.next_slot(),
                    operation: Operation::Delete,
                    id: 0,
                    values: row,
                    hash: key,
                });
            }
        })
        .await?;
        stage::write(session, stages, deletions).await?;
    }
    Ok(())
}

/// What a load that changes nothing tells: every row that was offered is as it was.
fn unchanged(last: &Summary) -> Summary {
    let mut summary = Summary { unchanged: true, ..last.clone() };
    summary.findings.clear();
    for table in summary.tables.values_mut() {
        table.unchanged += table.inserted + table.updated;
        (table.inserted, table.updated, table.deleted) = (0, 0, 0);
    }
    summary
}

/// How a load ended whose summary the target keeps.
pub(crate) fn applied_state(summary: &Summary) -> ArrivalState {
    if summary.unchanged { ArrivalState::Unchanged } else { ArrivalState::Loaded }
}

/// The report of a load that did `summary`.
pub(crate) fn report(state: ArrivalState, summary: &Summary) -> LoadReport {
    LoadReport {
        state,
        read: summary.totals.read,
        rejected: summary.totals.rejected,
        held: summary.totals.held,
        warnings: summary.totals.warnings,
        counts: serde_json::to_value(&summary.tables).unwrap_or_default(),
        error: None,
    }
}
