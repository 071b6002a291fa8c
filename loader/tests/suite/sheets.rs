//! What workbooks have and text has not: several sheets, merged and hidden parts.

use rust_xlsxwriter::{Format, Workbook};
use tolva_schema::state::ArrivalState;

use crate::contracts::{ITEM, items_with};
use crate::look::texts;
use crate::workbook::book;
use crate::world::{Backend, World};

async fn world(source: &str) -> World {
    let world = World::new(Backend::Sqlite).await;
    world.contract("items.toml", &items_with("", source, "")).await;
    world
}

async fn refused(world: &World, bytes: &[u8], code: &str, advice: &str) {
    let dropped = world.drop_bytes("items", "items.xlsx", bytes).await;
    let (told, message) = dropped.report.error.expect("a reason");
    assert_eq!(told, code, "{message}");
    assert!(message.contains(advice), "{message}");
}

#[tokio::test]
async fn a_pattern_reads_every_sheet_that_it_matches() {
    let contract = items_with("", "sheet = \"2024-*\"", "").replace(
        "{ name = \"amount\", type = \"integer\" },",
        "{ name = \"amount\", type = \"integer\" },\n  { name = \"month\", from = \"sheet\" },",
    );
    let world = World::new(Backend::Sqlite).await;
    world.contract("items.toml", &contract).await;
    let head: &[&str] = &["code", "name", "amount"];
    let other: &[&str] = &["amount", "code", "name"];
    let bytes = book(&[
        ("Notes", &[&["nothing"]]),
        ("2024-02", &[other, &["2", "b", "two"]]),
        ("2024-01", &[head, &["a", "one", "x"], &["c", "three", "3"]]),
        ("2024-03", &[head]),
    ]);
    let dropped = world.drop_bytes("items", "items.xlsx", &bytes).await;
    assert_eq!(dropped.report.state, ArrivalState::Loaded, "{:?}", dropped.report.error);
    assert_eq!(texts(&world.found(dropped.load).await), ["type at 2024-01!C2: x"]);
    assert_eq!(
        world.lines("item", &["code", "name", "amount", "month"]).await,
        ["b|two|2|2024-02", "c|three|3|2024-01"]
    );
    let empty = book(&[("2024-01", &[head]), ("2024-02", &[head])]);
    refused(&world, &empty, "no_lines", "sheet 2024-01, sheet 2024-02").await;
}

#[tokio::test]
async fn sheets_that_differ_by_case_are_told_apart_or_refused() {
    let world = world("sheet = \"Data\"").await;
    let head: &[&str] = &["code", "name", "amount"];
    let bytes = crate::workbook::renamed(
        &book(&[("Other", &[head, &["a", "one", "1"]]), ("Data", &[head, &["b", "two", "2"]])]),
        "Other",
        "DATA",
    );
    world.drop_bytes("items", "items.xlsx", &bytes).await;
    assert_eq!(world.lines("item", ITEM).await, ["b|two|2"]);
    let bytes = crate::workbook::renamed(&bytes, "Data", "data");
    refused(&world, &bytes, "ambiguous_sheet", "DATA and data").await;
}

/// Rows 2 and 3 share a code, columns B and C of row 4 a name; column E is hidden, and so is row 3.
fn decorated() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let plain = Format::new();
    for (column, header) in (0..).zip(["name", "code", "amount", "", "amount"]) {
        sheet.write(0, column, header).expect("a cell");
    }
    sheet.merge_range(1, 1, 2, 1, "a", &plain).expect("merged");
    for (row, name, amount) in [(1, "one", 1), (2, "two", 2), (3, "three", 3)] {
        sheet.write(row, 0, name).expect("a cell");
        sheet.write(row, 2, amount).expect("a cell");
        sheet.write(row, 4, 9).expect("a cell");
    }
    sheet.write(3, 1, "c").expect("a cell");
    sheet.set_column_hidden(4).expect("hidden");
    sheet.set_row_hidden(2).expect("hidden");
    let hidden = workbook.add_worksheet();
    hidden.set_name("Hidden").expect("a name").set_hidden(true);
    workbook.save_to_buffer().expect("memory")
}

#[tokio::test]
async fn merged_cells_have_their_value_first_or_everywhere() {
    let key = |contract: &str| contract.replace("key  = [\"code\"]", "key  = [\"name\"]");
    let source = "hidden = \"skip\"\nmerged = \"fill\"";
    let world = World::new(Backend::Sqlite).await;
    let contract = items_with("", source, "")
        .replace("maxLength = 100 }", "maxLength = 100, required = true }");
    world.contract("items.toml", &key(&contract)).await;
    let dropped = world.drop_bytes("items", "items.xlsx", &decorated()).await;
    assert_eq!(dropped.report.state, ArrivalState::Loaded, "{:?}", dropped.report.error);
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1", "c|three|3"]);
}

#[tokio::test]
async fn hidden_rows_and_columns_are_read_or_left_out() {
    // Two columns are headed `amount`: one of them is hidden.
    refused(&world("").await, &decorated(), "duplicate_header", "amount").await;
    let world = world("hidden = \"skip\"").await;
    let dropped = world.drop_bytes("items", "items.xlsx", &decorated()).await;
    assert_eq!(dropped.report.state, ArrivalState::Loaded, "{:?}", dropped.report.error);
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1", "c|three|3"]);
    let only = self::world("hidden = \"skip\"\nsheet = \"Hidden\"").await;
    refused(&only, &decorated(), "missing_sheet", "Hidden").await;
}

#[tokio::test]
async fn a_merged_range_fills_rows_that_hold_nothing_else() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "code").expect("a cell");
    sheet.write(0, 1, "name").expect("a cell");
    sheet.merge_range(1, 0, 3, 1, "x", &Format::new()).expect("merged");
    sheet.write(4, 0, "y").expect("a cell");
    let bytes = workbook.save_to_buffer().expect("memory");
    let world = world("merged = \"fill\"").await;
    let dropped = world.drop_bytes("items", "items.xlsx", &bytes).await;
    assert_eq!(crate::look::brief(&dropped.report, "item"), "4 offered, 2 inserted, 2 duplicate");
    assert_eq!(world.lines("item", &["code", "name"]).await, ["x|x", "y|-"]);
}
