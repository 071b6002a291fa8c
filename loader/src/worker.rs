//! A worker: hears that datasets have work, looks every half minute whether any has, and loads.
//!
//! A delivery says no more than that a dataset has work. It is settled once the work is done in every
//! target of the dataset, or put off; so a worker that dies leaves it to another one. The ledger
//! decides what the work is.

mod desk;
mod ticket;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep_until};
use tolva_events::{Bus, Consumer, Link, Signal, keep_publishing};

use crate::refresh::Loader;
use desk::Desk;

/// Messages are hints; this is how often the ledger itself is asked.
const SWEEP: Duration = Duration::from_secs(30);

/// How a worker works.
#[derive(Debug, Clone, Copy)]
pub struct Work {
    /// Loads that may run at once.
    pub loads: usize,
    /// How long loads under way may take to their end once the worker is told to stop; after that
    /// they are given up, and another worker begins them anew.
    pub drain: Duration,
    /// Makes a span part of the trace that a `traceparent` names.
    pub follow: fn(&tracing::Span, &str),
}

/// Why a worker ended that was not told to. Going on would not help.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// Nobody knows in which state it left the process.
    #[error("a load of {dataset} into {target} panicked; this is a bug in tolva: {message}")]
    Bug {
        /// The dataset.
        dataset: String,
        /// The target.
        target: String,
        /// What the panic said.
        message: String,
    },
    /// A person must look at the configuration.
    #[error("{0}")]
    Fatal(String),
}

/// Loads what datasets need until `stop` turns true; what is being loaded then is finished.
///
/// # Errors
/// Whatever the process cannot go on with; it has to end.
pub async fn work(
    loader: Loader,
    bus: Arc<dyn Bus>,
    work: Work,
    mut stop: watch::Receiver<bool>,
) -> Result<(), WorkError> {
    let wake = Arc::new(Notify::new());
    // It ends after the last load: what came of that is to be told, too.
    let (end, ended) = watch::channel(false);
    let ledger = loader.ledger().clone();
    let publishing = tokio::spawn(keep_publishing(ledger, bus.clone(), wake.clone(), ended));
    let mut consumer = bus.consume();
    let mut desk = Desk::new(loader, work);
    let outcome = serve(&mut desk, &mut *consumer, &bus.link(), &wake, &mut stop).await;
    // The consumer lives on until then: what is done meanwhile can be settled.
    let drained = desk.drain().await;
    end.send_replace(true);
    // It publishes once more; whatever fails stays in the outbox.
    drop(publishing.await);
    outcome.and(drained)
}

async fn serve(
    desk: &mut Desk,
    consumer: &mut dyn Consumer,
    link: &watch::Receiver<Link>,
    wake: &Notify,
    stop: &mut watch::Receiver<bool>,
) -> Result<(), WorkError> {
    let hints = desk.listen();
    let mut next_sweep = Instant::now();
    while !*stop.borrow() {
        let due = desk.next_due().map_or(next_sweep, |due| due.min(next_sweep));
        tokio::select! {
            () = sleep_until(due) => {
                desk.resume().await;
                if next_sweep <= Instant::now() {
                    next_sweep = Instant::now() + SWEEP;
                    wake.notify_one();
                    desk.sweep().await;
                }
            }
            signal = consumer.next() => match signal {
                Some(Signal::Delivery(delivery)) => desk.receive(delivery).await,
                Some(Signal::Lagged) => desk.sweep().await,
                None => break,
            },
            () = hints.next() => {
                // Somebody has filled the outbox. While the bus is away this is all that is heard.
                wake.notify_one();
                if matches!(*link.borrow(), Link::Down(_)) {
                    desk.sweep().await;
                }
            }
            ended = desk.ended() => {
                desk.settle(ended?).await?;
                wake.notify_one();
            }
            // Whoever could tell it to stop may be gone.
            told = stop.changed() => if told.is_err() { break },
        }
    }
    Ok(())
}
