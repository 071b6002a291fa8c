//! The machine's two parts: a queue of events in time order, and a station of several servers with one line.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// A moment that can be ordered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Time(pub f64);

impl Eq for Time {}

impl PartialOrd for Time {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Time {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// Events to come, the soonest first; equal moments keep the order in which they were planned.
#[derive(Debug)]
pub struct Agenda<E> {
    heap: BinaryHeap<Reverse<(Time, u64, Slot)>>,
    events: Vec<Option<E>>,
    free: Vec<usize>,
    count: u64,
}

type Slot = usize;

impl<E> Default for Agenda<E> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), events: Vec::new(), free: Vec::new(), count: 0 }
    }
}

impl<E> Agenda<E> {
    /// Plans an event.
    pub fn plan(&mut self, at: f64, event: E) {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.events.push(None);
            self.events.len() - 1
        });
        self.events[slot] = Some(event);
        self.count += 1;
        self.heap.push(Reverse((Time(at), self.count, slot)));
    }

    /// The next event and its moment.
    pub fn pop(&mut self) -> Option<(f64, E)> {
        let Reverse((Time(at), _, slot)) = self.heap.pop()?;
        self.free.push(slot);
        self.events[slot].take().map(|event| (at, event))
    }
}

/// Servers with one first-come-first-served line. Arrivals must be offered in time order.
#[derive(Clone, Debug)]
pub struct Station {
    free_at: BinaryHeap<Reverse<Time>>,
    /// Server time used so far.
    pub busy: f64,
}

impl Station {
    /// A station of so many servers, all free.
    pub fn new(servers: usize) -> Self {
        Self { free_at: (0..servers).map(|_| Reverse(Time(0.0))).collect(), busy: 0.0 }
    }

    /// How many servers there are.
    pub fn servers(&self) -> usize {
        self.free_at.len()
    }

    /// Adds servers that are free from a moment on.
    pub fn add(&mut self, servers: usize, from: f64) {
        for _ in 0..servers {
            self.free_at.push(Reverse(Time(from)));
        }
    }

    /// Takes servers away; each leaves when its work is done. One always stays.
    pub fn remove(&mut self, servers: usize) {
        for _ in 0..servers.min(self.free_at.len().saturating_sub(1)) {
            self.free_at.pop();
        }
    }

    /// How long an arrival at this moment would wait.
    pub fn wait(&self, now: f64) -> f64 {
        self.free_at.peek().map_or(f64::INFINITY, |Reverse(Time(at))| (at - now).max(0.0))
    }

    /// Serves an arrival; returns when it starts and when it ends.
    pub fn serve(&mut self, now: f64, work: f64) -> (f64, f64) {
        let Reverse(Time(free)) = self.free_at.pop().expect("a station has a server");
        let start = free.max(now);
        self.free_at.push(Reverse(Time(start + work)));
        self.busy += work;
        (start, start + work)
    }
}
