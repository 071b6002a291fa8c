//! The outline of a contract has the shape that `docs/schema-show.md` promises.

use serde_json::{Value, json};
use tolva_schema::contract::Contract;

const RELATIONSHIPS: &str = include_str!("../../datasets/relationships.toml");
const EMPLOYEES: &str = include_str!("../../datasets/employees.toml");
const PAGE: &str = include_str!("../../docs/schema-show.md");

fn outline(text: &str) -> Value {
    let contract = Contract::parse("a.toml", text).expect("valid");
    serde_json::to_value(contract.outline("a.toml")).expect("JSON")
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn the_shape_is_the_documented_one() {
    let outline = outline(EMPLOYEES);
    assert_eq!(
        keys(&outline),
        [
            "checks",
            "dataset",
            "digest",
            "every",
            "file",
            "files",
            "partition",
            "refresh",
            "shape",
            "sources",
            "tables",
            "targets",
            "title",
            "writable"
        ]
    );
    assert_eq!(keys(&outline["checks"][0]), ["field", "name", "rule", "says"]);
    let (source, table) = (&outline["sources"][0], &outline["tables"][0]);
    assert_eq!(keys(source), ["fields", "layout", "matrix", "name", "sheets"]);
    assert_eq!(
        keys(&source["fields"][0]),
        [
            "enum",
            "from",
            "headers",
            "maxLength",
            "maximum",
            "minLength",
            "minimum",
            "missingValues",
            "name",
            "pattern",
            "position",
            "private",
            "required",
            "type",
            "unique"
        ]
    );
    assert_eq!(keys(table), ["columns", "id", "key", "name", "primary_key", "source"]);
    assert_eq!(
        keys(&table["columns"][0]),
        ["fields", "name", "nullable", "private", "references", "type", "unique"]
    );
    for place in
        [&outline, source, &source["fields"][0], table, &table["columns"][0]].map(keys).concat()
    {
        assert!(PAGE.contains(&format!("`{place}`")), "the page does not tell of {place}");
    }
    assert_eq!((&outline["shape"], &outline["every"]), (&json!(1), &json!(86400)));
    assert_eq!(outline["title"], "Employees, one line per person and department");
    assert_eq!(outline["digest"].as_str().map(str::len), Some(64));
}

#[test]
fn the_example_of_the_page_is_true() {
    let table = &outline(EMPLOYEES)["tables"][2];
    let mut shown = json!({ "column": table["columns"][10] });
    for key in ["name", "source", "id", "key", "primary_key"] {
        shown[key] = table[key].clone();
    }
    let example = PAGE.split("```json\n").nth(1).and_then(|rest| rest.split("\n```").next());
    assert_eq!(serde_json::from_str::<Value>(example.expect("there")).expect("JSON"), shown);
}

#[test]
fn everything_goes_by_name() {
    let outline = outline(RELATIONSHIPS);
    assert_eq!(outline["targets"], json!(["default", "mysql"]));
    let [people, matrix] = [0, 1].map(|at| &outline["sources"][at]);
    assert_eq!(people["sheets"], json!(["Personas", "Personas*", "Lista*", "2"]));
    assert_eq!((&people["layout"], &people["matrix"]), (&json!("table"), &Value::Null));
    assert_eq!(people["fields"][1]["position"], 2);
    assert_eq!(
        matrix["matrix"],
        json!({
            "row_headers": ["from_number", "from_label"],
            "column_headers": ["to_number", "to_label"],
            "value": "related",
        })
    );
    let relationship = &outline["tables"][1];
    assert_eq!(relationship["source"], "matrix");
    assert_eq!(
        relationship["columns"][0],
        json!({
            "name": "from_number", "type": "bigint", "nullable": false, "unique": false,
            "private": false,
            "fields": ["from_number"],
            "references": { "table": "person", "column": "number" },
        })
    );
    assert_eq!(relationship["primary_key"], json!(["from_number", "to_number"]));
    assert_eq!(relationship["id"], Value::Null);
}

#[test]
fn what_the_file_says_of_time_and_parts_is_told() {
    let text = EMPLOYEES
        .replace("\"24h\"", "\"1500ms\"\npartition = \"region\"\nrefresh = \"upsert\"")
        .replace("\"employees*.csv\"", "\"employees-{region}.csv\"");
    let outline = outline(&text);
    assert_eq!((&outline["every"], &outline["partition"]), (&json!(2), &json!("region")));
    assert_eq!(outline["refresh"], "upsert");
}
