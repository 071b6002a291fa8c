//! A file that is too much of anything is refused with the figure and the setting, and costs nothing
//! but its own load.

use tolva_loader::{Limits, Progress};
use tolva_schema::state::ArrivalState;

use crate::contracts::{file, items, many};
use crate::workbook::book;
use crate::world::{Backend, World};

/// Loads `bytes` where only so much is allowed; gives the code and the message.
async fn refusal(name: &str, bytes: &[u8], limit: &str) -> (String, String) {
    let mut world = World::new(Backend::Sqlite).await;
    let limits: Limits = toml::from_str(limit).expect("limits");
    world.loader = world.loader.clone().with_limits(limits);
    world.contract("items.toml", &items("")).await;
    let refused = world.drop_bytes("items", name, bytes).await;
    assert_eq!(refused.report.state, ArrivalState::Quarantined, "{limit}");
    refused.report.error.expect("a reason")
}

async fn refused(name: &str, bytes: &[u8], limit: &str, figures: &[&str]) {
    let (code, message) = refusal(name, bytes, limit).await;
    let setting = limit.split(' ').next().expect("a name");
    assert_eq!(code, format!("limits.{setting}"));
    assert!(message.contains(&format!("`limits.{setting}`")), "{message}");
    for figure in figures {
        assert!(message.contains(figure), "{message}");
    }
}

#[tokio::test]
async fn what_is_too_much_is_refused_with_figure_and_setting() {
    let lines = many(100, "one");
    refused("items.csv", &lines, "file_size = \"1 KiB\"", &["KiB of bytes", "1.0 KiB allowed"])
        .await;
    refused("items.csv", &lines, "cells = 30", &["33 cells", "30 allowed"]).await;
    refused("items.csv", &lines, "columns = 2", &["3 columns", "2 allowed"]).await;
    let long = file(&[&format!("a,{},1", "x".repeat(3_000))]);
    refused("items.csv", &long, "cell_length = \"1 KiB\"", &["line 2, column 2", "1.0 KiB"]).await;
    let rows: Vec<Vec<&str>> = vec![vec!["code", "name", "amount"], vec!["a", "one", "1"]];
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let workbook = book(&[("Data", &rows)]);
    refused("items.xlsx", &workbook, "expanded_size = \"1 KiB\"", &["when unpacked"]).await;
    refused("items.xlsx", &workbook, "memory = \"10 B\"", &["of shared strings"]).await;
    refused("items.xlsx", &workbook, "cells = 4", &["6 cells", "4 allowed"]).await;
}

#[tokio::test]
async fn what_swells_too_much_is_refused() {
    let bytes = [b"code,name,amount\n".as_slice(), &vec![b'\n'; 50 << 20]].concat();
    let packed = zstd::encode_all(&bytes[..], 1).expect("memory");
    assert!(packed.len() < 50_000);
    refused("items.csv.zst", &packed, "ratio = 100", &["times its size", "100 allowed"]).await;
    refused("items.csv.zst", &packed, "expanded_size = \"1 MiB\"", &["1.0 MiB allowed"]).await;
}

#[tokio::test]
async fn findings_beyond_the_limit_are_counted_and_not_kept() {
    let mut world = World::new(Backend::Sqlite).await;
    world.loader = world.loader.clone().with_limits(Limits { findings: 5, ..Limits::default() });
    world.contract("items.toml", &items("")).await;
    let bad: Vec<String> = (0..20).map(|at| format!("c{at},one,x")).collect();
    let bad: Vec<&str> = bad.iter().map(String::as_str).chain(["a,one,1"]).collect();
    let dropped = world.drop_bytes("items", "items.csv", &file(&bad)).await;
    assert_eq!(dropped.report.rejected, 20);
    assert_eq!(world.found(dropped.load).await.len(), 5);
}

#[tokio::test]
async fn check_refuses_by_the_same_limits() {
    let world = World::new(Backend::Sqlite).await;
    let loader = world.loader.clone().with_limits(Limits { cells: 10, ..Limits::default() });
    world.contract("items.toml", &items("")).await;
    let path = world.path().join("items.csv");
    std::fs::write(&path, many(100, "one")).expect("written");
    let stored = world.ledger.contract("items").await.expect("read").expect("in force");
    let checked = loader
        .check(&stored.contract, &path, "items.csv", "", &Progress::default())
        .await
        .expect("the file is checked");
    assert_eq!(checked.refusal.expect("a refusal").code, "limits.cells");
}
