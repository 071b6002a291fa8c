//! Datasets whose files add to what is there.

use tolva_loader::Rest;
use tolva_schema::state::ArrivalState;

use crate::contracts::{ITEM, file, items, items_with};
use crate::look::{brief, count};
use crate::world::{World, on_every_backend};

const UPSERT: &str = "refresh = \"upsert\"";
const APPEND: &str = "refresh = \"append\"";
/// A file without a column that must be there.
const BROKEN: &[u8] = b"name,amount\nx,1\n";

on_every_backend!(an_upsert_adds_and_changes_and_never_deletes, |world: World| async move {
    world.contract("items.toml", &items(UPSERT)).await;
    world.drop_bytes("items", "items.csv", &file(&["a,one,1", "b,two,2"])).await;
    let dropped = world.drop_bytes("items", "items.csv", &file(&["b,deux,2", "c,x,3"])).await;
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1", "b|deux|2", "c|x|3"]);
    assert_eq!(brief(&dropped.report, "item"), "2 offered, 1 inserted, 1 updated");
});

on_every_backend!(every_arrival_of_an_upsert_is_loaded_in_sequence, |world: World| async move {
    world.contract("items.toml", &items(UPSERT)).await;
    let mut landed = Vec::new();
    for content in ["a,one,1", "b,two,2", "a,three,3"] {
        landed.push(world.land("items", "items.csv", &file(&[content])).await);
    }
    let refreshed = world.refresh("items").await;
    let loaded: Vec<i64> = refreshed.outcomes.iter().map(|outcome| outcome.arrival).collect();
    assert_eq!(loaded, landed);
    assert_eq!(world.lines("item", ITEM).await, ["a|three|3", "b|two|2"]);
});

/// Lands a good file, a broken one and a good one; gives the broken and the last.
async fn blocked(world: &World) -> (i64, i64) {
    world.contract("items.toml", &items(UPSERT)).await;
    world.land("items", "items.csv", &file(&["a,one,1"])).await;
    let broken = world.land("items", "items.csv", BROKEN).await;
    let last = world.land("items", "items.csv", &file(&["c,three,3"])).await;
    for tries in [2, 0] {
        let refreshed = world.refresh("items").await;
        assert_eq!(refreshed.outcomes.len(), tries);
        assert_eq!(refreshed.rest, Rest::Blocked(broken));
    }
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1"]);
    assert_eq!(world.state(last).await, ArrivalState::Landed);
    (broken, last)
}

on_every_backend!(
    an_upsert_waits_behind_a_refused_arrival_until_it_is_discarded,
    |world: World| async move {
        let (broken, last) = blocked(&world).await;
        world.ledger.discard(broken).await.expect("it may be discarded");
        let refreshed = world.refresh("items").await;
        assert_eq!((refreshed.outcomes.len(), refreshed.rest), (1, Rest::Done));
        assert_eq!(world.state(broken).await, ArrivalState::Discarded);
        assert_eq!(world.state(last).await, ArrivalState::Loaded);
        assert_eq!(world.lines("item", ITEM).await, ["a|one|1", "c|three|3"]);
    }
);

on_every_backend!(
    a_replay_takes_the_place_of_a_refused_arrival_behind_those_that_wait,
    |world: World| async move {
        let (broken, last) = blocked(&world).await;
        let replayed = world.ledger.replay(broken, false).await.expect("it is kept");
        let refreshed = world.refresh("items").await;
        let tried: Vec<i64> = refreshed.outcomes.iter().map(|outcome| outcome.arrival).collect();
        // It is still broken, so what comes after it waits behind it in turn.
        assert_eq!(tried, [last, replayed]);
        assert_eq!(refreshed.rest, Rest::Blocked(replayed));
    }
);

on_every_backend!(
    an_upsert_goes_on_when_a_person_releases_what_blocks_it,
    |world: World| async move {
        world.contract("items.toml", &items(&format!("{UPSERT}\nmax_rejected = 0"))).await;
        let doubtful = world.land("items", "items.csv", &file(&["a,one,1", "b,two,x"])).await;
        let last = world.land("items", "items.csv", &file(&["c,three,3"])).await;
        assert_eq!(world.refresh("items").await.rest, Rest::Blocked(doubtful));
        let released = world.ledger.replay(doubtful, true).await.expect("it is kept");
        let refreshed = world.refresh("items").await;
        let tried: Vec<i64> = refreshed.outcomes.iter().map(|outcome| outcome.arrival).collect();
        assert_eq!((tried, refreshed.rest), (vec![last, released], Rest::Done));
        assert_eq!(world.lines("item", ITEM).await, ["a|one|1", "c|three|3"]);
    }
);

on_every_backend!(
    an_upsert_keeps_edits_and_tombstones_of_rows_it_does_not_name,
    |world: World| async move {
        world.contract("items.toml", &items(UPSERT)).await;
        world.drop_bytes("items", "items.csv", &file(&["a,one,1", "b,two,2", "c,x,3"])).await;
        world.edit("items", "item", "name = 'mine'", "code = 'a'").await;
        world.remove("items", "item", &[crate::hands::text("b")], "code = 'b'").await;
        world.drop_bytes("items", "items.csv", &file(&["d,new,4"])).await;
        let dropped = world.drop_bytes("items", "items.csv", &file(&["b,two,2", "a,one,1"])).await;
        assert_eq!(world.lines("item", ITEM).await, ["a|mine|1", "c|x|3", "d|new|4"]);
        assert_eq!(brief(&dropped.report, "item"), "2 offered, 2 unchanged");
    }
);

on_every_backend!(an_append_refuses_to_change_what_is_there, |world: World| async move {
    world.contract("items.toml", &items(APPEND)).await;
    world.drop_bytes("items", "items.csv", &file(&["a,one,1", "b,two,2"])).await;
    let lines = ["a,one,1", "b,deux,2", "c,three,3"];
    let dropped = world.drop_bytes("items", "items.csv", &file(&lines)).await;
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1", "b|two|2", "c|three|3"]);
    assert_eq!(brief(&dropped.report, "item"), "3 offered, 1 inserted, 1 unchanged, 1 held");
    assert_eq!(world.found(dropped.load).await, ["append at line 3"]);
});

on_every_backend!(the_first_of_two_lines_that_differ_stands, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    let lines = ["a,one,1", "a,two,2", "a,one,1", "b,x,3"];
    let dropped = world.drop_bytes("items", "items.csv", &file(&lines)).await;
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1", "b|x|3"]);
    assert_eq!(brief(&dropped.report, "item"), "4 offered, 2 inserted, 2 duplicate");
    // A line that says the same again is no finding.
    assert_eq!(world.found(dropped.load).await, ["duplicate at line 3"]);
});

on_every_backend!(
    the_last_of_two_lines_that_differ_stands_where_the_contract_says_so,
    |world: World| async move {
        for id in ["", "id = \"id\""] {
            let name = if id.is_empty() { "plain" } else { "numbered" };
            let contract = items_with("", "", &format!("on_duplicate = \"last\"\n{id}"))
                .replace("\"items\"", &format!("\"{name}\""))
                .replace("\"item\"", &format!("\"{name}_item\""));
            let table = format!("{name}_item");
            world.contract(&format!("{name}.toml"), &contract).await;
            world.drop_bytes(name, "items.csv", &file(&["a,one,1", "c,x,1"])).await;
            let lines = ["a,two,2", "b,first,1", "a,three,3", "b,last,2", "c,y,1", "c,x,1"];
            let dropped = world.drop_bytes(name, "items.csv", &file(&lines)).await;
            assert_eq!(world.lines(&table, ITEM).await, ["a|three|3", "b|last|2", "c|x|1"]);
            let counts = "6 offered, 1 inserted, 1 updated, 1 unchanged, 3 duplicate";
            assert_eq!(brief(&dropped.report, &table), counts);
            // The same again in another order: nothing is left to do.
            let lines = ["c,x,1", "a,two,2", "b,last,2", "a,three,3"];
            let dropped = world.drop_bytes(name, "items.csv", &file(&lines)).await;
            assert_eq!(brief(&dropped.report, &table), "4 offered, 3 unchanged, 1 duplicate");
        }
    }
);

on_every_backend!(
    all_lines_that_differ_are_refused_where_the_contract_says_so,
    |world: World| async move {
        world.contract("items.toml", &items_with("", "", "on_duplicate = \"refuse\"")).await;
        world.drop_bytes("items", "items.csv", &file(&["a,zero,0", "c,x,1"])).await;
        let lines = ["a,one,1", "b,same,1", "a,two,2", "b,same,1", "d,p,1", "d,q,1"];
        let dropped = world.drop_bytes("items", "items.csv", &file(&lines)).await;
        // What was there is held, what was not is not taken; two lines that agree are one row.
        assert_eq!(world.lines("item", ITEM).await, ["a|zero|0", "b|same|1"]);
        assert_eq!(
            world.found(dropped.load).await,
            [
                "duplicate at line 2, column 1",
                "duplicate at line 4, column 1",
                "duplicate at line 6, column 1",
                "duplicate at line 7, column 1",
            ]
        );
        assert_eq!(count(&dropped.report, "item", "held"), 2);
        assert_eq!(count(&dropped.report, "item", "rejected"), 2);
        assert_eq!(count(&dropped.report, "item", "deleted"), 1);
        crate::look::assert_adds_up(&dropped.report);
    }
);
