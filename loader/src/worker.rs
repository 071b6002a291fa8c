//! A worker: hears that datasets have work, looks every half minute whether any has, and loads.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use tolva_events::{Bus, Event, Signal};
use tolva_ledger::{Ledger, now_ms};

use crate::progress::Progress;
use crate::refresh::{Loader, Refreshed, Rest};

/// Messages are hints; this is how often the ledger itself is asked.
const SWEEP: Duration = Duration::from_secs(30);
/// When another worker is at a dataset, its lease is looked at again after this.
const BUSY: Duration = Duration::from_secs(2);

/// Events published in one go.
const EVENTS: u64 = 256;

/// A dataset in a target.
type Job = (String, String);

/// Loads what datasets need until `stop` turns true; what is being loaded then is finished.
pub async fn work(loader: Loader, bus: Arc<dyn Bus>, mut stop: watch::Receiver<bool>) {
    let mut subscription = bus.subscribe();
    let mut desk = Desk { loader, running: HashMap::new(), tasks: JoinSet::new() };
    let mut next_sweep = Instant::now();
    while !*stop.borrow() {
        tokio::select! {
            () = sleep_until(next_sweep) => {
                next_sweep = Instant::now() + SWEEP;
                desk.sweep().await;
            }
            signal = subscription.next() => match signal {
                Some(Signal::Event(event)) if event.kind == tolva_events::FILE_ARRIVED => {
                    desk.dataset(&event.dataset).await;
                }
                Some(Signal::Event(_)) => {}
                Some(Signal::Lagged) => desk.sweep().await,
                None => break,
            },
            Some(ended) = desk.tasks.join_next(), if !desk.tasks.is_empty() => {
                if let Ok((job, wait)) = ended {
                    if let Some(wait) = wait {
                        next_sweep = next_sweep.min(Instant::now() + wait);
                    }
                    desk.ended(job);
                    publish(desk.loader.ledger(), &*bus).await;
                }
            }
            _ = stop.changed() => {}
        }
    }
    while desk.tasks.join_next().await.is_some() {}
}

/// Publishes what came of loads. What cannot be published now stays in the outbox for the next time.
async fn publish(ledger: &Ledger, bus: &dyn Bus) {
    let events = match ledger.unpublished(EVENTS).await {
        Ok(events) => events,
        Err(error) => return tracing::warn!("the outbox cannot be read: {error}"),
    };
    let mut published = Vec::new();
    // Arrivals are published by whoever takes them.
    for event in events.into_iter().filter(|event| event.kind != tolva_events::FILE_ARRIVED) {
        let (id, event) = (event.id, Event::new(event.kind, event.dataset, event.data));
        if let Err(error) = bus.publish(event).await {
            tracing::warn!("{error}");
            break;
        }
        published.push(id);
    }
    if let Err(error) = ledger.mark_published(&published).await {
        tracing::warn!("the outbox cannot be written: {error}");
    }
}

/// What is being loaded.
struct Desk {
    loader: Loader,
    /// Whether to look again once the running refresh ends: it may have looked before the hint came.
    running: HashMap<Job, bool>,
    tasks: JoinSet<(Job, Option<Duration>)>,
}

impl Desk {
    /// Looks at every dataset.
    async fn sweep(&mut self) {
        match self.loader.ledger().contracts().await {
            Ok(contracts) => {
                for stored in contracts {
                    for target in &stored.contract.targets {
                        self.start((stored.contract.name.to_string(), target.clone()));
                    }
                }
            }
            Err(error) => tracing::warn!("the ledger cannot be read: {error}"),
        }
    }

    async fn dataset(&mut self, dataset: &str) {
        match self.loader.ledger().contract(dataset).await {
            Ok(Some(stored)) => {
                for target in &stored.contract.targets {
                    self.start((dataset.to_owned(), target.clone()));
                }
            }
            Ok(None) => {}
            Err(error) => tracing::warn!("the ledger cannot be read: {error}"),
        }
    }

    fn start(&mut self, job: Job) {
        if self.loader.targets().get(&job.1).is_none() {
            return;
        }
        if let Some(again) = self.running.get_mut(&job) {
            *again = true;
            return;
        }
        self.running.insert(job.clone(), false);
        let loader = self.loader.clone();
        self.tasks.spawn(async move {
            let refreshed = loader.refresh(&job.0, &job.1, &Progress::default()).await;
            let wait = match refreshed {
                Ok(Refreshed { rest: Rest::Later { at, .. }, .. }) => {
                    Some(Duration::from_millis((at - now_ms()).max(0).unsigned_abs()))
                }
                Ok(Refreshed { rest: Rest::Busy, .. }) => Some(BUSY),
                Ok(_) => None,
                Err(error) => {
                    tracing::warn!(dataset = %job.0, target = %job.1, "{error}");
                    None
                }
            };
            (job, wait)
        });
    }

    fn ended(&mut self, job: Job) {
        if self.running.remove(&job) == Some(true) {
            self.start(job);
        }
    }
}
