//! Publishing what waits in the outbox: just after it came to be, and to catch up.

use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use tokio::sync::{Notify, watch};
use tolva_ledger::{Ledger, LedgerError, OutboxEvent, kill};

use crate::bus::{Bus, BusError};
use crate::event::Event;

/// Events that are in flight at once.
const BATCH: u64 = 256;
/// How often the outbox is looked at without being told to: others may have filled it.
const SWEEP: Duration = Duration::from_secs(30);
/// After a failure it is tried again after this, then after twice as long, and so on.
const SOON: Duration = Duration::from_millis(200);

/// Why events stay in the outbox.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The ledger refused.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The bus refused.
    #[error(transparent)]
    Bus(#[from] BusError),
}

/// Publishes everything in the outbox that nobody else is publishing at the moment, the oldest first,
/// and marks it; how many there were.
///
/// Whoever is interrupted between publishing and marking publishes twice: an event is a hint, and two
/// of them change nothing.
///
/// # Errors
/// The bus or the ledger refused. What was not published stays in the outbox.
pub async fn publish_outbox(ledger: &Ledger, bus: &dyn Bus) -> Result<usize, PublishError> {
    let mut published = 0;
    loop {
        let waiting = ledger.claim_events(BATCH).await?;
        if waiting.is_empty() {
            return Ok(published);
        }
        kill::point("claimed-events");
        let events: Vec<Event> = waiting.iter().map(Event::from).collect();
        let told = bus.publish(&events).await;
        kill::point("published");
        let (mut done, mut not_done, mut outcome) = (Vec::new(), Vec::new(), Ok(()));
        for (OutboxEvent { id, .. }, told) in waiting.iter().zip(told) {
            match told {
                Ok(()) => done.push(*id),
                Err(error) => {
                    not_done.push(*id);
                    outcome = outcome.and(Err(error));
                }
            }
        }
        ledger.mark_published(&done).await?;
        ledger.release_events(&not_done).await?;
        metrics::counter!("tolva_events_published_total").increment(done.len() as u64);
        published += done.len();
        outcome?;
    }
}

/// Publishes the outbox whenever `wake` is told, and from time to time, until `stop` turns true; then
/// once more. Whoever fills the outbox need not wait for a bus that is slow or away.
pub async fn keep_publishing(
    ledger: Ledger,
    bus: Arc<dyn Bus>,
    wake: Arc<Notify>,
    mut stop: watch::Receiver<bool>,
) {
    let delays = ExponentialBuilder::default()
        .with_jitter()
        .with_min_delay(SOON)
        .with_max_delay(SWEEP)
        .without_max_times();
    let mut failing: Option<<ExponentialBuilder as BackoffBuilder>::Backoff> = None;
    loop {
        let stopped = *stop.borrow() || stop.has_changed().is_err();
        let again = match publish_outbox(&ledger, &*bus).await {
            Ok(_) => {
                if failing.take().is_some() {
                    tracing::info!("events are published again");
                }
                SWEEP
            }
            Err(error) => {
                if failing.is_none() {
                    tracing::warn!("events are not published for the moment: {error}");
                }
                failing.get_or_insert_with(|| delays.build()).next().unwrap_or(SWEEP)
            }
        };
        if stopped {
            return;
        }
        tokio::select! {
            // Telling it again does not make the bus come back.
            () = wake.notified(), if failing.is_none() => {}
            () = tokio::time::sleep(again) => {}
            _ = stop.changed() => {}
        }
    }
}
