//! What becomes of rows when people write through the API and files come: the table of the design,
//! every cell of it, from the request to the next file and to what is told of both.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::database::Backend;
use crate::house::House;

const ITEMS: &str = r#"
version    = 1
name       = "items"
files      = ["items*.csv"]
max_delete = 1.0
writable   = true

[[source]]
name = "lines"
fields = [
  { name = "code",   type = "string", required = true },
  { name = "name",   type = "string" },
  { name = "amount", type = "integer" },
]

[[table]]
name = "item"
from = "lines"
id   = "id"
key  = ["code"]
"#;

/// Rows that came from a file: one is left as it is, one is edited, one deleted.
const OF_FILES: [&str; 3] = ["untouched", "edited", "deleted"];

#[test]
fn every_cell_of_the_table_of_rows_in_sqlite() {
    every_cell(&House::empty());
}

#[test]
fn every_cell_of_the_table_of_rows_in_postgres() {
    every_cell(&House::on(Backend::Postgres));
}

fn csv(lines: &[String]) -> String {
    format!("code,name,amount\n{}\n", lines.join("\n"))
}

fn every_cell(house: &House) {
    house.contract_as_it_is("items", ITEMS);
    let key = ["keys", "create", "by hand", "--scopes", "write", "--json"];
    let key = house.run(&key).ends(0).json()["key"].as_str().expect("a key").to_owned();
    let up = house.up();
    let columns = ["same", "changed", "refused", "absent"];
    let lines: Vec<String> = OF_FILES
        .iter()
        .flat_map(|row| columns.map(|column| format!("{row}-{column},old,1")))
        .collect();
    house.drop_into_inbox(&house.write("elsewhere/1.csv", csv(&lines)), "items/items.csv");
    up.until_newest("items", "items.csv", "loaded");
    let first = up.get("/v1/loads")[0]["id"].as_i64().expect("a load");

    let write = |method: &str, query: &str, body: &str| {
        let (status, told) = up.send(method, &format!("/rest/v1/item{query}"), &key, body);
        assert!((200..300).contains(&status), "{method} {query}: {status} {told}");
    };
    write("PATCH", "?code=like.edited*", r#"{"name": "mine"}"#);
    write("DELETE", "?code=like.deleted*", "");
    let made = columns
        .map(|column| json!({ "code": format!("made-{column}"), "name": "old", "amount": 1 }));
    write("POST", "", &json!(made).to_string());

    let rows = OF_FILES.iter().copied().chain(["made", "not_there"]);
    let lines: Vec<String> = rows
        .flat_map(|row| {
            [
                format!("{row}-same,old,1"),
                format!("{row}-changed,new,2"),
                format!("{row}-refused,new,many"),
            ]
        })
        .collect();
    house.drop_into_inbox(&house.write("elsewhere/2.csv", csv(&lines)), "items/items.csv");
    up.until_settled("items", 2);

    let database = house.database();
    assert_eq!(
        database.rows("SELECT code, name, amount, _origin FROM item ORDER BY code"),
        [
            "deleted-changed|new|2|0",
            "edited-changed|new|2|0",
            "edited-refused|mine|1|1",
            "edited-same|mine|1|1",
            "made-absent|old|1|2",
            "made-changed|new|2|0",
            "made-refused|old|1|2",
            "made-same|old|1|0",
            "not_there-changed|new|2|0",
            "not_there-same|old|1|0",
            "untouched-changed|new|2|0",
            "untouched-refused|old|1|0",
            "untouched-same|old|1|0",
        ]
    );
    assert_eq!(database.one("SELECT count(*) FROM tolva_tombstone"), "2", "same and refused");

    let load = &up.get("/v1/loads")[0];
    let counts = &load["counts"]["item"];
    let told = ["offered", "inserted", "updated", "unchanged", "held", "rejected", "deleted"]
        .map(|word| counts[word].as_u64().unwrap_or_default());
    assert_eq!(told, [15, 3, 3, 4, 3, 2, 2], "{counts}");
    let findings = up.get(&format!("/v1/loads/{}/findings?limit=100", load["id"]));
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings.as_array().expect("findings") {
        *rules.entry(finding["rule"].as_str().expect("a rule")).or_default() += 1;
    }
    let expected =
        [("edit_deleted", 1), ("edit_overwritten", 1), ("inserted_again", 1), ("type", 5)];
    assert_eq!(rules, BTreeMap::from(expected));

    let changes = up.get(&format!("/v1/datasets/items/changes?since={first}&limit=1000"));
    let changes = changes.as_array().expect("changes");
    let by = |author: Value, op: &str| {
        changes.iter().filter(|one| one["author"] == author && one["op"] == op).count()
    };
    let hand = || json!("by hand");
    assert_eq!([by(hand(), "update"), by(hand(), "delete"), by(hand(), "insert")], [4, 4, 4]);
    let null = || Value::Null;
    assert_eq!([by(null(), "update"), by(null(), "delete"), by(null(), "insert")], [3, 2, 3]);
    let lost = changes.iter().find(|one| one["load"] == load["id"] && one["old"]["name"] == "mine");
    assert!(lost.is_some(), "the edit that a file took the place of stands in the changes");
    up.stop();
}
