//! A delivery that several jobs work on: the last of them settles it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tolva_events::Delivery;
use tolva_ledger::kill;

/// A delivery is not held longer than this: a broker takes away what is held too long (RabbitMQ after
/// half an hour).
const HOLD: Duration = Duration::from_secs(10 * 60);

/// A delivery, shared by the jobs of all targets.
#[derive(Debug)]
pub struct Ticket {
    /// Empty once it was put off.
    delivery: Mutex<Option<Delivery>>,
    since: Instant,
    /// Whether one of the jobs has to be tried again.
    later: AtomicBool,
}

impl Ticket {
    pub fn new(delivery: Delivery) -> Arc<Self> {
        Arc::new(Self {
            delivery: Mutex::new(Some(delivery)),
            since: Instant::now(),
            later: AtomicBool::new(false),
        })
    }

    /// The trace that the event belongs to.
    pub fn trace(&self) -> Option<String> {
        let delivery = self.delivery.lock().unwrap_or_else(PoisonError::into_inner);
        delivery.as_ref().and_then(|delivery| delivery.event.trace.clone())
    }

    /// A job has ended; `again` if there is still something to do. The last one settles.
    pub async fn give_back(self: Arc<Self>, again: bool) {
        self.later.fetch_or(again, Ordering::SeqCst);
        let Some(ticket) = Arc::into_inner(self) else { return };
        let Some(delivery) = ticket.take() else { return };
        kill::point("before-ack");
        if ticket.later.into_inner() {
            delivery.later().await;
        } else {
            delivery.done().await;
        }
        kill::point("after-ack");
    }

    /// Puts it off when it is held for long: the work goes on, and should it fail, the event comes
    /// again.
    pub async fn keep_alive(&self) {
        if self.since.elapsed() >= HOLD
            && let Some(delivery) = self.take()
        {
            delivery.later().await;
        }
    }

    fn take(&self) -> Option<Delivery> {
        self.delivery.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
