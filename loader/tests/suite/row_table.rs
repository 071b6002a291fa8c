//! What becomes of each row: the table of rows of the design, cell by cell.
//!
//! Each test takes one row of that table. Its file has an item for every column: `same`, `changed`,
//! `refused` (its amount is no number) and, by lacking it, `absent`.

use tolva_schema::value::Value;

use crate::contracts::{ITEM, file, items, items_with, members};
use crate::hands::{OTHER, row_hash, text};
use crate::look::brief;
use crate::world::on_every_backend;

const OLD: &[&str] = &["same,old,1", "changed,old,1", "refused,old,1", "absent,old,1"];
const NEW: &[&str] = &["same,old,1", "changed,new,2", "refused,new,x"];
/// The same once more, as a file of its own.
const AGAIN: &[&str] = &["changed,new,2", "same,old,1", "refused,new,x"];
const CODES: [&str; 4] = ["same", "changed", "refused", "absent"];

on_every_backend!(untouched_rows_follow_the_file, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    world.drop_bytes("items", "items.csv", &file(OLD)).await;
    let dropped = world.drop_bytes("items", "items.csv", &file(NEW)).await;
    assert_eq!(world.lines("item", ITEM).await, ["changed|new|2", "refused|old|1", "same|old|1"]);
    let counts = "3 offered, 1 updated, 1 unchanged, 1 held, 1 deleted";
    assert_eq!(brief(&dropped.report, "item"), counts);
    assert_eq!(dropped.report.held, 1);
    assert_eq!(world.found(dropped.load).await, ["type at line 4, column 3: x"]);
    let again = world.drop_bytes("items", "items.csv", &file(AGAIN)).await;
    assert_eq!(brief(&again.report, "item"), "3 offered, 2 unchanged, 1 held");
});

on_every_backend!(edits_stay_until_the_files_content_changes, |world: World| async move {
    world.contract("items.toml", &items_with("", "", "id = \"id\"")).await;
    world.drop_bytes("items", "items.csv", &file(OLD)).await;
    world.edit("items", "item", "name = 'mine'", "1 = 1").await;
    let version = world.version("items").await;
    let dropped = world.drop_bytes("items", "items.csv", &file(NEW)).await;
    assert_eq!(
        world.lines("item", &["code", "name", "amount", "_origin"]).await,
        ["changed|new|2|0", "refused|mine|1|1", "same|mine|1|1"]
    );
    let counts = "3 offered, 1 updated, 1 unchanged, 1 held, 1 deleted";
    assert_eq!(brief(&dropped.report, "item"), counts);
    assert_eq!(
        world.found(dropped.load).await,
        ["edit_overwritten at line 3", "type at line 4, column 3: x", "edit_deleted"]
    );
    assert_eq!(world.version("items").await, version + 1);
    // What was lost stands in the changes.
    let changes = world.rows("tolva_change", &["load_id", "op", "old_row", "new_row"]).await;
    let load = Some(dropped.load.to_string());
    let own: Vec<_> = changes.iter().filter(|change| change[0] == load).collect();
    let [deleted, updated] = own[..] else { panic!("two changes: {own:?}") };
    assert_eq!(deleted[1].as_deref(), Some("delete"));
    assert!(deleted[2].as_deref().is_some_and(|row| row.contains("mine")), "{deleted:?}");
    assert_eq!((updated[1].as_deref(), &deleted[3]), (Some("update"), &None));
    assert!(updated[2].as_deref().is_some_and(|row| row.contains("mine")), "{updated:?}");
    assert!(updated[3].as_deref().is_some_and(|row| row.contains("new")), "{updated:?}");
});

on_every_backend!(
    deleted_rows_stay_deleted_until_the_file_changes_them,
    |world: World| async move {
        world.contract("items.toml", &items_with("", "", "id = \"id\"")).await;
        world.drop_bytes("items", "items.csv", &file(OLD)).await;
        for code in CODES {
            world.remove("items", "item", &[text(code)], &format!("code = '{code}'")).await;
        }
        let dropped = world.drop_bytes("items", "items.csv", &file(NEW)).await;
        assert_eq!(world.lines("item", ITEM).await, ["changed|new|2"]);
        let counts = "3 offered, 1 inserted, 1 unchanged, 1 rejected";
        assert_eq!(brief(&dropped.report, "item"), counts);
        assert_eq!(
            world.found(dropped.load).await,
            ["inserted_again at line 3", "type at line 4, column 3: x"]
        );
        // Only what the file still offers is remembered.
        assert_eq!(world.rows("tolva_tombstone", &["table_name"]).await.len(), 2);
        let back = world.drop_bytes("items", "items.csv", &file(OLD)).await;
        assert_eq!(world.lines("item", ITEM).await, ["absent|old|1", "changed|old|1"]);
        assert_eq!(brief(&back.report, "item"), "4 offered, 1 inserted, 1 updated, 2 unchanged");
        assert_eq!(world.found(back.load).await, Vec::<String>::new());
    }
);

on_every_backend!(rows_made_by_the_api_are_adopted_or_left_alone, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    world.drop_bytes("items", "items.csv", &file(&["first,old,1"])).await;
    for code in CODES {
        let literal = format!("'{code}'");
        let values = [("code", literal.as_str()), ("name", "'old'"), ("amount", "1")];
        let content = [("amount", Value::Integer(1)), ("code", text(code)), ("name", text("old"))];
        world.create("items", "item", &values, row_hash(&content)).await;
    }
    let lines: Vec<&str> = NEW.iter().copied().chain(["first,old,1"]).collect();
    let dropped = world.drop_bytes("items", "items.csv", &file(&lines)).await;
    assert_eq!(
        world.lines("item", &["code", "name", "amount", "_origin"]).await,
        ["absent|old|1|2", "changed|new|2|0", "first|old|1|0", "refused|old|1|2", "same|old|1|0"]
    );
    assert_eq!(brief(&dropped.report, "item"), "4 offered, 1 updated, 2 unchanged, 1 held");
    assert_eq!(world.found(dropped.load).await, ["type at line 4, column 3: x"]);
    // What was adopted is the file's now, and goes with it.
    let dropped = world.drop_bytes("items", "items.csv", &file(&["first,old,1"])).await;
    let left = ["absent|old|1", "first|old|1", "refused|old|1"];
    assert_eq!(world.lines("item", ITEM).await, left);
    assert_eq!(brief(&dropped.report, "item"), "1 offered, 1 unchanged, 2 deleted");
});

on_every_backend!(
    adopting_a_row_with_other_content_says_what_it_replaced,
    |world: World| async move {
        world.contract("items.toml", &items_with("", "", "id = \"id\"")).await;
        world.drop_bytes("items", "items.csv", &file(&["first,old,1"])).await;
        let values = [("id", "50"), ("code", "'made'"), ("name", "'by hand'")];
        world.create("items", "item", &values, OTHER).await;
        let dropped =
            world.drop_bytes("items", "items.csv", &file(&["first,old,1", "made,x,2"])).await;
        assert_eq!(
            world.lines("item", &["id", "code", "name", "_origin"]).await,
            ["1|first|old|0", "50|made|x|0"]
        );
        assert_eq!(brief(&dropped.report, "item"), "2 offered, 1 updated, 1 unchanged");
        // Ids go on behind the highest one.
        let lines = ["first,old,1", "made,x,2", "next,y,3"];
        world.drop_bytes("items", "items.csv", &file(&lines)).await;
        assert_eq!(world.lines("item", &["id"]).await, ["1", "50", "51"]);
    }
);

on_every_backend!(new_rows_are_inserted_and_refused_ones_are_rejected, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    world.drop_bytes("items", "items.csv", &file(&["first,old,1"])).await;
    let lines: Vec<&str> = NEW.iter().copied().chain(["first,old,1"]).collect();
    let dropped = world.drop_bytes("items", "items.csv", &file(&lines)).await;
    assert_eq!(world.lines("item", ITEM).await, ["changed|new|2", "first|old|1", "same|old|1"]);
    let counts = "4 offered, 2 inserted, 1 unchanged, 1 rejected";
    assert_eq!(brief(&dropped.report, "item"), counts);
    assert_eq!((dropped.report.rejected, dropped.report.held), (1, 0));
});

on_every_backend!(
    an_edited_row_that_is_deleted_and_comes_back_is_the_files,
    |world: World| async move {
        world.contract("items.toml", &items("")).await;
        world.drop_bytes("items", "items.csv", &file(&["a,old,1", "b,old,1"])).await;
        world.edit("items", "item", "name = 'mine'", "code = 'a'").await;
        // The tombstone keeps the hash of the file's content, not that of the edit.
        world.remove("items", "item", &[text("a")], "code = 'a'").await;
        let dropped = world.drop_bytes("items", "items.csv", &file(&["b,old,1", "a,old,1"])).await;
        assert_eq!(world.lines("item", ITEM).await, ["b|old|1"]);
        assert_eq!(brief(&dropped.report, "item"), "2 offered, 2 unchanged");
        world.drop_bytes("items", "items.csv", &file(&["b,old,1", "a,new,1"])).await;
        assert_eq!(world.lines("item", &["code", "name", "_origin"]).await, ["a|new|0", "b|old|0"]);
    }
);

on_every_backend!(a_parent_that_an_api_row_refers_to_is_kept, |world: World| async move {
    world.contract("members.toml", &members("")).await;
    let csv = |lines: &str| format!("team,member,role\n{lines}").into_bytes();
    world.drop_bytes("members", "members.csv", &csv("red,ann,x\nblue,bob,y\n")).await;
    let blue = world.rows("team", &["name", "id"]).await[0][1].clone().expect("an id");
    let values = [("id", "90"), ("name", "'eve'"), ("team_id", blue.as_str())];
    world.create("members", "member", &values, OTHER).await;
    let dropped = world.drop_bytes("members", "members.csv", &csv("red,ann,x\n")).await;
    assert_eq!(world.lines("team", &["name"]).await, ["blue", "red"]);
    assert_eq!(world.lines("member", &["name"]).await, ["ann", "eve"]);
    assert_eq!(world.found(dropped.load).await, ["still_referenced: blue"]);
    assert_eq!(brief(&dropped.report, "team"), "1 offered, 1 unchanged");
    assert_eq!(brief(&dropped.report, "member"), "1 offered, 1 unchanged, 1 deleted");
    // When the API's row goes, the parent goes with the next file.
    world.execute("DELETE FROM member WHERE name = 'eve'").await;
    let dropped = world.drop_bytes("members", "members.csv", &csv("red,ann,z\n")).await;
    assert_eq!(world.lines("team", &["name"]).await, ["red"]);
    assert_eq!(brief(&dropped.report, "team"), "1 offered, 1 unchanged, 1 deleted");
});

on_every_backend!(
    children_of_a_parent_that_was_deleted_by_the_api_are_refused,
    |world: World| async move {
        world.contract("members.toml", &members("")).await;
        let csv = |lines: &str| format!("team,member,role\n{lines}").into_bytes();
        world.drop_bytes("members", "members.csv", &csv("red,ann,x\nblue,bob,y\n")).await;
        world.remove("members", "member", &[text("bob")], "name = 'bob'").await;
        world.remove("members", "team", &[text("blue")], "name = 'blue'").await;
        let lines = "red,ann,x\nblue,bob,y\nblue,new,z\n";
        let dropped = world.drop_bytes("members", "members.csv", &csv(lines)).await;
        assert_eq!(world.lines("team", &["name"]).await, ["red"]);
        assert_eq!(world.lines("member", &["name"]).await, ["ann"]);
        assert_eq!(
            world.found(dropped.load).await,
            // Whom the API deleted stays deleted; who is new cannot come in.
            ["reference at line 4, column 1: blue"]
        );
    }
);
