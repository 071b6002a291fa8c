//! Files that cannot be read: each is quarantined with a name for what is wrong and what to do
//! about it, nothing is touched, and the next good file is loaded.

use tolva_schema::state::ArrivalState;

use crate::contracts::{ITEM, file, items, items_with};
use crate::workbook::book;
use crate::world::{World, on_every_backend};

/// Drops a good file, a bad one and a good one.
async fn refused(world: &World, name: &str, bytes: &[u8], code: &str, advice: &str) {
    world.drop_bytes("items", "items.csv", &file(&["a,one,1"])).await;
    let version = world.version("items").await;
    let bad = world.drop_bytes("items", name, bytes).await;
    assert_eq!(bad.report.state, ArrivalState::Quarantined, "{code}: {:?}", bad.report);
    let (told, message) = bad.report.error.expect("a reason");
    assert_eq!(told, code, "{message}");
    assert!(message.contains(advice), "{code}: {message}");
    assert_eq!(world.state(bad.arrival).await, ArrivalState::Quarantined);
    let load = world.ledger.load(bad.load).await.expect("the load is read").expect("a load");
    assert_eq!((load.error.as_deref(), load.message), (Some(code), Some(message)));
    assert_eq!(world.version("items").await, version);
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1"]);
    // A marker that makes it other bytes each time.
    let good = world.drop_bytes("items", "items.csv", &file(&["b,two,2"])).await;
    assert_eq!(good.report.state, ArrivalState::Loaded);
    assert_eq!(world.lines("item", ITEM).await, ["b|two|2"]);
}

on_every_backend!(bad_text_files_are_quarantined_by_name, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    let swallowed = b"code,name,amount\na,one,1\nb,\"two,2\nc,three,3\n";
    let bad: &[(&[u8], &str, &str)] = &[
        (b"", "empty_file", "save it again"),
        (b"code,name,amount\n", "no_lines", "without lines is never loaded"),
        (b"code,name,amount\n\n,,\n", "no_lines", "without lines is never loaded"),
        (b"\xEF\xBB\xBF", "no_lines", "without lines"),
        (b"name,amount\none,1\n", "missing_column", "add the column"),
        (b"kode,name,amount\na,one,1\n", "missing_column", "kode, name, amount"),
        (b"code,name,code\na,one,b\n", "duplicate_header", "rename or remove"),
        (swallowed, "unterminated_quote", "line 3"),
        (
            b"code,name,amount\na,caf\xc3\xa9,1\nb,x\xe9,2\n",
            "encoding",
            "line 3, column 2, offset 30 ",
        ),
    ];
    for (bytes, code, advice) in bad {
        refused(&world, "items.csv", bytes, code, advice).await;
    }
});

on_every_backend!(bad_workbooks_are_quarantined_by_name, |world: World| async move {
    let contract = items_with("", "sheet = [\"Data\", \"Datos*\"]", "");
    world.contract("items.toml", &contract).await;
    let rows: &[&[&str]] = &[&["code", "name", "amount"], &["a", "one", "1"]];
    let good = book(&[("Data", rows)]);
    let damaged = [&good[..200], &[0; 300], &good[500..]].concat();
    let bad: Vec<(&str, Vec<u8>, &str, &str)> = vec![
        ("items.xlsx", Vec::new(), "empty_file", "drop it once more"),
        ("items.xlsx", good[..good.len() / 2].to_vec(), "damaged_workbook", "open it in"),
        ("items.xlsx", damaged, "damaged_workbook", "drop it again"),
        ("items.xlsx", b"PK\x03\x04".to_vec(), "damaged_workbook", "save it"),
        ("items.xlsx", file(&["z,one,1"]), "wrong_extension", "save it as .xlsx"),
        ("items.csv", good.clone(), "wrong_extension", "extension of one"),
        ("items.xlsx", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), "damaged_workbook", "save it"),
        ("items.xlsx", book(&[("Other", rows), ("Sheet", rows)]), "missing_sheet", "Other, Sheet"),
        ("items.xlsx", book(&[("Data", &[])]), "no_lines", "sheet Data"),
        ("items.xlsx", book(&[("Data", &[&["code", "name"]])]), "no_lines", "sheet Data"),
        (
            "items.xlsx",
            book(&[("Data", &[&["name", "amount"], &["one", "1"]])]),
            "missing_column",
            "Data!1:1: no column code",
        ),
        (
            "items.xlsx",
            book(&[("Data", &[&["code", "name", "Code"], &["a", "one", "b"]])]),
            "duplicate_header",
            "Data!C1",
        ),
    ];
    for (name, bytes, code, advice) in bad {
        refused(&world, name, &bytes, code, advice).await;
    }
    let loaded = world.drop_bytes("items", "items.xlsx", &good).await;
    assert_eq!(loaded.report.state, ArrivalState::Loaded);
});

on_every_backend!(a_line_with_too_many_columns_is_refused, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    let lines = ["a,one,1", "b,two, and more,2", "c,three,3"];
    let dropped = world.drop_bytes("items", "items.csv", &file(&lines)).await;
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1", "c|three|3"]);
    assert_eq!(
        world.found(dropped.load).await,
        ["type at line 3, column 3:  and more", "ragged at line 3, column 4: 2"]
    );
});

on_every_backend!(a_line_with_too_few_columns_is_taken_with_a_warning, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    let dropped = world.drop_bytes("items", "items.csv", &file(&["a,one,1", "b", "c,x,"])).await;
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1", "b|-|-", "c|x|-"]);
    assert_eq!(world.found(dropped.load).await, ["ragged at line 3"]);
    assert_eq!((dropped.report.rejected, dropped.report.warnings), (0, 1));
});

on_every_backend!(trailing_separators_are_no_columns, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    let bytes = b"code,name,amount,,\r\na,one,1,,\r\n\r\n,,,,\r\nb,two,2,,\r\n";
    let dropped = world.drop_bytes("items", "items.csv", bytes).await;
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1", "b|two|2"]);
    assert_eq!(world.found(dropped.load).await, Vec::<String>::new());
});

on_every_backend!(
    what_is_quarantined_can_be_corrected_by_a_contract_and_a_replay,
    |world: World| async move {
        world.contract("items.toml", &items("")).await;
        let bad = world.drop_bytes("items", "items.csv", b"kode,name\na,one\n").await;
        assert_eq!(bad.report.state, ArrivalState::Quarantined);
        let contract = items("").replace("name = \"code\",", "name = \"code\", header = \"kode\",");
        world.contract("items.toml", &contract).await;
        assert!(world.refresh("items").await.outcomes.is_empty());
        let replayed = world.ledger.replay(bad.arrival, false).await.expect("it is kept");
        assert_eq!(world.load_of("items", replayed).await.report.state, ArrivalState::Loaded);
        assert_eq!(world.lines("item", ITEM).await, ["a|one|-"]);
    }
);
