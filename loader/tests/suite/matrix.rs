//! Matrices: headings on two axes and a line for every cell that says something.

use tolva_schema::state::ArrivalState;

use crate::look::brief;
use crate::workbook::book;
use crate::world::{World, on_every_backend};

/// Distances between places; both axes have a heading or two.
fn contract(labels: bool, words: &str, value: &str) -> String {
    let (rows, columns, more) = if labels {
        (
            "[\"source\", \"source_label\"]",
            "[\"goal\", \"goal_label\"]",
            "  { name = \"source_label\" },\n  { name = \"goal_label\" },\n",
        )
    } else {
        ("[\"source\"]", "[\"goal\"]", "")
    };
    format!(
        r#"version = 1
name  = "roads"
files = ["roads*"]

[[source]]
name           = "matrix"
layout         = "matrix"
row_headers    = {rows}
column_headers = {columns}
value          = "value"
{words}
fields = [
  {{ name = "source", maxLength = 20, required = true }},
  {{ name = "goal",   maxLength = 20, required = true }},
{more}  {{ name = "value",  {value} }},
]

[[table]]
name = "road"
from = "matrix"
key  = ["source", "goal"]
"#
    )
}

const NUMBER: &str = "type = \"integer\"";
const COLUMNS: &[&str] = &["source", "goal", "value"];

async fn drop_sheet(world: &World, rows: &[&[&str]]) -> (String, Vec<String>) {
    let dropped = world.drop_bytes("roads", "roads.xlsx", &book(&[("M", rows)])).await;
    assert_eq!(dropped.report.state, ArrivalState::Loaded, "{:?}", dropped.report.error);
    (brief(&dropped.report, "road"), world.found(dropped.load).await)
}

on_every_backend!(one_heading_on_each_axis, |world: World| async move {
    world.contract("roads.toml", &contract(false, "", NUMBER)).await;
    let rows: &[&[&str]] =
        &[&[], &["", "a", "b", "c"], &["a", "0", "5", ""], &[], &["b", "6", "", "7"]];
    let (counts, found) = drop_sheet(&world, rows).await;
    assert_eq!(world.lines("road", COLUMNS).await, ["a|a|0", "a|b|5", "b|a|6", "b|c|7"]);
    assert_eq!(counts, "4 offered, 4 inserted, 2 blank");
    assert_eq!(found, Vec::<String>::new());
    // A blank is unknown, not zero: the row goes.
    let rows: &[&[&str]] = &[&["", "b", "a", "c"], &["b", "0", "6", "7"], &["a", "", "", ""]];
    let (counts, _) = drop_sheet(&world, rows).await;
    assert_eq!(world.lines("road", COLUMNS).await, ["b|a|6", "b|b|0", "b|c|7"]);
    assert_eq!(counts, "3 offered, 1 inserted, 2 unchanged, 2 deleted, 3 blank");
});

on_every_backend!(two_headings_on_each_axis, |world: World| async move {
    world.contract("roads.toml", &contract(true, "", NUMBER)).await;
    let rows: &[&[&str]] =
        &[&["", "", "a", "b"], &["", "", "Ay", "Bee"], &["a", "Aa", "", "1"], &["b", "", "2", ""]];
    let (_, found) = drop_sheet(&world, rows).await;
    assert_eq!(
        world.lines("road", &["source", "source_label", "goal", "goal_label", "value"]).await,
        ["a|Aa|b|Bee|1", "b|-|a|Ay|2"]
    );
    assert_eq!(found, Vec::<String>::new());
});

on_every_backend!(a_matrix_may_stand_in_a_text_file, |world: World| async move {
    world.contract("roads.toml", &contract(false, "", NUMBER)).await;
    let dropped = world.drop_bytes("roads", "roads.csv", b",a,b\na,,1\nb,x,\n").await;
    assert_eq!(world.lines("road", COLUMNS).await, ["a|b|1"]);
    assert_eq!(world.found(dropped.load).await, ["type at line 3, column 2: x"]);
});

on_every_backend!(
    cells_beside_a_heading_that_is_missing_or_wrong_are_refused,
    |world: World| async move {
        let numbered = contract(false, "", NUMBER).replace(
            "{ name = \"goal\",   maxLength = 20,",
            "{ name = \"goal\", type = \"integer\",",
        );
        world.contract("roads.toml", &numbered).await;
        let rows: &[&[&str]] = &[
            &["", "1", "two", "", "4"],
            &["a", "1", "2", "3", "4"],
            &["", "5", "", "", ""],
            &["c", "many", "", "", "8"],
        ];
        let (counts, found) = drop_sheet(&world, rows).await;
        assert_eq!(world.lines("road", COLUMNS).await, ["a|1|1", "a|4|4", "c|4|8"]);
        assert_eq!(
            found,
            [
                "type at M!C1: two",
                "axis at M!C2: 2",
                "axis at M!D2: 3",
                "required at M!A3",
                "axis at M!B3: 5",
                "type at M!B4: many",
            ]
        );
        assert_eq!(counts, "7 offered, 3 inserted, 4 rejected, 1 blank");
    }
);

on_every_backend!(a_number_that_heads_an_axis_twice_is_told, |world: World| async move {
    world.contract("roads.toml", &contract(false, "", NUMBER)).await;
    let rows: &[&[&str]] =
        &[&["", "a", "b", "a"], &["x", "1", "2", "1"], &["y", "3", "", "4"], &["x", "", "5", ""]];
    let (counts, found) = drop_sheet(&world, rows).await;
    assert_eq!(world.lines("road", COLUMNS).await, ["x|a|1", "x|b|2", "y|a|3"]);
    assert_eq!(
        found,
        [
            "axis_duplicate at M!D1",
            "duplicate at M!D3",
            "axis_duplicate at M!A4",
            "duplicate at M!C4"
        ]
    );
    assert_eq!(counts, "6 offered, 3 inserted, 3 duplicate, 3 blank");
});

on_every_backend!(
    the_diagonal_and_contradictions_count_only_where_the_contract_says_so,
    |world: World| async move {
        let boolean = "type = \"boolean\"";
        let rows: &[&[&str]] = &[
            &["", "a", "b", "c"],
            &["a", "0", "1", "1"],
            &["b", "0", "1", ""],
            &["c", "1", "", "0"],
        ];
        world.contract("roads.toml", &contract(false, "", boolean)).await;
        let (_, found) = drop_sheet(&world, rows).await;
        assert_eq!(found, Vec::<String>::new());
        assert_eq!(world.rows("road", COLUMNS).await.len(), 7);
        let words = "diagonal = \"doubt\"\nsymmetric = true";
        world.contract("roads.toml", &contract(false, words, boolean)).await;
        let refreshed = world.refresh("roads").await;
        let found = world.found(refreshed.outcomes[0].load).await;
        assert_eq!(found, ["symmetric at M!B3: 0", "diagonal at M!C3: 1"]);
        assert_eq!(
            world.lines("road", COLUMNS).await,
            ["a|b|1", "a|c|1", "b|a|0", "b|b|1", "c|a|1"]
        );
    }
);

on_every_backend!(rows_and_columns_around_a_matrix_may_be_skipped, |world: World| async move {
    let words = "skip_rows = 2\nskip_columns = [1]";
    world.contract("roads.toml", &contract(false, words, NUMBER)).await;
    let rows: &[&[&str]] = &[
        &["Roads", "of", "1", "2"],
        &["2024"],
        &["", "", "a", "b"],
        &["north", "a", "", "5"],
        &["south", "b", "6", ""],
    ];
    let (_, found) = drop_sheet(&world, rows).await;
    assert_eq!(world.lines("road", COLUMNS).await, ["a|b|5", "b|a|6"]);
    assert_eq!(found, Vec::<String>::new());
});

on_every_backend!(a_matrix_without_rows_is_quarantined, |world: World| async move {
    world.contract("roads.toml", &contract(true, "", NUMBER)).await;
    let sheets: [&[&[&str]]; 3] = [&[], &[&["", "", "a"]], &[&["", "", "a"], &["", "", "A"]]];
    for rows in sheets {
        let bytes = book(&[("M", rows)]);
        let dropped = world.drop_bytes("roads", "roads.xlsx", &bytes).await;
        assert_eq!(dropped.report.state, ArrivalState::Quarantined);
        assert_eq!(dropped.report.error.expect("a reason").0, "no_lines");
    }
});
