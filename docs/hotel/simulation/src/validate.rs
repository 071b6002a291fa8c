//! The machine against theory: Erlang C's mean wait, and Little's law.

use crate::inputs::REPLICATIONS;
use crate::json::{Json, object};
use crate::rng::Rng;
use crate::station::{Agenda, Station};
use crate::stats::Estimate;

/// Servers, utilisation and arrivals per replication of the cases compared.
pub const CASES: [(usize, f64, usize); 6] = [
    (1, 0.5, 500_000),
    (2, 0.7, 500_000),
    (6, 0.7, 500_000),
    (6, 0.85, 800_000),
    (20, 0.85, 800_000),
    (60, 0.9, 1_200_000),
];

/// Erlang C: the mean wait in an M/M/c line, in units of the mean service time.
pub fn erlang_c_wait(servers: usize, utilisation: f64) -> f64 {
    let load = servers as f64 * utilisation;
    // Erlang B by its recursion, then C from B.
    let blocked = (1..=servers).fold(1.0, |b, k| load * b / (k as f64 + load * b));
    let waits = blocked / (1.0 - utilisation * (1.0 - blocked));
    waits / (servers as f64 * (1.0 - utilisation))
}

/// What one replication measured.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// Mean wait before service, in mean service times.
    pub wait: f64,
    /// Time average of the number present, counted event by event.
    pub present: f64,
    /// Arrival rate times mean time present.
    pub rate_times_stay: f64,
}

/// Runs one M/M/c replication; the number present is counted by events of its own, not derived from the waits.
pub fn replicate(servers: usize, utilisation: f64, arrivals: usize, rng: &mut Rng) -> Measured {
    enum Event {
        Arrival,
        Departure,
    }
    let gap = 1.0 / (servers as f64 * utilisation);
    let warm = arrivals / 20;
    let mut agenda = Agenda::default();
    let mut station = Station::new(servers);
    agenda.plan(rng.exponential(gap), Event::Arrival);
    let (mut seen, mut present, mut area, mut last, mut from) = (0usize, 0usize, 0.0, 0.0, 0.0);
    let (mut waited, mut stayed, mut counted) = (0.0, 0.0, 0usize);
    let mut until = 0.0;
    while let Some((now, event)) = agenda.pop() {
        area += present as f64 * (now - last);
        last = now;
        match event {
            Event::Departure => present -= 1,
            Event::Arrival => {
                seen += 1;
                present += 1;
                let (start, end) = station.serve(now, rng.exponential(1.0));
                agenda.plan(end, Event::Departure);
                if seen == warm {
                    (area, from) = (0.0, now);
                } else if seen > warm {
                    waited += start - now;
                    stayed += end - now;
                    counted += 1;
                }
                if seen == arrivals {
                    until = now;
                    break;
                }
                agenda.plan(now + rng.exponential(gap), Event::Arrival);
            }
        }
    }
    let span = until - from;
    Measured {
        wait: waited / counted as f64,
        present: area / span,
        rate_times_stay: (counted as f64 / span) * (stayed / counted as f64),
    }
}

/// Every case: theory, simulation and their distance in percent; and the worst of each.
pub fn run() -> Json {
    let (mut rows, mut worst, mut worst_little) = (Vec::new(), 0.0f64, 0.0f64);
    for (case, (servers, utilisation, arrivals)) in CASES.into_iter().enumerate() {
        let found: Vec<Measured> = (0..REPLICATIONS)
            .map(|k| replicate(servers, utilisation, arrivals, &mut Rng::of(100 + case as u64, k)))
            .collect();
        let wait = Estimate::of(&found.iter().map(|m| m.wait).collect::<Vec<_>>());
        let theory = erlang_c_wait(servers, utilisation);
        let error = (wait.mean / theory - 1.0).abs() * 100.0;
        let little = found
            .iter()
            .map(|m| (m.present / m.rate_times_stay - 1.0).abs() * 100.0)
            .fold(0.0, f64::max);
        worst = worst.max(error);
        worst_little = worst_little.max(little);
        rows.push(object([
            ("servers", Json::Number(servers as f64)),
            ("utilisation", Json::Number(utilisation)),
            ("theory", Json::Number(theory)),
            ("simulated", wait.json()),
            ("error_percent", Json::Number(error)),
            ("little_percent", Json::Number(little)),
        ]));
    }
    object([
        ("cases", Json::List(rows)),
        ("worst_error_percent", Json::Number(worst)),
        ("worst_little_percent", Json::Number(worst_little)),
    ])
}
