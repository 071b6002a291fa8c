//! What quarantines a file that could be read, and what lets it pass.

use tolva_ledger::LoadReport;
use tolva_schema::state::ArrivalState;

use crate::contracts::{ITEM, file, items, items_with, many};
use crate::look::{brief, count};
use crate::world::on_every_backend;

/// The code by which a load ended; its message says what to do.
fn code(report: &LoadReport) -> &str {
    assert_eq!(report.state, ArrivalState::Quarantined, "{report:?}");
    let (code, message) = report.error.as_ref().expect("a reason");
    let advice = ["release", "correct", "drop"];
    assert!(advice.iter().any(|word| message.contains(word)), "no advice: {message}");
    code
}

on_every_backend!(
    a_file_that_would_delete_too_much_waits_for_a_person,
    |world: World| async move {
        world.contract("items.toml", &items("max_delete = 0.25")).await;
        world.drop_bytes("items", "items.csv", &many(20, "x")).await;
        let before = world.rows("item", &["code", "name", "_load"]).await;
        let version = world.version("items").await;
        // A quarter exactly is still allowed; one row more is not.
        let refused = world.drop_bytes("items", "items.csv", &many(14, "y")).await;
        assert_eq!(code(&refused.report), "max_delete");
        assert_eq!(count(&refused.report, "item", "deleted"), 6);
        assert_eq!(world.rows("item", &["code", "name", "_load"]).await, before);
        assert_eq!(world.version("items").await, version);
        assert_eq!(world.state(refused.arrival).await, ArrivalState::Quarantined);
        let released = world.ledger.replay(refused.arrival, true).await.expect("it is kept");
        let loaded = world.load_of("items", released).await;
        assert_eq!(brief(&loaded.report, "item"), "14 offered, 14 updated, 6 deleted");
        assert_eq!(world.rows("item", &["code"]).await.len(), 14);
    }
);

on_every_backend!(
    a_file_that_deletes_just_as_much_as_allowed_is_loaded,
    |world: World| async move {
        world.contract("items.toml", &items("max_delete = 0.25")).await;
        world.drop_bytes("items", "items.csv", &many(20, "x")).await;
        let dropped = world.drop_bytes("items", "items.csv", &many(15, "x")).await;
        assert_eq!(brief(&dropped.report, "item"), "15 offered, 15 unchanged, 5 deleted");
    }
);

on_every_backend!(
    half_of_a_table_may_go_unless_the_contract_says_otherwise,
    |world: World| async move {
        world.contract("items.toml", &items("")).await;
        world.drop_bytes("items", "items.csv", &many(40, "x")).await;
        let refused = world.drop_bytes("items", "items.csv", &many(19, "x")).await;
        assert_eq!(code(&refused.report), "max_delete");
        let dropped = world.drop_bytes("items", "items.csv", &many(20, "x")).await;
        assert_eq!(dropped.report.state, ArrivalState::Loaded);
    }
);

on_every_backend!(tables_under_twenty_rows_may_lose_any_share, |world: World| async move {
    world.contract("items.toml", &items("max_delete = 0.1")).await;
    world.drop_bytes("items", "items.csv", &many(19, "x")).await;
    let dropped = world.drop_bytes("items", "items.csv", &many(1, "x")).await;
    assert_eq!(brief(&dropped.report, "item"), "1 offered, 1 unchanged, 18 deleted");
});

on_every_backend!(a_table_may_have_a_limit_of_its_own, |world: World| async move {
    world.contract("items.toml", &items_with("max_delete = 0.1", "", "max_delete = 0.9")).await;
    world.drop_bytes("items", "items.csv", &many(20, "x")).await;
    let dropped = world.drop_bytes("items", "items.csv", &many(2, "x")).await;
    assert_eq!(dropped.report.state, ArrivalState::Loaded);
});

on_every_backend!(a_file_with_too_few_rows_waits_for_a_person, |world: World| async move {
    world.contract("items.toml", &items("min_rows = 3")).await;
    // Refused lines are no rows.
    let lines = ["a,one,1", "b,two,2", "c,three,x"];
    let refused = world.drop_bytes("items", "items.csv", &file(&lines)).await;
    assert_eq!(code(&refused.report), "min_rows");
    assert!(world.rows("item", ITEM).await.is_empty());
    let released = world.ledger.replay(refused.arrival, true).await.expect("it is kept");
    assert_eq!(world.load_of("items", released).await.report.state, ArrivalState::Loaded);
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1", "b|two|2"]);
    let good = world.drop_bytes("items", "items.csv", &many(3, "x")).await;
    assert_eq!(good.report.state, ArrivalState::Loaded);
});

on_every_backend!(a_share_of_refused_lines_quarantines_the_file, |world: World| async move {
    world.contract("items.toml", &items("max_rejected = 0.5")).await;
    let half = ["a,one,1", "b,two,x"];
    let dropped = world.drop_bytes("items", "items.csv", &file(&half)).await;
    assert_eq!(dropped.report.state, ArrivalState::Loaded);
    let more = ["a,one,1", "b,two,x", "c,three,y"];
    let refused = world.drop_bytes("items", "items.csv", &file(&more)).await;
    assert_eq!(code(&refused.report), "max_rejected");
    // The findings are there all the same: they are why.
    assert_eq!(
        world.found(refused.load).await,
        ["type at line 3, column 3: x", "type at line 4, column 3: y"]
    );
});

on_every_backend!(a_number_of_refused_lines_quarantines_the_file, |world: World| async move {
    world.contract("items.toml", &items("max_rejected = 1")).await;
    let dropped = world.drop_bytes("items", "items.csv", &file(&["a,one,1", "b,two,x"])).await;
    assert_eq!(dropped.report.state, ArrivalState::Loaded);
    let lines = ["a,1,1", "b,2,2", "c,3,3", "d,4,x", "e,5,y"];
    let refused = world.drop_bytes("items", "items.csv", &file(&lines)).await;
    assert_eq!(code(&refused.report), "max_rejected");
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1"]);
});

on_every_backend!(
    one_wrong_line_quarantines_the_file_where_the_contract_allows_none,
    |world: World| async move {
        world.contract("items.toml", &items("on_error = \"quarantine\"")).await;
        let refused = world.drop_bytes("items", "items.csv", &file(&["a,one,1", "b,two,x"])).await;
        assert_eq!(code(&refused.report), "on_error");
        assert!(world.rows("item", ITEM).await.is_empty());
        let released = world.ledger.replay(refused.arrival, true).await.expect("it is kept");
        world.load_of("items", released).await;
        assert_eq!(world.lines("item", ITEM).await, ["a|one|1"]);
    }
);

on_every_backend!(what_the_api_made_does_not_count_as_a_loss, |world: World| async move {
    world.contract("items.toml", &items("max_delete = 0.1")).await;
    world.drop_bytes("items", "items.csv", &many(15, "x")).await;
    for at in 0..10 {
        let code = format!("'api{at}'");
        world.create("items", "item", &[("code", &code)], crate::hands::OTHER).await;
    }
    // 25 rows, but only 15 of them are the file's.
    let dropped = world.drop_bytes("items", "items.csv", &many(5, "x")).await;
    assert_eq!(brief(&dropped.report, "item"), "5 offered, 5 unchanged, 10 deleted");
    assert_eq!(world.rows("item", &["code"]).await.len(), 15);
});

on_every_backend!(
    a_quarantined_file_leaves_the_next_older_good_one_in_force,
    |world: World| async move {
        world.contract("items.toml", &items("")).await;
        world.drop_bytes("items", "items.csv", &many(40, "x")).await;
        let good = world.land("items", "items.csv", &many(41, "y")).await;
        let wipe = world.land("items", "items.csv", &many(1, "z")).await;
        let refreshed = world.refresh("items").await;
        let tried: Vec<(i64, ArrivalState)> =
            refreshed.outcomes.iter().map(|one| (one.arrival, one.report.state)).collect();
        assert_eq!(tried, [(wipe, ArrivalState::Quarantined), (good, ArrivalState::Loaded)]);
        assert_eq!(world.rows("item", &["code"]).await.len(), 41);
        // A second look changes nothing about that.
        assert!(world.refresh("items").await.outcomes.is_empty());
    }
);
