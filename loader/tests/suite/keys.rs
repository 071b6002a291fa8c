//! Texts in keys and elsewhere come out as they went in, and only equal ones are equal.

use crate::contracts::{items, items_with};
use crate::look::{Row, brief};
use crate::world::{World, on_every_backend};

/// Keys that some collation or other takes for the same as their neighbours.
const KEYS: &[&str] = &[
    "N",
    "Ñ",
    "n",
    "ñ",
    "N\u{303}",
    "AN",
    "AÑ",
    "a",
    "A",
    "á",
    "x",
    "x ",
    " x",
    "x  ",
    "x\t",
    "ß",
    "ss",
    "fi",
    "ﬁ",
    "👍",
    "👎",
    "1",
    "01",
    "1.0",
    "é",
    "e\u{301}",
    "\u{200b}x",
    "_",
    "%",
    "'",
    "\"",
    "\\",
    "\\N",
    "NULL",
    "null",
    "æ",
    "ae",
    "İ",
    "i",
    "I",
    "ı",
    "𝒳",
    "𝒴",
    "が",
    "か",
];

/// Texts that some way of writing them would spoil.
fn texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "\\N",
        "\\.",
        "\\",
        "\\t",
        "a\tb",
        "a\nb",
        "a\r\nb",
        "\n",
        "trailing newline\n",
        " spaces ",
        "\"quoted\"",
        "it's; DROP TABLE item; --",
        "a,b;c",
        "NULL",
        "👩‍👩‍👧‍👦 𝒜 🇪🇸",
        "{\"json\": [1, \"}\"]}",
        "$1 ? %s {0}",
        "\u{1}\u{7f}\u{feff}",
        "ÁÉÍÓÚÑáéíóúñ¿¡",
    ]
    .map(str::to_owned)
    .into();
    texts.push("ñ👍\\\t\"".repeat(1 << 17));
    texts
}

fn csv(lines: impl IntoIterator<Item = (String, String)>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["code", "name", "amount"]).expect("memory");
    for (code, name) in lines {
        writer.write_record([code.as_str(), &name, ""]).expect("memory");
    }
    writer.into_inner().expect("memory")
}

async fn keys_differ(world: World, table: &str) {
    world.contract("items.toml", &items_with("max_delete = 1", "", table)).await;
    let lines =
        |name: &dyn Fn(&str) -> String| csv(KEYS.iter().map(|key| ((*key).to_owned(), name(key))));
    let expected = |name: &dyn Fn(&str) -> String| {
        let mut rows: Vec<Row> =
            KEYS.iter().map(|key| vec![Some((*key).to_owned()), Some(name(key))]).collect();
        rows.sort();
        rows
    };
    let all = KEYS.len();
    let first = world.drop_bytes("items", "items.csv", &lines(&|_| "old".to_owned())).await;
    assert_eq!(brief(&first.report, "item"), format!("{all} offered, {all} inserted"));
    assert_eq!(world.found(first.load).await, Vec::<String>::new());
    assert_eq!(world.rows("item", &["code", "name"]).await, expected(&|_| "old".to_owned()));
    // Each found again: one line more makes it another file.
    let mut bytes = lines(&|_| "old".to_owned());
    bytes.extend_from_slice(b"last,old,\n");
    let again = world.drop_bytes("items", "items.csv", &bytes).await;
    let counts = format!("{} offered, 1 inserted, {all} unchanged", all + 1);
    assert_eq!(brief(&again.report, "item"), counts);
    // A change of one touches no other.
    for changed in ["N", "A", "x ", "👍", "e\u{301}"] {
        let name = |key: &str| if key == changed { "new".to_owned() } else { "old".to_owned() };
        world.drop_bytes("items", "items.csv", &lines(&name)).await;
        assert_eq!(world.rows("item", &["code", "name"]).await, expected(&name), "{changed}");
    }
    // Nor does its deletion.
    let left: Vec<&str> =
        KEYS.iter().copied().filter(|key| !["Ñ", "a", "x"].contains(key)).collect();
    let lines = csv(left.iter().map(|key| ((*key).to_owned(), "old".to_owned())));
    let dropped = world.drop_bytes("items", "items.csv", &lines).await;
    let codes: Vec<String> = world.lines("item", &["code"]).await;
    let mut left: Vec<String> = left.into_iter().map(str::to_owned).collect();
    left.sort();
    assert_eq!(codes, left);
    assert_eq!(crate::look::count(&dropped.report, "item", "deleted"), 3);
}

on_every_backend!(keys_that_look_alike_are_different_keys, |world: World| async move {
    keys_differ(world, "").await;
});

on_every_backend!(
    natural_keys_beside_an_id_that_look_alike_are_different,
    |world: World| async move {
        keys_differ(world, "id = \"id\"").await;
    }
);

on_every_backend!(texts_come_out_as_they_went_in, |world: World| async move {
    let contract =
        items("").replace("{ name = \"name\",   maxLength = 100 }", "{ name = \"name\" }");
    world.contract("items.toml", &contract).await;
    let texts = texts();
    let lines = |suffix: &str| -> Vec<(String, String)> {
        texts
            .iter()
            .enumerate()
            .map(|(at, text)| (format!("c{at:02}"), format!("{text}{suffix}")))
            .collect()
    };
    let rows = |suffix: &str| -> Vec<Row> {
        lines(suffix).into_iter().map(|(code, name)| vec![Some(code), Some(name)]).collect()
    };
    world.drop_bytes("items", "items.csv", &csv(lines(""))).await;
    assert!(world.rows("item", &["code", "name"]).await == rows(""), "a text was spoilt");
    // The same through an update, and in the record of changes.
    let dropped = world.drop_bytes("items", "items.csv", &csv(lines("!"))).await;
    let count = texts.len();
    assert_eq!(brief(&dropped.report, "item"), format!("{count} offered, {count} updated"));
    assert!(world.rows("item", &["code", "name"]).await == rows("!"), "a text was spoilt");
    let changes = world.rows("tolva_change", &["op", "row_key", "old_row", "new_row"]).await;
    let updates: Vec<_> =
        changes.iter().filter(|row| row[0].as_deref() == Some("update")).collect();
    assert_eq!(updates.len(), count);
    for (code, name) in lines("") {
        let json = |text: &Option<String>| -> serde_json::Value {
            serde_json::from_str(text.as_deref().expect("an object")).expect("JSON")
        };
        let own = updates.iter().find(|row| json(&row[1])["code"] == code.as_str());
        let own = own.unwrap_or_else(|| panic!("no change of {code}"));
        assert!(json(&own[2])["name"] == name.as_str(), "old {code}");
        assert!(json(&own[3])["name"] == format!("{name}!").as_str(), "new {code}");
    }
    let mut bytes = csv(lines("!"));
    bytes.extend_from_slice(b"last,,\n");
    let dropped = world.drop_bytes("items", "items.csv", &bytes).await;
    let counts = format!("{} offered, 1 inserted, {count} unchanged", count + 1);
    assert_eq!(brief(&dropped.report, "item"), counts);
});

on_every_backend!(a_nul_is_refused_where_it_stands, |world: World| async move {
    world.contract("items.toml", &items("")).await;
    let dropped = world.drop_bytes("items", "items.csv", b"code,name\na,x\0y\nb,good\n").await;
    assert_eq!(world.lines("item", &["code", "name"]).await, ["b|good"]);
    let findings = world.ledger.findings(dropped.load, 0, 10).await.expect("findings are read");
    assert_eq!(findings.len(), 2, "{findings:?}");
    assert_eq!(findings[1].rule, "nul");
    assert_eq!(findings[1].place.to_string(), "line 2, column 2");
});

on_every_backend!(composite_keys_keep_their_parts_apart, |world: World| async move {
    let contract = items("").replace("key  = [\"code\"]", "key  = [\"code\", \"name\"]");
    world.contract("items.toml", &contract).await;
    let bytes = csv([("ab", "c"), ("a", "bc"), ("abc", "x"), ("ab", "C")]
        .map(|(code, name)| (code.to_owned(), name.to_owned())));
    world.drop_bytes("items", "items.csv", &bytes).await;
    let bytes = [&bytes[..], b"ab,d,7\n"].concat();
    let dropped = world.drop_bytes("items", "items.csv", &bytes).await;
    assert_eq!(brief(&dropped.report, "item"), "5 offered, 1 inserted, 4 unchanged");
    // A key with a blank part names nothing.
    let dropped = world.drop_bytes("items", "items.csv", b"code,name,amount\na,,1\na,bc,2\n").await;
    assert_eq!(world.found_by(dropped.load, "key").await, ["key at line 2, column 2"]);
    assert_eq!(world.lines("item", &["code", "name", "amount"]).await, ["a|bc|2"]);
});
