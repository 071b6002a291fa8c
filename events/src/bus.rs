//! What a bus does, whatever carries it.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;

use crate::Event;

/// Deliveries that one consumer may hold without having settled them.
pub const PREFETCH: u16 = 64;
/// How often a delivery may come back unsettled before it counts as dead: far more often than
/// workers die, since each that dies gives back all it holds.
pub const DELIVERIES: u32 = 100;

/// Carries events. Those that tell of work wait for a consumer, and each goes to one of them until
/// one has settled it; the others go to whoever else listens.
#[async_trait]
pub trait Bus: Send + Sync {
    /// Publishes events; tells of each, in the same order, whether the bus has taken it.
    async fn publish(&self, events: &[Event]) -> Vec<Result<(), BusError>>;

    /// Begins to consume the events that tell of work. This cannot fail: a consumer that loses its
    /// connection takes it up again by itself.
    fn consume(&self) -> Box<dyn Consumer>;

    /// What nobody could make use of: how many there are, and the oldest, `limit` at most.
    ///
    /// # Errors
    /// [`BusError::Unavailable`].
    async fn dead(&self, limit: usize) -> Result<Dead, BusError>;

    /// Delivers what is dead once more; how many there were.
    ///
    /// # Errors
    /// [`BusError::Unavailable`]; what was not delivered stays.
    async fn revive(&self) -> Result<u64, BusError>;

    /// Throws away what is dead; how many there were.
    ///
    /// # Errors
    /// [`BusError::Unavailable`].
    async fn bury(&self) -> Result<u64, BusError>;

    /// How the bus is, now and whenever that changes.
    fn link(&self) -> watch::Receiver<Link>;
}

/// Whether a bus can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// Nobody needed it yet.
    Idle,
    /// It can.
    Up,
    /// It cannot, and why.
    Down(String),
}

/// One of those that share the events that tell of work.
#[async_trait]
pub trait Consumer: Send {
    /// Waits for what comes next; `None` once the bus is closed.
    ///
    /// Nothing is lost when the returned future is dropped, as `tokio::select!` does.
    async fn next(&mut self) -> Option<Signal>;
}

/// What a consumer is told.
#[derive(Debug)]
pub enum Signal {
    /// An event.
    Delivery(Delivery),
    /// Events may have been missed, nobody knows which: look at the ledger.
    Lagged,
}

/// An event that is to be settled. Whatever is dropped unsettled is delivered again, as is what its
/// consumer holds when it ends.
pub struct Delivery {
    /// The event.
    pub event: Box<Event>,
    /// How often it was put off.
    pub attempt: u32,
    settle: Box<dyn Settle>,
}

impl Delivery {
    pub(crate) fn new(event: Event, attempt: u32, settle: impl Settle + 'static) -> Self {
        Self { event: Box::new(event), attempt, settle: Box::new(settle) }
    }

    /// There is nothing left to do.
    pub async fn done(self) {
        self.settle.done().await;
    }

    /// It comes again after a while, the longer the more often it was put off.
    pub async fn later(self) {
        self.settle.later(&self.event, self.attempt).await;
    }

    /// Nobody can make use of it: it goes to the dead, with the reason.
    pub async fn refuse(self, reason: &str) {
        self.settle.refuse(reason).await;
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("event", &self.event)
            .field("attempt", &self.attempt)
            .finish_non_exhaustive()
    }
}

/// What a bus does with a delivery. None of it can fail for the one who settles: what cannot be told
/// to the bus is delivered again.
#[async_trait]
pub(crate) trait Settle: Send + Sync {
    async fn done(&self);
    async fn later(&self, event: &Event, attempt: u32);
    async fn refuse(&self, reason: &str);
}

/// How long an event is put off: after its first tries briefly, then longer, then long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delays(pub [Duration; 3]);

impl Delays {
    /// Which of them holds for an event that was put off so often.
    pub(crate) fn step(attempt: u32) -> usize {
        match attempt {
            0..3 => 0,
            3..6 => 1,
            _ => 2,
        }
    }
}

impl Default for Delays {
    /// 10 s three times, a minute three times, then 10 minutes.
    fn default() -> Self {
        Self([10, 60, 600].map(Duration::from_secs))
    }
}

/// What nobody could make use of.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Dead {
    /// How many.
    pub count: u64,
    /// The oldest of them.
    pub letters: Vec<DeadLetter>,
}

/// A message that nobody could make use of.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DeadLetter {
    /// Why it is dead.
    pub reason: String,
    /// What stands in it, shortened.
    pub body: String,
}

impl DeadLetter {
    /// Characters of a body that are shown.
    const SHOWN: usize = 500;

    pub(crate) fn new(reason: String, body: &[u8]) -> Self {
        let body = String::from_utf8_lossy(body).chars().take(Self::SHOWN).collect();
        Self { reason, body }
    }
}

/// The bus did not take an event. It waits in the ledger's outbox and is published later.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BusError {
    /// It cannot be reached at the moment, or did not say that it has the event.
    #[error("the event bus cannot be reached: {0}; the event stays in the outbox")]
    Unavailable(String),
    /// It has no place for such an event.
    #[error("the event bus has no queue for {0}; the event stays in the outbox")]
    Unroutable(String),
    /// It is not what the configuration says: a person must look.
    #[error("{0}")]
    Misconfigured(String),
}
