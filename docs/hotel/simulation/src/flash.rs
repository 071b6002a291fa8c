//! A flash sale on the home region's search: ten times the busy hour within a minute, and an autoscaler that is late.

use std::sync::OnceLock;

use crate::inputs::*;
use crate::json::{Json, object};
use crate::rng::Rng;
use crate::station::{Agenda, Station};
use crate::stats::{Estimate, quantile};

/// Minutes simulated; the sale opens at minute 10 and fades from minute 30 on.
pub const MINUTES: usize = 60;
const OPEN: f64 = 10.0;

/// Arrivals relative to the busy hour.
pub fn surge(minute: f64) -> f64 {
    if minute < OPEN {
        1.0
    } else if minute < OPEN + 1.0 {
        1.0 + (FLASH - 1.0) * (minute - OPEN)
    } else if minute < 30.0 {
        FLASH
    } else {
        1.0 + (FLASH - 1.0) * (-(minute - 30.0) / 8.0).exp()
    }
}

/// Who adds tasks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scaling {
    /// The autoscaler alone.
    Reactive,
    /// Capacity is put ten minutes before the announced hour; the autoscaler goes on from there.
    Scheduled,
}

/// What happened in one minute.
#[derive(Clone, Debug, Default)]
pub struct Minute {
    /// Requests offered (retries included), and refused.
    pub offered: f64,
    /// Requests refused at once because they would have waited too long.
    pub refused: f64,
    /// Tasks at the minute's end.
    pub tasks: f64,
    /// Service latencies.
    pub latencies: Vec<f64>,
}

enum Event {
    Arrive { retry: bool },
    Look,
    Start(usize),
}

/// One replication, minute by minute.
pub fn replicate(scaling: Scaling, rng: &mut Rng) -> Vec<Minute> {
    let rate = SEARCHES / SECONDS * BUSY / 1000.0;
    let end = MINUTES as f64 * 60_000.0;
    let mut minutes = vec![Minute::default(); MINUTES];
    let mut agenda = Agenda::default();
    let base = SEARCH_TASKS_HOME as usize;
    let mut station = Station::new(base);
    let (mut wanted, mut budget, mut offered_since) = (base, 0.0, 0.0);
    if scaling == Scaling::Scheduled {
        let needed =
            ((rate * FLASH * SEARCH_MS / SCALE_TARGET).ceil() as usize).min(SCALE_MOST as usize);
        wanted = needed;
        station.add(needed - base, 0.0);
    }
    agenda.plan(0.0, Event::Arrive { retry: false });
    agenda.plan(SCALE_LOOK_S * 1000.0, Event::Look);
    while let Some((now, event)) = agenda.pop() {
        if now >= end {
            break;
        }
        let minute = &mut minutes[(now / 60_000.0) as usize];
        minute.tasks = station.servers() as f64;
        match event {
            Event::Arrive { retry } => {
                if !retry {
                    // Open loop: the next guest comes whatever happened to this one (thinning of a faster Poisson process).
                    let mut next = now;
                    loop {
                        next += rng.exponential(1.0 / (rate * FLASH));
                        if rng.chance(surge(next / 60_000.0) / FLASH) {
                            break;
                        }
                    }
                    agenda.plan(next, Event::Arrive { retry: false });
                    budget = (budget + RETRY_BUDGET).min(100.0);
                }
                minute.offered += 1.0;
                offered_since += 1.0;
                if station.wait(now) > QUEUE_LIMIT_MS {
                    minute.refused += 1.0;
                    if budget >= 1.0 {
                        budget -= 1.0;
                        agenda.plan(
                            now + 500.0 + rng.exponential(500.0),
                            Event::Arrive { retry: true },
                        );
                    }
                } else {
                    let (_, done) = station.serve(now, rng.lognormal(SEARCH_MS, SEARCH_CV));
                    minute.latencies.push(done - now);
                }
            }
            Event::Look => {
                let load = offered_since / (SCALE_LOOK_S * 1000.0) * SEARCH_MS;
                offered_since = 0.0;
                let floor = if scaling == Scaling::Scheduled && now < 40.0 * 60_000.0 {
                    wanted
                } else {
                    base
                };
                let target =
                    ((load / SCALE_TARGET).ceil() as usize).clamp(floor, SCALE_MOST as usize);
                if target > wanted {
                    agenda.plan(now + SCALE_DELAY_S * 1000.0, Event::Start(target - wanted));
                    wanted = target;
                } else if target + 2 < wanted && now > 45.0 * 60_000.0 {
                    station.remove(wanted - target);
                    wanted = target;
                }
                agenda.plan(now + SCALE_LOOK_S * 1000.0, Event::Look);
            }
            Event::Start(tasks) => station.add(tasks, now),
        }
    }
    minutes
}

type Runs = [Vec<Vec<Minute>>; 2];

fn runs() -> &'static Runs {
    static RUNS: OnceLock<Runs> = OnceLock::new();
    RUNS.get_or_init(|| {
        [Scaling::Reactive, Scaling::Scheduled].map(|scaling| {
            (0..REPLICATIONS).map(|k| replicate(scaling, &mut Rng::of(400, k))).collect()
        })
    })
}

/// Minute by minute, both ways of scaling: means over the replications.
pub fn timelines() -> Json {
    let line = |all: &Vec<Vec<Minute>>| {
        Json::List(
            (0..MINUTES)
                .map(|m| {
                    let mean = |of: &dyn Fn(&Minute) -> f64| {
                        Json::Number(
                            all.iter().map(|r| of(&r[m])).sum::<f64>() / REPLICATIONS as f64,
                        )
                    };
                    object([
                        ("offered_per_s", mean(&|x| x.offered / 60.0)),
                        ("refused_percent", mean(&|x| 100.0 * x.refused / x.offered.max(1.0))),
                        ("tasks", mean(&|x| x.tasks)),
                        ("p95", mean(&|x| quantile(&mut x.latencies.clone(), 0.95))),
                    ])
                })
                .collect(),
        )
    };
    object([("reactive", line(&runs()[0])), ("scheduled", line(&runs()[1]))])
}

/// The worst minute's p95 and the share refused over the hour, both ways.
pub fn summary() -> Json {
    let peak = |all: &Vec<Vec<Minute>>| {
        let values: Vec<f64> = all
            .iter()
            .map(|r| r.iter().map(|m| quantile(&mut m.latencies.clone(), 0.95)).fold(0.0, f64::max))
            .collect();
        Estimate::of(&values).json()
    };
    let refused = |all: &Vec<Vec<Minute>>| {
        let values: Vec<f64> = all
            .iter()
            .map(|r| {
                100.0 * r.iter().map(|m| m.refused).sum::<f64>()
                    / r.iter().map(|m| m.offered).sum::<f64>()
            })
            .collect();
        Estimate::of(&values).json()
    };
    let [reactive, scheduled] = runs();
    object([
        ("reactive_peak_p95", peak(reactive)),
        ("scheduled_peak_p95", peak(scheduled)),
        ("reactive_rejected", refused(reactive)),
        ("scheduled_rejected", refused(scheduled)),
    ])
}
