//! Who publishes, who listens.

use async_trait::async_trait;

use crate::Event;

/// Carries events from those who publish to all who listen at that time.
#[async_trait]
pub trait Bus: Send + Sync {
    /// Publishes an event. It need not reach anyone: that nobody listens is no error.
    ///
    /// # Errors
    /// The bus did not take the event. It waits in the ledger's outbox and is published later.
    async fn publish(&self, event: Event) -> Result<(), BusError>;

    /// Listens from now on: every event published after this call is given, or [`Signal::Lagged`].
    ///
    /// This cannot fail. A subscription that loses its connection takes it up again by itself and
    /// says [`Signal::Lagged`], since events may have passed meanwhile.
    fn subscribe(&self) -> Box<dyn Subscription>;
}

/// One listener's view of a bus.
#[async_trait]
pub trait Subscription: Send {
    /// Waits for what comes next; `None` once the bus is closed.
    ///
    /// Nothing is lost when the returned future is dropped, as `tokio::select!` does.
    async fn next(&mut self) -> Option<Signal>;
}

/// What a listener is told.
#[derive(Debug, Clone, PartialEq)]
pub enum Signal {
    /// An event.
    Event(Event),
    /// Events were missed, nobody knows which: look at the ledger.
    Lagged,
}

/// The bus did not take an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BusError {
    /// It cannot be reached at the moment; the event stays in the outbox.
    #[error("the event bus cannot be reached: {0}; the event stays in the outbox")]
    Unavailable(String),
}
