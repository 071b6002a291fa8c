//! The merge: what was staged becomes what is there, in one transaction.

mod change;
mod control;
mod lock;
mod sql;

use std::collections::BTreeMap;

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use tolva_ledger::kill;
use tolva_schema::contract::Contract;
use tolva_schema::dialect::Dialect;
use tolva_schema::finding::{Finding, Severity};

use crate::count::{Counts, Summary, Totals};
use crate::error::LoadError;
use crate::organise::outcome::TableOutcome;
use crate::stage::Stage;
use crate::target::Session;
pub use control::{Applied, Standing, applied, last_digest, say_version, standing};
pub use lock::Lock;

/// What a merge is about.
#[derive(Debug, Clone)]
pub struct Job<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// Its digest.
    pub digest: &'a str,
    /// The partition.
    pub part: &'a str,
    /// The arrival's place.
    pub sequence: i64,
    /// The arrival's content.
    pub sha256: &'a str,
    /// The load in the ledger.
    pub load_id: i64,
    /// The fencing token of the lease.
    pub token: i64,
}

/// What a merge did.
#[derive(Debug)]
pub struct Merged {
    /// Rows, by table.
    pub counts: Counts,
    /// What only the merge could find.
    pub findings: Vec<Finding>,
}

/// Merges. `before` is how the target stood when its rows were compared.
///
/// # Errors
/// [`LoadError::Moved`] when it no longer stands so, [`LoadError::Fenced`] when another worker took
/// over: nothing was changed.
pub async fn merge(
    session: &Session,
    job: &Job<'_>,
    stages: &[Stage],
    tables: &[TableOutcome],
    totals: Totals,
    before: &Standing,
) -> Result<Merged, LoadError> {
    let transaction = begin(session).await?;
    lock::in_transaction(session, &transaction, &job.contract.name).await?;
    let now = standing(session, &transaction, &job.contract.name).await?;
    if now.token > job.token {
        return Err(LoadError::Fenced);
    }
    if now.version != before.version {
        return Err(LoadError::Moved);
    }
    let mut counts: Counts = tables
        .iter()
        .map(|state| (state.table.name.to_string(), state.counts))
        .collect::<BTreeMap<_, _>>();
    let first = before.version == 0;
    let writer = change::Writer { session, job, version: now.version + 1, first };
    for stage in stages {
        writer.updates(&transaction, stage).await?;
        session
            .run(&transaction, sql::update(session.dialect, stage), vec![job.load_id.into()])
            .await?;
        session
            .run(&transaction, sql::adopt(session.dialect, stage), vec![job.load_id.into()])
            .await?;
        writer.inserts(&transaction, stage).await?;
        session
            .run(&transaction, sql::insert(session.dialect, stage), vec![job.load_id.into()])
            .await?;
        kill::point("merge-table");
    }
    let mut findings = Vec::new();
    for (at, stage) in stages.iter().enumerate().rev() {
        let kept =
            keep_referenced(session, &transaction, job.contract, at, stage, &mut findings).await?;
        if let Some(table) = counts.get_mut(&stage.relation.name) {
            table.deleted = table.deleted.saturating_sub(kept);
        }
        writer.deletes(&transaction, stage).await?;
        session.run(&transaction, sql::delete(session.dialect, stage), Vec::new()).await?;
        kill::point("merge-delete");
    }
    control::write_rows(session, &transaction, job, tables).await?;
    control::write_counts(session, &transaction, &counts).await?;
    let changed = counts.values().any(crate::count::TableCounts::changed);
    let version = if changed || first { now.version + 1 } else { now.version };
    let summary = Summary { totals, tables: counts, findings, unchanged: false };
    if first {
        writer.first_load(&transaction, &summary).await?;
    }
    control::write_standing(session, &transaction, job, version, &summary).await?;
    kill::point("before-commit");
    transaction.commit().await?;
    kill::point("after-commit");
    Ok(Merged { counts: summary.tables, findings: summary.findings })
}

/// Records that the target holds exactly this content already: order is kept, nothing else changes.
pub async fn confirm(
    session: &Session,
    job: &Job<'_>,
    before: &Applied,
    summary: &Summary,
) -> Result<(), LoadError> {
    let transaction = begin(session).await?;
    lock::in_transaction(session, &transaction, &job.contract.name).await?;
    let now = standing(session, &transaction, &job.contract.name).await?;
    if now.token > job.token {
        return Err(LoadError::Fenced);
    }
    let still = applied(session, &transaction, &job.contract.name, job.part).await?;
    if still.as_ref() != Some(before) {
        return Err(LoadError::Moved);
    }
    if before.sequence == job.sequence && before.load_id != job.load_id {
        // Its load committed, and was given up since nobody could tell: this one answers for it now.
        change::take_over(session, &transaction, before.load_id, job).await?;
    }
    control::write_standing(session, &transaction, job, now.version, summary).await?;
    transaction.commit().await?;
    Ok(())
}

/// Keeps whoever had the lease before from committing from now on: a worker that was frozen may wake
/// up at any time.
pub async fn fence(session: &Session, dataset: &str, token: i64) -> Result<(), LoadError> {
    let lock = Lock::take(session, dataset).await?;
    let transaction = begin(session).await?;
    lock::in_transaction(session, &transaction, dataset).await?;
    let now = standing(session, &transaction, dataset).await?;
    if now.token > token {
        return Err(LoadError::Fenced);
    }
    // Before the first load there is no row: whoever commits it first raises the version, so that the
    // other one compares again and finds it.
    if now.version > 0 {
        control::write_token(session, &transaction, dataset, now, token).await?;
    }
    transaction.commit().await?;
    lock.release(session).await
}

/// Begins the transaction of a merge. In SQLite it takes the writer's place at once.
async fn begin(session: &Session) -> Result<DatabaseTransaction, LoadError> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..Default::default()
    };
    let transaction = session.db.begin_with_options(options).await?;
    if session.dialect == Dialect::Postgres {
        transaction.execute_unprepared("SET LOCAL lock_timeout = '60s'").await?;
    }
    Ok(transaction)
}

/// Takes rows out of the staged deletions that another row still refers to; gives how many.
async fn keep_referenced(
    session: &Session,
    transaction: &DatabaseTransaction,
    contract: &Contract,
    table: usize,
    stage: &Stage,
    findings: &mut Vec<Finding>,
) -> Result<u64, LoadError> {
    let children: Vec<(&str, &str)> = contract
        .children_of(table)
        .map(|(child, column)| (contract.tables[child].name.as_str(), column.name.as_str()))
        .collect();
    if children.is_empty() {
        return Ok(0);
    }
    let kept = transaction
        .query_all_raw(
            session.statement(sql::referenced(session.dialect, stage, &children), Vec::new()),
        )
        .await?;
    let mut slots = Vec::with_capacity(kept.len());
    for row in &kept {
        slots.push(u32::try_from(row.try_get_by_index::<i64>(0)?).unwrap_or_default());
        let key: String = row.try_get_by_index(1)?;
        findings.push(Finding {
            severity: Severity::Warning,
            rule: "still_referenced".to_owned(),
            place: Default::default(),
            field: None,
            value: Some(key.clone()),
            message: format!(
                "{} {key} is no longer in the file, but another row refers to it; it is kept",
                stage.relation.name
            ),
        });
    }
    for slot in &slots {
        session
            .run(transaction, sql::unstage(session.dialect, stage), vec![i64::from(*slot).into()])
            .await?;
    }
    Ok(slots.len() as u64)
}
