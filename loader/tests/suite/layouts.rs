//! Where a table stands in its file: sheets, headers and columns.

use tolva_schema::state::ArrivalState;

use crate::contracts::{ITEM, items, items_with};
use crate::look::texts;
use crate::workbook::book;
use crate::world::{World, on_every_backend};

const HEADER: &[&str] = &["code", "name", "amount"];

/// Drops a workbook whose only sheet has these rows; gives what was found.
async fn drop_sheet(world: &World, rows: &[&[&str]]) -> Vec<String> {
    let dropped = world.drop_bytes("items", "items.xlsx", &book(&[("Data", rows)])).await;
    assert_eq!(dropped.report.state, ArrivalState::Loaded, "{:?}", dropped.report.error);
    world.found(dropped.load).await
}

on_every_backend!(headers_are_found_below_titles_and_right_of_margins, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    let rows: &[&[&str]] = &[
        &["Our items", "", ""],
        &[],
        &["", "as of", "2024"],
        &["", "", " Amount ", "NAME", "Code"],
        &[],
        &["", "", "1", "one", "a"],
        &["", "", "2", "two", "b"],
    ];
    assert_eq!(drop_sheet(&world, rows).await, Vec::<String>::new());
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1", "b|two|2"]);
});

on_every_backend!(a_header_may_have_several_names, |world: World| async move {
    let contract = items("").replace(
        "name = \"amount\",",
        "name = \"amount\", header = [\"Qty\", \"number of  pieces\"],",
    );
    world.contract("items.toml", &contract).await;
    for header in ["QTY", "Number of pieces"] {
        let rows: &[&[&str]] = &[&["code", "name", header], &["a", header, "7"]];
        assert_eq!(drop_sheet(&world, rows).await, Vec::<String>::new());
        assert_eq!(world.lines("item", ITEM).await, [format!("a|{header}|7")]);
    }
    // Its own name is none of them.
    let rows: &[&[&str]] = &[HEADER, &["a", "one", "7"]];
    assert_eq!(
        drop_sheet(&world, rows).await,
        ["missing_column at Data!1:1", "extra_column at Data!C1: amount"]
    );
});

on_every_backend!(headers_may_be_looked_for_in_one_row_only, |world: World| async move {
    world.contract("items.toml", &items_with("", "header = 3", "")).await;
    let rows: &[&[&str]] =
        &[HEADER, &["not", "this", "1"], &["name", "code", "amount"], &["one", "a", "1"]];
    assert_eq!(drop_sheet(&world, rows).await, Vec::<String>::new());
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1"]);
    let rows: &[&[&str]] = &[HEADER, &["a", "one", "1"], &["b", "two", "2"]];
    let bytes = book(&[("Data", rows)]);
    let dropped = world.drop_bytes("items", "items.xlsx", &bytes).await;
    assert_eq!(dropped.report.error.expect("a reason").0, "missing_column");
    // Rows of a text file are counted by its lines.
    let csv = b"some\ntitle\ncode,name\nz,last\n";
    let dropped = world.drop_bytes("items", "items.csv", csv).await;
    assert_eq!(dropped.report.state, ArrivalState::Loaded);
    assert_eq!(world.lines("item", ITEM).await, ["z|last|-"]);
});

on_every_backend!(columns_may_go_by_position_below_headers, |world: World| async move {
    let contract = items("").replace("name = \"amount\",", "name = \"amount\", position = 4,");
    world.contract("items.toml", &contract).await;
    let csv = b"code,name,x,\na,one,9,1\nb,two,9,2\n";
    let dropped = world.drop_bytes("items", "items.csv", csv).await;
    assert_eq!(world.found(dropped.load).await, ["extra_column at line 1, column 3: x"]);
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1", "b|two|2"]);
});

on_every_backend!(without_headers_lines_start_where_they_can_be_read, |world: World| async move {
    let contract = items_with("", "header = \"none\"", "")
        .replace("type = \"integer\"", "type = \"integer\", required = true");
    world.contract("items.toml", &contract).await;
    let rows: &[&[&str]] = &[
        &[],
        &["", "A list of items"],
        &["", "code", "name", "amount"],
        &["", "a", "one", "1"],
        &["", "b", "", "2"],
        &["", "c", "three", "x"],
    ];
    assert_eq!(
        drop_sheet(&world, rows).await,
        ["heading at Data!3:3: code | name | amount", "type at Data!D6: x"]
    );
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1", "b|-|2"]);
});

on_every_backend!(
    extra_columns_are_ignored_told_or_refused_as_the_contract_says,
    |world: World| async move {
        let csv = b"code,name,amount,extra\na,one,1,x\n";
        for (word, expected) in [
            ("", vec!["extra_column at line 1, column 4: extra"]),
            ("extra = \"warn\"", vec!["extra_column at line 1, column 4: extra"]),
            ("extra = \"ignore\"", vec![]),
        ] {
            world.contract("items.toml", &items_with("", word, "")).await;
            let arrival = world.land("items", "items.csv", csv).await;
            // Whether it is loaded or found unchanged, a replay of the contract reads it.
            let dropped = world.load_of("items", arrival).await;
            if dropped.report.state == ArrivalState::Loaded {
                assert_eq!(world.found(dropped.load).await, expected, "{word}");
            } else {
                assert_eq!(word, "extra = \"warn\"");
            }
            assert_eq!(world.lines("item", ITEM).await, ["a|one|1"]);
        }
        world.contract("items.toml", &items_with("", "extra = \"refuse\"", "")).await;
        let arrival = world.land("items", "items.csv", csv).await;
        let dropped = world.load_of("items", arrival).await;
        let (code, message) = dropped.report.error.expect("a reason");
        assert_eq!(code, "extra_column");
        assert!(message.contains("line 1, column 4") && message.contains("extra"), "{message}");
    }
);

on_every_backend!(a_missing_optional_column_is_unknown_everywhere, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    world.drop_bytes("items", "items.csv", b"code,name,amount\na,one,1\n").await;
    let dropped = world.drop_bytes("items", "items.csv", b"code,name\na,one\nb,two\n").await;
    assert_eq!(world.found(dropped.load).await, ["missing_column at line 1"]);
    assert_eq!(world.lines("item", ITEM).await, ["a|one|-", "b|two|-"]);
});

on_every_backend!(sheets_are_named_by_name_pattern_or_place, |world: World| async move {
    let sheet = |code: &'static str| -> Vec<&'static [&'static str]> {
        let line: &'static [&'static str] = match code {
            "first" => &["first", "", "1"],
            "second" => &["second", "", "2"],
            _ => &["third", "", "3"],
        };
        vec![HEADER, line]
    };
    let (first, second, third) = (sheet("first"), sheet("second"), sheet("third"));
    let bytes = book(&[("Notes", &first), ("Datos 2024", &second), ("Other", &third)]);
    for (words, expected) in [
        ("", "first"),
        ("sheet = 2", "second"),
        ("sheet = \"OTHER\"", "third"),
        ("sheet = \"datos*\"", "second"),
        ("sheet = [\"Missing\", \"Other\", 1]", "third"),
        ("sheet = [\"Missing\", 9, 1]", "first"),
    ] {
        world.contract("items.toml", &items_with("", words, "")).await;
        let arrival = world.land("items", "items.xlsx", &bytes).await;
        world.load_of("items", arrival).await;
        assert_eq!(texts(&world.lines("item", &["code"]).await), [expected], "{words}");
    }
});

on_every_backend!(rows_and_columns_may_be_skipped, |world: World| async move {
    let words = "skip_rows = [2, 4]\nskip_columns = [2]";
    world.contract("items.toml", &items_with("", words, "")).await;
    let csv = b"code,name,name,amount\nunits,-,-,pieces\na,wrong,one,1\n,total,,1\nb,wrong,two,2\n";
    let dropped = world.drop_bytes("items", "items.csv", csv).await;
    assert_eq!(dropped.report.error, None);
    assert_eq!(world.found(dropped.load).await, Vec::<String>::new());
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1", "b|two|2"]);
    world.contract("items.toml", &items_with("", "skip_rows = 2", "")).await;
    let csv = b"code,code\nx,y\ncode,name,amount\na,uno,1\n";
    world.drop_bytes("items", "items.csv", csv).await;
    assert_eq!(world.lines("item", ITEM).await, ["a|uno|1"]);
});
