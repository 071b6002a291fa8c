//! Texts that programs have stumbled over go through all of it unchanged: from a file to each database,
//! to JSON and CSV.

use std::collections::BTreeMap;

use crate::database::Backend;
use crate::house::House;
use crate::up::{ask, ask_for};

const NAUGHTY: &str = include_str!("../naughty.json");

const CONTRACT: &str = r#"
version = 1
name    = "oddities"
files   = ["oddities*.csv"]

[[source]]
name   = "lines"
fields = [
  { name = "number", type = "integer", required = true },
  { name = "text" },
]

[[table]]
name = "oddity"
from = "lines"
key  = ["number"]
"#;

fn texts() -> Vec<String> {
    serde_json::from_str(NAUGHTY).expect("a list of texts")
}

/// A file with a line for each.
fn file(texts: &[String]) -> String {
    let mut file = "number,text\r\n".to_owned();
    for (number, text) in texts.iter().enumerate() {
        file.push_str(&format!("{number},\"{}\"\r\n", text.replace('"', "\"\"")));
    }
    file
}

/// Reads CSV as RFC 4180 has it: records of fields.
fn records(csv: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut field) = (Vec::new(), Vec::new(), String::new());
    let mut letters = csv.chars().peekable();
    let mut quoted = false;
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                field.push('"');
                letters.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut field)),
            '\r' if !quoted && letters.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                record.push(std::mem::take(&mut field));
                records.push(std::mem::take(&mut record));
            }
            other => field.push(other),
        }
    }
    if !field.is_empty() || !record.is_empty() {
        record.push(field);
        records.push(record);
    }
    records
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn naughty_texts_come_out_as_they_went_in() {
    let texts = texts();
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let house = House::on(backend);
        house.contract_as_it_is("oddities", CONTRACT);
        house.write("oddities.csv", file(&texts));
        let loaded = house.run(&["load", "--json", "oddities.csv"]).ends(0).json();
        assert_eq!((&loaded["rejected"], &loaded["warnings"]), (&0.into(), &0.into()), "{loaded}");
        let up = house.up();

        let rows = up.get("/rest/v1/oddity?order=number");
        let rows = rows.as_array().expect("rows");
        assert_eq!(rows.len(), texts.len(), "{backend:?}");
        for (row, text) in rows.iter().zip(&texts) {
            assert_eq!(row["text"].as_str(), Some(text.as_str()), "{backend:?}");
        }

        let csv = ask_for(&up.api, "/rest/v1/oddity?order=number", "text/csv");
        let read: Vec<Vec<String>> = records(&csv).split_off(1);
        assert_eq!(read.len(), texts.len(), "{backend:?}");
        for (number, (record, text)) in read.iter().zip(&texts).enumerate() {
            assert_eq!(*record, [number.to_string(), text.clone()], "{backend:?}");
        }

        let lines = ask_for(&up.api, "/rest/v1/oddity?order=number", "application/x-ndjson");
        let lines: Vec<&str> = lines.split_terminator('\n').collect();
        assert_eq!(lines.len(), texts.len(), "a line for each, whatever is in it");

        // Each is found by itself, and by no other.
        let mut found: BTreeMap<usize, usize> = BTreeMap::new();
        for (number, text) in texts.iter().enumerate() {
            let path = format!("/rest/v1/oddity?select=number&text=eq.{}", escaped(text));
            let (status, body) = ask(&up.api, &path);
            assert_eq!((status, body), (200, format!("[{{\"number\":{number}}}]")), "{text:?}");
            *found.entry(number).or_default() += 1;
        }
        assert_eq!(found.len(), texts.len());

        // The same file again changes nothing: what is stored is what was read.
        house.write("again.csv", file(&texts).replace("\r\n0,", "\r\n00,"));
        let again = house.run(&["load", "--json", "--dataset", "oddities", "again.csv"]);
        let again = again.ends(0).json();
        let counts = &again["targets"]["default"]["oddity"];
        assert_eq!((&counts["updated"], &counts["unchanged"]), (&0.into(), &texts.len().into()));
    }
}
