//! Any text comes back from each database as it was written into a file, or is refused by name.

use std::io::Cursor;

use tolva_samples::texts::texts;
use tolva_schema::state::ArrivalState;

use crate::world::{World, on_every_backend};

const CONTRACT: &str = r#"version = 1
name  = "texts"
files = ["texts*"]

[[source]]
name   = "lines"
delimiter = ","
fields = [
  { name = "number", type = "integer", required = true },
  { name = "text" },
]

[[table]]
name = "line"
from = "lines"
key  = ["number"]

[[table]]
name    = "by_text"
from    = "keys"
key     = ["key"]
columns = ["key"]

[[source]]
name   = "keys"
delimiter = ","
fields = [{ name = "key", maxLength = 120 }]
"#;

fn csv(texts: &[String]) -> Vec<u8> {
    let mut file = "number,text,key\n".to_owned();
    for (at, text) in texts.iter().enumerate() {
        let quoted = text.replace('"', "\"\"");
        file.push_str(&format!("{at},\"{quoted}\",\"{quoted}\"\n"));
    }
    file.into_bytes()
}

/// The same in UTF-16.
fn wide(bytes: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

/// A workbook. What XML cannot hold is spelt as Office does: `_x0001_`; and what looks like that, too.
fn workbook(texts: &[String]) -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, header) in (0..).zip(["number", "text", "key"]) {
        sheet.write_string(0, column, header).expect("a header");
    }
    for (row, text) in (1..).zip(texts) {
        sheet.write_number(row, 0, row - 1).expect("a number");
        for column in [1, 2] {
            sheet.write_string(row, column, text).expect("a text");
        }
    }
    let mut bytes = Cursor::new(Vec::new());
    workbook.save_to_writer(&mut bytes).expect("memory");
    bytes.into_inner()
}

/// Loads the file, and asserts that the table holds every text but those with a NUL.
async fn comes_back(world: &World, name: &str, bytes: &[u8], texts: &[String]) {
    let dropped = world.drop_bytes("texts", name, bytes).await;
    assert_eq!(dropped.report.state, ArrivalState::Loaded, "{:?}", dropped.report);
    let rows = world.rows("line", &["number", "text"]).await;
    let mut held = std::collections::BTreeMap::new();
    for row in rows {
        let number: usize = row[0].as_deref().expect("a number").parse().expect("a number");
        held.insert(number, row[1].clone());
    }
    let wrong: Vec<String> = texts
        .iter()
        .enumerate()
        .filter(|(at, text)| match held.get(at) {
            Some(value) => value.as_ref() != Some(text),
            None => !text.contains('\0'),
        })
        .map(|(at, text)| format!("{text:?} became {:?}", held.get(&at)))
        .collect();
    assert!(wrong.is_empty(), "{name}: {} texts\n{}", wrong.len(), wrong.join("\n"));
    // As keys they are told apart to the last bit, whatever a collation thinks of them.
    let mut keys: Vec<String> = texts
        .iter()
        .filter(|text| !text.contains('\0') && text.chars().count() <= 120)
        .cloned()
        .collect();
    keys.sort();
    keys.dedup();
    let held = world.rows("by_text", &["key"]).await;
    let held: Vec<String> = held.into_iter().flatten().flatten().collect();
    assert_eq!(held.len(), keys.len(), "{name}");
    assert!(held == keys, "{name}: keys differ");
    let refused: Vec<String> = world.found(dropped.load).await;
    let nul = texts.iter().filter(|text| text.contains('\0')).count();
    assert_eq!(refused.iter().filter(|text| text.starts_with("nul ")).count(), 2 * nul);
}

on_every_backend!(any_text_comes_back_from_a_text_file, |world: World| async move {
    world.contract("texts.toml", CONTRACT).await;
    let texts = texts();
    comes_back(&world, "texts.csv", &csv(&texts), &texts).await;
    comes_back(&world, "texts.csv", &wide(&csv(&texts)), &texts).await;
});

on_every_backend!(any_text_comes_back_from_a_workbook, |world: World| async move {
    world.contract("texts.toml", CONTRACT).await;
    // A cell has 32,767 characters at most; U+FFFE and U+FFFF are not of XML.
    let fits = |text: &String| !text.is_empty() && !text.contains(['\u{fffe}', '\u{ffff}']);
    let texts: Vec<String> = texts().into_iter().filter(fits).collect();
    comes_back(&world, "texts.xlsx", &workbook(&texts), &texts).await;
});
