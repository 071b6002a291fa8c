//! Bringing a dataset to its newest arrival, in one target: the work of a worker.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tolva_ledger::work::{self, Next};
use tolva_ledger::{Lease, Ledger, LoadReport, StoredContract, kill, now_ms};
use tolva_schema::state::ArrivalState;

use crate::count::Summary;
use crate::error::LoadError;
use crate::limits::Limits;
use crate::load::{self, Plan};
use crate::measure::Measure;
use crate::merge;
use crate::progress::Progress;
use crate::shape::{self, Leave};
use crate::target::{Target, Targets};

/// How long a lease lasts without a heartbeat, and how often there is one.
const LEASE_MS: i64 = 30_000;
const HEARTBEAT: Duration = Duration::from_secs(10);

/// Loads what datasets need.
#[derive(Debug, Clone)]
pub struct Loader {
    ledger: Ledger,
    targets: Targets,
    owner: Arc<str>,
    limits: Arc<Limits>,
}

/// One load that was tried.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The load in the ledger.
    pub load: i64,
    /// The arrival.
    pub arrival: i64,
    /// The target.
    pub target: String,
    /// How it ended.
    pub report: LoadReport,
}

/// What came of refreshing a dataset in a target.
#[derive(Debug, Default)]
pub struct Refreshed {
    /// The loads that ended, in order.
    pub outcomes: Vec<Outcome>,
    /// Why there may be more to do.
    pub rest: Rest,
}

/// What is left when a refresh ends.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub enum Rest {
    /// Nothing: the target holds what it should.
    #[default]
    Done,
    /// Another worker is at it.
    Busy,
    /// A load failed in passing; not to be tried before this time (milliseconds since 1970).
    Later {
        /// When.
        at: i64,
        /// Why.
        reason: String,
    },
    /// This arrival was refused, and those behind it wait for a person.
    Blocked(i64),
    /// The target has no URL here.
    Skipped,
}

impl Loader {
    /// A loader; `owner` names this process in leases.
    pub fn new(ledger: Ledger, targets: Targets, owner: &str) -> Self {
        Self { ledger, targets, owner: owner.into(), limits: Arc::default() }
    }

    /// The same with other limits.
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits: limits.into(), ..self }
    }

    /// How much of anything a file may be.
    pub fn limits(&self) -> &Arc<Limits> {
        &self.limits
    }

    /// The ledger.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The targets that can be reached.
    pub fn targets(&self) -> &Targets {
        &self.targets
    }

    /// Loads everything that `dataset` needs in `target`.
    pub async fn refresh(
        &self,
        dataset: &str,
        target: &str,
        progress: &Progress,
    ) -> Result<Refreshed, LoadError> {
        let Some(target) = self.targets.get(target) else {
            return Ok(Refreshed { rest: Rest::Skipped, ..Default::default() });
        };
        let Some(lease) = self.lease(dataset, &target.name).await? else {
            return Ok(Refreshed { rest: Rest::Busy, ..Default::default() });
        };
        kill::point("leased");
        let heartbeat = Heartbeat::start(self.ledger.clone(), lease.clone());
        let outcome = self.with_lease(&lease, target, progress).await;
        drop(heartbeat);
        self.ledger.release_lease(&lease).await?;
        outcome
    }

    /// The right to change a dataset in a target, unless somebody has it.
    pub(crate) async fn lease(
        &self,
        dataset: &str,
        target: &str,
    ) -> Result<Option<Lease>, LoadError> {
        Ok(self.ledger.acquire_lease(dataset, target, &self.owner, LEASE_MS).await?)
    }

    async fn with_lease(
        &self,
        lease: &Lease,
        target: &Target,
        progress: &Progress,
    ) -> Result<Refreshed, LoadError> {
        let mut refreshed = Refreshed::default();
        self.reconcile(lease, target).await?;
        loop {
            let Some(stored) = self.ledger.contract(&lease.dataset).await? else { break };
            let candidates = self.ledger.candidates(&stored, &target.name).await?;
            let next = work::next(stored.contract.refresh, &stored.digest, &candidates, now_ms());
            let arrival = match next {
                Next::Load(arrival) => arrival,
                Next::Nothing => break,
                Next::Wait(at) => {
                    refreshed.rest = Rest::Later { at, reason: "the last try failed".to_owned() };
                    break;
                }
                Next::Blocked(arrival) => {
                    refreshed.rest = Rest::Blocked(arrival);
                    break;
                }
            };
            match self.load(lease, target, &stored, arrival, progress).await? {
                Ok(outcome) => refreshed.outcomes.push(outcome),
                Err(rest) => {
                    refreshed.rest = rest;
                    break;
                }
            }
        }
        Ok(refreshed)
    }

    /// Loads one arrival and records how that ended.
    #[tracing::instrument(
        skip_all,
        fields(dataset = %lease.dataset, target = %target.name, arrival = arrival, load)
    )]
    async fn load(
        &self,
        lease: &Lease,
        target: &Target,
        stored: &StoredContract,
        arrival: i64,
        progress: &Progress,
    ) -> Result<Result<Outcome, Rest>, LoadError> {
        let load =
            self.ledger.begin_load(arrival, &target.name, &stored.digest, lease.token).await?;
        tracing::Span::current().record("load", load);
        let measure = Measure::start(&lease.dataset, &target.name);
        kill::point("begun");
        let outcome = self.try_load(lease, target, stored, arrival, load, progress).await;
        let report = match outcome {
            Ok(report) => report,
            Err(LoadError::Fenced) => {
                measure.ended("fenced");
                tracing::warn!(load, "another worker took this dataset over");
                return Ok(Err(Rest::Busy));
            }
            Err(error @ (LoadError::Quarantine { .. } | LoadError::Failed { .. })) => {
                let state = match error {
                    LoadError::Quarantine { .. } => ArrivalState::Quarantined,
                    _ => ArrivalState::Failed,
                };
                let mut report = load::report(state, &Default::default());
                report.error = Some((error.code().to_owned(), error.to_string()));
                report
            }
            Err(error @ (LoadError::Retry(_) | LoadError::Moved)) => {
                measure.ended("retry");
                let reason = error.to_string();
                let tries = self.ledger.defer_load(load, &reason, delay_ms).await?;
                tracing::warn!(load, tries, "{reason}");
                return Ok(Err(Rest::Later { at: now_ms() + delay_ms(tries), reason }));
            }
        };
        kill::point("before-ledger");
        let supersede = stored.contract.refresh.is_snapshot();
        self.ledger.finish_load(load, report.clone(), supersede).await?;
        kill::point("after-ledger");
        measure.reported(&report);
        tell(load, &report);
        Ok(Ok(Outcome { load, arrival, target: target.name.clone(), report }))
    }

    async fn try_load(
        &self,
        lease: &Lease,
        target: &Target,
        stored: &StoredContract,
        arrival: i64,
        load_id: i64,
        progress: &Progress,
    ) -> Result<LoadReport, LoadError> {
        self.ensure_shape(target, stored).await?;
        let arrival = self.ledger.arrival(arrival).await?;
        let file = tempfile::NamedTempFile::new().map_err(tolva_ledger::LedgerError::from)?;
        let sink =
            tokio::fs::File::from_std(file.reopen().map_err(tolva_ledger::LedgerError::from)?);
        self.ledger.fetch_bytes(arrival.id, sink).await?;
        let plan = Plan {
            contract: Arc::new(stored.contract.clone()),
            digest: &stored.digest,
            arrival: &arrival,
            load_id,
            token: lease.token,
            file: file.path(),
            limits: Arc::clone(&self.limits),
        };
        load::load(target, &plan, progress, &self.ledger).await
    }

    /// Makes the target's tables fit the contract, unless the last load was made by the same one.
    async fn ensure_shape(
        &self,
        target: &Target,
        stored: &StoredContract,
    ) -> Result<(), LoadError> {
        let session = target.session().await?;
        let digest = merge::last_digest(&session, &stored.contract.name).await?;
        if digest.as_deref() != Some(&stored.digest) {
            let former = match &digest {
                Some(digest) => {
                    self.ledger.contract_by_digest(&stored.contract.name, digest).await?
                }
                None => None,
            };
            let former = former.as_ref().map(|former| &former.contract);
            shape::apply(&session, former, &stored.contract, Leave::Harmless).await?;
        }
        target.give_back(session).await;
        Ok(())
    }

    /// Ends what a worker left that died: the target tells whether its load was committed.
    async fn reconcile(&self, lease: &Lease, target: &Target) -> Result<(), LoadError> {
        let unfinished = self.ledger.unfinished_loads(&lease.dataset, &target.name).await?;
        if unfinished.is_empty() {
            return Ok(());
        }
        let snapshot = self
            .ledger
            .contract(&lease.dataset)
            .await?
            .is_some_and(|stored| stored.contract.refresh.is_snapshot());
        let session = target.session().await?;
        for load in unfinished {
            let part = self.ledger.arrival(load.arrival).await?.part;
            let applied = merge::applied(&session, &session.db, &lease.dataset, &part).await?;
            match applied.filter(|applied| applied.load_id == load.id) {
                Some(applied) => {
                    tracing::info!(
                        load = load.id,
                        "this load was committed before its worker stopped"
                    );
                    let report = self.report_of(load.id, applied.summary).await?;
                    self.ledger.finish_load(load.id, report, snapshot).await?;
                }
                None => {
                    tracing::info!(load = load.id, "this load was interrupted and starts again");
                    self.ledger.abandon_load(load.id).await?;
                }
            }
        }
        target.give_back(session).await;
        Ok(())
    }

    /// The report of a load that committed, with the findings of its merge as far as the ledger does
    /// not know them.
    async fn report_of(&self, load: i64, mut summary: Summary) -> Result<LoadReport, LoadError> {
        summary.totals.warnings += summary.findings.len() as u64;
        if !summary.findings.is_empty() {
            let known = self.ledger.findings(load, 0, i64::MAX.unsigned_abs()).await?;
            summary.findings.retain(|finding| !known.contains(finding));
            self.ledger.keep_findings(load, &summary.findings).await?;
        }
        Ok(load::report(load::applied_state(&summary), &summary))
    }
}

/// One second, two, four … a minute.
fn delay_ms(tries: u32) -> i64 {
    const MOST: i64 = 60_000;
    (500_i64 << tries.min(10)).min(MOST)
}

fn tell(load: i64, report: &LoadReport) {
    let (read, rejected, held, warnings) =
        (report.read, report.rejected, report.held, report.warnings);
    match &report.error {
        Some((code, message)) => {
            tracing::warn!(load, state = %report.state, code = %code, read, rejected, "{message}");
        }
        None => {
            let counts = &report.counts;
            tracing::info!(load, state = %report.state, read, rejected, held, warnings, %counts, "done");
        }
    }
}

/// Keeps a lease alive while its load runs.
struct Heartbeat(JoinHandle<()>);

impl Heartbeat {
    fn start(ledger: Ledger, lease: Lease) -> Self {
        Self(tokio::spawn(async move {
            let mut ticks = tokio::time::interval(HEARTBEAT);
            ticks.tick().await;
            loop {
                ticks.tick().await;
                match ledger.renew_lease(&lease, LEASE_MS).await {
                    Ok(true) => {}
                    // The merge finds out by itself: its token is too low.
                    Ok(false) => tracing::warn!(dataset = %lease.dataset, "the lease was lost"),
                    Err(error) => tracing::warn!(dataset = %lease.dataset, "no heartbeat: {error}"),
                }
            }
        }))
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        self.0.abort();
    }
}
