//! Latency of the search tasks against their load: where the curve bends.

use crate::inputs::*;
use crate::json::{Json, object};
use crate::rng::Rng;
use crate::station::Station;
use crate::stats::percentiles;

const LOADS: [f64; 14] =
    [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.94, 0.97];
const ARRIVALS: usize = 60_000;

fn stays(load: f64, rng: &mut Rng) -> Vec<f64> {
    let servers = SEARCH_TASKS_HOME as usize;
    let gap = SEARCH_MS / (servers as f64 * load);
    let mut station = Station::new(servers);
    let mut now = 0.0;
    let mut found = Vec::with_capacity(ARRIVALS);
    for k in 0..ARRIVALS {
        now += rng.exponential(gap);
        let (_, end) = station.serve(now, rng.lognormal(SEARCH_MS, SEARCH_CV));
        if k > ARRIVALS / 10 {
            found.push(end - now);
        }
    }
    found
}

/// Percentiles by utilisation.
pub fn run() -> Json {
    Json::List(
        LOADS
            .iter()
            .enumerate()
            .map(|(k, load)| {
                let mut all: Vec<Vec<f64>> = (0..REPLICATIONS)
                    .map(|r| stays(*load, &mut Rng::of(300 + k as u64, r)))
                    .collect();
                object([("load", Json::Number(load * 100.0)), ("latency", percentiles(&mut all))])
            })
            .collect(),
    )
}

/// The highest simulated utilisation, in percent, at which p95 is at most half above its unloaded value.
pub fn at(curve: &Json) -> f64 {
    let Json::List(points) = curve else { return f64::NAN };
    let calm = points[0].at("latency.p95").number();
    points
        .iter()
        .take_while(|p| p.at("latency.p95").number() <= 1.5 * calm)
        .last()
        .map_or(0.0, |p| p.at("load").number())
}
