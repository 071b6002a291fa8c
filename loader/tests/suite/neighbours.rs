//! What stands around a finding, read again from the file.

use rust_xlsxwriter::Workbook;
use tolva_loader::Progress;
use tolva_schema::contract::Contract;
use tolva_schema::finding::Place;

use crate::contracts::items_with;
use crate::world::{Backend, World};

/// Two sheets of items, a row of the second one with a gap above it and a wrong amount.
fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, wrong) in [("2024-01", false), ("2024-02", true)] {
        let sheet = book.add_worksheet();
        sheet.set_name(name).expect("a name");
        for (column, header) in ["code", "name", "amount"].into_iter().enumerate() {
            sheet.write(0, column as u16, header).expect("written");
        }
        sheet.write(1, 0, format!("{name}-a")).expect("written");
        sheet.write(1, 2, 1).expect("written");
        sheet.write(4, 0, format!("{name}-b")).expect("written");
        sheet.write(4, 1, "x".repeat(90)).expect("written");
        sheet.write(4, 2, if wrong { "many" } else { "2" }).expect("written");
    }
    book.save_to_buffer().expect("a workbook")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_place_is_found_on_its_own_sheet() {
    let world = World::new(Backend::Sqlite).await;
    let text = items_with("", "sheet = \"2024-*\"", "");
    let contract = Contract::parse("items.toml", &text).expect("a contract");
    let path = world.path().join("items.xlsx");
    std::fs::write(&path, workbook()).expect("written");
    let loader = &world.loader;
    let checked = loader.check(&contract, &path, "items.xlsx", "", &Progress::default()).await;
    let findings = checked.expect("it is checked").findings;
    assert_eq!(findings.len(), 1, "{findings:?}");
    let at = |sheet: &str, row, column| Place { sheet: Some(sheet.to_owned()), row, column };
    let places = vec![
        findings[0].place.clone(),
        at("2024-01", Some(3), None),
        at("2024-01", None, Some(1)),
        at("2023-12", Some(2), Some(1)),
    ];
    assert_eq!(places[0], at("2024-02", Some(5), Some(3)));
    let around = loader.neighbours(&contract, &path, "items.xlsx", places).await;
    let cell = around[0].as_ref().expect("the wrong cell");
    let names: Vec<&str> = cell.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["A", "B", "C", "D", "E"]);
    assert_eq!(cell.rows.iter().map(|row| row.row).collect::<Vec<_>>(), [2, 5]);
    assert_eq!(cell.rows[1].cells[0], "2024-02-b");
    assert_eq!(cell.rows[1].cells[2], "many");
    assert_eq!(cell.rows[1].cells[1].chars().count(), 61, "a long neighbour is cut");
    // A row in which nothing is written, as a whole; what names no row, or no sheet, has nothing.
    let blank = around[1].as_ref().expect("the blank row");
    assert_eq!(blank.rows.iter().map(|row| row.row).collect::<Vec<_>>(), [2, 3, 5]);
    assert!(blank.column.is_none() && blank.rows[1].cells.iter().all(String::is_empty));
    assert_eq!((&around[2], &around[3]), (&None, &None));
}
