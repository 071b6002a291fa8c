//! Loss of the home region and of one zone: what works, minute by minute.

use crate::inputs::*;
use crate::json::{Json, object};
use crate::rng::Rng;
use crate::stats::{Estimate, quantile};

/// Minutes shown; the loss is at minute 10.
pub const MINUTES: usize = 60;
const LOST: f64 = 10.0;

/// One replication of the region's loss.
struct Region {
    read_minutes: f64,
    book_minutes: f64,
    lost_bookings: f64,
    unreplicated: f64,
    read: Vec<f64>,
    book: Vec<f64>,
}

fn region_once(rng: &mut Rng) -> Region {
    // Reads: until the edge's table is turned, a request to the dead region is tried again at the next one after a time-out;
    // half of the guests' browsers give up first. Writes: people detect, decide, promote, and turn the edge.
    let read_minutes = rng.lognormal(READ_TURN_S / 60.0, STEP_CV);
    let book_minutes = [DETECT_MIN, DECIDE_MIN, PROMOTE_MIN, TURN_MIN]
        .into_iter()
        .map(|m| rng.lognormal(m, STEP_CV))
        .sum::<f64>();
    let home: f64 = CONTINENTS
        .iter()
        .enumerate()
        .filter(|(k, _)| crate::latency::nearest(*k, 3) == 0)
        .map(|(_, c)| c.1)
        .sum();
    let (mut lost, mut unreplicated) = (0.0, 0.0);
    let (mut tried, mut done) = (vec![0.0; MINUTES], vec![0.0; MINUTES]);
    let mut now = 0.0;
    loop {
        now += rng.exponential(1.0 / (BOOK_S_BUSY * 60.0));
        if now >= MINUTES as f64 {
            break;
        }
        let works = now < LOST || now >= LOST + book_minutes;
        tried[now as usize] += 1.0;
        done[now as usize] += f64::from(u8::from(works));
        lost += f64::from(u8::from(!works));
        let copied = now + rng.lognormal(LAG_MS, LAG_CV) / 60_000.0;
        unreplicated += f64::from(u8::from(now < LOST && copied > LOST));
    }
    let read = (0..MINUTES)
        .map(|m| {
            let overlap =
                ((m as f64 + 1.0).min(LOST + read_minutes) - (m as f64).max(LOST)).clamp(0.0, 1.0);
            100.0 * (1.0 - home * overlap * 0.5)
        })
        .collect();
    let book = (0..MINUTES)
        .map(|m| if tried[m] > 0.0 { 100.0 * done[m] / tried[m] } else { 100.0 })
        .collect();
    Region { read_minutes, book_minutes, lost_bookings: lost, unreplicated, read, book }
}

/// Recovery times, bookings not made and bookings not replicated, with the timeline.
pub fn region() -> Json {
    // Unreplicated bookings are rare: many short runs are averaged within each replication.
    let runs: Vec<Vec<Region>> = (0..REPLICATIONS)
        .map(|k| {
            let mut rng = Rng::of(1100, k);
            (0..200).map(|_| region_once(&mut rng)).collect()
        })
        .collect();
    let estimate = |of: &dyn Fn(&Region) -> f64| {
        Estimate::of(
            &runs
                .iter()
                .map(|r| r.iter().map(of).sum::<f64>() / r.len() as f64)
                .collect::<Vec<_>>(),
        )
        .json()
    };
    let p95 = Estimate::of(
        &runs
            .iter()
            .map(|r| quantile(&mut r.iter().map(|x| x.book_minutes).collect::<Vec<_>>(), 0.95))
            .collect::<Vec<_>>(),
    );
    let timeline = |of: &dyn Fn(&Region) -> &Vec<f64>| {
        let all: Vec<&Region> = runs.iter().flatten().collect();
        Json::List(
            (0..MINUTES)
                .map(|m| Json::Number(all.iter().map(|r| of(r)[m]).sum::<f64>() / all.len() as f64))
                .collect(),
        )
    };
    object([
        ("read_minutes", estimate(&|r| r.read_minutes)),
        ("book_minutes", estimate(&|r| r.book_minutes)),
        ("book_minutes_p95", p95.json()),
        ("lost_bookings", estimate(&|r| r.lost_bookings)),
        ("unreplicated", estimate(&|r| r.unreplicated)),
        ("read", timeline(&|r| &r.read)),
        ("book", timeline(&|r| &r.book)),
    ])
}

/// A zone dies: until the balancer's checks see it, a third of the requests meet a dead task; the edge tries a read once more.
pub fn zone() -> Json {
    let per_second = 100.0;
    let mut lines = vec![vec![0.0; MINUTES]; REPLICATIONS];
    let mut failed = Vec::new();
    for (k, line) in lines.iter_mut().enumerate() {
        let mut rng = Rng::of(1200, k);
        let blind = rng.lognormal(HEALTH_S, STEP_CV) / 60.0;
        let mut counts = vec![(0.0, 0.0); MINUTES];
        let mut now = 0.0;
        while now < MINUTES as f64 {
            let dead = (LOST..LOST + blind).contains(&now);
            let count = &mut counts[(now as usize).min(MINUTES - 1)];
            count.0 += 1.0;
            count.1 += f64::from(u8::from(dead && rng.chance(1.0 / 3.0) && rng.chance(1.0 / 3.0)));
            now += rng.exponential(1.0 / (per_second * 60.0));
        }
        for (m, (all, bad)) in counts.iter().enumerate() {
            line[m] = 100.0 * (1.0 - bad / all);
        }
        failed.push(100.0 - line[LOST as usize]);
    }
    let mean = |m: usize| lines.iter().map(|l| l[m]).sum::<f64>() / REPLICATIONS as f64;
    object([
        ("failed", Estimate::of(&failed).json()),
        ("read", Json::List((0..MINUTES).map(|m| Json::Number(mean(m))).collect())),
    ])
}
