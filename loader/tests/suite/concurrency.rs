//! Several workers at one dataset.

use std::collections::BTreeMap;

use tolva_loader::{Loader, Progress, Rest};
use tolva_schema::state::ArrivalState;

use crate::contracts::{ITEM, file, items};
use crate::world::{World, on_every_backend};

const WORKERS: usize = 6;

/// Lets several workers refresh at once, until one of them finds nothing left to do.
async fn refresh_together(world: &World) {
    let workers: Vec<_> = (0..WORKERS)
        .map(|at| {
            let targets = world.loader.targets().clone();
            let loader = Loader::new(world.ledger.clone(), targets, &format!("worker-{at}"));
            let target = world.target;
            tokio::spawn(async move {
                loop {
                    let progress = Progress::default();
                    let refreshed = loader.refresh("items", target, &progress).await;
                    match refreshed.expect("the refresh runs").rest {
                        Rest::Busy => tokio::task::yield_now().await,
                        rest => return rest,
                    }
                }
            })
        })
        .collect();
    for worker in workers {
        assert_eq!(worker.await.expect("the worker ends"), Rest::Done);
    }
}

on_every_backend!(
    workers_together_load_each_arrival_once_and_in_order,
    |world: World| async move {
        world.contract("items.toml", &items("refresh = \"upsert\"")).await;
        let mut landed = Vec::new();
        for at in 0..8 {
            let lines = [format!("shared,{at},{at}"), format!("own{at},x,1")];
            let lines = crate::look::texts(&lines);
            landed.push(world.land("items", "items.csv", &file(&lines)).await);
        }
        refresh_together(&world).await;
        assert_eq!(world.rows("item", &["code"]).await.len(), 9);
        assert_eq!(world.lines("item", ITEM).await[8], "shared|7|7");
        let mut loads = BTreeMap::new();
        for arrival in &landed {
            let tries = world.ledger.loads(Some(*arrival), 100).await.expect("loads are read");
            assert_eq!(tries.len(), 1, "{tries:?}");
            assert_eq!(tries[0].state, "loaded");
            loads.insert(tries[0].id, *arrival);
        }
        assert_eq!(loads.into_values().collect::<Vec<_>>(), landed);
        assert_eq!(world.version("items").await, 8);
    }
);

on_every_backend!(
    workers_together_bring_a_snapshot_to_its_newest_arrival,
    |world: World| async move {
        world.contract("items.toml", &items("")).await;
        world.drop_bytes("items", "items.csv", &file(&["a,zero,0"])).await;
        let lands = async {
            for at in 1..=5 {
                world.land("items", "items.csv", &file(&[&format!("a,{at},{at}")])).await;
            }
        };
        tokio::join!(lands, refresh_together(&world));
        refresh_together(&world).await;
        assert_eq!(world.lines("item", ITEM).await, ["a|5|5"]);
        let arrivals = world.ledger.arrivals(Some("items"), 100).await.expect("arrivals are read");
        assert_eq!(arrivals[0].targets[world.target].state, ArrivalState::Loaded);
        for arrival in arrivals {
            let state = arrival.targets[world.target].state;
            assert!(matches!(state, ArrivalState::Loaded | ArrivalState::Superseded), "{state}");
            let loads = world.ledger.loads(Some(arrival.id), 10).await.expect("loads are read");
            assert!(loads.len() <= 1, "{loads:?}");
        }
    }
);

on_every_backend!(a_worker_whose_lease_was_taken_over_cannot_commit, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    world.drop_bytes("items", "items.csv", &file(&["a,one,1"])).await;
    let token = world.lines("tolva_version", &["token"]).await[0].clone();
    world.execute("UPDATE tolva_version SET token = 1000000").await;
    let version = world.version("items").await;
    let arrival = world.land("items", "items.csv", &file(&["b,two,2"])).await;
    let refreshed = world.refresh("items").await;
    assert_eq!((refreshed.outcomes.len(), refreshed.rest), (0, Rest::Busy));
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1"]);
    assert_eq!(world.version("items").await, version);
    assert_ne!(world.state(arrival).await, ArrivalState::Loaded);
    // Nor may it confirm what is there already.
    let same = world.land("items", "items.csv", &file(&["a,one,1"])).await;
    assert_eq!(world.refresh("items").await.rest, Rest::Busy);
    assert_ne!(world.state(same).await, ArrivalState::Unchanged);
    // Whoever has the newer token goes on.
    world.execute(&format!("UPDATE tolva_version SET token = {token}")).await;
    let newest = world.land("items", "items.csv", &file(&["c,three,3"])).await;
    assert_eq!(world.load_of("items", newest).await.report.state, ArrivalState::Loaded);
    assert_eq!(world.lines("item", ITEM).await, ["c|three|3"]);
});

on_every_backend!(two_datasets_do_not_wait_for_each_other, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    let other = items("").replace("\"items\"", "\"things\"").replace("\"item\"", "\"thing\"");
    world.contract("things.toml", &other).await;
    world.land("items", "items.csv", &file(&["a,one,1"])).await;
    world.land("things", "items.csv", &file(&["b,two,2"])).await;
    let (items, things) = tokio::join!(world.refresh("items"), world.refresh("things"));
    for refreshed in [items, things] {
        assert_eq!((refreshed.outcomes.len(), refreshed.rest), (1, Rest::Done));
    }
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1"]);
    assert_eq!(world.lines("thing", ITEM).await, ["b|two|2"]);
});

on_every_backend!(an_edit_made_while_a_file_is_read_is_compared_again, |world: World| async move {
    world.contract("items.toml", &items("max_rejected = 100000")).await;
    world.drop_bytes("items", "items.csv", &file(&["a,one,1", "b,two,2"])).await;
    let wrong = 3_000;
    let lines: Vec<String> = ["a,uno,1".to_owned(), "b,two,2".to_owned()]
        .into_iter()
        .chain((0..wrong).map(|at| format!("c{at},x,wrong")))
        .chain((0..20_000).map(|at| format!("d{at},x,1")))
        .collect();
    world.land("items", "items.csv", &file(&crate::look::texts(&lines))).await;
    let progress = Progress::default();
    let edit = async {
        while progress.lines() == 0 {
            tokio::task::yield_now().await;
        }
        world.edit("items", "item", "name = 'mine'", "code = 'b'").await;
    };
    let (refreshed, ()) =
        tokio::join!(world.loader.refresh("items", world.target, &progress), edit);
    let refreshed = refreshed.expect("the refresh runs");
    assert_eq!(refreshed.rest, Rest::Done);
    // However often it was compared, each finding is told once, and the edit stands.
    let load = refreshed.outcomes[0].load;
    assert_eq!(world.found(load).await.len(), wrong);
    let rows = world.lines("item", &["code", "name", "_origin"]).await;
    assert_eq!(rows[..2], ["a|uno|0", "b|mine|1"]);
    assert_eq!(rows.len(), 2 + 20_000);
});
