//! What comes next is decided from few rows as it would be from all of them.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use tolva_ledger::work::{self, Candidate, Next};
use tolva_ledger::{LoadReport, StoredContract, entity, now_ms};
use tolva_schema::state::ArrivalState;

use crate::contracts::{file, items};
use crate::world::{World, on_every_backend};

const STEPS: usize = 100;
const MANY: usize = 120;

on_every_backend!(few_rows_decide_as_all_of_them_would, |world: World| async move {
    let seed = fastrand::u64(..);
    for refresh in ["snapshot", "append"] {
        let told = format!("refresh {refresh}, seed {seed}");
        let mut random = fastrand::Rng::with_seed(seed);
        let dataset = format!("items_{refresh}");
        let text = items(&format!("refresh = \"{refresh}\"\npartition = \"file\""))
            .replace("\"items\"", &format!("\"{dataset}\""))
            .replace("\"item\"", &format!("\"item_{refresh}\""));
        world.contract(&format!("{dataset}.toml"), &text).await;
        let mut stored = world.ledger.contract(&dataset).await.expect("read").expect("in force");
        for _ in 0..STEPS {
            let next = same_decision(&world, &stored, &told).await;
            step(&world, &mut random, &mut stored, next).await;
        }
    }
});

on_every_backend!(many_arrivals_are_decided_from_few_rows, |world: World| async move {
    for (dataset, lines, end_as) in [
        ("whole", "refresh = \"snapshot\"", ArrivalState::Quarantined),
        ("parts", "refresh = \"snapshot\"\npartition = \"file\"", ArrivalState::Loaded),
        ("log", "refresh = \"append\"", ArrivalState::Loaded),
    ] {
        let text = items(lines)
            .replace("\"items\"", &format!("\"{dataset}\""))
            .replace("\"item\"", &format!("\"item_{dataset}\""));
        world.contract(&format!("{dataset}.toml"), &text).await;
        let stored = world.ledger.contract(dataset).await.expect("read").expect("in force");
        for at in 0..MANY {
            world.land(dataset, &format!("{at}.csv"), &file(&["a,one,1"])).await;
        }
        for _ in 0..3 {
            let few = world.ledger.candidates(&stored, world.target).await.expect("read");
            assert!(few.len() < 5, "{dataset}: {} rows", few.len());
            let Next::Load(arrival) = same_decision(&world, &stored, dataset).await else {
                panic!("there is work")
            };
            end(&world, &stored, arrival, end_as).await;
        }
    }
});

/// What comes next, which must be the same from all arrivals.
async fn same_decision(world: &World, stored: &StoredContract, told: &str) -> Next {
    let (refresh, now) = (stored.contract.refresh, now_ms());
    let few = world.ledger.candidates(stored, world.target).await.expect("read");
    let all = everything(world, stored).await;
    let next = work::next(refresh, &stored.digest, &few, now);
    assert_eq!(next, work::next(refresh, &stored.digest, &all, now), "{told}: {few:?} of {all:?}");
    next
}

async fn everything(world: &World, stored: &StoredContract) -> Vec<Candidate> {
    let db = world.ledger.db();
    let arrivals = entity::arrival::Entity::find()
        .filter(entity::arrival::Column::Dataset.eq(stored.contract.name.as_str()))
        .all(db)
        .await
        .expect("read");
    let mut all = Vec::new();
    for arrival in &arrivals {
        let key = (arrival.id, world.target.to_owned());
        let progress = entity::arrival_target::Entity::find_by_id(key).one(db).await.expect("read");
        all.push(Candidate {
            id: arrival.id,
            part: arrival.part.clone(),
            sequence: arrival.sequence,
            state: progress
                .as_ref()
                .map_or(ArrivalState::Landed, |row| row.state.parse().expect("a state")),
            digest: progress.as_ref().and_then(|row| row.digest.clone()),
            not_before: progress.as_ref().map_or(0, |row| row.not_before),
            replaced: arrivals.iter().any(|newer| newer.replaces == Some(arrival.id)),
        });
    }
    all
}

/// Something happens: files come, what is next ends in one way or another, a person decides.
async fn step(world: &World, random: &mut fastrand::Rng, stored: &mut StoredContract, next: Next) {
    let dataset = stored.contract.name.to_string();
    match random.u8(..10) {
        0..=2 => {
            for _ in 0..random.usize(1..4) {
                let name = format!("{}.csv", random.u8(..4));
                world.land(&dataset, &name, &file(&["a,one,1"])).await;
            }
        }
        3 => stored.digest = ["a", "b", "c"][random.usize(..3)].to_owned(),
        4 => {
            let all = everything(world, stored).await;
            if let Some(one) = random.choice(&all) {
                // A person may find that nothing is left to decide.
                let _ = match random.bool() {
                    true => world.ledger.discard(one.id).await,
                    false => world.ledger.replay(one.id, random.bool()).await.map(drop),
                };
            }
        }
        _ => {
            let (Next::Load(arrival) | Next::Blocked(arrival)) = next else { return };
            if let Next::Blocked(_) = next {
                world.ledger.discard(arrival).await.expect("it was refused");
                return;
            }
            match random.u8(..8) {
                0 => {
                    let load = begin(world, stored, arrival).await;
                    let delay = if random.bool() { |_| -1_000 } else { |_| 3_600_000 };
                    world.ledger.defer_load(load, "in passing", delay).await.expect("written");
                }
                1 => {
                    let load = begin(world, stored, arrival).await;
                    world.ledger.abandon_load(load).await.expect("written");
                }
                2 => end(world, stored, arrival, ArrivalState::Quarantined).await,
                3 => end(world, stored, arrival, ArrivalState::Failed).await,
                4 => end(world, stored, arrival, ArrivalState::Unchanged).await,
                _ => end(world, stored, arrival, ArrivalState::Loaded).await,
            }
        }
    }
}

async fn begin(world: &World, stored: &StoredContract, arrival: i64) -> i64 {
    let begun = world.ledger.begin_load(arrival, world.target, &stored.digest, 1).await;
    begun.expect("written")
}

async fn end(world: &World, stored: &StoredContract, arrival: i64, state: ArrivalState) {
    let load = begin(world, stored, arrival).await;
    let report = LoadReport {
        state,
        read: 0,
        rejected: 0,
        held: 0,
        warnings: 0,
        counts: serde_json::json!({}),
        error: None,
    };
    let supersede = stored.contract.refresh.is_snapshot();
    world.ledger.finish_load(load, report, supersede).await.expect("written");
}
