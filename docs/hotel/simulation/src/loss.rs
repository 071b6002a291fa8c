//! Loss of the home region and of one zone: what works, minute by minute.

use crate::inputs::*;
use crate::json::{Json, object};
use crate::rng::Rng;
use crate::station::Station;
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

/// A zone dies in the middle of a flash sale: a third of the tasks is gone at once. Until the
/// balancer's checks see it, a third of the requests meet a dead task, and the edge tries a read
/// once more; afterwards two thirds of the tasks carry everything until new ones have started.
pub fn zone() -> Json {
    let rate = SEARCHES / SECONDS * BUSY * FLASH / 1000.0;
    let tasks = (rate * SEARCH_MS / SCALE_TARGET).ceil() as usize;
    let dead = tasks / 3;
    let (mut lines, mut waits) = (Vec::new(), Vec::new());
    let (mut failed, mut peaks) = (Vec::new(), Vec::new());
    for k in 0..REPLICATIONS {
        let mut rng = Rng::of(1200, k);
        let seen = LOST * 60_000.0 + rng.lognormal(HEALTH_S * 1000.0, STEP_CV);
        let started = seen + SCALE_DELAY_S * 1000.0;
        let mut station = Station::new(tasks);
        let mut counts = vec![(0.0, 0.0); MINUTES];
        let mut stays = vec![Vec::new(); MINUTES];
        let (mut lost, mut replaced) = (false, false);
        let mut now = 0.0;
        loop {
            now += rng.exponential(1.0 / rate);
            let minute = (now / 60_000.0) as usize;
            if minute >= MINUTES {
                break;
            }
            if !lost && now >= LOST * 60_000.0 {
                station.remove(dead);
                lost = true;
            }
            if !replaced && now >= started {
                station.add(dead, now);
                replaced = true;
            }
            let blind = lost && now < seen;
            counts[minute].0 += 1.0;
            if blind && rng.chance(1.0 / 3.0) && rng.chance(1.0 / 3.0) {
                counts[minute].1 += 1.0;
                continue;
            }
            let (_, end) = station.serve(now, rng.lognormal(SEARCH_MS, SEARCH_CV));
            stays[minute].push(end - now);
        }
        let line: Vec<f64> = counts.iter().map(|(all, bad)| 100.0 * (1.0 - bad / all)).collect();
        let p95: Vec<f64> = stays.iter_mut().map(|s| quantile(s, 0.95)).collect();
        failed.push(100.0 - line[LOST as usize]);
        peaks.push(p95.iter().copied().fold(0.0, f64::max));
        lines.push(line);
        waits.push(p95);
    }
    let mean = |of: &[Vec<f64>], m: usize| of.iter().map(|l| l[m]).sum::<f64>() / of.len() as f64;
    let all =
        |of: &[Vec<f64>]| Json::List((0..MINUTES).map(|m| Json::Number(mean(of, m))).collect());
    object([
        ("failed", Estimate::of(&failed).json()),
        ("peak_p95", Estimate::of(&peaks).json()),
        ("read", all(&lines)),
        ("p95", all(&waits)),
    ])
}
