//! Publishing what waits in the outbox: just after an arrival, and to catch up.

use tolva_events::{Bus, Event, FILE_ARRIVED};
use tolva_ledger::{Ledger, OutboxEvent, kill};

use crate::PublishError;

/// Events that are looked at in one go; more, when others' events are in the way.
const BATCH: u64 = 256;

/// Publishes every arrival in the outbox that was not published yet, the oldest first, and marks it;
/// how many there were. Events of other kinds are left to those who made them.
///
/// Whoever is interrupted between publishing and marking publishes twice: an event is a hint, and
/// two of them change nothing.
///
/// # Errors
/// The bus or the ledger refused. What was not published stays in the outbox.
pub async fn publish_outbox(ledger: &Ledger, bus: &dyn Bus) -> Result<usize, PublishError> {
    let (mut published, mut limit) = (0, BATCH);
    loop {
        let waiting = ledger.unpublished(limit).await?;
        let is_all = (waiting.len() as u64) < limit;
        let arrivals: Vec<OutboxEvent> =
            waiting.into_iter().filter(|event| event.kind == FILE_ARRIVED).collect();
        if arrivals.is_empty() {
            if is_all {
                return Ok(published);
            }
            limit = limit.saturating_mul(4);
            continue;
        }
        let mut done = Vec::new();
        let mut outcome = Ok(());
        for event in arrivals {
            outcome = bus.publish(Event::new(event.kind, event.dataset, event.data)).await;
            if outcome.is_err() {
                break;
            }
            done.push(event.id);
        }
        if !done.is_empty() {
            kill::point("published");
            ledger.mark_published(&done).await?;
        }
        outcome?;
        published += done.len();
        if is_all {
            return Ok(published);
        }
    }
}
