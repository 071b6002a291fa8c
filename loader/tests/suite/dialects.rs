//! How text is written: delimiters, quotes, comments, encodings, packings, headers and ends. Reading
//! knows nothing of the database, so one of them is enough.

use std::io::Write as _;

use tolva_schema::state::ArrivalState;

use crate::contracts::{ITEM, items, items_with};
use crate::world::{Backend, World};

const GOOD: &[&str] = &["a|ñandú, big|1", "b|two|2"];
const PLAIN: &str = "code,name,amount\na,\"ñandú, big\",1\nb,two,2\n";

/// Drops a file; gives what was found.
async fn found(world: &World, name: &str, bytes: &[u8]) -> Vec<String> {
    let dropped = world.drop_bytes("items", name, bytes).await;
    assert_eq!(dropped.report.state, ArrivalState::Loaded, "{name}: {:?}", dropped.report.error);
    world.found(dropped.load).await
}

/// Drops what a contract with these words for its source should read as the good rows, and find
/// these things in.
async fn reads(source: &str, bytes: &[u8], expected: &[&str]) {
    let world = World::new(Backend::Sqlite).await;
    world.contract("items.toml", &items_with("", source, "")).await;
    assert_eq!(found(&world, "items.csv", bytes).await, expected, "{source}");
    assert_eq!(world.lines("item", ITEM).await, GOOD, "{source}");
}

#[tokio::test]
async fn the_delimiter_is_found_out() {
    for delimiter in [",", ";", "\t", "|"] {
        let text = PLAIN.replace(',', delimiter).replace("ñandú; ", "ñandú, ");
        let text = text.replace("ñandú\t ", "ñandú, ").replace("ñandú| ", "ñandú, ");
        reads("", text.as_bytes(), &[]).await;
    }
    // A title with commas in it does not make commas the delimiter.
    let text = "Items, as of today, all\ncode;name;amount\na;ñandú, big;1\nb;two;2\n";
    reads("", text.as_bytes(), &[]).await;
    let text = "sep=;\r\ncode;name;amount\r\na;ñandú, big;1\r\nb;two;2\r\n";
    reads("", text.as_bytes(), &[]).await;
    let world = World::new(Backend::Sqlite).await;
    world.contract("items.toml", &items("")).await;
    let text = "code\tname\tamount\na\tñandú, big\t1\nb\ttwo\t2\n";
    found(&world, "items.tsv", text.as_bytes()).await;
    assert_eq!(world.lines("item", ITEM).await, GOOD);
}

#[tokio::test]
async fn quotes_escapes_and_comments_are_declared() {
    let text = "code,name,amount\na,'ñandú, big',1\nb,two,2\n";
    reads("quote = \"'\"", text.as_bytes(), &[]).await;
    let text = "# made by hand\ncode;name;amount\n#a;no;9\na;ñandú, big;1\nb;two;2\n";
    reads("comment = \"#\"", text.as_bytes(), &[]).await;
    let world = World::new(Backend::Sqlite).await;
    let declared = "escape = \"\\\\\"";
    world.contract("items.toml", &items_with("", declared, "")).await;
    let text = "code,name,amount\na,\"a \\\" b\",1\n\"# b\",\"x\\\\\",2\n";
    found(&world, "items.csv", text.as_bytes()).await;
    assert_eq!(world.lines("item", ITEM).await, ["# b|x\\|2", "a|a \" b|1"]);
    world.contract("items.toml", &items_with("", "quote = \"none\"", "")).await;
    found(&world, "items.csv", b"code,name,amount\na,\"x,1\nb,\"y\",2\n").await;
    assert_eq!(world.lines("item", ITEM).await, ["a|\"x|1", "b|\"y\"|2"]);
}

#[tokio::test]
async fn text_behind_a_closing_quote_is_told() {
    let text =
        "code,name,amount\n\na,\"ñandú\", big\n".replace("\"ñandú\", big", "\"ñandú, \"big,1");
    let text = format!("{text}b,two,2\n");
    reads("", text.as_bytes(), &["stray_quote at line 3, column 2"]).await;
    // Inside a field that no quote opens, quotes are characters like others.
    let world = World::new(Backend::Sqlite).await;
    world.contract("items.toml", &items("")).await;
    assert_eq!(found(&world, "items.csv", b"code,name,amount\na,5\" pipe,1\n").await, [""; 0]);
    assert_eq!(world.lines("item", ITEM).await, ["a|5\" pipe|1"]);
}

#[tokio::test]
async fn unicode_is_read_with_and_without_a_mark() {
    reads("", PLAIN.as_bytes(), &[]).await;
    reads("", format!("\u{feff}{PLAIN}").as_bytes(), &[]).await;
    for marked in [true, false] {
        let text = if marked { format!("\u{feff}{PLAIN}") } else { PLAIN.to_owned() };
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        reads("", &little, &[]).await;
        reads("", &big, &[]).await;
    }
}

#[tokio::test]
async fn other_encodings_are_declared_or_guessed_with_a_warning() {
    let latin: Vec<u8> =
        PLAIN.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
    reads("", &latin, &["encoding_guessed"]).await;
    reads("encoding = \"windows-1252\"", &latin, &[]).await;
    reads(
        "encoding = \"utf-16le\"",
        PLAIN.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>().as_slice(),
        &[],
    )
    .await;
    let world = World::new(Backend::Sqlite).await;
    world.contract("items.toml", &items_with("", "encoding = \"utf-8\"", "")).await;
    let refused = world.drop_bytes("items", "items.csv", &latin).await;
    let (code, message) = refused.report.error.expect("a reason");
    assert_eq!(code, "encoding");
    assert!(message.contains("line 2, column 2, offset 20 "), "{message}");
    assert!(message.contains("declare its `encoding`"), "{message}");
}

#[tokio::test]
async fn every_line_end_is_one() {
    for end in ["\r\n", "\r"] {
        reads("", PLAIN.replace('\n', end).as_bytes(), &[]).await;
    }
    reads("", "code,name,amount\r\na,\"ñandú, big\",1\n\r\rb,two,2".as_bytes(), &[]).await;
}

#[tokio::test]
async fn packed_files_are_unpacked() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(PLAIN.as_bytes()).expect("memory");
    let gzip = packer.finish().expect("memory");
    let zstd = zstd::encode_all(PLAIN.as_bytes(), 1).expect("memory");
    reads("", &gzip, &[]).await;
    let world = World::new(Backend::Sqlite).await;
    world.contract("items.toml", &items("")).await;
    found(&world, "items.csv.zst", &zstd).await;
    assert_eq!(world.lines("item", ITEM).await, GOOD);
    // The same content in another packing changes nothing.
    let again = world.drop_bytes("items", "items.csv.gz", &gzip).await;
    assert_eq!(crate::look::count(&again.report, "item", "unchanged"), 2);
    for cut in [gzip[..gzip.len() - 4].to_vec(), zstd[..zstd.len() - 4].to_vec()] {
        let refused = world.drop_bytes("items", "items.csv.gz", &cut).await;
        assert_eq!(refused.report.error.expect("a reason").0, "damaged_packing");
    }
}

#[tokio::test]
async fn headers_may_have_several_rows_and_stand_there_again() {
    let source = "header = [2, 3]";
    let contract = items_with("", source, "")
        .replace("name = \"code\", ", "name = \"code\", header = \"Item Code\",")
        .replace("name = \"name\", ", "name = \"name\", header = \"Item Name\",");
    let world = World::new(Backend::Sqlite).await;
    world.contract("items.toml", &contract).await;
    let text = "title,,\nItem,,\nCode,Name,Amount\na,one,1\nCode,Name,Amount\nb,two,2\n";
    let text = text.replace("Item,,", "Item,,\u{a0}");
    // Above the amount stands a blank that is none of the item's.
    let told = world.drop_bytes("items", "items.csv", text.as_bytes()).await;
    assert_eq!(told.report.state, ArrivalState::Loaded, "{:?}", told.report.error);
    assert_eq!(world.found(told.load).await, ["repeated_header at line 5"],);
    assert_eq!(world.lines("item", ITEM).await, ["a|one|1", "b|two|2"]);
}

#[tokio::test]
async fn reading_ends_where_the_contract_says() {
    let text = "Total report\n\ncode,name,amount\na,\"ñandú, big\",1\nb,two,2\n";
    let total = format!("{text}Total 2024,,3\nc,three,3\n");
    reads("stop = \"total*\"", total.as_bytes(), &[]).await;
    let blank = format!("{text}\nmade by somebody\n");
    reads("stop = [\"sum\", \"\"]", blank.as_bytes(), &[]).await;
    let empty = format!("{text},,\nmade by somebody\n");
    reads("stop = \"\"", empty.as_bytes(), &[]).await;
    // A line end inside a quoted field ends nothing.
    let world = World::new(Backend::Sqlite).await;
    world.contract("items.toml", &items_with("", "stop = \"\"", "")).await;
    found(&world, "items.csv", b"code,name,amount\na,\"x\n\ny\",1\nb,two,2\n").await;
    assert_eq!(world.lines("item", ITEM).await, ["a|x\n\ny|1", "b|two|2"]);
}

#[tokio::test]
async fn separators_of_numbers_are_declared_for_a_whole_source() {
    let contract = items_with("", "decimalChar = \",\"\ngroupChar = \" \"", "")
        .replace("type = \"integer\"", "type = \"number\"");
    let world = World::new(Backend::Sqlite).await;
    world.contract("items.toml", &contract).await;
    let text = "code;name;amount\na;plain;1234,5\nb;unbreakable;1\u{a0}234,5\nc;narrow;1\u{202f}234,5\nd;point;1.5\n";
    let found = found(&world, "items.csv", text.as_bytes()).await;
    assert_eq!(found, ["type at line 5, column 3: 1.5"]);
    let rows = world.lines("item", ITEM).await;
    assert_eq!(rows.iter().filter(|row| row.ends_with("1234.5")).count(), 3, "{rows:?}");
}
