//! What a worker has on its desk: one job per dataset and target, and the deliveries that ask for it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::{Id, JoinSet};
use tokio::time::{Instant, sleep, timeout};
use tolva_events::Delivery;
use tolva_ledger::{Hints, LedgerError, now_ms};
use tracing::Instrument as _;

use super::ticket::Ticket;
use super::{Work, WorkError};
use crate::error::LoadError;
use crate::progress::Progress;
use crate::refresh::{Loader, Refreshed, Rest};

/// When another worker is at a dataset, its lease is looked at again after this.
const BUSY: Duration = Duration::from_secs(2);
/// When the ledger or a target cannot be used, a job is tried again after this.
const AGAIN: Duration = Duration::from_secs(5);

/// A dataset in a target.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Job {
    dataset: String,
    target: String,
}

type Tickets = Vec<Arc<Ticket>>;

/// A job that runs.
struct Running {
    job: Job,
    tickets: Tickets,
    /// Those that came meanwhile: it may have looked before.
    next: Option<Tickets>,
}

/// A job that waits for its time.
struct Parked {
    due: Instant,
    tickets: Tickets,
}

/// How a job ended.
pub struct Ended {
    id: Id,
    outcome: Result<Refreshed, LoadError>,
}

pub struct Desk {
    loader: Loader,
    work: Work,
    places: Arc<Semaphore>,
    tasks: JoinSet<Result<Refreshed, LoadError>>,
    running: HashMap<Id, Running>,
    parked: HashMap<Job, Parked>,
}

impl Desk {
    pub fn new(loader: Loader, work: Work) -> Self {
        Self {
            loader,
            work,
            places: Arc::new(Semaphore::new(work.loads.max(1))),
            tasks: JoinSet::new(),
            running: HashMap::new(),
            parked: HashMap::new(),
        }
    }

    /// Listens for what is put into the outbox.
    pub fn listen(&self) -> Hints {
        self.loader.ledger().listen()
    }

    /// When the next parked job is due.
    pub fn next_due(&self) -> Option<Instant> {
        self.parked.values().map(|parked| parked.due).min()
    }

    /// Starts the parked jobs that are due.
    pub async fn resume(&mut self) {
        let now = Instant::now();
        let due: Vec<_> = self.parked.extract_if(|_, parked| parked.due <= now).collect();
        for (job, parked) in due {
            self.start(job, parked.tickets);
        }
    }

    /// Looks at every dataset, and at the deliveries that are held for long.
    pub async fn sweep(&mut self) {
        for running in self.running.values() {
            for ticket in running.tickets.iter().chain(running.next.iter().flatten()) {
                ticket.keep_alive().await;
            }
        }
        match self.jobs(None).await {
            Ok(jobs) => {
                for job in jobs {
                    self.start(job, Vec::new());
                }
            }
            Err(error) => tracing::warn!("the ledger cannot be read: {error}"),
        }
    }

    /// Does what a delivery asks for.
    pub async fn receive(&mut self, delivery: Delivery) {
        metrics::counter!("tolva_events_consumed_total").increment(1);
        match self.jobs(Some(delivery.event.dataset())).await {
            Ok(jobs) => {
                let ticket = Ticket::new(delivery);
                for job in jobs {
                    self.start(job, vec![Arc::clone(&ticket)]);
                }
                ticket.give_back(false).await;
            }
            Err(error) => {
                tracing::warn!("the ledger cannot be read: {error}");
                delivery.later().await;
            }
        }
    }

    /// The jobs of a dataset, or of all. One that no contract is in force for has none: it is found
    /// by a sweep once there is one.
    async fn jobs(&self, dataset: Option<&str>) -> Result<Vec<Job>, LedgerError> {
        let ledger = self.loader.ledger();
        let contracts = match dataset {
            Some(dataset) => ledger.contract(dataset).await?.into_iter().collect(),
            None => ledger.contracts().await?,
        };
        let mut jobs = Vec::new();
        for stored in contracts {
            let dataset = stored.contract.name.to_string();
            for target in stored.contract.targets {
                if self.loader.targets().get(&target).is_some() {
                    jobs.push(Job { dataset: dataset.clone(), target });
                }
            }
        }
        Ok(jobs)
    }

    fn start(&mut self, job: Job, mut tickets: Tickets) {
        if let Some(running) = self.running.values_mut().find(|running| running.job == job) {
            running.next.get_or_insert_default().append(&mut tickets);
            return;
        }
        if let Some(parked) = self.parked.remove(&job) {
            tickets.extend(parked.tickets);
        }
        let span = tracing::info_span!("work", dataset = %job.dataset, target = %job.target);
        if let Some(trace) = tickets.iter().find_map(|ticket| ticket.trace()) {
            (self.work.follow)(&span, &trace);
        }
        let (loader, places, running) = (self.loader.clone(), self.places.clone(), job.clone());
        let load = async move {
            // Closed once the worker is to stop: what has not begun begins elsewhere.
            let Ok(_place) = places.acquire().await else {
                return Ok(Refreshed { rest: Rest::Busy, ..Default::default() });
            };
            loader.refresh(&running.dataset, &running.target, &Progress::default()).await
        };
        let id = self.tasks.spawn(load.instrument(span)).id();
        self.running.insert(id, Running { job, tickets, next: None });
    }

    /// Waits for the end of a job; for ever while there is none.
    pub async fn ended(&mut self) -> Result<Ended, WorkError> {
        match self.tasks.join_next_with_id().await {
            None => std::future::pending().await,
            Some(Ok((id, outcome))) => Ok(Ended { id, outcome }),
            Some(Err(error)) => {
                let job = self.running.remove(&error.id()).map(|running| running.job);
                let (dataset, target) =
                    job.map_or_else(Default::default, |job| (job.dataset, job.target));
                Err(WorkError::Bug { dataset, target, message: error.to_string() })
            }
        }
    }

    /// Settles what asked for a job, and sees to what is left of it.
    ///
    /// # Errors
    /// What every other job would meet as well.
    pub async fn settle(&mut self, Ended { id, outcome }: Ended) -> Result<(), WorkError> {
        let Some(Running { job, tickets, next }) = self.running.remove(&id) else { return Ok(()) };
        let rest = match outcome {
            Ok(refreshed) => refreshed.rest,
            Err(error) if error.is_fatal() => return Err(WorkError::Fatal(error.to_string())),
            Err(error) => {
                tracing::warn!(dataset = %job.dataset, target = %job.target, "{error}");
                let at = now_ms() + AGAIN.as_millis() as i64;
                Rest::Later { at, reason: error.to_string() }
            }
        };
        match rest {
            Rest::Done | Rest::Blocked(_) | Rest::Skipped => give_back(tickets, false).await,
            Rest::Busy => {
                self.parked.insert(job.clone(), Parked { due: Instant::now() + BUSY, tickets });
            }
            Rest::Later { at, .. } => {
                give_back(tickets, true).await;
                let wait = Duration::from_millis((at - now_ms()).max(0).unsigned_abs());
                let parked = Parked { due: Instant::now() + wait, tickets: Vec::new() };
                self.parked.insert(job.clone(), parked);
            }
        }
        if let Some(tickets) = next {
            self.start(job, tickets);
        }
        Ok(())
    }

    /// Waits for what runs, though not for ever. What is not done then begins anew elsewhere, as what
    /// is parked does: its deliveries go back to the bus.
    pub async fn drain(&mut self) -> Result<(), WorkError> {
        self.places.close();
        let deadline = sleep(self.work.drain);
        tokio::pin!(deadline);
        while !self.running.is_empty() {
            tokio::select! {
                ended = self.ended() => {
                    let ended = ended?;
                    if let Some(running) = self.running.get_mut(&ended.id) {
                        running.next = None;
                    }
                    self.settle(ended).await?;
                }
                () = &mut deadline => {
                    let loads = self.running.len();
                    tracing::warn!(loads, "loads are given up: they took too long to end");
                    break;
                }
            }
        }
        self.parked.clear();
        self.running.clear();
        // Their connections are closed, and with them their transactions.
        drop(timeout(Duration::from_secs(5), self.tasks.shutdown()).await);
        Ok(())
    }
}

async fn give_back(tickets: Tickets, again: bool) {
    for ticket in tickets {
        ticket.give_back(again).await;
    }
}
