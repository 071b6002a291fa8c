//! The bus inside one process.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::sync::{Notify, watch};
use tolva_schema::event::Kind;

use crate::bus::{
    Bus, BusError, Consumer, DELIVERIES, Dead, DeadLetter, Delays, Delivery, Link, PREFETCH,
    Settle, Signal,
};
use crate::event::Event;

/// Events that may wait for a consumer before the oldest are let go.
const CAPACITY: usize = 10_000;

/// The bus inside one process. Clones are handles to the same bus. What it holds goes with the
/// process: the ledger has it all.
#[derive(Clone)]
pub struct LocalBus(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    /// Told whenever something waits, or room was made.
    changed: Notify,
    delays: Delays,
    link: watch::Sender<Link>,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Waiting>,
    dead: Vec<(Waiting, String)>,
    /// Whether events were let go since a consumer was told.
    lagged: bool,
}

#[derive(Clone)]
struct Waiting {
    event: Event,
    attempt: u32,
    deliveries: u32,
}

impl LocalBus {
    /// A new bus, without consumers.
    pub fn new() -> Self {
        Self::with_delays(Delays::default())
    }

    /// A new bus that puts events off for so long.
    pub fn with_delays(delays: Delays) -> Self {
        Self(Arc::new(Shared {
            state: Mutex::default(),
            changed: Notify::new(),
            delays,
            link: watch::Sender::new(Link::Up),
        }))
    }
}

impl Default for LocalBus {
    fn default() -> Self {
        Self::new()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, waiting: Waiting) {
        let mut state = self.lock();
        if state.waiting.len() == CAPACITY {
            state.waiting.pop_front();
            state.lagged = true;
        }
        state.waiting.push_back(waiting);
        drop(state);
        self.changed.notify_waiters();
    }
}

#[async_trait]
impl Bus for LocalBus {
    async fn publish(&self, events: &[Event]) -> Vec<Result<(), BusError>> {
        for event in events.iter().filter(|event| event.kind() == Kind::FileArrived) {
            self.0.put(Waiting { event: event.clone(), attempt: 0, deliveries: 0 });
        }
        events.iter().map(|_| Ok(())).collect()
    }

    fn consume(&self) -> Box<dyn Consumer> {
        Box::new(LocalConsumer { bus: Arc::clone(&self.0), held: Arc::default() })
    }

    async fn dead(&self, limit: usize) -> Result<Dead, BusError> {
        let state = self.0.lock();
        let letter = |(waiting, reason): &(Waiting, String)| {
            DeadLetter::new(reason.clone(), &waiting.event.to_json())
        };
        Ok(Dead {
            count: state.dead.len() as u64,
            letters: state.dead.iter().take(limit).map(letter).collect(),
        })
    }

    async fn revive(&self) -> Result<u64, BusError> {
        let dead = std::mem::take(&mut self.0.lock().dead);
        let count = dead.len() as u64;
        for (waiting, _) in dead {
            self.0.put(Waiting { attempt: 0, deliveries: 0, ..waiting });
        }
        Ok(count)
    }

    async fn bury(&self) -> Result<u64, BusError> {
        Ok(std::mem::take(&mut self.0.lock().dead).len() as u64)
    }

    fn link(&self) -> watch::Receiver<Link> {
        self.0.link.subscribe()
    }
}

struct LocalConsumer {
    bus: Arc<Shared>,
    /// As many handles as there are deliveries that it has not settled.
    held: Arc<()>,
}

impl LocalConsumer {
    fn take(&self) -> Option<Signal> {
        let mut state = self.bus.lock();
        if std::mem::take(&mut state.lagged) {
            return Some(Signal::Lagged);
        }
        if Arc::strong_count(&self.held) > usize::from(PREFETCH) {
            return None;
        }
        let mut waiting = state.waiting.pop_front()?;
        drop(state);
        waiting.deliveries += 1;
        let (event, attempt) = (waiting.event.clone(), waiting.attempt);
        let settle = LocalSettle {
            bus: Arc::clone(&self.bus),
            waiting: Mutex::new(Some(waiting)),
            held: Some(Arc::clone(&self.held)),
        };
        Some(Signal::Delivery(Delivery::new(event, attempt, settle)))
    }
}

#[async_trait]
impl Consumer for LocalConsumer {
    async fn next(&mut self) -> Option<Signal> {
        loop {
            // Before it looks: what comes in between wakes it as well.
            let changed = self.bus.changed.notified();
            if let Some(signal) = self.take() {
                return Some(signal);
            }
            changed.await;
        }
    }
}

struct LocalSettle {
    bus: Arc<Shared>,
    /// Empty once it is settled.
    waiting: Mutex<Option<Waiting>>,
    held: Option<Arc<()>>,
}

impl LocalSettle {
    fn take(&self) -> Option<Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[async_trait]
impl Settle for LocalSettle {
    async fn done(&self) {
        self.take();
    }

    async fn later(&self, _: &Event, attempt: u32) {
        let Some(waiting) = self.take() else { return };
        let (bus, delay) = (Arc::clone(&self.bus), self.bus.delays.0[Delays::step(attempt)]);
        tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            bus.put(Waiting { attempt: attempt + 1, deliveries: 0, ..waiting });
        });
    }

    async fn refuse(&self, reason: &str) {
        if let Some(waiting) = self.take() {
            self.bus.lock().dead.push((waiting, reason.to_owned()));
        }
    }
}

impl Drop for LocalSettle {
    fn drop(&mut self) {
        if let Some(waiting) = self.take() {
            if waiting.deliveries > DELIVERIES {
                let reason = format!("it was delivered {DELIVERIES} times and never settled");
                self.bus.lock().dead.push((waiting, reason));
            } else {
                self.bus.put(waiting);
            }
        }
        // Now there is room for another delivery.
        self.held = None;
        self.bus.changed.notify_waiters();
    }
}
