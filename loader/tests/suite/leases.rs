//! Leases: who may load, for how long, and what becomes of those who may no longer.

use sea_orm::ConnectionTrait;
use tolva_loader::{Loader, Progress, Rest};
use tolva_schema::state::ArrivalState;

use crate::contracts::{file, items, many};
use crate::world::on_every_backend;

const HOUR_MS: i64 = 3_600_000;

on_every_backend!(where_nothing_is_to_be_done_nobody_is_kept_out, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    world.drop_bytes("items", "items.csv", &file(&["a,one,1"])).await;
    let taken = || world.ledger.acquire_lease("items", world.target, "somebody", HOUR_MS);
    let lease = taken().await.expect("written").expect("nobody has it");
    // Somebody else may have the lease: there is nothing to wait for.
    assert_eq!(world.refresh("items").await.rest, Rest::Done);
    world.land("items", "items.csv", &file(&["b,two,2"])).await;
    assert_eq!(world.refresh("items").await.rest, Rest::Busy);
    world.ledger.release_lease(&lease).await.expect("written");
    assert_eq!(world.refresh("items").await.rest, Rest::Done);
    let last = taken().await.expect("written").expect("it was given back");
    assert_eq!(world.refresh("items").await.rest, Rest::Done);
    world.ledger.release_lease(&last).await.expect("written");
    let next = taken().await.expect("written").expect("nobody has it");
    assert_eq!(next.token, last.token + 1, "nobody took it to find nothing");
});

on_every_backend!(
    a_worker_that_was_taken_over_changes_nothing_any_more,
    |world: World| async move {
        world.contract("items.toml", &items("")).await;
        world.drop_bytes("items", "items.csv", &file(&["a,one,1"])).await;
        let arrival = world.land("items", "items.csv", &many(30_000, "x")).await;
        let progress = Progress::default();
        let targets = world.loader.targets().clone();
        let other = Loader::new(world.ledger.clone(), targets, "another");
        let take_over = async {
            while progress.lines() == 0 {
                tokio::task::yield_now().await;
            }
            // As if the first worker had been frozen for longer than its lease lasts.
            let end = "UPDATE tolva_lease SET expires_at = 0";
            world.ledger.db().execute_unprepared(end).await.expect("written");
            other.refresh("items", world.target, &Progress::default()).await
        };
        let refresh = world.loader.refresh("items", world.target, &progress);
        let (first, second) = tokio::join!(refresh, take_over);
        assert_eq!(second.expect("the refresh runs").rest, Rest::Done);
        if let Ok(first) = first {
            assert_eq!((first.outcomes.len(), first.rest), (0, Rest::Busy));
        }
        assert_eq!(world.state(arrival).await, ArrivalState::Loaded);
        assert_eq!(world.rows("item", &["code"]).await.len(), 30_000);
        assert_eq!(world.version("items").await, 2, "it was merged once");
        let mut loads = world.ledger.loads(Some(arrival), 10).await.expect("read");
        loads.reverse();
        let states: Vec<&str> = loads.iter().map(|load| load.state.as_str()).collect();
        assert_eq!(states, ["interrupted", "loaded"]);
    }
);

on_every_backend!(
    whoever_confirms_what_was_committed_and_given_up_answers_for_it,
    |world: World| async move {
        world.contract("items.toml", &items("")).await;
        world.drop_bytes("items", "items.csv", &file(&["a,one,1", "b,two,2"])).await;
        let first = world.drop_bytes("items", "items.csv", &file(&["a,uno,1"])).await;
        // As if the ledger had gone away just after the target committed.
        for forgotten in [
            format!("UPDATE tolva_load SET state = 'interrupted' WHERE id = {}", first.load),
            format!(
                "UPDATE tolva_arrival_target SET state = 'landed' WHERE arrival_id = {}",
                first.arrival
            ),
        ] {
            world.ledger.db().execute_unprepared(&forgotten).await.expect("written");
        }
        let second = world.load_of("items", first.arrival).await;
        assert_eq!(second.report.state, ArrivalState::Loaded);
        assert_eq!(second.report.counts, first.report.counts);
        assert_eq!(world.version("items").await, 2, "it was merged once");
        let of = |load| format!("SELECT op FROM tolva_change WHERE load_id = {load} ORDER BY id");
        assert_eq!(world.query(&of(first.load), 1).await.len(), 0);
        assert_eq!(world.query(&of(second.load), 1).await.len(), 2, "one updated, one deleted");
    }
);
