//! All that `/healthz`, `/readyz` and `/metrics` answer from.

use std::fmt;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::sync::Mutex;
use tokio::time::timeout;
use tolva_ledger::{Figures, Ledger};

use crate::health::{Health, Parts};
use crate::{gauges, metrics};

/// How long a part that is asked may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// How old the ledger's figures may be, which cost it something.
const FIGURES_AGE: Duration = Duration::from_secs(5);
/// The part that is asked rather than told.
const LEDGER: &str = "ledger";

/// Whether a part is ready, or why not; asked on a thread where it may block.
type Check = Arc<dyn Fn() -> Result<(), String> + Send + Sync>;

/// What the paths answer from. It can be made before the ledger is reached; cheap to clone.
#[derive(Clone)]
pub struct Vitals {
    health: Health,
    checks: Arc<RwLock<Vec<(&'static str, Check)>>>,
    ledger: Arc<OnceLock<Ledger>>,
    /// The runtime that the ledger's connections belong to: a request's own thread has another.
    runtime: Handle,
    figures: Arc<Mutex<Option<(Instant, Figures)>>>,
}

/// Whether a process can do its work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readiness {
    parts: Parts,
}

impl Vitals {
    /// Vitals of this process, in the runtime that its ledger is opened in; it counts from now on.
    pub fn new(health: Health) -> Self {
        metrics::recorder();
        Self {
            health,
            checks: Arc::default(),
            ledger: Arc::default(),
            runtime: Handle::current(),
            figures: Arc::default(),
        }
    }

    /// Which parts are ready, to be told from anywhere.
    pub fn health(&self) -> &Health {
        &self.health
    }

    /// The ledger was reached: from now on it is asked whether it answers, and for its figures.
    pub fn know(&self, ledger: Ledger) {
        self.health.ready(LEDGER);
        // Whoever comes second brings the same one.
        let _ = self.ledger.set(ledger);
    }

    /// Adds a part that is asked whenever somebody wants to know.
    pub fn check(
        &self,
        part: &'static str,
        check: impl Fn() -> Result<(), String> + Send + Sync + 'static,
    ) {
        let mut checks = self.checks.write().unwrap_or_else(PoisonError::into_inner);
        checks.push((part, Arc::new(check)));
    }

    /// Whether the process can do its work now.
    pub async fn readiness(&self) -> Readiness {
        let mut parts = self.health.parts();
        let checks = self.checks.read().unwrap_or_else(PoisonError::into_inner).clone();
        for (part, check) in checks {
            let asked = timeout(PATIENCE, self.runtime.spawn_blocking(move || check()));
            let waits = match asked.await {
                Ok(Ok(outcome)) => outcome.err(),
                Ok(Err(error)) => Some(error.to_string()),
                Err(_) => Some(format!("no answer in {PATIENCE:?}")),
            };
            parts.insert(part, waits);
        }
        if let Some(ledger) = self.ledger.get().cloned() {
            let asked = self.runtime.spawn(async move { timeout(PATIENCE, ledger.ping()).await });
            let waits = match asked.await {
                Ok(Ok(Ok(()))) => None,
                Ok(Ok(Err(error))) => Some(error.to_string()),
                Ok(Err(_)) => Some(format!("no answer in {PATIENCE:?}")),
                Err(error) => Some(error.to_string()),
            };
            parts.insert(LEDGER, waits);
        }
        Readiness { parts }
    }

    /// Every figure, as Prometheus reads it.
    pub async fn metrics(&self) -> String {
        let figures = self.figures().await;
        let ledger = gauges::render(&self.readiness().await.parts, figures.as_ref());
        metrics::recorder().render() + &ledger
    }

    /// The ledger's figures. Whoever asks while they are being read waits for the same ones.
    async fn figures(&self) -> Option<Figures> {
        let ledger = self.ledger.get()?.clone();
        let mut known = self.figures.lock().await;
        if let Some((read_at, figures)) = &*known
            && read_at.elapsed() < FIGURES_AGE
        {
            return Some(figures.clone());
        }
        let asked = self.runtime.spawn(async move { timeout(PATIENCE, ledger.figures()).await });
        let problem = match asked.await {
            Ok(Ok(Ok(figures))) => {
                *known = Some((Instant::now(), figures.clone()));
                return Some(figures);
            }
            Ok(Ok(Err(error))) => error.to_string(),
            Ok(Err(_)) => format!("no answer in {PATIENCE:?}"),
            Err(error) => error.to_string(),
        };
        tracing::debug!("the ledger told no figures: {problem}");
        None
    }
}

impl fmt::Debug for Vitals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vitals").field("health", &self.health).finish_non_exhaustive()
    }
}

impl Readiness {
    /// Whether every part is ready.
    pub fn is_ready(&self) -> bool {
        self.parts.values().all(Option::is_none)
    }

    /// Each part that is not ready, and why, in one line.
    pub fn why(&self) -> String {
        let waits =
            self.parts.iter().filter_map(|(part, why)| Some(format!("{part}: {}", why.as_ref()?)));
        waits.collect::<Vec<_>>().join("; ")
    }

    /// The same for programs.
    pub fn json(&self) -> Value {
        let part = |why: &Option<String>| match why {
            None => json!({ "ready": true }),
            Some(why) => json!({ "ready": false, "why": why }),
        };
        let parts: serde_json::Map<String, Value> =
            self.parts.iter().map(|(name, why)| ((*name).to_owned(), part(why))).collect();
        json!({ "status": if self.is_ready() { "ready" } else { "waiting" }, "parts": parts })
    }
}
