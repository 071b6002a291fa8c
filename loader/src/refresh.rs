//! Bringing a dataset to its newest arrival, in one target: the work of a worker.

use std::sync::Arc;

use tokio::time::Instant;
use tolva_ledger::work::{self, Next};
use tolva_ledger::{Lease, Ledger, LoadReport, StoredContract, kill, now_ms};
use tolva_schema::state::ArrivalState;

use crate::count::Summary;
use crate::error::LoadError;
use crate::heartbeat::{Heartbeat, LEASE};
use crate::limits::Limits;
use crate::load::{self, Plan};
use crate::measure::Measure;
use crate::merge;
use crate::progress::Progress;
use crate::shape::{self, Leave};
use crate::target::{Target, Targets};

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

    /// Loads everything that `dataset` needs in `target`. Where nothing is to be done, nobody is kept
    /// from doing it: the lease is not taken.
    pub async fn refresh(
        &self,
        dataset: &str,
        target: &str,
        progress: &Progress,
    ) -> Result<Refreshed, LoadError> {
        let Some(target) = self.targets.get(target) else {
            return Ok(Refreshed { rest: Rest::Skipped, ..Default::default() });
        };
        let mut refreshed = Refreshed::default();
        loop {
            // Also once the lease was given back: whoever found it taken may have gone away, so that
            // nobody else looks at what came just before.
            if let Some(rest) = self.rest(dataset, target).await? {
                refreshed.rest = match (rest, refreshed.rest) {
                    (Rest::Later { at, .. }, Rest::Later { reason, .. }) => {
                        Rest::Later { at, reason }
                    }
                    (rest, _) => rest,
                };
                return Ok(refreshed);
            }
            let taken = Instant::now();
            let Some(lease) = self.lease(dataset, &target.name).await? else {
                return Ok(Refreshed { rest: Rest::Busy, ..refreshed });
            };
            kill::point("leased");
            refreshed.rest =
                self.hold(&lease, taken, target, progress, &mut refreshed.outcomes).await?;
            if refreshed.rest == Rest::Busy {
                return Ok(refreshed);
            }
        }
    }

    /// What is left to do here, unless it is something that can be done now.
    async fn rest(&self, dataset: &str, target: &Target) -> Result<Option<Rest>, LoadError> {
        // What somebody left who died is put in order first.
        if self.ledger.is_orphaned(dataset, &target.name).await?
            || !self.ledger.unfinished_loads(dataset, &target.name).await?.is_empty()
        {
            return Ok(None);
        }
        Ok(match self.next(dataset, target).await? {
            Some((_, next)) => rest_of(next),
            None => Some(Rest::Done),
        })
    }

    /// The contract in force, and what it needs next.
    async fn next(
        &self,
        dataset: &str,
        target: &Target,
    ) -> Result<Option<(StoredContract, Next)>, LoadError> {
        let Some(stored) = self.ledger.contract(dataset).await? else { return Ok(None) };
        let candidates = self.ledger.candidates(&stored, &target.name).await?;
        let next = work::next(stored.contract.refresh, &stored.digest, &candidates, now_ms());
        Ok(Some((stored, next)))
    }

    /// The right to change a dataset in a target, unless somebody has it.
    pub(crate) async fn lease(
        &self,
        dataset: &str,
        target: &str,
    ) -> Result<Option<Lease>, LoadError> {
        let lasts = LEASE.as_millis() as i64;
        Ok(self.ledger.acquire_lease(dataset, target, &self.owner, lasts).await?)
    }

    /// Works as long as the lease can be kept. When it is lost, what was under way is dropped where
    /// it stands: whoever has the lease now finds out how far it came.
    async fn hold(
        &self,
        lease: &Lease,
        taken: Instant,
        target: &Target,
        progress: &Progress,
        outcomes: &mut Vec<Outcome>,
    ) -> Result<Rest, LoadError> {
        let mut heartbeat = Heartbeat::start(self.ledger.clone(), lease.clone(), taken);
        // On the heap: a whole load within a whole refresh is too much for the stack of a thread.
        let mut work = Box::pin(self.with_lease(lease, target, progress, outcomes));
        let ended = tokio::select! {
            ended = &mut work => ended,
            why = heartbeat.lost() => return Err(LoadError::Retry(why)),
        };
        drop((work, heartbeat));
        if let Err(error) = self.ledger.release_lease(lease).await {
            tracing::warn!(dataset = %lease.dataset, "the lease is left to end by itself: {error}");
        }
        match ended {
            Err(LoadError::Fenced) => Ok(Rest::Busy),
            ended => ended,
        }
    }

    async fn with_lease(
        &self,
        lease: &Lease,
        target: &Target,
        progress: &Progress,
        outcomes: &mut Vec<Outcome>,
    ) -> Result<Rest, LoadError> {
        unless_silent(target, self.reconcile(lease, target)).await?;
        while let Some((stored, next)) = self.next(&lease.dataset, target).await? {
            let Next::Load(arrival) = next else {
                return Ok(rest_of(next).unwrap_or_default());
            };
            match Box::pin(self.load(lease, target, &stored, arrival, progress)).await? {
                Ok(outcome) => outcomes.push(outcome),
                Err(rest) => return Ok(rest),
            }
        }
        Ok(Rest::Done)
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
        let work = self.try_load(lease, target, stored, arrival, load, progress);
        let outcome = unless_silent(target, work).await;
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
                return Ok(Err(self.defer(load, error.to_string(), delay_ms).await?));
            }
            Err(LoadError::Misconfigured(reason)) => {
                return Ok(Err(self.defer(load, reason, |_| LONGEST_DELAY_MS).await?));
            }
            Err(error @ LoadError::Fatal(_)) => return Err(error),
        };
        kill::point("before-ledger");
        let supersede = stored.contract.refresh.is_snapshot();
        self.ledger.finish_load(load, report.clone(), supersede).await?;
        kill::point("after-ledger");
        measure.reported(&report);
        tell(load, &report);
        Ok(Ok(Outcome { load, arrival, target: target.name.clone(), report }))
    }

    /// The arrival waits until it is tried again.
    async fn defer(
        &self,
        load: i64,
        reason: String,
        delay_ms: fn(u32) -> i64,
    ) -> Result<Rest, LoadError> {
        let tries = self.ledger.defer_load(load, &reason, delay_ms).await?;
        tracing::warn!(load, tries, "{reason}");
        Ok(Rest::Later { at: now_ms() + delay_ms(tries), reason })
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
        Box::pin(load::load(target, &plan, progress, &self.ledger)).await
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
        merge::fence(&session, &lease.dataset, lease.token).await?;
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
                    if self.ledger.abandon_load(load.id).await? {
                        tracing::info!(
                            load = load.id,
                            "this load was interrupted and starts again"
                        );
                    } else {
                        tracing::error!(load = load.id, "this load stopped its worker too often");
                    }
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

/// The longest time between two tries.
const LONGEST_DELAY_MS: i64 = 60_000;

/// One second, two, four … a minute.
fn delay_ms(tries: u32) -> i64 {
    (500_i64 << tries.min(10)).min(LONGEST_DELAY_MS)
}

/// What is left when a decision gives nothing to load.
fn rest_of(next: Next) -> Option<Rest> {
    match next {
        Next::Load(_) => None,
        Next::Nothing => Some(Rest::Done),
        Next::Wait(at) => Some(Rest::Later { at, reason: "the last try failed".to_owned() }),
        Next::Blocked(arrival) => Some(Rest::Blocked(arrival)),
    }
}

/// What `work` gives, unless the target falls silent meanwhile.
async fn unless_silent<T>(
    target: &Target,
    work: impl Future<Output = Result<T, LoadError>>,
) -> Result<T, LoadError> {
    let mut work = Box::pin(work);
    tokio::select! {
        done = &mut work => done,
        () = target.silence() => {
            Err(LoadError::Retry(format!("target {} does not answer", target.name)))
        }
    }
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
