//! What every request shares.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use sea_orm::DbErr;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit, watch};
use tolva_ledger::{Heard, Ledger, Listening};
use tolva_schema::scope::Scope;

use crate::auth::{Caller, Tokens};
use crate::catalogue::Catalogue;
use crate::count::Totals;
use crate::hot::Hot;
use crate::options::Options;
use crate::problem::Problem;
use crate::rate::Rates;
use crate::snapshot::{Snapshot, Version};
use crate::versions::Versions;

/// How long the contracts in force may be known from memory.
const CATALOGUE_AGE: Duration = Duration::from_secs(1);
/// Clients that may listen at the same time.
const LISTENERS: usize = 100;
/// Requests that may write at the same time: they wait for one another in the database, each with a
/// connection of its own.
const WRITERS: usize = 4;

/// The ledger, the runtime that its connections belong to, and the contracts as last read.
pub struct State {
    ledger: Ledger,
    options: Options,
    runtime: tokio::runtime::Handle,
    catalogue: RwLock<Option<(Instant, Arc<Catalogue>)>>,
    versioned: AtomicBool,
    totals: Totals,
    versions: Arc<Versions>,
    _listening: Option<Listening>,
    hot: Hot,
    listeners: Arc<Semaphore>,
    writers: Semaphore,
    stopping: watch::Receiver<bool>,
    rates: Rates,
    tokens: Option<Tokens>,
}

impl State {
    /// `stopping` becomes true when the server is told to stop.
    pub fn new(
        ledger: Ledger,
        options: Options,
        runtime: tokio::runtime::Handle,
        stopping: watch::Receiver<bool>,
        tokens: Option<Tokens>,
    ) -> Self {
        let bytes = options.cache.as_u64();
        let versions = Arc::new(Versions::default());
        let listening = (bytes > 0).then(|| {
            let versions = Arc::clone(&versions);
            ledger.listen_for_versions(move |heard| versions.hear(heard))
        });
        Self {
            hot: Hot::new(bytes),
            versions,
            _listening: listening,
            rates: Rates::new(&options.rate),
            tokens,
            ledger,
            options,
            runtime,
            catalogue: RwLock::new(None),
            versioned: AtomicBool::new(false),
            totals: Totals::default(),
            listeners: Arc::new(Semaphore::new(LISTENERS)),
            writers: Semaphore::new(WRITERS),
            stopping,
        }
    }

    /// How many requests may come.
    pub fn rates(&self) -> &Rates {
        &self.rates
    }

    /// What tokens are checked by, if any are accepted.
    pub fn tokens(&self) -> Option<&Tokens> {
        self.tokens.as_ref()
    }

    /// A place for a client that listens for ever, while there are any.
    pub fn listener(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.listeners).try_acquire_owned().ok()
    }

    /// What is known of a dataset's version is so no more: this process has written to it.
    pub fn forget_version(&self, dataset: &str) {
        self.versions.hear(Heard::Told(dataset.to_owned()));
    }

    /// A place for a request that writes, when there is one.
    pub async fn writer(&self) -> Option<SemaphorePermit<'_>> {
        self.writers.acquire().await.ok()
    }

    /// Becomes true when the server is told to stop: who would listen for ever ends then.
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.clone()
    }

    /// What tables held when they were counted last.
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    /// Versions that are known without asking.
    pub fn versions(&self) -> &Versions {
        &self.versions
    }

    /// Answers that are kept in memory.
    pub fn hot(&self) -> &Hot {
        &self.hot
    }

    /// The version of a dataset; none before its first load.
    pub async fn version(
        &self,
        snapshot: &Snapshot,
        dataset: &str,
    ) -> Result<Option<Version>, DbErr> {
        if !self.versioned.load(Ordering::Relaxed) {
            if !snapshot.has_versions().await? {
                return Ok(None);
            }
            self.versioned.store(true, Ordering::Relaxed);
        }
        snapshot.version(dataset).await
    }

    /// How the API is to behave.
    pub fn options(&self) -> &Options {
        &self.options
    }

    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Starts work in the runtime that the pool's connections belong to. A request's own thread has
    /// another one, which may end before the pool does.
    pub fn spawn<F>(&self, work: F) -> tokio::task::JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send,
    {
        self.runtime.spawn(work)
    }

    /// Asks the ledger, in the runtime that its connections belong to.
    pub async fn ask<T, E, F>(&self, question: impl FnOnce(Ledger) -> F) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Into<Problem> + Send + 'static,
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        match self.spawn(question(self.ledger.clone())).await {
            Ok(answer) => answer.map_err(Into::into),
            Err(error) => Err(Problem::Internal { cause: error.to_string() }),
        }
    }

    /// The same, without the private columns that the caller may not see.
    pub async fn catalogue_for(&self, caller: &Caller) -> Result<Arc<Catalogue>, Problem> {
        let catalogue = self.catalogue().await?;
        Ok(catalogue.seen(|dataset| caller.may(Scope::Private, dataset)))
    }

    /// The contracts in force, at most a second old.
    pub async fn catalogue(&self) -> Result<Arc<Catalogue>, Problem> {
        let known = self.catalogue.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((read_at, catalogue)) = known
            && read_at.elapsed() < CATALOGUE_AGE
        {
            return Ok(catalogue);
        }
        let asked_at = Instant::now();
        let contracts = self.ask(|ledger| async move { ledger.contracts().await }).await?;
        let catalogue = Arc::new(Catalogue::new(contracts));
        let mut known = self.catalogue.write().unwrap_or_else(PoisonError::into_inner);
        // Of two requests that read at once, the one that asked last knows best.
        if known.as_ref().is_none_or(|(read_at, _)| *read_at < asked_at) {
            *known = Some((asked_at, Arc::clone(&catalogue)));
        }
        Ok(catalogue)
    }
}
