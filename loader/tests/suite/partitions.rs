//! Datasets whose files own their own rows.

use tolva_schema::state::ArrivalState;

use crate::contracts::{ITEM, file, items, members};
use crate::look::brief;
use crate::world::on_every_backend;

const BY_FILE: &str = "partition = \"file\"";

on_every_backend!(each_file_owns_its_rows, |world: World| async move {
    world.contract("items.toml", &items(BY_FILE)).await;
    world.drop_bytes("items", "items-1.csv", &file(&["a,one,1", "b,two,2"])).await;
    let second = world.drop_bytes("items", "items-2.csv", &file(&["c,three,3"])).await;
    assert_eq!(brief(&second.report, "item"), "1 offered, 1 inserted");
    let again = world.drop_bytes("items", "items-1.csv", &file(&["a,uno,1"])).await;
    assert_eq!(brief(&again.report, "item"), "1 offered, 1 updated, 1 deleted");
    assert_eq!(world.lines("item", ITEM).await, ["a|uno|1", "c|three|3"]);
    // The same bytes under another name are another partition.
    let other = world.drop_bytes("items", "items-3.csv", &file(&["c,three,3"])).await;
    assert_eq!(other.report.state, ArrivalState::Loaded);
    assert_eq!(brief(&other.report, "item"), "1 offered, 1 unchanged");
});

on_every_backend!(a_shared_row_lives_as_long_as_one_file_offers_it, |world: World| async move {
    world.contract("items.toml", &items(BY_FILE)).await;
    world.drop_bytes("items", "items-1.csv", &file(&["a,one,1", "s,shared,0"])).await;
    let second = world.drop_bytes("items", "items-2.csv", &file(&["s,shared,0", "b,two,2"])).await;
    assert_eq!(brief(&second.report, "item"), "2 offered, 1 inserted, 1 unchanged");
    let first = world.drop_bytes("items", "items-1.csv", &file(&["a,one,1"])).await;
    assert_eq!(brief(&first.report, "item"), "1 offered, 1 unchanged");
    assert_eq!(world.lines("item", &["code"]).await, ["a", "b", "s"]);
    let second = world.drop_bytes("items", "items-2.csv", &file(&["b,two,2"])).await;
    assert_eq!(brief(&second.report, "item"), "1 offered, 1 unchanged, 1 deleted");
    assert_eq!(world.lines("item", &["code"]).await, ["a", "b"]);
});

on_every_backend!(the_newer_file_wins_a_shared_row_and_says_so, |world: World| async move {
    world.contract("items.toml", &items(BY_FILE)).await;
    world.drop_bytes("items", "items-1.csv", &file(&["s,one,1"])).await;
    let second = world.drop_bytes("items", "items-2.csv", &file(&["s,two,2"])).await;
    assert_eq!(world.lines("item", ITEM).await, ["s|two|2"]);
    assert_eq!(world.found(second.load).await, ["shared_row at line 2"]);
});

on_every_backend!(a_capture_in_the_name_owns_the_rows, |world: World| async move {
    let contract =
        items("partition = \"region\"").replace("\"items*.csv\"", "\"items-{region}-*.csv\"");
    world.contract("items.toml", &contract).await;
    world.drop_bytes("items", "items-north-monday.csv", &file(&["a,one,1", "b,two,2"])).await;
    world.drop_bytes("items", "items-south-monday.csv", &file(&["c,three,3"])).await;
    let tuesday =
        world.drop_bytes("items", "items-north-tuesday.csv", &file(&["b,two,2", "d,x,4"])).await;
    assert_eq!(brief(&tuesday.report, "item"), "2 offered, 1 inserted, 1 unchanged, 1 deleted");
    assert_eq!(world.lines("item", &["code"]).await, ["b", "c", "d"]);
});

on_every_backend!(
    only_older_arrivals_of_the_same_partition_are_superseded,
    |world: World| async move {
        world.contract("items.toml", &items(BY_FILE)).await;
        let old = world.land("items", "items-1.csv", &file(&["a,old,1"])).await;
        let other = world.land("items", "items-2.csv", &file(&["b,two,2"])).await;
        let new = world.land("items", "items-1.csv", &file(&["a,new,1"])).await;
        let refreshed = world.refresh("items").await;
        let loaded: Vec<i64> = refreshed.outcomes.iter().map(|outcome| outcome.arrival).collect();
        assert_eq!(loaded, [other, new]);
        assert_eq!(world.state(old).await, ArrivalState::Superseded);
        assert_eq!(world.lines("item", ITEM).await, ["a|new|1", "b|two|2"]);
    }
);

on_every_backend!(
    parents_shared_by_files_survive_until_the_last_one_goes,
    |world: World| async move {
        world.contract("members.toml", &members(BY_FILE)).await;
        let csv = |lines: &str| format!("team,member,role\n{lines}").into_bytes();
        world.drop_bytes("members", "members-1.csv", &csv("red,ann,x\nblue,bob,y\n")).await;
        world.drop_bytes("members", "members-2.csv", &csv("blue,carl,z\n")).await;
        let blue = world.rows("team", &["name", "id"]).await[0].clone();
        world.drop_bytes("members", "members-1.csv", &csv("red,ann,x\n")).await;
        assert_eq!(world.lines("member", &["name"]).await, ["ann", "carl"]);
        // It is the same row still, with the same id.
        assert_eq!(world.rows("team", &["name", "id"]).await[0], blue);
        world.drop_bytes("members", "members-2.csv", &csv("red,carl,z\n")).await;
        assert_eq!(world.lines("team", &["name"]).await, ["red"]);
        assert_eq!(world.lines("member", &["name"]).await, ["ann", "carl"]);
    }
);

on_every_backend!(a_held_row_keeps_its_owner, |world: World| async move {
    world.contract("items.toml", &items(BY_FILE)).await;
    world.drop_bytes("items", "items-1.csv", &file(&["a,one,1", "b,two,2"])).await;
    world.drop_bytes("items", "items-2.csv", &file(&["b,two,2"])).await;
    let held = world.drop_bytes("items", "items-2.csv", &file(&["b,two,x", "c,x,1"])).await;
    assert_eq!(brief(&held.report, "item"), "2 offered, 1 inserted, 1 held");
    world.drop_bytes("items", "items-1.csv", &file(&["a,one,1"])).await;
    assert_eq!(world.lines("item", &["code"]).await, ["a", "b", "c"]);
    world.drop_bytes("items", "items-2.csv", &file(&["c,x,1"])).await;
    assert_eq!(world.lines("item", &["code"]).await, ["a", "c"]);
});
