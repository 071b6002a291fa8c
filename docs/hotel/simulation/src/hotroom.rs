//! Everybody wants the same room-night: the wait for its row, with a short transaction and with a lock held over a payment call.

use crate::inputs::*;
use crate::json::{Json, object};
use crate::rng::Rng;
use crate::station::Station;
use crate::stats::{Estimate, quantile};

const RATES: [f64; 8] = [1.0, 10.0, 25.0, 50.0, 100.0, 150.0, 175.0, 200.0];
const NAIVE_RATES: [f64; 5] = [0.1, 0.25, 0.5, 0.75, 1.0];
const ARRIVALS: usize = 60_000;

fn p95(rate: f64, work: f64, cv: f64, experiment: u64) -> Estimate {
    let values: Vec<f64> = (0..REPLICATIONS)
        .map(|k| {
            let mut rng = Rng::of(experiment, k);
            let mut row = Station::new(1);
            let mut now = 0.0;
            let mut stays: Vec<f64> = (0..ARRIVALS)
                .map(|_| {
                    now += rng.exponential(1000.0 / rate);
                    let (_, end) = row.serve(now, rng.lognormal(work, cv));
                    end - now
                })
                .collect();
            quantile(&mut stays, 0.95)
        })
        .collect();
    Estimate::of(&values)
}

/// p95 of a hold on one row by attempts per second: short transaction, and lock held during the payment provider's call.
pub fn run() -> Json {
    let line = |rates: &[f64], work, cv, experiment: u64| {
        Json::List(
            rates
                .iter()
                .map(|rate| {
                    object([
                        ("rate", Json::Number(*rate)),
                        ("p95", p95(*rate, work, cv, experiment + *rate as u64).json()),
                    ])
                })
                .collect(),
        )
    };
    let last = RATES[RATES.len() - 1];
    object([
        ("short", line(&RATES, TX_MS, TX_CV, 600)),
        ("long", line(&NAIVE_RATES, TX_MS + PSP_MS, PSP_CV, 900)),
        ("short_capacity", Json::Number(1000.0 / TX_MS)),
        ("long_capacity", Json::Number(1000.0 / (TX_MS + PSP_MS))),
        (
            "last",
            object([
                ("rate", Json::Number(last)),
                ("short", p95(last, TX_MS, TX_CV, 600 + last as u64).json()),
            ]),
        ),
    ])
}
