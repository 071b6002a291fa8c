//! Quote cache of one region: hit ratio and stale quotes against the time to live. Popularity is Zipf.

use crate::inputs::*;
use crate::json::{Json, object};
use crate::rng::{Rng, Zipf};
use crate::stats::Estimate;

// None is longer than the warm-up: otherwise entries would never have run out.
const TTLS: [f64; 7] = [5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0];
const SPAN_S: f64 = 1800.0;
const WARM_S: f64 = 600.0;

/// Hit and stale shares, in percent of lookups, of one replication. A hit is stale when the stay changed since it was stored;
/// changes of a stay are a Poisson process, so each is drawn from the age of the entry.
pub fn replicate(ttl: f64, rng: &mut Rng) -> (f64, f64) {
    let zipf = Zipf::new(PROPERTIES as usize, ZIPF);
    let stays = STAYS as usize;
    let mut stored = vec![f64::NEG_INFINITY; PROPERTIES as usize * stays];
    // The home region's share of the busy hour; one search asks for several quotes.
    let home: f64 = CONTINENTS
        .iter()
        .enumerate()
        .filter(|(k, _)| crate::latency::nearest(*k, 3) == 0)
        .map(|(_, c)| c.1)
        .sum();
    let gap = 1.0 / (SEARCHES / SECONDS * BUSY * home);
    let change = UPDATES_PER_STAY_DAY / 86_400.0;
    let (mut now, mut lookups, mut hits, mut stale) = (0.0, 0u32, 0u32, 0u32);
    while now < SPAN_S {
        now += rng.exponential(gap);
        // A search shows one stay at several properties.
        let stay = rng.below(stays);
        for _ in 0..CANDIDATES as usize {
            let entry = &mut stored[zipf.draw(rng) * stays + stay];
            let age = now - *entry;
            let hit = age < ttl;
            if !hit {
                *entry = now;
            }
            if now > WARM_S {
                lookups += 1;
                hits += u32::from(hit);
                stale += u32::from(hit && rng.chance(1.0 - (-change * age).exp()));
            }
        }
    }
    (100.0 * f64::from(hits) / f64::from(lookups), 100.0 * f64::from(stale) / f64::from(lookups))
}

fn row(ttl: f64) -> Json {
    let found: Vec<(f64, f64)> =
        (0..REPLICATIONS).map(|k| replicate(ttl, &mut Rng::of(500, k))).collect();
    object([
        ("ttl", Json::Number(ttl)),
        ("hit", Estimate::of(&found.iter().map(|f| f.0).collect::<Vec<_>>()).json()),
        ("stale", Estimate::of(&found.iter().map(|f| f.1).collect::<Vec<_>>()).json()),
    ])
}

/// Hit ratio and stale quotes for each time to live.
pub fn run() -> Json {
    Json::List(TTLS.into_iter().map(row).collect())
}

/// Of these, the dossier's choice.
pub fn chosen(all: &Json) -> Json {
    let Json::List(rows) = all else { panic!("rows") };
    rows.iter()
        .find(|r| r.at("ttl").number() == QUOTE_TTL)
        .expect("the choice is among them")
        .clone()
}
