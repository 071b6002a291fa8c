//! The bus inside one process.

use async_trait::async_trait;
use tokio::sync::broadcast::{self, error::RecvError};

use crate::{Bus, BusError, Event, Signal, Subscription};

/// Events that a slow listener may be behind before it is told that it lags.
const CAPACITY: usize = 1024;

/// The bus inside one process. Clones are handles to the same bus; it closes with the last one.
#[derive(Debug, Clone)]
pub struct LocalBus {
    sender: broadcast::Sender<Event>,
}

impl LocalBus {
    /// A new bus, without listeners.
    pub fn new() -> Self {
        Self::with_capacity(CAPACITY)
    }

    /// A new bus whose listeners may be so many events behind (at least one; rounded up to a power
    /// of two).
    pub fn with_capacity(events: usize) -> Self {
        Self { sender: broadcast::Sender::new(events.max(1)) }
    }
}

impl Default for LocalBus {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Bus for LocalBus {
    async fn publish(&self, event: Event) -> Result<(), BusError> {
        // The only error is that nobody listens.
        let _ = self.sender.send(event);
        Ok(())
    }

    fn subscribe(&self) -> Box<dyn Subscription> {
        Box::new(LocalSubscription { receiver: self.sender.subscribe() })
    }
}

struct LocalSubscription {
    receiver: broadcast::Receiver<Event>,
}

#[async_trait]
impl Subscription for LocalSubscription {
    async fn next(&mut self) -> Option<Signal> {
        match self.receiver.recv().await {
            Ok(event) => Some(Signal::Event(event)),
            Err(RecvError::Lagged(_)) => Some(Signal::Lagged),
            Err(RecvError::Closed) => None,
        }
    }
}
