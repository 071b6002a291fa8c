//! A search from every continent, with one, two and three regions: a day of open-loop arrivals, hour by hour.

use crate::inputs::*;
use crate::json::{Json, object};
use crate::rng::Rng;
use crate::station::{Agenda, Station};
use crate::stats::{Estimate, percentiles, quantile};

const SLICE_S: f64 = 240.0;
const WARM_S: f64 = 20.0;

/// Arrivals of a continent at an hour of the day (UTC), relative to its mean: one smooth peak a day.
pub fn hour_factor(peak: f64, hour: f64) -> f64 {
    1.0 + 0.75 * ((hour - peak) / 24.0 * std::f64::consts::TAU).cos()
}

/// The region (0, 1, 2) that is nearest to a continent among the first `regions`.
pub fn nearest(continent: usize, regions: usize) -> usize {
    let rtt = CONTINENTS[continent].3;
    (0..regions).min_by(|a, b| rtt[*a].total_cmp(&rtt[*b])).unwrap_or(0)
}

/// The network's part of a request: guest to edge (once more for a new connection), edge to region, the edge's work.
pub fn network(continent: usize, region: usize, rng: &mut Rng) -> f64 {
    let (_, _, edge, rtt, _) = CONTINENTS[continent];
    let mut near = rng.lognormal(edge, JITTER_CV);
    if rng.chance(NEW_CONNECTION) {
        near += rng.lognormal(edge, JITTER_CV);
    }
    near + EDGE_MS + rng.lognormal(rtt[region], JITTER_CV)
}

enum Event {
    Arrive(usize, usize),
    Query(usize, usize, f64),
}

/// One replication: latencies by continent, in milliseconds.
pub fn replicate(regions: usize, rng: &mut Rng) -> Vec<Vec<f64>> {
    let mut found = vec![Vec::new(); CONTINENTS.len()];
    for hour in 0..24 {
        slice(regions, hour as f64, rng, &mut found);
    }
    found
}

fn slice(regions: usize, hour: f64, rng: &mut Rng, found: &mut [Vec<f64>]) {
    let mut agenda = Agenda::default();
    let tasks = |region| (if region == 0 { SEARCH_TASKS_HOME } else { SEARCH_TASKS_READ }) as usize;
    let mut search: Vec<Station> = (0..regions).map(|r| Station::new(tasks(r))).collect();
    let mut index: Vec<Station> =
        (0..regions).map(|_| Station::new(INDEX_SERVERS as usize)).collect();
    for (continent, (_, share, _, _, peak)) in CONTINENTS.into_iter().enumerate() {
        let gap = 1000.0 / (SEARCHES / SECONDS * share * hour_factor(peak, hour));
        let region = nearest(continent, regions);
        let mut at = rng.exponential(gap);
        while at < SLICE_S * 1000.0 {
            agenda.plan(at, Event::Arrive(continent, region));
            at += rng.exponential(gap);
        }
    }
    while let Some((now, event)) = agenda.pop() {
        match event {
            Event::Arrive(continent, region) => {
                let (_, end) = search[region].serve(now, rng.lognormal(SEARCH_MS, SEARCH_CV));
                agenda.plan(end, Event::Query(continent, region, now));
            }
            Event::Query(continent, region, began) => {
                let (_, end) = index[region].serve(now, rng.lognormal(INDEX_MS, INDEX_CV));
                let mut rest = rng.lognormal(CACHE_MS, 0.5);
                if rng.chance(LOOKUP_SHARE) {
                    rest += rng.lognormal(LOOKUP_MS, LOOKUP_CV);
                }
                if began > WARM_S * 1000.0 {
                    found[continent].push(end - began + rest + network(continent, region, rng));
                }
            }
        }
    }
}

/// Percentiles by continent and for the world, with one, two and three regions, and the worst continent's p95.
pub fn run() -> Json {
    let layouts = (1..=3).map(|regions| {
        let mut all: Vec<Vec<Vec<f64>>> =
            (0..REPLICATIONS).map(|k| replicate(regions, &mut Rng::of(200, k))).collect();
        let mut rows = Vec::new();
        let mut worst = vec![0.0f64; REPLICATIONS];
        for (c, continent) in CONTINENTS.iter().enumerate() {
            let mut mine: Vec<Vec<f64>> = all.iter().map(|r| r[c].clone()).collect();
            for (w, values) in worst.iter_mut().zip(mine.iter_mut()) {
                *w = w.max(quantile(values, 0.95));
            }
            rows.push((continent.0.to_string(), percentiles(&mut mine)));
        }
        let mut world: Vec<Vec<f64>> = all.iter_mut().map(|r| r.concat()).collect();
        rows.push(("world".into(), percentiles(&mut world)));
        rows.push(("worst".into(), object([("p95", Estimate::of(&worst).json())])));
        (regions.to_string(), Json::Object(rows))
    });
    Json::Object(layouts.collect())
}
