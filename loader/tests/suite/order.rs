//! What arrived later wins, and what changes nothing touches nothing.

use tolva_loader::Rest;
use tolva_schema::state::ArrivalState;

use crate::contracts::{ITEM, file, items};
use crate::look::brief;
use crate::world::on_every_backend;

const A: &[&str] = &["a,one,1", "b,two,2"];
const B: &[&str] = &["b,deux,2", "c,trois,3"];

on_every_backend!(the_same_file_again_touches_nothing, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    world.drop_bytes("items", "items.csv", &file(A)).await;
    let rows = world.rows("item", &["code", "_load", "_origin"]).await;
    let changes = world.rows("tolva_change", &["id"]).await;
    let version = world.version("items").await;
    let again = world.drop_bytes("items", "items-renamed.csv", &file(A)).await;
    assert_eq!(again.report.state, ArrivalState::Unchanged);
    assert_eq!(world.state(again.arrival).await, ArrivalState::Unchanged);
    assert_eq!(brief(&again.report, "item"), "2 offered, 2 unchanged");
    assert_eq!(world.rows("item", &["code", "_load", "_origin"]).await, rows);
    assert_eq!(world.rows("tolva_change", &["id"]).await, changes);
    assert_eq!(world.version("items").await, version);
    // And a refresh finds nothing to do.
    let refreshed = world.refresh("items").await;
    assert_eq!((refreshed.outcomes.len(), refreshed.rest), (0, Rest::Done));
});

on_every_backend!(other_bytes_with_the_same_content_touch_no_row, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    world.drop_bytes("items", "items.csv", &file(A)).await;
    let rows = world.rows("item", &["code", "_load"]).await;
    let version = world.version("items").await;
    let bytes = b"\xEF\xBB\xBFamount,name,code\r\n2,\"two\",b\r\n1,one,a\r\n";
    let dropped = world.drop_bytes("items", "items.csv", bytes).await;
    assert_eq!(dropped.report.state, ArrivalState::Loaded);
    assert_eq!(brief(&dropped.report, "item"), "2 offered, 2 unchanged");
    assert_eq!(world.rows("item", &["code", "_load"]).await, rows);
    assert_eq!(world.version("items").await, version);
});

on_every_backend!(a_then_b_then_a_ends_at_a, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    for (content, counts) in [
        (A, "2 offered, 2 inserted"),
        (B, "2 offered, 1 inserted, 1 updated, 1 deleted"),
        (A, "2 offered, 1 inserted, 1 updated, 1 deleted"),
    ] {
        let dropped = world.drop_bytes("items", "items.csv", &file(content)).await;
        assert_eq!(dropped.report.state, ArrivalState::Loaded);
        assert_eq!(brief(&dropped.report, "item"), counts);
    }
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1", "b|two|2"]);
    assert_eq!(world.version("items").await, 3);
});

on_every_backend!(a_replayed_version_wins_over_newer_ones, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    let old = world.drop_bytes("items", "items.csv", &file(A)).await;
    let new = world.drop_bytes("items", "items.csv", &file(B)).await;
    let replayed = world.ledger.replay(old.arrival, false).await.expect("it is kept");
    let dropped = world.load_of("items", replayed).await;
    assert_eq!(dropped.report.state, ArrivalState::Loaded);
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1", "b|two|2"]);
    // What was loaded before keeps its state.
    for arrival in [old.arrival, new.arrival, replayed] {
        assert_eq!(world.state(arrival).await, ArrivalState::Loaded);
    }
    assert!(world.refresh("items").await.outcomes.is_empty());
});

on_every_backend!(
    a_replay_goes_in_front_of_what_waits_but_not_of_what_comes_after,
    |world: World| async move {
        world.contract("items.toml", &items("")).await;
        let old = world.drop_bytes("items", "items.csv", &file(A)).await;
        let waiting = world.land("items", "items.csv", &file(B)).await;
        let replayed = world.ledger.replay(old.arrival, false).await.expect("it is kept");
        let last = world.land("items", "items.csv", &file(&["z,last,9"])).await;
        let dropped = world.load_of("items", last).await;
        assert_eq!(dropped.report.state, ArrivalState::Loaded);
        assert_eq!(world.lines("item", ITEM).await, ["z|last|9"]);
        for arrival in [waiting, replayed] {
            assert_eq!(world.state(arrival).await, ArrivalState::Superseded);
        }
    }
);

on_every_backend!(
    older_arrivals_are_superseded_only_by_one_that_committed,
    |world: World| async move {
        world.contract("items.toml", &items("")).await;
        let older = world.land("items", "items.csv", &file(A)).await;
        let newer = world.land("items", "items.csv", &file(B)).await;
        let broken = world.land("items", "items.csv", b"code,name\n").await;
        for arrival in [older, newer, broken] {
            assert_eq!(world.state(arrival).await, ArrivalState::Landed);
        }
        let refreshed = world.refresh("items").await;
        let tried: Vec<(i64, ArrivalState)> =
            refreshed.outcomes.iter().map(|one| (one.arrival, one.report.state)).collect();
        // The newest is refused, so the next older good one is loaded, and only then the oldest is past.
        assert_eq!(tried, [(broken, ArrivalState::Quarantined), (newer, ArrivalState::Loaded)]);
        assert_eq!(world.state(older).await, ArrivalState::Superseded);
        assert_eq!(world.state(broken).await, ArrivalState::Quarantined);
        assert_eq!(world.lines("item", ITEM).await, ["b|deux|2", "c|trois|3"]);
    }
);

on_every_backend!(one_change_is_recorded_beside_the_data_for_each_row, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    let first = world.drop_bytes("items", "items.csv", &file(A)).await;
    let second = world.drop_bytes("items", "items.csv", &file(B)).await;
    let columns = ["op", "load_id", "version", "table_name"];
    let (one, two) = (first.load, second.load);
    // A first load is one entry, however many rows it has.
    assert_eq!(
        world.lines("tolva_change", &columns).await,
        [
            format!("delete|{two}|2|item"),
            format!("insert|{two}|2|item"),
            format!("load|{one}|1|-"),
            format!("update|{two}|2|item"),
        ]
    );
    assert_eq!(
        world.lines("item", &["code", "_load"]).await,
        [format!("b|{two}"), format!("c|{two}")]
    );
});
